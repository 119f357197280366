/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CGR_ROUTE_H
#define CGR_ROUTE_H

#include <stdbool.h>
#include <linux/types.h>

struct arg_addr;
struct cgr;
struct route;

int route_print(struct cgr *c, const struct route *route, __u32 fib,
		bool say_fib, const struct arg_addr *address);

#endif /* CGR_ROUTE_H */
