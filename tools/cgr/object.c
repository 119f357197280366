// SPDX-License-Identifier: GPL-2.0
#include "object.h"

#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "cgr.h"
#include "option.h"

#define CMDS_MAX	32
#define CMD_HELP	1000

#define USAGE_START	7
#define USAGE_WIDTH	70
#define USAGE_INDENT	15

static const struct cgr_object *const objects[] = {
	&object_fib,
	&object_port,
	&object_nexthop,
	&object_route,
	&object_monitor,
	&object_digsig,
	&object_tipc,
	&object_doctor,
	&object_metrics,
	&object_exec,
};

/* The parts of a line of grammar, with a space or a line break in between. */
static void print_wrapped(char *line, FILE *f)
{
	unsigned int column = 0;
	char *save, *part;

	for (part = strtok_r(line, "\n", &save); part;
	     part = strtok_r(NULL, "\n", &save)) {
		unsigned int len = strlen(part);

		if (column && column + 1 + len > USAGE_WIDTH) {
			fprintf(f, "\n%*s", USAGE_INDENT, "");
			column = USAGE_INDENT - USAGE_START;
		} else if (column) {
			putc(' ', f);
			column++;
		}
		fputs(part, f);
		column += len;
	}
	putc('\n', f);
}

/**
 * cgr_usage() - print the grammar of the tool
 * @f: where to
 */
void cgr_usage(FILE *f)
{
	char line[512] = "OBJECT := {";
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(objects); i++) {
		strcat(line, i ? "\n| " : "\n");
		strcat(line, objects[i]->name);
	}
	strcat(line, "\n}");
	fprintf(f, "Usage: cgr [ OPTIONS ] OBJECT { COMMAND | help }\n"
		"       cgr [ OPTIONS ] -b[atch] FILE\n%*s", USAGE_START, "");
	print_wrapped(line, f);
	fputs("       OPTIONS := {", f);
	option_usage(f);
	fputs(" }\n", f);
}

/* Commands next to each other with the same parameters share a line. */
static const struct cgr_cmd *last_alike(const struct cgr_cmd *cmd)
{
	while (cmd[1].name && cmd[1].params == cmd->params)
		cmd++;
	return cmd;
}

static void usage(const struct cgr_object *obj, const struct cgr_cmd *only,
		  FILE *f)
{
	const struct cgr_cmd *cmd = only ? only : obj->cmds, *last, *one;
	const char *const *rule;
	char *line = NULL;
	size_t size;

	for (; cmd->name; cmd = last + 1) {
		FILE *mem = open_memstream(&line, &size);

		if (!mem)
			return;
		last = only ? only : last_alike(cmd);
		fprintf(mem, "cgr %s%s", obj->name, last == cmd ? "" : " {");
		for (one = cmd; one <= last; one++)
			fprintf(mem, "%s %s", one == cmd ? "" : " |",
				one->name);
		fputs(last == cmd ? "" : " }", mem);
		args_usage(cmd->params, mem);
		fclose(mem);
		fputs(cmd == only || cmd == obj->cmds ? "Usage: " : "       ",
		      f);
		print_wrapped(line, f);
		free(line);
		if (only)
			break;
	}
	for (rule = obj->rules; *rule; rule++)
		fprintf(f, "       %s\n", *rule);
}

static const struct cgr_object *find_object(struct cgr *c, const char *word)
{
	struct keyword table[ARRAY_SIZE(objects) + 2];
	char list[256];
	unsigned int i;
	int num;

	for (i = 0; i < ARRAY_SIZE(objects); i++)
		table[i] = (struct keyword){ objects[i]->name, i };
	table[i] = (struct keyword){ NULL, 0 };
	num = keyword_match(table, word, &c->err);
	if (num >= 0)
		return objects[num];
	if (num == KEYWORD_NONE) {
		keyword_list(table, "", list, sizeof(list));
		error_set(&c->err, 1, "unknown object \"%s\": it is one of %s",
			  word, list);
	}
	return NULL;
}

