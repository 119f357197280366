/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Verdicts: files in memory that are known to carry a good signature.
 *
 * A verdict belongs to an inode as it is in memory and goes with that. It is
 * void when the inode was opened for writing or truncated since, when its
 * size, change time or version differs, or when the cache was flushed.
 */
#ifndef _DIGSIG_CACHE_H
#define _DIGSIG_CACHE_H

#include <linux/types.h>

struct digsig_cache_entry;
struct inode;

/**
 * struct digsig_cache_stats - state of the cache
 * @entries: verdicts, void ones included
 * @max: most there may be
 * @hits: decisions by a verdict
 */
struct digsig_cache_stats {
	u32 entries;
	u32 max;
	u64 hits;
};

bool digsig_cache_hit(struct inode *inode);
bool digsig_cache_has(struct inode *inode);
struct digsig_cache_entry *digsig_cache_begin(struct inode *inode);
bool digsig_cache_end(struct digsig_cache_entry *entry, bool good);
void digsig_cache_drop(const struct inode *inode);
void digsig_cache_flush(void);
void digsig_cache_stats(struct digsig_cache_stats *stats);

int digsig_cache_setup(u32 max);
void digsig_cache_teardown(void);

#endif /* _DIGSIG_CACHE_H */
