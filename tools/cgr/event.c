// SPDX-License-Identifier: GPL-2.0
#include "event.h"

#include <linux/mfib.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <sys/time.h>
#include <time.h>

#include "attr.h"
#include "cgr.h"
#include "compiler.h"
#include "fib.h"
#include "nexthop.h"
#include "port.h"
#include "route.h"

/* What they are called. */
const char *const event_names[EVENT_KINDS] = {
	[EVENT_FIB] = "fib",
	[EVENT_PORT] = "port",
	[EVENT_NEXTHOP] = "nexthop",
	[EVENT_ROUTE] = "route",
};

/* What tells of them. */
static const struct {
	int attr;
	int changed;
	int gone;
} kinds[EVENT_KINDS] = {
	[EVENT_FIB] = {
		MFIB_A_FIB, MFIB_CMD_FIB_NEW_NTF, MFIB_CMD_FIB_DEL_NTF
	},
	[EVENT_PORT] = {
		MFIB_A_PORT, MFIB_CMD_PORT_NEW_NTF, MFIB_CMD_PORT_DEL_NTF
	},
	[EVENT_NEXTHOP] = {
		MFIB_A_NEXTHOP, MFIB_CMD_NEXTHOP_NEW_NTF,
		MFIB_CMD_NEXTHOP_DEL_NTF
	},
	[EVENT_ROUTE] = {
		MFIB_A_ROUTE, MFIB_CMD_ROUTE_NEW_NTF, MFIB_CMD_ROUTE_DEL_NTF
	},
};

/**
 * event_is_object() - whether an attribute of a message is an object
 * @attr: top-level attribute
 * @hdr: header of the message
 * @e: set, but for the object itself
 *
 * Return: true if it is.
 */
bool event_is_object(const struct nlattr *attr, const struct nlmsghdr *hdr,
		     struct event *e)
{
	const struct genlmsghdr *genl = nlmsg_data(hdr);
	struct nlattr *head = genlmsg_attrdata(genl, 0);
	int len = genlmsg_attrlen(genl, 0);

	*e = (struct event){ };
	while (kinds[e->kind].attr != nla_type(attr)) {
		if (++e->kind == EVENT_KINDS)
			return false;
	}
	attr_get_u64(nla_find(head, len, MFIB_A_SEQ), &e->seq);
	attr_get_u32(nla_find(head, len, MFIB_A_FIB_ID), &e->fib_id);
	return true;
}

/**
 * event_is_change() - whether an attribute of a message is what has changed
 * @attr: top-level attribute
 * @hdr: header of the message
 * @e: set, but for the object itself
 *
 * Return: true if it is.
 */
bool event_is_change(const struct nlattr *attr, const struct nlmsghdr *hdr,
		     struct event *e)
{
	const struct genlmsghdr *genl = nlmsg_data(hdr);

	if (!event_is_object(attr, hdr, e))
		return false;
	e->gone = genl->cmd == kinds[e->kind].gone;
	return e->gone || genl->cmd == kinds[e->kind].changed;
}

/**
 * event_decode() - decode the object
 * @attr: its attribute
 * @e: event, the rest of it set
 *
 * Return: 0, or -1 if it is malformed.
 */
int event_decode(struct nlattr *attr, struct event *e)
{
	switch (e->kind) {
	case EVENT_FIB:
		if (decode_fib(attr, &e->fib))
			return -1;
		e->fib_id = e->fib.id;
		return 0;
	case EVENT_PORT:
		if (decode_port(attr, &e->port))
			return -1;
		e->fib_id = e->port.fib;
		return 0;
	case EVENT_NEXTHOP:
		return decode_nexthop(attr, &e->nexthop);
	default:
		return decode_route(attr, &e->route);
	}
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

/**
 * event_begin() - begin a line, and in JSON an object, for an event
 * @c: context
 * @event: what has happened, in JSON
 * @text: the same in text, NULL if that goes without saying
 */
void event_begin(struct cgr *c, const char *event, const char *text)
{
	struct printer *p = &c->out;

	print_object(p, NULL);
	print_stamp(c);
	print_str(p, PRINT_JSON, "event", "%s", event);
	if (text)
		print_str(p, PRINT_TEXT, NULL, "%s", text);
}

/**
 * event_print() - print an event
 * @c: context
 * @e: event
 * @event: what has happened, in JSON
 */
void event_print(struct cgr *c, const struct event *e, const char *event)
{
	const char *name = event_names[e->kind];
	struct printer *p = &c->out;

	event_begin(c, event, e->gone ? "Deleted" : NULL);
	print_num(p, PRINT_JSON, "seq", "%llu", e->seq);
	print_str(p, PRINT_TEXT, NULL, "%s", name);
	print_object(p, name);
	switch (e->kind) {
	case EVENT_FIB:
		fib_print(c, &e->fib);
		break;
	case EVENT_PORT:
		port_print(c, &e->port);
		break;
	case EVENT_NEXTHOP:
		nexthop_print_all(c, &e->nexthop);
		break;
	default:
		route_print(c, &e->route, e->fib_id, true, NULL);
	}
	print_finish(p);
}

/**
 * event_echo() - print what a request has changed
 * @attr: top-level attribute of an answer
 * @hdr: header of the answer
 * @arg: the context
 *
 * The kernel answers so if it was asked to, with -echo.
 *
 * Return: 0, or -1 if it is malformed.
 */
int event_echo(struct nlattr *attr, const struct nlmsghdr *hdr, void *arg)
{
	struct cgr *c = arg;
	struct event e;

	if (!event_is_change(attr, hdr, &e))
		return 0;
	if (event_decode(attr, &e))
		return -1;
	event_print(c, &e, e.gone ? "deleted" : "new");
	return 0;
}
