/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Groups of next hops, as commands give them and the kernel tells of them.
 */
#ifndef CGR_GROUP_H
#define CGR_GROUP_H

#include <linux/types.h>

#include "args.h"
#include "value.h"

struct attr_map;
struct cgr;
struct nexthop;
struct nl_msg;

#define GROUP_MEMBERS_MAX	64

/**
 * struct arg_members - members of a group
 * @word: 1-based index of their word, 0 if they were not given
 * @nr: their number
 * @member: id and weight, 0 if that was not given
 */
struct arg_members {
	int word;
	unsigned int nr;
	struct {
		__u32 id;
		__u32 weight;
	} member[GROUP_MEMBERS_MAX];
};

/**
 * struct group_spec - a group
 * @members: who shares the flows
 * @backups: who has them if none of the members can
 * @buckets: number of buckets
 */
struct group_spec {
	struct arg_members members;
	struct arg_members backups;
	struct arg_num buckets;
};

int arg_members(struct args *a, const struct param *p, void *field);
void group_put(struct nl_msg *msg, struct attr_map *map,
	       const struct group_spec *spec);
int group_print(struct cgr *c, const struct nexthop *nh);
int group_print_spread(struct cgr *c, const struct nexthop *nh);

#endif /* CGR_GROUP_H */
