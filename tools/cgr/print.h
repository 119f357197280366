/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Output: text and JSON from the same calls.
 *
 * In text a space separates what is printed on a line, arrays and objects
 * leave no trace. In JSON line ends leave no trace.
 */
#ifndef CGR_PRINT_H
#define CGR_PRINT_H

#include <stdbool.h>
#include <stdio.h>

#define PRINT_DEPTH	8

/**
 * enum print_where - which output a value belongs to
 * @PRINT_TEXT: text
 * @PRINT_JSON: JSON
 * @PRINT_ANY: both
 */
enum print_where {
	PRINT_TEXT = 1,
	PRINT_JSON = 2,
	PRINT_ANY = PRINT_TEXT | PRINT_JSON,
};

/**
 * struct printer - an output
 * @f: where to
 * @json: print JSON, not text
 * @pretty: indent JSON
 * @oneline: text: go on in the same line after a \
 * @colors: text: escape sequences per enum print_color, or NULL
 * @more: JSON: something precedes on this level; text: on this line
 * @depth: JSON: open arrays and objects
 * @close: JSON: what closes them
 */
struct printer {
	FILE *f;
	bool json;
	bool pretty;
	bool oneline;
	const char *const *colors;
	bool more;
	int depth;
	char close[PRINT_DEPTH];
};

void print_array(struct printer *p, const char *key);
void print_object(struct printer *p, const char *key);
void print_close(struct printer *p);
void print_finish(struct printer *p);
void print_colors(struct printer *p);

void print_line_end(struct printer *p);
void print_indent(struct printer *p, int level);
void print_tab(struct printer *p);
void print_num(struct printer *p, enum print_where where, const char *key,
	       const char *fmt, unsigned long long val);
void print_bool(struct printer *p, const char *key, bool val);
void print_str(struct printer *p, enum print_where where, const char *key,
	       const char *fmt, const char *val);
void print_column(struct printer *p, const char *key, int width,
		  const char *val);
void print_foreign(struct printer *p, enum print_where where,
		   const char *key, const char *fmt, const char *val);

#endif /* CGR_PRINT_H */
