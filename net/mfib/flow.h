/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What tells one flow of packets from another.
 */
#ifndef _MFIB_FLOW_H
#define _MFIB_FLOW_H

#include "prefix.h"

struct net;
struct sk_buff;

u32 mfib_flow_hash(const struct net *net, struct sk_buff *skb,
		   enum mfib_family family);

#endif /* _MFIB_FLOW_H */
