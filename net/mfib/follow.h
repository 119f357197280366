/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's own tables, followed by the FIBs of their ids.
 */
#ifndef _MFIB_FOLLOW_H
#define _MFIB_FOLLOW_H

#include <linux/list.h>

#include "dst.h"
#include "prefix.h"

struct fib6_info;
struct fib_info;
struct fib_notifier_info;
struct mfib_fib;
struct mfib_group_spec;
struct mfib_net;
struct mfib_nexthop;

/**
 * enum mfib_follow_what - what has happened in the kernel
 * @MFIB_FOLLOW_ROUTE: a prefix has another route now, or none
 * @MFIB_FOLLOW_DEFAULT: the same, and catch-alls may be missing, see ktable.c
 * @MFIB_FOLLOW_LINK: IPv6 was switched on
 * @MFIB_FOLLOW_RULE: a rule has gone
 * @MFIB_FOLLOW_END: all routes have been told
 */
enum mfib_follow_what {
	MFIB_FOLLOW_ROUTE,
	MFIB_FOLLOW_DEFAULT,
	MFIB_FOLLOW_LINK,
	MFIB_FOLLOW_RULE,
	MFIB_FOLLOW_END,
};

/**
 * struct mfib_follow_hop - a next hop of a kernel's route
 * @ifindex: its device
 * @weight: its weight
 * @gw: its gateway
 * @mtu: MTU of the path
 * @rt: the IPv6 route that it is of, held; or NULL
 */
struct mfib_follow_hop {
	int ifindex;
	u32 weight;
	struct mfib_gateway gw;
	struct mfib_mtu mtu;
	struct fib6_info *rt;
};

/**
 * struct mfib_follow_event - what has happened, as it is queued
 * @node: links it into the queue
 * @what: what it is
 * @table: the kernel's table
 * @serial: which FIB of this id was there
 * @prefix: destination of the route
 * @metric: its metric
 * @type: RTN_*
 * @there: the prefix has this route; or else none that is followed
 * @protocol: RTPROT_*
 * @tos: of an IPv4 route, as the kernel stores it
 * @connected: it comes with an address
 * @trap: FIBs cannot forward it, whatever its next hops
 * @object: id of its next-hop object, 0 if it has none
 * @fi: the IPv4 route, held; or NULL
 * @n: number of next hops, if it has no object
 * @hop: these
 */
struct mfib_follow_event {
	struct list_head node;
	enum mfib_follow_what what;
	u32 table;
	u64 serial;
	struct mfib_prefix prefix;
	u32 metric;
	u8 type;
	u8 protocol;
	u8 tos;
	bool there;
	bool connected;
	bool trap;
	u32 object;
	struct fib_info *fi;
	u32 n;
	struct mfib_follow_hop hop[];
};

/* follow_event.c */
struct mfib_follow_event *mfib_follow_event(struct mfib_net *mnet,
					    unsigned long happened,
					    struct fib_notifier_info *info);
void mfib_follow_event_free(struct mfib_follow_event *event);
void mfib_follow_event_mark(struct mfib_net *mnet,
			    const struct mfib_follow_event *event,
			    bool offload, bool trap);

/* follow_object.c */
bool mfib_follow_objects_load(struct mfib_net *mnet,
			      const struct list_head *events);
struct mfib_nexthop *mfib_follow_object(struct mfib_net *mnet, u32 id,
					bool *blackhole);
int mfib_follow_objects_setup(struct mfib_net *mnet);
void mfib_follow_objects_stop(struct mfib_net *mnet);
void mfib_follow_objects_teardown(struct mfib_net *mnet);

/* follow.c */
void mfib_follow_again(struct mfib_net *mnet);
void mfib_follow_set(struct mfib_fib *fib, bool all);
int mfib_follow_setup(struct mfib_net *mnet);
void mfib_follow_teardown(struct mfib_net *mnet);

#endif /* _MFIB_FOLLOW_H */
