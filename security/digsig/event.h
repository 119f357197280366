/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reports of what was denied: audit records and netlink notifications.
 */
#ifndef _DIGSIG_EVENT_H
#define _DIGSIG_EVENT_H

#include <linux/digsig.h>
#include <linux/types.h>

struct digsig_verdict;
struct path;

/* Longest name of a hook, cause or place, with its end. */
#define DIGSIG_NAME_MAX	20

const char *digsig_hook_name(enum digsig_hook hook);
const char *digsig_cause_name(enum digsig_cause cause);
const char *digsig_place_name(enum digsig_place place);

void digsig_event(enum digsig_hook hook, enum digsig_mode mode,
		  const struct digsig_verdict *verdict,
		  const struct path *path, pid_t target);
u64 digsig_event_count(void);
u64 digsig_event_lost(void);

void digsig_event_setup(void);
void digsig_event_teardown(void);

#endif /* _DIGSIG_EVENT_H */
