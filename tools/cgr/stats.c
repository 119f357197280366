// SPDX-License-Identifier: GPL-2.0
#include "stats.h"

#include "compiler.h"
#include "decode.h"
#include "print.h"

static const struct {
	unsigned int attr;
	const char *key;
	const char *fmt;
} counters[] = {
	{ MFIB_STAT_A_FORWARD_PACKETS,	"forward_packets", "forward-packets %llu" },
	{ MFIB_STAT_A_FORWARD_BYTES,	"forward_bytes", "forward-bytes %llu" },
	{ MFIB_STAT_A_LOCAL_PACKETS,	"local_packets", "local-packets %llu" },
	{ 0 },
	{ MFIB_STAT_A_NOROUTE,		"noroute", "noroute %llu" },
	{ MFIB_STAT_A_UNREACHABLE,	"unreachable", "unreachable %llu" },
	{ MFIB_STAT_A_PROHIBIT,		"prohibit", "prohibit %llu" },
	{ MFIB_STAT_A_BLACKHOLE,	"blackhole", "blackhole %llu" },
	{ MFIB_STAT_A_DEAD,		"dead", "dead %llu" },
	{ MFIB_STAT_A_MARTIAN,		"martian", "martian %llu" },
	{ MFIB_STAT_A_DISABLED,		"disabled", "disabled %llu" },
	{ 0 },
	{ MFIB_STAT_A_SENT_PACKETS,	"sent_packets", "sent-packets %llu" },
	{ MFIB_STAT_A_SENT_BYTES,	"sent_bytes", "sent-bytes %llu" },
	{ MFIB_STAT_A_SENT_ERRORS,	"sent_errors", "sent-errors %llu" },
};

/**
 * stats_print() - print packet counters
 * @p: output, in text indented lines
 * @stats: counters; nothing is printed if there are none
 * @level: how much the lines are indented
 */
void stats_print(struct printer *p, const struct stats *stats, int level)
{
	unsigned int i;

	if (!stats->present)
		return;
	print_object(p, "stats");
	print_indent(p, level);
	for (i = 0; i < ARRAY_SIZE(counters); i++) {
		if (counters[i].attr)
			print_num(p, PRINT_ANY, counters[i].key,
				  counters[i].fmt,
				  stats->val[counters[i].attr]);
		else
			print_indent(p, level);
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
