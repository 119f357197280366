/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CGR_NEXTHOP_H
#define CGR_NEXTHOP_H

#include <stdbool.h>
#include <linux/types.h>

struct cgr;
struct nexthop;
struct nlattr;
struct nlmsghdr;

void nexthop_print(struct cgr *c, const struct nexthop *nh, int family);
void nexthop_print_flags(struct cgr *c, __u32 flags, bool backup);
int nexthop_print_all(struct cgr *c, const struct nexthop *nh);
int nexthop_dump(struct cgr *c,
		 int (*attr)(struct nlattr *attr, const struct nlmsghdr *hdr,
			     void *arg),
		 void *arg);
void addr_print(struct cgr *c, const char *key, const char *fmt, int family,
		const void *addr);

#endif /* CGR_NEXTHOP_H */
