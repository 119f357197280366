/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which routes a command means: a filter, which the kernel applies.
 */
#ifndef CGR_ROUTE_SELECT_H
#define CGR_ROUTE_SELECT_H

#include <linux/types.h>

#include "route_spec.h"

struct cgr;
struct cgr_cmd;
struct nlattr;
struct nlmsghdr;

/**
 * struct route_select - routes that agree with all that is given
 * @route: what they have; its destination may be missing, and the number of
 *	that is an enum mfib_select
 * @stale: another generation than this
 */
struct route_select {
	struct route_spec route;
	struct arg_num stale;
};

extern const struct param route_select_params[];

int route_select_talk(struct cgr *c, const struct cgr_cmd *cmd,
		      const struct args *a, struct route_select *select,
		      int (*attr)(struct nlattr *attr,
				  const struct nlmsghdr *hdr, void *arg),
		      void *arg, __u64 *applied);

#endif /* CGR_ROUTE_SELECT_H */
