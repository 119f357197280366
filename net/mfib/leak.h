/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Leaking: routes that lead out of their FIB.
 */
#ifndef _MFIB_LEAK_H
#define _MFIB_LEAK_H

#include "prefix.h"

struct mfib_info;
struct mfib_net;
struct net_device;
struct rt6_info;
struct sk_buff;

/* Most FIBs that look a packet up for the one it came in by. */
#define MFIB_LEAKS_MAX		8

const struct mfib_info *mfib_leak(const struct mfib_info *info,
				  enum mfib_family family, const void *daddr,
				  struct net_device **master);
bool mfib_leak_fits6(struct sk_buff *skb, const struct rt6_info *rt);
void mfib_leak_purge(struct mfib_net *mnet, const struct net_device *dev);

#endif /* _MFIB_LEAK_H */
