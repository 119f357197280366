/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _COMPAT_LINUX_NET_H
#define _COMPAT_LINUX_NET_H

#include_next <linux/net.h>
#include <linux/version.h>

/* What accept() of a protocol is called with moved into a struct in 6.10. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
#define ACCEPT_PARAMS	struct proto_accept_arg *arg
#define ACCEPT_FLAGS	(arg->flags)
#define ACCEPT_KERN	(arg->kern)
#else
#define ACCEPT_PARAMS	int flags, bool kern
#define ACCEPT_FLAGS	flags
#define ACCEPT_KERN	kern
#endif

#endif /* _COMPAT_LINUX_NET_H */
