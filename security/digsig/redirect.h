/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Having the kernel call our functions instead of some of its own.
 */
#ifndef _DIGSIG_REDIRECT_H
#define _DIGSIG_REDIRECT_H

#include <linux/lsm_hooks.h>

/**
 * struct digsig_redirection - a function that is redirected
 * @name: its name
 * @to: where to, by the member that has the type of the hook
 * @ip: where ftrace redirects it, near its beginning; filled in
 */
struct digsig_redirection {
	const char *name;
	union security_list_options to;
	unsigned long ip;
};

int digsig_redirect(struct digsig_redirection *all, int count);
void digsig_redirect_end(void);
void *digsig_redirected(const struct digsig_redirection *one);

#endif /* _DIGSIG_REDIRECT_H */
