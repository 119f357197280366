/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The modes of the hooks, and the lock.
 */
#ifndef _DIGSIG_MODE_H
#define _DIGSIG_MODE_H

#include <linux/digsig.h>
#include <linux/mutex.h>
#include <linux/types.h>

#define DIGSIG_HOOKS	(DIGSIG_HOOK_INITRAMFS + 1)

struct netlink_ext_ack;

/* Serialises every change of modes, rules, certificates and revocations. */
extern struct mutex digsig_config_lock;

#define ASSERT_DIGSIG_CONFIG()	lockdep_assert_held(&digsig_config_lock)

extern u8 digsig_modes[DIGSIG_HOOKS];

/**
 * digsig_mode() - the mode of a hook
 * @hook: the hook
 *
 * Context: any.
 * Return: its mode.
 */
static inline enum digsig_mode digsig_mode(enum digsig_hook hook)
{
	return READ_ONCE(digsig_modes[hook]);
}

bool digsig_hook_optional(enum digsig_hook hook);
int digsig_mode_set(const u8 modes[DIGSIG_HOOKS],
		    struct netlink_ext_ack *extack);
void digsig_mode_start(enum digsig_mode mode, bool for_recovery);
bool digsig_recovery(void);

bool digsig_locked(void);
int digsig_unlocked(struct netlink_ext_ack *extack);
void digsig_lock(void);

#endif /* _DIGSIG_MODE_H */
