// SPDX-License-Identifier: GPL-2.0
#include "bench.h"

#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "dpdk.h"

static const char usage[] =
"usage: lpm [OPTION...] FILE WHAT...\n"
"  FILE     routing table as tests/data/libloc makes it\n"
"  WHAT     lookup, update, length, memory, small\n"
"  -n NAME  what to call the table in the results (full)\n"
"  -r N     only N of its routes, drawn at random\n"
"  -d       twice its routes, half of them synthetic\n"
"  -m       random next hops\n"
"  -k       no huge pages\n"
"  -s N     seeds (3)\n"
"  -p N     passes for each seed (5)\n";

uint64_t cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

void emit(const struct bench *b, const char *what, const char *who,
	  const char *unit, double value)
{
	printf("sample %s.%s %s %s %.6g\n", b->name, what, who, unit, value);
}

/* A line for people. */
void progress(const struct bench *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("# %s: ", b->name);
	vprintf(format, args);
	putchar('\n');
	va_end(args);
}

/* What it takes to look at a clock: the least of many times. */
uint64_t clock_cost(uint64_t (*clock)(void))
{
	uint64_t least = UINT64_MAX, start, took;
	unsigned int i;

	for (i = 0; i < 10000; i++) {
		start = clock();
		took = clock() - start;
		if (took < least)
			least = took;
	}
	return least;
}

/* One of our trees with the first @n routes of a table, in its order. */
struct mfib_lpm *load(const struct ours *ours, const struct table *t,
		      unsigned int n)
{
	struct mfib_lpm *lpm = ours->create(t->width);
	const struct prefix *p;
	unsigned int i;
	u32 old;

	if (!lpm)
		errx(1, "mfib_lpm_create");
	for (i = 0; i < n; i++) {
		p = &t->p[t->order[i]];
		if (ours->insert(lpm, p->addr, p->len, p->value, &old) || old)
			errx(1, "mfib_lpm_insert");
	}
	return lpm;
}

static const struct {
	const char *name;
	void (*run)(const struct bench *b);
} parts[] = {
	{ "lookup", bench_lookup },
	{ "update", bench_update },
	{ "length", bench_length },
	{ "memory", bench_memory },
	{ "small", bench_small },
};

static unsigned int number(const char *arg)
{
	unsigned int n = atoi(arg);

	if (!n)
		errx(2, "%s", usage);
	return n;
}

int main(int argc, char **argv)
{
	struct bench b = { .seeds = 3, .passes = 5 };
	const char *name = "full";
	unsigned int routes = 0, i;
	bool twice = false, mix = false, small_pages = false;
	int option;

	while ((option = getopt(argc, argv, "n:r:dmks:p:")) != -1) {
		switch (option) {
		case 'n':
			name = optarg;
			break;
		case 'r':
			routes = number(optarg);
			break;
		case 'd':
			twice = true;
			break;
		case 'm':
			mix = true;
			break;
		case 'k':
			small_pages = true;
			break;
		case 's':
			b.seeds = number(optarg);
			break;
		case 'p':
			b.passes = number(optarg);
			break;
		default:
			errx(2, "%s", usage);
		}
	}
	if (argc - optind < 2)
		errx(2, "%s", usage);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (small_pages && prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0))
		err(1, "prctl");
	table_read(&b.table, argv[optind++]);
	if (routes)
		table_sample(&b.table, routes);
	if (twice)
		table_double(&b.table);
	if (mix)
		table_mix(&b.table);
	snprintf(b.name, sizeof(b.name), "lpm.v%c.%s",
		 b.table.width == 32 ? '4' : '6', name);
	printf("note %s: %u routes, %u next hops\n", b.name, b.table.n,
	       b.table.values);
	dpdk_init(4096);
	for (; optind < argc; optind++) {
		for (i = 0; i < ARRAY_SIZE(parts) && strcmp(argv[optind], parts[i].name); i++)
			;
		if (i == ARRAY_SIZE(parts))
			errx(2, "%s", usage);
		parts[i].run(&b);
	}
	table_free(&b.table);
	return 0;
}
