// SPDX-License-Identifier: GPL-2.0
#include "result.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "print.h"

static const char * const names[STATES] = {
	[STATE_NONE] = "none",
	[STATE_SIGNED] = "signed",
	[STATE_REPLACED] = "replaced",
	[STATE_UNCHANGED] = "unchanged",
	[STATE_STRIPPED] = "stripped",
	[STATE_VALID] = "valid",
	[STATE_PRESENT] = "present",
	[STATE_UNSIGNED] = "unsigned",
	[STATE_INVALID] = "invalid",
	[STATE_FAILED] = "failed",
};

/**
 * state_name() - a state in a word
 * @state: the state
 *
 * Return: a constant.
 */
const char *state_name(enum state state)
{
	return names[state];
}

/**
 * result_fail() - say why something failed
 * @r: set to it
 * @fmt: a sentence without its full stop
 *
 * Return: -1.
 */
int result_fail(struct result *r, const char *fmt, ...)
{
	va_list ap;

	r->state = STATE_FAILED;
	va_start(ap, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
	return -1;
}

/**
 * result_advise() - say why something failed, and what to do
 * @r: set to it
 * @what: the beginning of a sentence
 * @advice: its end
 *
 * Return: -1.
 */
int result_advise(struct result *r, const char *what, const char *advice)
{
	return result_fail(r, "%s: %s", what, advice);
}

/**
 * result_errno() - say what the system refused
 * @r: set to it
 * @fmt: what was tried; the error that errno has follows
 *
 * Return: -1.
 */
int result_errno(struct result *r, const char *fmt, ...)
{
	int err = errno;
	va_list ap;
	size_t n;

	r->state = STATE_FAILED;
	va_start(ap, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
	n = strlen(r->why);
	snprintf(r->why + n, sizeof(r->why) - n, ": %s", strerror(err));
	return -1;
}

/**
 * result_placed() - say where the signature is
 * @r: set to it
 * @placement: where
 * @hash: its hash algorithm
 */
void result_placed(struct result *r, enum digsig_placement placement,
		   enum digsig_hash hash)
{
	r->placed = true;
	r->placement = placement;
	r->hash = hash;
}

/**
 * result_bad() - whether the command failed for this file
 * @r: what came of it
 *
 * Return: true if so.
 */
bool result_bad(const struct result *r)
{
	return r->state >= STATE_UNSIGNED;
}

/**
 * result_print() - print what came of a file
 * @r: what came of it
 * @path: its path
 * @out: where to
 */
void result_print(const struct result *r, const char *path,
		  struct printer *out)
{
	print_object(out, NULL);
	print_foreign(out, PRINT_ANY, "path", "%s:", path);
	print_str(out, PRINT_ANY, "state", "%s", names[r->state]);
	if (r->placed) {
		print_str(out, PRINT_ANY, "placement", "%s",
			  digsig_placement_name(r->placement));
		print_str(out, PRINT_ANY, "hash", "%s",
			  digsig_hash_name(r->hash));
	}
	if (r->signer[0])
		print_foreign(out, PRINT_ANY, "signer", "by %s", r->signer);
	if (r->why[0])
		print_str(out, PRINT_ANY, "why", "(%s)", r->why);
	print_close(out);
	print_line_end(out);
}
