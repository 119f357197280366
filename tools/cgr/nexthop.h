/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CGR_NEXTHOP_H
#define CGR_NEXTHOP_H

struct cgr;
struct nexthop;

void nexthop_print(struct cgr *c, const struct nexthop *nh, int family);
void nexthop_print_all(struct cgr *c, const struct nexthop *nh);
void addr_print(struct cgr *c, const char *key, const char *fmt, int family,
		const void *addr);

#endif /* CGR_NEXTHOP_H */
