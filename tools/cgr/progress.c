// SPDX-License-Identifier: GPL-2.0
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#define WIDTH	30

/**
 * progress_begin() - begin to show progress, if standard error is a terminal
 * @p: set
 * @show: whether to, at all
 * @total: how many files there are
 */
void progress_begin(struct progress *p, bool show, size_t total)
{
	p->show = show && total && isatty(STDERR_FILENO);
	p->total = total;
	clock_gettime(CLOCK_MONOTONIC, &p->begin);
}

/**
 * progress_show() - show how far it is
 * @p: the line
 * @done: how many files are done
 */
void progress_show(const struct progress *p, size_t done)
{
	char bar[WIDTH + 1];
	struct timespec now;
	double seconds;
	size_t i;

	if (!p->show)
		return;
	for (i = 0; i < WIDTH; i++)
		bar[i] = i < WIDTH * done / p->total ? '#' : '.';
	bar[WIDTH] = '\0';
	clock_gettime(CLOCK_MONOTONIC, &now);
	seconds = now.tv_sec - p->begin.tv_sec +
		  (now.tv_nsec - p->begin.tv_nsec) / 1e9;
	fprintf(stderr, "\r[%s] %zu of %zu files", bar, done, p->total);
	if (done && seconds > 1)
		fprintf(stderr, ", %.0f/s, %.0f s left", done / seconds,
			(p->total - done) * seconds / done);
	fputs("\033[K", stderr);
}

/**
 * progress_end() - remove the line
 * @p: the line
 */
void progress_end(const struct progress *p)
{
	if (p->show)
		fputs("\r\033[K", stderr);
}
