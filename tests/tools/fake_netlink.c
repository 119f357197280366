// SPDX-License-Identifier: GPL-2.0
#include "fake.h"

#include <errno.h>
#include <linux/digsig.h>
#include <linux/tipc_cgr.h>
#include <linux/tipc_netlink.h>
#include <linux/genetlink.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/* What is still to be received, one after the other. */
struct answer {
	struct answer *next;
	size_t len;
	char data[];
};

static struct answer *first, **last = &first;

/* The message being built. */
static char out[65536];
static size_t out_len;

/* The request. */
const struct nlmsghdr *fake_req;
static const char *why;
static const void *bad;
__u32 fake_applied;
bool fake_has_applied;

static void flush(void)
{
	struct answer *a = malloc(sizeof(*a) + out_len);
	const char *garbage = getenv("FAKE_GARBAGE");

	memcpy(a->data, out, out_len);
	a->len = out_len;
	a->next = NULL;
	if (garbage && ((struct nlmsghdr *)out)->nlmsg_type >= FAKE_FAMILY) {
		static unsigned int seed;
		unsigned int i;

		if (!seed)
			srand(seed = atoi(garbage));
		for (i = rand() % 4; i; i--)
			a->data[NLMSG_HDRLEN + rand() %
				(out_len - NLMSG_HDRLEN)] = rand();
	}
	*last = a;
	last = &a->next;
	out_len = 0;
}

void *fake_put(int type, const void *data, int len)
{
	struct nlattr *nla = (void *)(out + out_len);

	nla->nla_type = type;
	nla->nla_len = NLA_HDRLEN + len;
	memset(nla + 1, 0, NLA_ALIGN(len));
	if (data)
		memcpy(nla + 1, data, len);
	out_len += NLA_HDRLEN + NLA_ALIGN(len);
	return nla;
}

void fake_put_u32(int type, __u32 val)
{
	fake_put(type, &val, sizeof(val));
}

void fake_put_u64(int type, __u64 val)
{
	fake_put(type, &val, sizeof(val));
}

void fake_put_u8(int type, __u8 val)
{
	fake_put(type, &val, sizeof(val));
}

void fake_put_end(struct nlattr *nest)
{
	nest->nla_len = out + out_len - (char *)nest;
}

static struct nlmsghdr *begin(int type, int flags)
{
	struct nlmsghdr *hdr = (void *)out;

	memset(hdr, 0, sizeof(*hdr));
	hdr->nlmsg_type = type;
	hdr->nlmsg_flags = flags;
	hdr->nlmsg_seq = fake_req->nlmsg_seq;
	hdr->nlmsg_pid = fake_req->nlmsg_pid;
	out_len = NLMSG_HDRLEN;
	return hdr;
}

void fake_end(struct nlmsghdr *hdr)
{
	hdr->nlmsg_len = out_len;
	flush();
}

struct nlmsghdr *fake_begin_reply(bool dump)
{
	const struct genlmsghdr *from = (const void *)(fake_req + 1);
	bool intr = dump && getenv("FAKE_INTR");
	struct nlmsghdr *hdr;

	hdr = begin(fake_req->nlmsg_type, (dump ? NLM_F_MULTI : 0) |
		    (intr ? NLM_F_DUMP_INTR : 0));
	memcpy(out + out_len, from, GENL_HDRLEN);
	out_len += GENL_HDRLEN;
	if (fake_req->nlmsg_type == FAKE_FAMILY)
		fake_put_u64(MFIB_A_SEQ, 7);
	return hdr;
}

struct nlmsghdr *fake_begin_event(int family, int cmd)
{
	struct genlmsghdr genl = { .cmd = cmd, .version = 1 };
	static const struct nlmsghdr nobody;
	struct nlmsghdr *hdr;

	fake_req = &nobody;
	hdr = begin(family, 0);
	memcpy(out + out_len, &genl, sizeof(genl));
	out_len += GENL_HDRLEN;
	return hdr;
}