/* The command's index, CMD_HELP, or negative. */
static int find_cmd(struct cgr *c, const struct cgr_object *obj,
		    const char *word)
{
	struct keyword names[CMDS_MAX + 2], all[2 * CMDS_MAX + 2];
	int i, nr = 0, nr_all = 0, num;
	char list[256];

	for (i = 0; obj->cmds[i].name && i < CMDS_MAX; i++) {
		const struct cgr_cmd *cmd = &obj->cmds[i];

		names[nr++] = (struct keyword){ cmd->name, i };
		all[nr_all++] = (struct keyword){ cmd->name, i };
		if (cmd->alias)
			all[nr_all++] = (struct keyword){ cmd->alias, i };
	}
	names[nr++] = (struct keyword){ "help", CMD_HELP };
	all[nr_all++] = (struct keyword){ "help", CMD_HELP };
	names[nr].name = NULL;
	all[nr_all].name = NULL;

	num = keyword_match(all, word, &c->err);
	if (num == KEYWORD_NONE) {
		keyword_list(names, "", list, sizeof(list));
		error_set(&c->err, 2, "unknown command \"%s\": it is one of %s",
			  word, list);
	}
	return num;
}

static const struct cgr_cmd *default_cmd(const struct cgr_object *obj)
{
	const struct cgr_cmd *cmd = obj->cmds;

	while (cmd->name && strcmp(cmd->name, "show"))
		cmd++;
	return cmd->name ? cmd : obj->cmds;
}

static int run(struct cgr *c, char **words, int nr)
{
	struct args a = {
		.words = words, .nr = nr, .pos = 2,
		.family = c->opt.family, .protos = &c->proto, .err = &c->err,
	};
	const char *const *colors = c->out.colors;
	const struct cgr_object *obj;
	const struct cgr_cmd *cmd;
	int status;

	if (!strcmp(words[0], "help")) {
		cgr_usage(stdout);
		return CGR_OK;
	}
	obj = find_object(c, words[0]);
	if (!obj)
		return CGR_SYNTAX;

	if (nr == 1) {
		a.pos = 1;
		cmd = default_cmd(obj);
	} else {
		int num = find_cmd(c, obj, words[1]);

		if (num < 0)
			return CGR_SYNTAX;
		cmd = num == CMD_HELP ? NULL : &obj->cmds[num];
		if (!cmd || (nr == 3 && !strcmp(words[2], "help"))) {
			usage(obj, cmd, stdout);
			return CGR_OK;
		}
	}

	if (cmd->flags & CMD_SAVES) {
		if (c->opt.json) {
			error_set(&c->err, 0,
				  "what is saved is text: for JSON say \"%s show\"",
				  obj->name);
			return CGR_SYNTAX;
		}
		c->out.colors = NULL;
	}
	if (cmd->flags & CMD_SHOWS)
		print_array(&c->out, NULL);
	status = cmd->run(c, cmd, &a);
	c->out.colors = colors;
	return status;
}

/**
 * cgr_report() - print what went wrong, if anything did
 * @c: context
 */
void cgr_report(const struct cgr *c)
{
	if (!c->err.text[0])
		return;
	fputs("Error: ", stderr);
	if (c->file)
		fprintf(stderr, "%s:%lu: ", c->file, c->line);
	fprintf(stderr, "%s\n", c->err.text);
}

/**
 * cgr_run() - run one command
 * @c: context
 * @words: the command
 * @nr: number of words, one at least
 *
 * Return: enum cgr_status; an error has been reported.
 */
int cgr_run(struct cgr *c, char **words, int nr)
{
	int status;

	error_clear(&c->err);
	dev_forget(&c->dev);
	status = run(c, words, nr);
	print_finish(&c->out);
	if (fflush(c->out.f) && status == CGR_OK) {
		error_set(&c->err, 0, "cannot write: %m");
		status = CGR_KERNEL;
	}
	cgr_report(c);
	return status;
}
