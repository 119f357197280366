/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words of a command line, and tables that say what they mean. The same table
 * parses a command and prints its usage.
 */
#ifndef CGR_ARGS_H
#define CGR_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "compiler.h"

struct cgr_error;
struct protos;

/**
 * struct args - words still to be parsed
 * @words: all words
 * @nr: their number
 * @pos: the next one
 * @family: AF_INET or AF_INET6 if only that is wanted, else AF_UNSPEC
 * @protos: names of routing protocols
 * @err: set by what fails
 */
struct args {
	char **words;
	int nr;
	int pos;
	int family;
	struct protos *protos;
	struct cgr_error *err;
};

#define PARAM_REQUIRED		0x01	/* must be given */
#define PARAM_POSITIONAL	0x02	/* may be given without its word */
#define PARAM_HIDDEN		0x04	/* parsed, not in the usage */
#define PARAM_USAGE		0x08	/* @value is usage text, not parsed */
#define PARAM_REPEATED		0x10	/* may be given several times */

/* Not given, but it has a value that is to be used in this case. */
#define WORD_DEFAULT		(-1)

/**
 * struct param - a parameter of a command
 * @word: its keyword, NULL if it has none
 * @value: what the usage calls its value, NULL if it has none
 * @flags: PARAM_*
 * @num: constant for @parse
 * @offset: of the field it sets, which begins with the int "word": 1-based
 *	index of the word that set it, 0 if none did, WORD_DEFAULT
 * @parse: takes the value from @a and sets the field; 0 or -1
 */
struct param {
	const char *word;
	const char *value;
	unsigned int flags;
	unsigned int num;
	size_t offset;
	int (*parse)(struct args *a, const struct param *p, void *field);
};

/**
 * struct keyword - a word and what it stands for
 * @name: the word, NULL ends a table
 * @num: what it stands for; several words may stand for the same
 */
struct keyword {
	const char *name;
	int num;
};

#define KEYWORD_NONE		(-1)
#define KEYWORD_AMBIGUOUS	(-2)

extern const struct param no_params[];

int keyword_match(const struct keyword *table, const char *word,
		  struct cgr_error *err);
void keyword_list(const struct keyword *table, const char *prefix, char *buf,
		  size_t size);

int args_parse(struct args *a, const struct param *params, void *spec);
int args_parse_block(struct args *a, const struct param *params, void *spec);
int __printf(3, 4) args_error(struct args *a, int word, const char *fmt, ...);
void args_usage(const struct param *params, FILE *f);

/**
 * args_next() - take the next word
 * @a: words
 *
 * Return: the word, or NULL if none is left.
 */
static inline const char *args_next(struct args *a)
{
	return a->pos < a->nr ? a->words[a->pos++] : NULL;
}

#endif /* CGR_ARGS_H */
