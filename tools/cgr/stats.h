/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CGR_STATS_H
#define CGR_STATS_H

struct printer;
struct stats;
struct tree;

void stats_print(struct printer *p, const struct stats *stats, int level);
void stats_print_tree(struct printer *p, const char *name,
		      const struct tree *tree, int level);

#endif /* CGR_STATS_H */
