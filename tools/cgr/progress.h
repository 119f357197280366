/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How far it is, in one line of a terminal.
 */
#ifndef CGR_PROGRESS_H
#define CGR_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/**
 * struct progress - the line
 * @show: whether it is shown
 * @total: how many files there are
 * @begin: when it began
 */
struct progress {
	bool show;
	size_t total;
	struct timespec begin;
};

void progress_begin(struct progress *p, bool show, size_t total);
void progress_show(const struct progress *p, size_t done);
void progress_end(const struct progress *p);

#endif /* CGR_PROGRESS_H */
