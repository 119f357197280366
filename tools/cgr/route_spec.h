/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A route as commands and files give it.
 */
#ifndef CGR_ROUTE_SPEC_H
#define CGR_ROUTE_SPEC_H

#include <linux/types.h>

#include "args.h"
#include "hops.h"
#include "value.h"

struct attr_map;
struct cgr_error;
struct dev_cache;
struct nl_msg;

/**
 * struct route_spec - a route
 * @type: RTN_*
 * @dst: destination
 * @via: gateway
 * @dev: device
 * @nhid: id of the next hop
 * @lookup: FIB by whose routes packets go on
 * @mtu: MTU of the path
 * @foreign: MFIB_ROUTE_F_FOREIGN
 * @metric: metric
 * @proto: RTPROT_*
 * @generation: number by which who added it knows it
 * @fib: FIB
 * @ifindex: index of @dev, see route_spec_find_devs()
 * @hops: several next hops, instead of @via, @dev, @nhid and @lookup; last, as
 *	it is large
 */
struct route_spec {
	struct arg_num type;
	struct arg_addr dst;
	struct arg_addr via;
	struct arg_str dev;
	struct arg_num nhid;
	struct arg_num lookup;
	struct arg_mtu mtu;
	struct arg_num foreign;
	struct arg_num metric;
	struct arg_num proto;
	struct arg_num generation;
	struct arg_num fib;
	__u32 ifindex;
	struct hops hops;
};

/* A route of route_put() takes no more bytes than this, without @hops. */
#define ROUTE_PUT_MAX	144

extern const struct param route_params[];

int route_spec_parse(struct args *a, struct route_spec *spec);
int route_spec_find_devs(struct route_spec *spec, struct dev_cache *cache,
			 struct cgr_error *err);
int route_put(struct nl_msg *msg, struct attr_map *map,
	      const struct route_spec *spec);

size_t route_put_max(const struct route_spec *spec);

const char *route_type_name(unsigned int type);
int arg_route_type(struct args *a, const struct param *p, void *field);

#endif /* CGR_ROUTE_SPEC_H */
