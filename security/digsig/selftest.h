/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Seeing, before anything relies on it, that the hooks are called.
 */
#ifndef _DIGSIG_SELFTEST_H
#define _DIGSIG_SELFTEST_H

#include <linux/jump_label.h>
#include <linux/types.h>

#include "hooks.h"

DECLARE_STATIC_KEY_FALSE(digsig_testing);

bool digsig_test_matches(enum digsig_stub stub, const void *object);
int digsig_selftest(void);

/**
 * digsig_test_seen() - whether a hook was called by the self-test
 * @stub: the hook
 * @object: what it was called about: an inode, or anything of the self-test
 *
 * Context: any.
 * Return: whether it was; @object must not be looked at then.
 */
static __always_inline bool digsig_test_seen(enum digsig_stub stub,
					     const void *object)
{
	return static_branch_unlikely(&digsig_testing) &&
	       digsig_test_matches(stub, object);
}

#endif /* _DIGSIG_SELFTEST_H */
