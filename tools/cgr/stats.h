/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CGR_STATS_H
#define CGR_STATS_H

struct printer;
struct stats;

void stats_print(struct printer *p, const struct stats *stats, int level);

#endif /* CGR_STATS_H */
