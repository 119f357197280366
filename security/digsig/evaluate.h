/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where everything is decided.
 */
#ifndef _DIGSIG_EVALUATE_H
#define _DIGSIG_EVALUATE_H

#include <linux/digsig.h>
#include <linux/types.h>

struct digsig_verdict;
struct file;
struct path;

/**
 * struct digsig_request - something that is about to happen
 * @hook: what
 * @cause: it is denied for this if it is not %DIGSIG_CAUSE_NONE, and nothing
 *	else is looked at but whether the filesystem is exempt
 * @file: the file that must be signed; or NULL
 * @path: the file's name for rules and reports; that of @file if NULL
 * @buf: its content, if it was read already; or NULL
 * @size: size of @buf
 * @cached: there must be a verdict: the file cannot be read here
 * @hold: keep the file from being opened for writing until the system call is
 *	over
 * @target: another process, as in the initial namespace; or 0
 */
struct digsig_request {
	enum digsig_hook hook;
	enum digsig_cause cause;
	struct file *file;
	const struct path *path;
	const void *buf;
	size_t size;
	bool cached;
	bool hold;
	pid_t target;
};

/**
 * struct digsig_hook_counters - counters of a hook
 * @denied: denied
 * @would_deny: let through because of %DIGSIG_MODE_AUDIT
 */
struct digsig_hook_counters {
	u64 denied;
	u64 would_deny;
};

bool digsig_known(enum digsig_hook hook, struct file *file, bool hold);
int digsig_evaluate(const struct digsig_request *request);
void digsig_check(struct file *file, struct digsig_verdict *verdict,
		  u32 *flags);
void digsig_hook_counters(enum digsig_hook hook,
			  struct digsig_hook_counters *counters);

#endif /* _DIGSIG_EVALUATE_H */
