// SPDX-License-Identifier: GPL-2.0
#include "mode.h"

#include <linux/module.h>
#include <linux/netlink.h>

#include "keyring.h"

/* Hooks do not take it. */
DEFINE_MUTEX(digsig_config_lock);

u8 digsig_modes[DIGSIG_HOOKS] __read_mostly;

static bool locked;
static bool recovery __read_mostly;

/**
 * digsig_hook_optional() - whether a hook is off unless asked for by name
 * @hook: the hook
 *
 * Context: any.
 * Return: whether it is.
 */
bool digsig_hook_optional(enum digsig_hook hook)
{
	switch (hook) {
	case DIGSIG_HOOK_SCRIPT:
	case DIGSIG_HOOK_ANON:
	case DIGSIG_HOOK_FIRMWARE:
	case DIGSIG_HOOK_INITRAMFS:
		return true;
	default:
		return false;
	}
}

/**
 * digsig_mode_set() - set the modes of all hooks
 * @modes: the modes
 * @extack: says what is wrong
 *
 * Context: digsig_config_lock.
 * Return: 0; -EPERM if locked or in recovery; -ENOKEY if something would be
 * enforced and there is no certificate.
 */
int digsig_mode_set(const u8 modes[DIGSIG_HOOKS],
		    struct netlink_ext_ack *extack)
{
	bool enforce = false;
	int err, i;

	ASSERT_DIGSIG_CONFIG();
	err = digsig_unlocked(extack);
	if (err)
		return err;
	for (i = 0; i < DIGSIG_HOOKS; i++)
		enforce |= modes[i] == DIGSIG_MODE_ENFORCE;
	if (enforce && recovery) {
		NL_SET_ERR_MSG(extack,
			       "Loaded for recovery: boot without cgr_digsig.recovery");
		return -EPERM;
	}
	if (enforce && !digsig_key_count()) {
		NL_SET_ERR_MSG(extack,
			       "Nothing could run: add a certificate first");
		return -ENOKEY;
	}
	for (i = 0; i < DIGSIG_HOOKS; i++)
		WRITE_ONCE(digsig_modes[i], modes[i]);
	return 0;
}

/**
 * digsig_mode_start() - set the modes that the module begins with
 * @mode: of the hooks that are not optional
 * @for_recovery: nothing may be enforced
 *
 * Context: before there is anybody else.
 */
void digsig_mode_start(enum digsig_mode mode, bool for_recovery)
{
	int i;

	recovery = for_recovery;
	for (i = 0; i < DIGSIG_HOOKS; i++) {
		if (!digsig_hook_optional(i))
			WRITE_ONCE(digsig_modes[i], mode);
	}
}

/**
 * digsig_recovery() - whether nothing can be enforced
 *
 * Context: any.
 * Return: whether the module was loaded for recovery.
 */
bool digsig_recovery(void)
{
	return recovery;
}

/**
 * digsig_locked() - whether the configuration is frozen
 *
 * Context: any.
 * Return: whether it is.
 */
bool digsig_locked(void)
{
	return READ_ONCE(locked);
}

/**
 * digsig_unlocked() - refuse a change when the configuration is frozen
 * @extack: says so
 *
 * Context: digsig_config_lock.
 * Return: 0 or -EPERM.
 */
int digsig_unlocked(struct netlink_ext_ack *extack)
{
	ASSERT_DIGSIG_CONFIG();
	if (!locked)
		return 0;
	NL_SET_ERR_MSG(extack, "digsig is locked until the next boot");
	return -EPERM;
}

/**
 * digsig_lock() - freeze the configuration and the module until the next boot
 *
 * Context: digsig_config_lock.
 */
void digsig_lock(void)
{
	ASSERT_DIGSIG_CONFIG();
	if (locked)
		return;
	WRITE_ONCE(locked, true);
	__module_get(THIS_MODULE);
}
