/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What came of a file.
 */
#ifndef SIGN_RESULT_H
#define SIGN_RESULT_H

#include <linux/types.h>

#include "format.h"

struct printer;

/* For a file that there is no room in for a signature. */
#define ADVICE_XATTR	"sign it by the extended attribute (--placement xattr)"

#define __printf(a, b)	__attribute((format(printf, a, b)))

/**
 * enum state - what came of a file
 * @STATE_NONE: nothing: it is none of those that a tree is searched for
 * @STATE_SIGNED: it was signed
 * @STATE_REPLACED: its signature was replaced
 * @STATE_UNCHANGED: it is as it is to be
 * @STATE_STRIPPED: its signature was removed
 * @STATE_VALID: its signature is good
 * @STATE_PRESENT: it has a signature that was not verified
 * @STATE_UNSIGNED: it has no signature
 * @STATE_INVALID: its signature is not good
 * @STATE_FAILED: what was to be done could not be
 * @STATES: their number
 */
enum state {
	STATE_NONE,
	STATE_SIGNED,
	STATE_REPLACED,
	STATE_UNCHANGED,
	STATE_STRIPPED,
	STATE_VALID,
	STATE_PRESENT,
	STATE_UNSIGNED,
	STATE_INVALID,
	STATE_FAILED,
	STATES
};

/**
 * struct result - what came of a file
 * @state: in a word
 * @placed: whether @placement and @hash are known
 * @placement: where the signature is
 * @hash: its hash algorithm
 * @signer: who signed it, or empty
 * @why: a sentence without its full stop that says why, or empty
 */
struct result {
	enum state state;
	bool placed;
	enum digsig_placement placement;
	enum digsig_hash hash;
	char signer[256];
	char why[384];
};

int __printf(2, 3) result_fail(struct result *r, const char *fmt, ...);
int result_advise(struct result *r, const char *what, const char *advice);
int __printf(2, 3) result_errno(struct result *r, const char *fmt, ...);
void result_placed(struct result *r, enum digsig_placement placement,
		   enum digsig_hash hash);
bool result_bad(const struct result *r);
const char *state_name(enum state state);
void result_print(const struct result *r, const char *path,
		  struct printer *out);

#endif /* SIGN_RESULT_H */
