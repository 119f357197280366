/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What has happened to FIBs, ports, next hops and routes, as the kernel tells
 * it to who listens, and to who asked for it with -echo.
 */
#ifndef CGR_EVENT_H
#define CGR_EVENT_H

#include <stdbool.h>
#include <linux/types.h>

#include "decode.h"

struct cgr;
struct nlattr;
struct nlmsghdr;

enum event_kind {
	EVENT_FIB,
	EVENT_PORT,
	EVENT_NEXTHOP,
	EVENT_ROUTE,
	EVENT_KINDS
};

/**
 * struct event - an object that has changed, or is there
 * @kind: what it is
 * @gone: it was deleted
 * @seq: number of the change
 * @fib_id: its FIB; 0 of a next hop, which is of none
 * @fib: the FIB
 * @port: the port
 * @nexthop: the next hop
 * @route: the route
 */
struct event {
	enum event_kind kind;
	bool gone;
	__u64 seq;
	__u32 fib_id;
	union {
		struct fib fib;
		struct port port;
		struct nexthop nexthop;
		struct route route;
	};
};

extern const char *const event_names[EVENT_KINDS];

bool event_is_change(const struct nlattr *attr, const struct nlmsghdr *hdr,
		     struct event *e);
bool event_is_object(const struct nlattr *attr, const struct nlmsghdr *hdr,
		     struct event *e);
int event_decode(struct nlattr *attr, struct event *e);
void event_begin(struct cgr *c, const char *event, const char *text);
void event_print(struct cgr *c, const struct event *e, const char *event);
int event_echo(struct nlattr *attr, const struct nlmsghdr *hdr, void *arg);

#endif /* CGR_EVENT_H */
