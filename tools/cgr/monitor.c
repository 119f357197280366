// SPDX-License-Identifier: GPL-2.0
/*
 * cgr monitor: what changes in FIBs, as it happens.
 */
#include <errno.h>
#include <linux/mfib.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/socket.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include "args.h"
#include "attr.h"
#include "cgr.h"
#include "decode.h"
#include "fib.h"
#include "listen.h"
#include "nexthop.h"
#include "object.h"
#include "port.h"
#include "route.h"
#include "value.h"

enum kind_bit {
	KIND_FIB = 0x01,
	KIND_PORT = 0x02,
	KIND_NEXTHOP = 0x04,
	KIND_ROUTE = 0x08,
	KIND_ALL = 0x0f,
};

struct monitor_spec {
	struct arg_num fib;
};

static const struct param params[] = {
	{ "fib", "FIB", PARAM_POSITIONAL, 1, offsetof(struct monitor_spec, fib), arg_u32 },
	{ }
};

/* The kinds of objects: how they are read, and what tells of them. In this
 * order what one refers to comes before it.
 */
static const struct kind {
	enum kind_bit bit;
	const char *name;
	int attr;
	int get;
	int changed;
	int gone;
} kinds[] = {
	{ KIND_FIB, "fib", MFIB_A_FIB, MFIB_CMD_FIB_GET,
	  MFIB_CMD_FIB_NEW_NTF, MFIB_CMD_FIB_DEL_NTF },
	{ KIND_PORT, "port", MFIB_A_PORT, MFIB_CMD_PORT_GET,
	  MFIB_CMD_PORT_NEW_NTF, MFIB_CMD_PORT_DEL_NTF },
	{ KIND_NEXTHOP, "nexthop", MFIB_A_NEXTHOP, MFIB_CMD_NEXTHOP_GET,
	  MFIB_CMD_NEXTHOP_NEW_NTF, MFIB_CMD_NEXTHOP_DEL_NTF },
	{ KIND_ROUTE, "route", MFIB_A_ROUTE, MFIB_CMD_ROUTE_GET,
	  MFIB_CMD_ROUTE_NEW_NTF, MFIB_CMD_ROUTE_DEL_NTF },
};

/**
 * struct monitor - a listener
 * @c: context
 * @kinds: what it wants to know of
 * @fib: the FIB it wants to know of, if it wants only one
 * @seq: number of the last change that it knows, 0 if it knows none
 * @lost: one is missing
 */
struct monitor {
	struct cgr *c;
	unsigned int kinds;
	struct arg_num fib;
	__u64 seq;
	bool lost;
};

/* An object as it came. */
struct object {
	enum kind_bit kind;
	struct fib fib;
	struct port port;
	struct nexthop nexthop;
	struct route route;
	__u32 fib_id;
};

static int decode(struct object *o, struct nlattr *attr)
{
	switch (o->kind) {
	case KIND_FIB:
		if (decode_fib(attr, &o->fib))
			return -1;
		o->fib_id = o->fib.id;
		return 0;
	case KIND_PORT:
		if (decode_port(attr, &o->port))
			return -1;
		o->fib_id = o->port.fib;
		return 0;
	case KIND_NEXTHOP:
		return decode_nexthop(attr, &o->nexthop);
	default:
		return decode_route(attr, &o->route);
	}
}

static bool is_wanted(const struct monitor *m, const struct object *o)
{
	int family = m->c->opt.family;

	if (!(m->kinds & o->kind))
		return false;
	/* a next hop is of no FIB */
	if (m->fib.word && (o->kind == KIND_NEXTHOP || o->fib_id != m->fib.val))
		return false;
	return o->kind != KIND_ROUTE || family == AF_UNSPEC ||
	       family == o->route.family;
}

static void print_stamp(struct cgr *c)
{
	struct timeval now;
	struct tm tm;
	char text[64], stamp[96];

	if (c->opt.stamp == STAMP_NONE)
		return;
	gettimeofday(&now, NULL);
	localtime_r(&now.tv_sec, &tm);
	if (c->opt.stamp == STAMP_LONG && !c->out.json) {
		strftime(text, sizeof(text), "%a %b %e %H:%M:%S %Y", &tm);
		snprintf(stamp, sizeof(stamp), "Timestamp: %s %06ld usec", text,
			 (long)now.tv_usec);
		print_str(&c->out, PRINT_TEXT, NULL, "%s", stamp);
		print_line_end(&c->out);
		return;
	}
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(stamp, sizeof(stamp), "%s.%06ld", text, (long)now.tv_usec);
	print_str(&c->out, PRINT_ANY, "timestamp", "[%s]", stamp);
}

/* A line, and in JSON an object, for each event. */
static void begin_event(struct monitor *m, const char *event, const char *text)
{
	struct printer *p = &m->c->out;

	print_object(p, NULL);
	print_stamp(m->c);
	print_str(p, PRINT_JSON, "event", "%s", event);
	if (text)
		print_str(p, PRINT_TEXT, NULL, "%s", text);
}

static void print_event(struct monitor *m, const struct object *o,
			const char *name, const char *event, const char *text,
			__u64 seq)
{
	struct printer *p = &m->c->out;

	begin_event(m, event, text);
	print_num(p, PRINT_JSON, "seq", "%llu", seq);
	print_str(p, PRINT_TEXT, NULL, "%s", name);
	print_object(p, name);
	switch (o->kind) {
	case KIND_FIB:
		fib_print(m->c, &o->fib);
		break;
	case KIND_PORT:
		port_print(m->c, &o->port);
		break;
	case KIND_NEXTHOP:
		nexthop_print_all(m->c, &o->nexthop);
		break;
	default:
		route_print(m->c, &o->route, o->fib_id, true, NULL);
	}
	print_finish(p);
}

