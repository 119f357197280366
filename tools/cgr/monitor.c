// SPDX-License-Identifier: GPL-2.0
/*
 * cgr monitor: what changes in FIBs, as it happens.
 */
#include <errno.h>
#include <linux/mfib.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/socket.h>
#include <string.h>
#include <sys/socket.h>

#include "args.h"
#include "attr.h"
#include "cgr.h"
#include "event.h"
#include "listen.h"
#include "object.h"
#include "value.h"

struct monitor_spec {
	struct arg_num fib;
};

static const struct param params[] = {
	{ "fib", "FIB", PARAM_POSITIONAL, 1, offsetof(struct monitor_spec, fib), arg_u32 },
	{ }
};

/* What reads objects. In this order what one refers to comes before it. */
static const int gets[EVENT_KINDS] = {
	[EVENT_FIB] = MFIB_CMD_FIB_GET,
	[EVENT_PORT] = MFIB_CMD_PORT_GET,
	[EVENT_NEXTHOP] = MFIB_CMD_NEXTHOP_GET,
	[EVENT_ROUTE] = MFIB_CMD_ROUTE_GET,
};

/**
 * struct monitor - a listener
 * @c: context
 * @kinds: what it wants to know of, a bit for each enum event_kind
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

static bool is_wanted(const struct monitor *m, const struct event *e)
{
	int family = m->c->opt.family;

	if (!(m->kinds & 1U << e->kind))
		return false;
	/* a next hop is of no FIB */
	if (m->fib.word &&
	    (e->kind == EVENT_NEXTHOP || e->fib_id != m->fib.val))
		return false;
	return e->kind != EVENT_ROUTE || family == AF_UNSPEC ||
	       family == e->route.family;
}

static int on_event(struct nlattr *attr, const struct nlmsghdr *hdr, void *arg)
{
	struct monitor *m = arg;
	struct event e;

	/* what was read anew has the older ones */
	if (!event_is_change(attr, hdr, &e) || m->lost ||
	    (m->seq && e.seq <= m->seq))
		return 0;
	if (m->seq && e.seq != m->seq + 1) {
		m->lost = true;
		return 0;
	}
	m->seq = e.seq;
	if (event_decode(attr, &e))
		return -1;
	if (is_wanted(m, &e))
		event_print(m->c, &e, e.gone ? "deleted" : "new");
	return 0;
}

static int on_object(struct nlattr *attr, const struct nlmsghdr *hdr, void *arg)
{
	struct monitor *m = arg;
	struct event e;

	if (!event_is_object(attr, hdr, &e))
		return 0;
	/* later changes are told, whatever the rest of the dump has of them */
	if (!m->seq)
		m->seq = e.seq;
	if (event_decode(attr, &e))
		return -1;
	if (is_wanted(m, &e))
		event_print(m->c, &e, "present");
	return 0;
}

static int read_kind(struct monitor *m, enum event_kind kind)
{
	struct cgr *c = m->c;
	struct request r;
	bool filter;
	int ret;

	if (request_mfib(&r, &c->nl, gets[kind], NLM_F_DUMP, &c->err))
		return -1;
	filter = m->fib.word && (kind == EVENT_PORT || kind == EVENT_ROUTE);
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
	enum event_kind kind;

	event_begin(c, "lost", "Events were lost, everything is read anew:");
	print_finish(&c->out);
	forget(c->nl.events);
	m->lost = false;
	m->seq = 0;
	for (kind = 0; kind < EVENT_KINDS; kind++) {
		/* FIBs tell the number of the last change in any case */
		if (!(m->kinds & 1U << kind) && kind != EVENT_FIB)
			continue;
		if (read_kind(m, kind))
			return -1;
	}
	event_begin(c, "synchronized", "Synchronized: what follows is new.");
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
	struct monitor m = { .c = c, .kinds = (1U << EVENT_KINDS) - 1 };
	struct talk talk = { .attr = on_event, .arg = &m };
	struct monitor_spec spec = { };
	enum event_kind kind;

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	m.fib = spec.fib;
	for (kind = 0; kind < EVENT_KINDS; kind++)
		if (!strcmp(event_names[kind], cmd->name))
			m.kinds = 1U << kind;
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
