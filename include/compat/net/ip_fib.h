/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _COMPAT_NET_IP_FIB_H
#define _COMPAT_NET_IP_FIB_H

#include_next <net/ip_fib.h>
#include <linux/version.h>

/* Before 6.11 there is no seed to set. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
static inline u32 fib_multipath_hash_from_keys(const struct net *net,
					       struct flow_keys *keys)
{
	return flow_hash_from_keys(keys);
}
#endif

#endif /* _COMPAT_NET_IP_FIB_H */
