// SPDX-License-Identifier: GPL-2.0
#include "args.h"

#include <stdarg.h>
#include <string.h>

#include "error.h"

/* Most parameters of one command. */
#define PARAMS_MAX	32

/* Of a command that takes none. */
const struct param no_params[] = {
	{ }
};

/**
 * keyword_list() - names of a table, separated by commas
 * @table: the table
 * @prefix: only those that begin so
 * @buf: filled
 * @size: its size
 */
void keyword_list(const struct keyword *table, const char *prefix, char *buf,
		  size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (; table->name; table++) {
		int n;

		if (strncmp(table->name, prefix, strlen(prefix)))
			continue;
		n = snprintf(buf + len, size - len, "%s%s", len ? ", " : "",
			     table->name);
		if (n < 0 || (size_t)n >= size - len)
			return;
		len += n;
	}
}

/**
 * keyword_match() - find a word by its name or a unique prefix of it
 * @table: what it can be
 * @word: the word
 * @err: set if it is ambiguous
 *
 * Return: the keyword's number, KEYWORD_NONE or KEYWORD_AMBIGUOUS.
 */
int keyword_match(const struct keyword *table, const char *word,
		  struct cgr_error *err)
{
	int found = KEYWORD_NONE;
	const struct keyword *k;
	size_t len = strlen(word);
	char list[256];

	if (!len)
		return KEYWORD_NONE;
	for (k = table; k->name; k++) {
		if (strncmp(k->name, word, len))
			continue;
		if (!k->name[len])
			return k->num;
		if (found == KEYWORD_NONE)
			found = k->num;
		else if (found != k->num)
			found = KEYWORD_AMBIGUOUS;
	}
	if (found == KEYWORD_AMBIGUOUS) {
		keyword_list(table, word, list, sizeof(list));
		error_set(err, 0, "\"%s\" is ambiguous: %s", word, list);
	}
	return found;
}

/**
 * args_error() - say that a word is wrong
 * @a: words
 * @word: 1-based index of the wrong one, or 0
 * @fmt: text
 *
 * Return: -1
 */
int args_error(struct args *a, int word, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	error_vset(a->err, word, fmt, ap);
	va_end(ap);
	return -1;
}

static int *param_field(const struct param *p, void *spec)
{
	return (int *)((char *)spec + p->offset);
}

static bool param_end(const struct param *p)
{
	return !p->word && !p->value;
}

/* The first of the words that mean the same. */
static int param_number(const struct param *params, const struct param *p)
{
	const struct param *same = params;

	while (same->offset != p->offset || same->parse != p->parse ||
	       same->num != p->num)
		same++;
	return same - params;
}

/*
 * Which parameter is next, by its keyword or by its position: 1, 0 if it is
 * none, -1 if it is not clear.
 */
static int next_param(struct args *a, const struct param *params, void *spec,
		      const struct param **next)
{
	struct keyword table[PARAMS_MAX + 1];
	const char *word = a->words[a->pos];
	const struct param *p;
	int num, nr = 0;

	for (p = params; !param_end(p) && nr < PARAMS_MAX; p++) {
		if (p->word)
			table[nr++] = (struct keyword){
				p->word, param_number(params, p)
			};
	}
	table[nr].name = NULL;

	num = keyword_match(table, word, a->err);
	if (num == KEYWORD_AMBIGUOUS) {
		a->err->word = a->pos + 1;
		return -1;
	}
	if (num != KEYWORD_NONE) {
		a->pos++;
		*next = &params[num];
		return 1;
	}

	for (p = params; !param_end(p); p++) {
		if (p->flags & PARAM_POSITIONAL && !*param_field(p, spec)) {
			*next = p;
			return 1;
		}
	}
	return 0;
}

/**
 * args_parse_block() - parse words that belong together, up to one that is none
 *	of them
 * @a: words
 * @params: what they can be, ends with an empty one
 * @spec: what they set; zeroed by the caller
 *
 * Return: 0, or -1 and @a->err says why.
 */
int args_parse_block(struct args *a, const struct param *params, void *spec)
{
	const struct param *p;

	while (a->pos < a->nr) {
		int *field, first = a->pos + 1, ret;

		ret = next_param(a, params, spec, &p);
		if (ret <= 0)
			return ret;
		field = param_field(p, spec);
		if (*field > 0 && !(p->flags & PARAM_REPEATED))
			return args_error(a, first, "\"%s\" is one too many",
					  a->words[first - 1]);
		if (p->value && a->pos == a->nr)
			return args_error(a, first, "\"%s\" needs %s",
					  a->words[first - 1], p->value);
		if (p->parse(a, p, field))
			return -1;
		*field = a->pos;
	}
	return 0;
}

/**
 * args_parse() - parse all words of a command
 * @a: words
 * @params: what they can be, ends with an empty one
 * @spec: what they set; zeroed by the caller
 *
 * Return: 0, or -1 and @a->err says why.
 */
int args_parse(struct args *a, const struct param *params, void *spec)
{
	const struct param *p;

	if (args_parse_block(a, params, spec))
		return -1;
	if (a->pos < a->nr)
		return args_error(a, a->pos + 1, "unknown word \"%s\"",
				  a->words[a->pos]);

	for (p = params; !param_end(p); p++) {
		if (!(p->flags & PARAM_REQUIRED) || *param_field(p, spec))
			continue;
		return args_error(a, a->nr + 1, "%s%s%s is missing",
				  p->word && !(p->flags & PARAM_POSITIONAL) ?
				  p->word : "",
				  p->word && !(p->flags & PARAM_POSITIONAL) ?
				  " " : "", p->value);
	}
	return 0;
}

/**
 * args_usage() - print the grammar of parameters
 * @params: the parameters
 * @f: where to; a newline comes before each
 */
void args_usage(const struct param *params, FILE *f)
{
	const struct param *p;

	for (p = params; !param_end(p); p++) {
		bool optional = !(p->flags & (PARAM_REQUIRED | PARAM_USAGE));
		const char *space = "";

		if (p->flags & PARAM_HIDDEN)
			continue;
		fprintf(f, "\n%s", optional ? "[ " : "");
		if (p->word) {
			fprintf(f, p->flags & PARAM_POSITIONAL ? "[ %s ]" :
				"%s", p->word);
			space = " ";
		}
		if (p->value)
			fprintf(f, "%s%s", space, p->value);
		fprintf(f, "%s", optional ? " ]" : "");
	}
}