void fake_acknowledge(int err)
{
	struct nlmsghdr *hdr;
	struct nlmsgerr *e;

	hdr = begin(NLMSG_ERROR, NLM_F_CAPPED);
	e = (void *)(out + out_len);
	e->error = err;
	e->msg = *fake_req;
	out_len += sizeof(*e);
	if (why)
		fake_put(NLMSGERR_ATTR_MSG, why, strlen(why) + 1);
	if (bad)
		fake_put_u32(NLMSGERR_ATTR_OFFS, (char *)bad - (char *)fake_req);
	if (fake_has_applied)
		fake_put_u32(NLMSGERR_ATTR_COOKIE, fake_applied);
	if (out_len > NLMSG_HDRLEN + sizeof(*e))
		hdr->nlmsg_flags |= NLM_F_ACK_TLVS;
	fake_end(hdr);
}

void fake_done(int err)
{
	struct nlmsghdr *hdr = begin(NLMSG_DONE, NLM_F_MULTI);

	memcpy(out + out_len, &err, sizeof(err));
	out_len += sizeof(err);
	if (why) {
		hdr->nlmsg_flags |= NLM_F_ACK_TLVS;
		fake_put(NLMSGERR_ATTR_MSG, why, strlen(why) + 1);
	}
	if (bad)
		fake_put_u32(NLMSGERR_ATTR_OFFS, (char *)bad - (char *)fake_req);
	fake_end(hdr);
}

void fake_parse(struct attrs *a, const void *data, int len)
{
	memset(a, 0, sizeof(*a));
	while (len > 0) {
		const struct nlattr *nla = data;
		int type;

		REQUIRE(len >= NLA_HDRLEN && nla->nla_len >= NLA_HDRLEN &&
			nla->nla_len <= len);
		type = nla->nla_type & NLA_TYPE_MASK;
		REQUIRE(type < 32);
		a->tb[type] = nla;
		data = (const char *)data + NLA_ALIGN(nla->nla_len);
		len -= NLA_ALIGN(nla->nla_len);
	}
}

void fake_parse_nest(struct attrs *a, const struct nlattr *nest)
{
	REQUIRE(nest && nest->nla_type & NLA_F_NESTED);
	fake_parse(a, nest + 1, nest->nla_len - NLA_HDRLEN);
}

__u32 fake_get_u32(const struct nlattr *nla)
{
	__u32 val;

	REQUIRE(nla && nla->nla_len == NLA_HDRLEN + 4);
	memcpy(&val, nla + 1, 4);
	return val;
}

__u8 fake_get_u8(const struct nlattr *nla)
{
	REQUIRE(nla && nla->nla_len == NLA_HDRLEN + 1);
	return *(const __u8 *)(nla + 1);
}

int fake_refuse(int err, const void *attr, const char *text)
{
	bad = attr;
	why = text;
	return err;
}

void fake_forgive(void)
{
	why = NULL;
	bad = NULL;
}

/* The one multicast group of a family; its number is one that there is. */
static void put_group(const char *name)
{
	struct nlattr *groups = fake_put(CTRL_ATTR_MCAST_GROUPS, NULL, 0);
	struct nlattr *one = fake_put(1, NULL, 0);

	fake_put(CTRL_ATTR_MCAST_GRP_NAME, name, strlen(name) + 1);
	fake_put_u32(CTRL_ATTR_MCAST_GRP_ID, GENL_ID_CTRL);
	fake_put_end(one);
	fake_put_end(groups);
}

