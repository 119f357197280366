/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Routes of type throw: the packet leaves the FIB, and the kernel's rules other
 * than "l3mdev" say what becomes of it.
 */
#ifndef _MFIB_THROW_H
#define _MFIB_THROW_H

struct dst_entry;
struct net_device;
struct sk_buff;

struct dst_entry *mfib_throw4_input(struct sk_buff *skb,
				    struct net_device *master);
struct dst_entry *mfib_throw6_input(struct sk_buff *skb,
				    struct net_device *master);
struct dst_entry *mfib_throw4_output(struct sk_buff *skb,
				     const struct net_device *master);
struct dst_entry *mfib_throw6_output(struct sk_buff *skb,
				     const struct net_device *master);
struct dst_entry *mfib_throw4_into(struct sk_buff *skb,
				   const struct net_device *master);
struct dst_entry *mfib_throw6_into(struct sk_buff *skb,
				   const struct net_device *master);

#endif /* _MFIB_THROW_H */
