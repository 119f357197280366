/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The next hops of one route, as commands and files give them and the kernel
 * tells of them.
 */
#ifndef CGR_HOPS_H
#define CGR_HOPS_H

#include <stdbool.h>
#include <linux/types.h>

#include "args.h"
#include "value.h"

struct attr_map;
struct cgr;
struct cgr_error;
struct dev_cache;
struct nexthop;
struct nl_msg;

#define HOPS_MAX	64

/* hops_put() takes no more bytes than this, and this for each of them. */
#define HOPS_PUT_MAX	4
#define HOP_PUT_MAX	40

/**
 * struct hop - one of several next hops
 * @word: 1-based index of the "nexthop" that it begins with
 * @via: gateway
 * @dev: device
 * @weight: weight
 * @ifindex: index of @dev, see hops_find_devs()
 */
struct hop {
	int word;
	struct arg_addr via;
	struct arg_str dev;
	struct arg_num weight;
	__u32 ifindex;
};

/**
 * struct hops - next hops
 * @word: 1-based index of their last word, 0 if there are none
 * @nr: their number
 * @hop: the next hops, only so many of them set
 */
struct hops {
	int word;
	unsigned int nr;
	struct hop hop[HOPS_MAX];
};

int arg_hop(struct args *a, const struct param *p, void *field);
int hops_find_devs(struct hops *hops, struct dev_cache *cache,
		   struct cgr_error *err);
int hop_put_mtu(struct nl_msg *msg, struct attr_map *map,
		const struct arg_mtu *mtu);
int hops_put(struct nl_msg *msg, struct attr_map *map, const struct hops *hops);
int hops_print(struct cgr *c, const struct nexthop *nh, int family, bool lines);

#endif /* CGR_HOPS_H */
