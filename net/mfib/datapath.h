/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What packets of a FIB pass through.
 */
#ifndef _MFIB_DATAPATH_H
#define _MFIB_DATAPATH_H

#include <linux/netdevice.h>

struct sk_buff;
struct sock;

struct sk_buff *mfib_input(struct net_device *master, struct sk_buff *skb,
			   u16 proto);
struct sk_buff *mfib_output(struct net_device *master, struct sock *sk,
			    struct sk_buff *skb, u16 proto);
netdev_tx_t mfib_xmit(struct sk_buff *skb, struct net_device *dev);

#endif /* _MFIB_DATAPATH_H */
