/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CGR_STATS_H
#define CGR_STATS_H

#include <stdbool.h>
#include <linux/types.h>

struct printer;
struct stats;
struct tree;

/**
 * struct stats_counter - a counter of packets
 * @attr: MFIB_STAT_A_*
 * @key: its JSON name
 * @is_drop: it counts packets that were dropped, and its name says why
 */
struct stats_counter {
	unsigned int attr;
	const char *key;
	bool is_drop;
};

const struct stats_counter *stats_next(const struct stats_counter *counter);
void stats_print(struct printer *p, const struct stats *stats, int level);
void stats_print_tree(struct printer *p, const char *name,
		      const struct tree *tree, int level);

#endif /* CGR_STATS_H */
