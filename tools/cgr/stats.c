// SPDX-License-Identifier: GPL-2.0
#include "stats.h"

#include <string.h>

#include "compiler.h"
#include "decode.h"
#include "print.h"

/* In this order, with a line for each group. */
static const struct stats_counter counters[] = {
	{ MFIB_STAT_A_FORWARD_PACKETS,	"forward_packets", false },
	{ MFIB_STAT_A_FORWARD_BYTES,	"forward_bytes", false },
	{ MFIB_STAT_A_LOCAL_PACKETS,	"local_packets", false },
	{ MFIB_STAT_A_NOROUTE,		"noroute", true },
	{ MFIB_STAT_A_UNREACHABLE,	"unreachable", true },
	{ MFIB_STAT_A_PROHIBIT,		"prohibit", true },
	{ MFIB_STAT_A_BLACKHOLE,	"blackhole", true },
	{ MFIB_STAT_A_DEAD,		"dead", true },
	{ MFIB_STAT_A_MARTIAN,		"martian", true },
	{ MFIB_STAT_A_DISABLED,		"disabled", true },
	{ MFIB_STAT_A_LOOP,		"loop", true },
	{ MFIB_STAT_A_RPF,		"rpf", true },
	{ MFIB_STAT_A_SENT_PACKETS,	"sent_packets", false },
	{ MFIB_STAT_A_SENT_BYTES,	"sent_bytes", false },
	{ MFIB_STAT_A_SENT_ERRORS,	"sent_errors", false },
};

/**
 * stats_next() - walk all counters
 * @counter: the one before, or NULL
 *
 * Return: the counter, NULL at the end.
 */
const struct stats_counter *stats_next(const struct stats_counter *counter)
{
	counter = counter ? counter + 1 : counters;
	return counter < counters + ARRAY_SIZE(counters) ? counter : NULL;
}

/* "forward-packets %llu" */
static void print_counter(struct printer *p, const char *key, __u64 val)
{
	char fmt[32];
	int i;

	for (i = 0; key[i]; i++)
		fmt[i] = key[i] == '_' ? '-' : key[i];
	strcpy(fmt + i, " %llu");
	print_num(p, PRINT_ANY, key, fmt, val);
}

/**
 * stats_print() - print packet counters
 * @p: output, in text indented lines
 * @stats: counters; nothing is printed if there are none
 * @level: how much the lines are indented
 */
void stats_print(struct printer *p, const struct stats *stats, int level)
{
	const struct stats_counter *counter = NULL, *last = NULL;

	if (!stats->present)
		return;
	print_object(p, "stats");
	while ((counter = stats_next(counter))) {
		if (!last || last->is_drop != counter->is_drop)
			print_indent(p, level);
		print_counter(p, counter->key, stats->val[counter->attr]);
		last = counter;
	}
	print_close(p);
}

static const char *form_name(__u8 form)
{
	static const char *const names[] = {
		[MFIB_TREE_FORM_ARRAY] = "array",
		[MFIB_TREE_FORM_TREE] = "tree",
		[MFIB_TREE_FORM_DIRECT] = "direct",
	};

	return form < ARRAY_SIZE(names) ? names[form] : "unknown";
}

/**
 * stats_print_tree() - print what a tree holds and takes
 * @p: output, in text an indented line
 * @name: its name
 * @tree: the tree; nothing is printed if it is not there
 * @level: how much the line is indented
 */
void stats_print_tree(struct printer *p, const char *name,
		      const struct tree *tree, int level)
{
	if (!tree->present)
		return;
	print_object(p, name);
	print_indent(p, level);
	print_str(p, PRINT_TEXT, NULL, "%s", name);
	print_str(p, PRINT_ANY, "form", "%s", form_name(tree->form));
	print_num(p, PRINT_ANY, "prefixes", "prefixes %llu", tree->prefixes);
	print_num(p, PRINT_ANY, "nodes", "nodes %llu", tree->nodes);
	print_num(p, PRINT_ANY, "depth", "depth %llu", tree->depth);
	print_num(p, PRINT_ANY, "lookup_bytes", "lookup-bytes %llu",
		  tree->lookup_bytes);
	print_num(p, PRINT_ANY, "writer_bytes", "writer-bytes %llu",
		  tree->writer_bytes);
	print_num(p, PRINT_ANY, "retired_bytes", "retired-bytes %llu",
		  tree->retired_bytes);
	print_close(p);
}
