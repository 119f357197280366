/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which routes a command means: a filter, which the kernel applies.
 */
#ifndef CGR_ROUTE_SELECT_H
#define CGR_ROUTE_SELECT_H

#include <linux/types.h>

#include "args.h"
#include "value.h"

struct cgr;
struct cgr_cmd;
struct nlattr;
struct nlmsghdr;

/**
 * struct route_select - routes that agree with all that is given
 * @fib: FIB
 * @prefix: prefix; its number is an enum mfib_select
 * @type: RTN_*
 * @via: gateway
 * @dev: device
 * @nhid: id of the next hop
 * @metric: metric
 * @proto: RTPROT_*
 * @generation: generation
 * @stale: another generation than this, instead
 */
struct route_select {
	struct arg_num fib;
	struct arg_addr prefix;
	struct arg_num type;
	struct arg_addr via;
	struct arg_str dev;
	struct arg_num nhid;
	struct arg_num metric;
	struct arg_num proto;
	struct arg_num generation;
	struct arg_num stale;
};

extern const struct param route_select_params[];

int route_select_talk(struct cgr *c, const struct cgr_cmd *cmd,
		      const struct args *a, const struct route_select *select,
		      int (*attr)(struct nlattr *attr,
				  const struct nlmsghdr *hdr, void *arg),
		      void *arg, __u64 *applied);

#endif /* CGR_ROUTE_SELECT_H */