/* The attributes of a message that are about all of it. */
static void read_head(const struct nlmsghdr *hdr, __u64 *seq, __u32 *fib)
{
	const struct genlmsghdr *genl = nlmsg_data(hdr);
	struct nlattr *head = genlmsg_attrdata(genl, 0);
	int len = genlmsg_attrlen(genl, 0);

	*seq = 0;
	*fib = 0;
	attr_get_u64(nla_find(head, len, MFIB_A_SEQ), seq);
	attr_get_u32(nla_find(head, len, MFIB_A_FIB_ID), fib);
}

static int on_event(struct nlattr *attr, const struct nlmsghdr *hdr, void *arg)
{
	const struct genlmsghdr *genl = nlmsg_data(hdr);
	struct monitor *m = arg;
	struct object o = { };
	unsigned int i;
	bool gone;
	__u64 seq;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (nla_type(attr) == kinds[i].attr &&
		    (genl->cmd == kinds[i].changed || genl->cmd == kinds[i].gone))
			break;
	}
	if (i == ARRAY_SIZE(kinds))
		return 0;
	read_head(hdr, &seq, &o.fib_id);
	/* what was read anew has it */
	if (m->lost || (m->seq && seq <= m->seq))
		return 0;
	if (m->seq && seq != m->seq + 1) {
		m->lost = true;
		return 0;
	}
	m->seq = seq;
	o.kind = kinds[i].bit;
	if (decode(&o, attr))
		return -1;
	if (!is_wanted(m, &o))
		return 0;
	gone = genl->cmd == kinds[i].gone;
	print_event(m, &o, kinds[i].name, gone ? "deleted" : "new",
		    gone ? "Deleted" : NULL, seq);
	return 0;
}

static int on_object(struct nlattr *attr, const struct nlmsghdr *hdr, void *arg)
{
	struct monitor *m = arg;
	struct object o = { };
	unsigned int i;
	__u64 seq;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (nla_type(attr) == kinds[i].attr)
			break;
	}
	if (i == ARRAY_SIZE(kinds))
		return 0;
	read_head(hdr, &seq, &o.fib_id);
	/* later changes are told, whatever the rest of the dump has of them */
	if (!m->seq)
		m->seq = seq;
	o.kind = kinds[i].bit;
	if (decode(&o, attr))
		return -1;
	if (is_wanted(m, &o))
		print_event(m, &o, kinds[i].name, "present", NULL, seq);
	return 0;
}

static int read_kind(struct monitor *m, const struct kind *kind)
{
	struct cgr *c = m->c;
	struct request r;
	bool filter;
	int ret;

	if (request_mfib(&r, &c->nl, kind->get, NLM_F_DUMP, &c->err))
		return -1;
	filter = m->fib.word && (kind->bit == KIND_PORT ||
				 kind->bit == KIND_ROUTE);
	if (filter)
		attr_put_u32(r.msg, &r.map, MFIB_A_FIB_ID, m->fib.val, 0);
	ret = request_dump(&r, c->nl.mfib, on_object, m, &c->err);
	if (ret == -ENOENT && filter) {
		/* there is no such FIB, so it has none */
		error_clear(&c->err);
		ret = 0;
	}
	return ret;
}

/* What waits to be received is older than what is read. */
static void forget(struct nl_sock *sk)
{
	char c;

	while (recv(nl_socket_get_fd(sk), &c, 1, MSG_DONTWAIT) >= 0 ||
	       errno == ENOBUFS)
		;
}

static int read_anew(struct monitor *m)
{
	struct cgr *c = m->c;
	unsigned int i;

	begin_event(m, "lost", "Events were lost, everything is read anew:");
	print_finish(&c->out);
	forget(c->nl.events);
	m->lost = false;
	m->seq = 0;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		/* FIBs tell the number of the last change in any case */
		if (!(m->kinds & kinds[i].bit) && kinds[i].bit != KIND_FIB)
			continue;
		if (read_kind(m, &kinds[i]))
			return -1;
	}
	begin_event(m, "synchronized", "Synchronized: what follows is new.");
	print_num(&c->out, PRINT_JSON, "seq", "%llu", m->seq);
	print_finish(&c->out);
	return 0;
}

static int received(void *arg, bool lost)
{
	struct monitor *m = arg;

	dev_expire(&m->c->dev);
	return lost || m->lost ? read_anew(m) : 0;
}

static int monitor_run(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct monitor m = { .c = c, .kinds = KIND_ALL };
	struct talk talk = { .attr = on_event, .arg = &m };
	struct monitor_spec spec = { };
	unsigned int i;

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	m.fib = spec.fib;
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, cmd->name))
			m.kinds = kinds[i].bit;
	if (cgr_nl_events(&c->nl, &c->err))
		return CGR_KERNEL;
	talk.family = c->nl.family;
	dev_learn(&c->dev);
	return listen_run(c, c->nl.events, &talk, received);
}

static const struct cgr_cmd cmds[] = {
	{ .name = "all", .params = params, .run = monitor_run },
	{ .name = "fib", .params = params, .run = monitor_run },
	{ .name = "port", .params = params, .run = monitor_run },
	{ .name = "nexthop", .params = params, .run = monitor_run },
	{ .name = "route", .params = params, .run = monitor_run },
	{ }
};

static const char *const rules[] = {
	NULL
};

const struct cgr_object object_monitor = { "monitor", cmds, rules };
