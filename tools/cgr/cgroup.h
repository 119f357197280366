/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Control groups whose sockets are bound to a device when they are made.
 */
#ifndef CGR_CGROUP_H
#define CGR_CGROUP_H

#include <linux/types.h>

struct cgr_error;

int cgroup_join(__u32 fib, __u32 ifindex, struct cgr_error *err);

#endif /* CGR_CGROUP_H */