static void control(void)
{
	struct genlmsghdr genl = { .cmd = CTRL_CMD_NEWFAMILY, .version = 2 };
	struct nlmsghdr *hdr = begin(GENL_ID_CTRL, 0);
	const char *name;
	struct attrs a;
	bool digsig;
	__u16 id;

	fake_parse(&a, (const char *)(fake_req + 1) + GENL_HDRLEN,
		   fake_req->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN);
	REQUIRE(a.tb[CTRL_ATTR_FAMILY_NAME]);
	name = (const char *)(a.tb[CTRL_ATTR_FAMILY_NAME] + 1);
	digsig = !strcmp(name, DIGSIG_GENL_NAME);
	id = digsig ? FAKE_DIGSIG :
	     !strcmp(name, TIPC_GENL_V2_NAME) ? FAKE_TIPC :
	     !strcmp(name, TIPC_CGR_GENL_NAME) ? FAKE_TIPC_CGR : FAKE_FAMILY;
	if (getenv("FAKE_ABSENT") ||
	    (id == FAKE_TIPC_CGR && getenv("FAKE_MAINLINE"))) {
		out_len = 0;
		fake_acknowledge(-ENOENT);
		return;
	}
	memcpy(out + out_len, &genl, sizeof(genl));
	out_len += GENL_HDRLEN;
	fake_put(CTRL_ATTR_FAMILY_NAME, a.tb[CTRL_ATTR_FAMILY_NAME] + 1,
		 a.tb[CTRL_ATTR_FAMILY_NAME]->nla_len - NLA_HDRLEN);
	fake_put(CTRL_ATTR_FAMILY_ID, &id, sizeof(id));
	fake_put_u32(CTRL_ATTR_VERSION, 1);
	fake_put_u32(CTRL_ATTR_HDRSIZE, 0);
	fake_put_u32(CTRL_ATTR_MAXATTR, digsig ? DIGSIG_A_MAX : MFIB_A_MAX);
	if (digsig)
		put_group(DIGSIG_GENL_DENIALS);
	else if (id == FAKE_FAMILY)
		put_group(MFIB_GENL_NOTIFY);
	fake_end(hdr);
	fake_acknowledge(0);
}

static bool is_netlink(int fd, int *protocol)
{
	int domain = 0;
	socklen_t len = sizeof(int);

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) ||
	    domain != AF_NETLINK)
		return false;
	len = sizeof(int);
	return !getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, protocol, &len);
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	int protocol;

	if (!is_netlink(fd, &protocol))
		return syscall(SYS_sendmsg, fd, msg, flags);
	REQUIRE(msg->msg_iovlen == 1);
	fake_req = msg->msg_iov->iov_base;
	REQUIRE(fake_req->nlmsg_len == msg->msg_iov->iov_len);
	REQUIRE(fake_req->nlmsg_flags & NLM_F_REQUEST);
	why = NULL;
	bad = NULL;
	fake_has_applied = false;
	if (protocol == NETLINK_ROUTE)
		fake_link();
	else if (fake_req->nlmsg_type == FAKE_FAMILY)
		fake_mfib();
	else if (fake_req->nlmsg_type == FAKE_DIGSIG)
		fake_digsig();
	else if (fake_req->nlmsg_type == FAKE_TIPC ||
		 fake_req->nlmsg_type == FAKE_TIPC_CGR)
		fake_tipc();
	else
		control();
	return fake_req->nlmsg_len;
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	struct answer *a = first;
	size_t len;
	int protocol;

	if (!is_netlink(fd, &protocol))
		return syscall(SYS_recvmsg, fd, msg, flags);
	/* The real kernel would let the tool wait for ever. */
	if (!a) {
		if (fake_mfib_event()) {
			errno = ENOBUFS;
			return -1;
		}
		fake_digsig_event();
		a = first;
	}
	REQUIRE(a);
	len = a->len < msg->msg_iov->iov_len ? a->len : msg->msg_iov->iov_len;
	memcpy(msg->msg_iov->iov_base, a->data, len);
	memset(msg->msg_name, 0, sizeof(struct sockaddr_nl));
	((struct sockaddr_nl *)msg->msg_name)->nl_family = AF_NETLINK;
	msg->msg_namelen = sizeof(struct sockaddr_nl);
	msg->msg_controllen = 0;
	msg->msg_flags = a->len > len ? MSG_TRUNC : 0;
	first = a->next;
	if (!first)
		last = &first;
	free(a);
	return len;
}

int ppoll(struct pollfd *fds, nfds_t nfds, const struct timespec *timeout,
	  const sigset_t *mask)
{
	(void)timeout;
	(void)mask;
	REQUIRE(nfds == 2);
	fds[0].revents = POLLIN;
	fds[1].revents = 0;
	return 1;
}

int poll(struct pollfd *fds, nfds_t nfds, int timeout)
{
	(void)nfds;
	(void)timeout;
	fds->revents = first ? POLLIN : 0;
	return !!first;
}
