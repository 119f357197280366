/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Notifications: what changed, in order, to those who listen.
 *
 * Each one counts the change sequence up by one, whether anybody listens or
 * not, so that a listener who misses a number has missed a notification. They
 * are collected as long as the namespace's lock is held, many to a message, and
 * sent before it is released.
 */
#ifndef _MFIB_NOTIFY_H
#define _MFIB_NOTIFY_H

#include <linux/types.h>

struct mfib_fib;
struct mfib_info;
struct mfib_net;
struct mfib_nexthop;
struct mfib_port;
struct mfib_prefix;

void mfib_notify_fib(const struct mfib_fib *fib);
void mfib_notify_fib_gone(const struct mfib_fib *fib);
void mfib_notify_port(struct mfib_net *mnet, const struct mfib_port *port);
void mfib_notify_port_gone(struct mfib_net *mnet,
			   const struct mfib_port *port);
void mfib_notify_nexthop(const struct mfib_nexthop *nh);
void mfib_notify_nexthop_gone(const struct mfib_nexthop *nh);
void mfib_notify_route(const struct mfib_fib *fib,
		       const struct mfib_prefix *prefix,
		       const struct mfib_info *info, bool active);
void mfib_notify_route_gone(const struct mfib_fib *fib,
			    const struct mfib_prefix *prefix,
			    const struct mfib_info *info, bool active);

void mfib_notify_send(struct mfib_net *mnet);
void mfib_notify_start(void);
void mfib_notify_stop(void);

#endif /* _MFIB_NOTIFY_H */
