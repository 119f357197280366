/* SPDX-License-Identifier: GPL-2.0 */
/* What is measured, each a file. */
#ifndef _BENCH_H
#define _BENCH_H

#include "ours.h"
#include "table.h"

/**
 * struct bench - what to measure, and how often
 * @table: the routes
 * @name: what the names of the samples begin with
 * @seeds: how many sets of keys, or of updates
 * @passes: how often each is measured
 */
struct bench {
	struct table table;
	char name[64];
	unsigned int seeds;
	unsigned int passes;
};

void bench_lookup(const struct bench *b);
void bench_update(const struct bench *b);
void bench_length(const struct bench *b);
void bench_memory(const struct bench *b);
void bench_small(const struct bench *b);

struct mfib_lpm *load(const struct ours *ours, const struct table *t,
		      unsigned int n);
uint64_t cpu_ns(void);
uint64_t clock_cost(uint64_t (*clock)(void));
void progress(const struct bench *b, const char *format, ...);
void emit(const struct bench *b, const char *what, const char *who,
	  const char *unit, double value);

#endif /* _BENCH_H */
