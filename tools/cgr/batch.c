// SPDX-License-Identifier: GPL-2.0
#include "batch.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cgr.h"
#include "object.h"

/**
 * batch_split() - split a line into words
 * @line: line, changed
 * @words: set; "a b" and 'a b' are one word each, # begins a comment
 * @max: most words
 * @err: set on failure
 *
 * Return: number of words, or -1.
 */
int batch_split(char *line, char **words, int max, struct cgr_error *err)
{
	char *in = line;
	int nr = 0;

	for (;;) {
		char *out, quote = '\0';

		while (isspace((unsigned char)*in))
			in++;
		if (!*in || *in == '#')
			return nr;
		if (nr == max) {
			error_set(err, 0, "more than %d words", max);
			return -1;
		}
		words[nr++] = in;
		out = in;
		for (; *in && (quote || !isspace((unsigned char)*in)); in++) {
			if (quote ? *in == quote : *in == '"' || *in == '\'')
				quote = quote ? '\0' : *in;
			else
				*out++ = *in;
		}
		if (quote) {
			error_set(err, 0, "%c without its end", quote);
			return -1;
		}
		if (*in)
			in++;
		*out = '\0';
	}
}

/* A command, continued after each backslash at the end of a line. */
static ssize_t read_command(struct cgr *c, FILE *f, unsigned long *line,
			    char **buf, size_t *size)
{
	char *more = NULL;
	size_t more_size = 0;
	ssize_t len, n;

	len = getline(buf, size, f);
	if (len < 0)
		return -1;
	c->line = ++*line;
	while (len >= 2 && !strcmp(*buf + len - 2, "\\\n")) {
		len -= 2;
		n = getline(&more, &more_size, f);
		if (n < 0)
			n = 0;
		else
			++*line;
		if (*size < (size_t)(len + n + 1)) {
			char *grown = realloc(*buf, len + n + 1);

			if (!grown) {
				len = -1;
				break;
			}
			*buf = grown;
			*size = len + n + 1;
		}
		memcpy(*buf + len, n ? more : "", n + 1);
		len += n;
		if (!n)
			break;
	}
	free(more);
	return len;
}

static int run_file(struct cgr *c, FILE *f)
{
	int worst = CGR_OK, status, nr;
	char *words[BATCH_WORDS], *buf = NULL;
	unsigned long line = 0;
	size_t size = 0;

	while (read_command(c, f, &line, &buf, &size) >= 0) {
		error_clear(&c->err);
		nr = batch_split(buf, words, BATCH_WORDS, &c->err);
		if (!nr)
			continue;
		if (nr < 0) {
			cgr_report(c);
			status = CGR_SYNTAX;
		} else {
			status = cgr_run(c, words, nr);
		}
		if (status > worst)
			worst = status;
		if (status != CGR_OK && !c->opt.force)
			break;
	}
	free(buf);
	return worst;
}

/**
 * batch_run() - run the commands of a file
 * @c: context
 * @path: file, "-" is standard input
 *
 * Return: the worst enum cgr_status; errors have been reported.
 */
int batch_run(struct cgr *c, const char *path)
{
	FILE *f = stdin;
	int status;

	if (strcmp(path, "-")) {
		f = fopen(path, "re");
		if (!f) {
			error_set(&c->err, 0, "cannot open \"%s\": %m", path);
			cgr_report(c);
			return CGR_SYNTAX;
		}
	} else {
		c->stdin_busy = true;
	}
	c->file = path;
	status = run_file(c, f);
	if (ferror(f)) {
		error_set(&c->err, 0, "cannot read: %m");
		cgr_report(c);
		status = CGR_KERNEL;
	}
	if (f != stdin)
		fclose(f);
	c->file = NULL;
	c->stdin_busy = false;
	return status;
}
