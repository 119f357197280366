// SPDX-License-Identifier: GPL-2.0
/* FLAVOUR is the name of what is exported, given by the Makefile. */
#include "ours.h"

#ifdef HAVE_WRITER_BYTES
static void memory(const struct mfib_lpm *lpm, u64 *lookup, u64 *writer)
{
	struct mfib_lpm_stats stats;

	mfib_lpm_stats(lpm, &stats);
	*lookup = stats.lookup_bytes;
	*writer = stats.writer_bytes;
}
#else
/* A tree with nothing that only writers need. */
static void memory(const struct mfib_lpm *lpm, u64 *lookup, u64 *writer)
{
	struct mfib_lpm_stats stats;

	mfib_lpm_stats(lpm, &stats);
	*lookup = stats.bytes;
	*writer = 0;
}
#endif

const struct ours FLAVOUR = {
	.create = mfib_lpm_create,
	.destroy = mfib_lpm_destroy,
	.insert = mfib_lpm_insert,
	.remove = mfib_lpm_remove,
	.lookup = mfib_lpm_lookup,
	.lookup_bulk = mfib_lpm_lookup_bulk,
	.memory = memory,
};
