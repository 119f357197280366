// SPDX-License-Identifier: GPL-2.0
#include "error.h"

#include <stdio.h>

/**
 * error_clear() - forget an error
 * @err: the error
 */
void error_clear(struct cgr_error *err)
{
	err->word = 0;
	err->text[0] = '\0';
}

/**
 * error_vset() - say what went wrong
 * @err: set
 * @word: 1-based index of the word to blame, or 0
 * @fmt: text
 * @ap: its arguments
 */
void error_vset(struct cgr_error *err, int word, const char *fmt, va_list ap)
{
	err->word = word;
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
}

/**
 * error_set() - say what went wrong
 * @err: set
 * @word: 1-based index of the word to blame, or 0
 * @fmt: text
 */
void error_set(struct cgr_error *err, int word, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	error_vset(err, word, fmt, ap);
	va_end(ap);
}
