/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CGR_ERROR_H
#define CGR_ERROR_H

#include <stdarg.h>

#include "compiler.h"

/**
 * struct cgr_error - what went wrong
 * @word: 1-based index of the word to blame, 0 if it is none in particular
 * @text: what is wrong, without newline; empty if nothing is
 */
struct cgr_error {
	int word;
	char text[512];
};

void error_clear(struct cgr_error *err);
void __printf(3, 4) error_set(struct cgr_error *err, int word,
			      const char *fmt, ...);
void __printf(3, 0) error_vset(struct cgr_error *err, int word,
			       const char *fmt, va_list ap);

#endif /* CGR_ERROR_H */
