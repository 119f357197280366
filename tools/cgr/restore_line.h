/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines of "cgr route restore". Knows nothing of netlink.
 */
#ifndef CGR_RESTORE_LINE_H
#define CGR_RESTORE_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "error.h"

struct protos;
struct route_spec;

/* Of a line: 64 next hops and what ip(8) may say of them. */
#define RESTORE_WORDS	800
#define RESTORE_BYTES	16384

/**
 * struct restore_line - parser of a line
 * @family: AF_INET or AF_INET6 if only that is wanted, else AF_UNSPEC
 * @fib: FIB of a line that names none, 0 if there is none
 * @protos: names of routing protocols
 * @err: what is wrong
 * @line: the line
 * @nr: number of its words
 * @word: the words
 * @text: where they are: a copy of the line, cut into them
 */
struct restore_line {
	int family;
	__u32 fib;
	struct protos *protos;
	struct cgr_error err;
	const char *line;
	int nr;
	char *word[RESTORE_WORDS];
	char text[RESTORE_BYTES + 1];
};

int restore_line_parse(struct restore_line *l, const char *line, size_t len,
		       struct route_spec *spec);
int restore_line_parse_words(struct restore_line *l, const char *line,
			     size_t len, struct route_spec *spec);
unsigned int restore_line_column(const struct restore_line *l, int word,
				 unsigned long *line);
int restore_line_goes_on(const char *s, const char *end, bool last);

#endif /* CGR_RESTORE_LINE_H */
