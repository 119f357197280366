/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CGR_NEXTHOP_H
#define CGR_NEXTHOP_H

struct cgr;
struct nexthop;

void nexthop_print(struct cgr *c, const struct nexthop *nh, int family);
void addr_print(struct cgr *c, const char *key, const char *fmt, int family,
		const void *addr);

#endif /* CGR_NEXTHOP_H */
