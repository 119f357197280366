/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names and indices of devices, each resolved once.
 */
#ifndef CGR_DEV_H
#define CGR_DEV_H

#include <net/if.h>
#include <stdbool.h>
#include <linux/types.h>

struct arg_str;
struct cgr_error;

#define DEV_SLOTS	1024	/* a power of two */

/**
 * struct dev_slot - a device
 * @index: its index, 0 if the slot is free
 * @name: its name
 * @seen: when it was resolved, see dev_expire()
 */
struct dev_slot {
	__u32 index;
	char name[IFNAMSIZ];
	unsigned int seen;
};

/**
 * struct dev_cache - devices that were resolved
 * @used: there are some
 * @now: counts calls of dev_expire()
 * @by_index: slot from index
 * @by_name: slot from a hash of the name
 */
struct dev_cache {
	bool used;
	unsigned int now;
	struct dev_slot by_index[DEV_SLOTS];
	struct dev_slot by_name[DEV_SLOTS];
};

void dev_forget(struct dev_cache *cache);
void dev_learn(struct dev_cache *cache);
void dev_expire(struct dev_cache *cache);
__u32 dev_index(struct dev_cache *cache, const char *name);
int dev_find(struct dev_cache *cache, const struct arg_str *dev,
	     __u32 *ifindex, struct cgr_error *err);
const char *dev_name(struct dev_cache *cache, __u32 index);

#endif /* CGR_DEV_H */
