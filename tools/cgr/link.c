// SPDX-License-Identifier: GPL-2.0
#include "link.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/mfib.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/msg.h>
#include <string.h>

#include "args.h"
#include "cgr.h"
#include "value.h"

#define LINK_KIND	"mfib"

static int begin(struct cgr *c, struct request *r, int type, int flags,
		 unsigned int ifi_flags)
{
	struct ifinfomsg ifi = {
		.ifi_family = AF_UNSPEC,
		.ifi_flags = ifi_flags,
		.ifi_change = ifi_flags,
	};

	r->map.nr = 0;
	r->msg = NULL;
	if (cgr_nl_route(&c->nl, &c->err))
		return -1;
	r->msg = nlmsg_alloc_simple(type, flags);
	if (!r->msg || nlmsg_append(r->msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO)) {
		request_free(r);
		error_set(&c->err, 0, "out of memory");
		return -1;
	}
	return 0;
}

static int put_name(struct request *r, const char *name, int word)
{
	return attr_put(r->msg, &r->map, IFLA_IFNAME, name, strlen(name) + 1,
			word);
}

/**
 * link_add() - create the device of a FIB and set it up
 * @c: context
 * @a: words of the command
 * @name: name of the device
 * @fib: id of the FIB, which exists
 *
 * Return: 0 or negative, and the error is set.
 */
int link_add(struct cgr *c, const struct args *a, const struct arg_str *name,
	     const struct arg_num *fib)
{
	struct nlattr *info, *data;
	struct request r;
	int ret;

	if (begin(c, &r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, IFF_UP))
		return -1;
	put_name(&r, name->val, name->word);
	info = attr_nest(r.msg, IFLA_LINKINFO);
	attr_put(r.msg, NULL, IFLA_INFO_KIND, LINK_KIND, strlen(LINK_KIND), 0);
	data = attr_nest(r.msg, IFLA_INFO_DATA);
	attr_put_u32(r.msg, &r.map, IFLA_MFIB_ID, fib->val, fib->word);
	attr_nest_end(r.msg, NULL, data, 0);
	attr_nest_end(r.msg, NULL, info, 0);
	ret = request_talk(&r, c->nl.route, a, NULL, NULL, &c->err);
	if (ret == -EEXIST && dev_index(&c->dev, name->val))
		error_set(&c->err, name->word,
			  "There is a device of this name: \"%s\"", name->val);
	return ret;
}

/**
 * link_del() - delete a device
 * @c: context
 * @name: its name
 *
 * Return: 0 or negative, and the error is set.
 */
int link_del(struct cgr *c, const char *name)
{
	struct request r;

	if (begin(c, &r, RTM_DELLINK, 0, 0))
		return -1;
	put_name(&r, name, 0);
	return request_talk(&r, c->nl.route, NULL, NULL, NULL, &c->err);
}

/**
 * link_enslave() - enslave a device to another one, or release it
 * @c: context
 * @a: words of the command
 * @name: name of the device
 * @master: index of the other one, 0 to release it
 * @word: 1-based index of the word that the master comes from, or 0
 *
 * Return: 0 or negative, and the error is set.
 */
int link_enslave(struct cgr *c, const struct args *a,
		 const struct arg_str *name, __u32 master, int word)
{
	struct request r;

	if (begin(c, &r, RTM_NEWLINK, 0, 0))
		return -1;
	put_name(&r, name->val, name->word);
	attr_put_u32(r.msg, &r.map, IFLA_MASTER, master, word);
	return request_talk(&r, c->nl.route, a, NULL, NULL, &c->err);
}
