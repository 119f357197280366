// SPDX-License-Identifier: GPL-2.0
/*
 * digsig: only what the administrator signed runs.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel_read_file.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "cache.h"
#include "digest.h"
#include "event.h"
#include "fsrule.h"
#include "hooks.h"
#include "keyring.h"
#include "mode.h"
#include "netlink.h"
#include "revoke.h"
#include "selftest.h"

static char *certificate;
module_param(certificate, charp, 0444);
MODULE_PARM_DESC(certificate, "File with a certificate (X.509, DER) to trust");

static bool enforce;
module_param(enforce, bool, 0444);
MODULE_PARM_DESC(enforce, "Begin with enforcing instead of auditing; needs certificate=");

static bool recovery;
module_param(recovery, bool, 0444);
MODULE_PARM_DESC(recovery, "Never enforce, whatever is asked for");

static unsigned int cache_max = 65536;
module_param(cache_max, uint, 0444);
MODULE_PARM_DESC(cache_max, "Most verdicts to remember (65536)");

static int __init add_certificate(void)
{
	struct netlink_ext_ack extack = {};
	void *der = NULL;
	ssize_t size;
	int err;

	if (!certificate)
		return 0;
	size = kernel_read_file_from_path(certificate, 0, &der,
					  DIGSIG_CERTIFICATE_MAX, NULL,
					  READING_X509_CERTIFICATE);
	if (size < 0) {
		pr_err("cannot read the certificate %s (%zd)\n", certificate,
		       size);
		return size;
	}
	mutex_lock(&digsig_config_lock);
	err = digsig_key_add(der, size, &extack);
	mutex_unlock(&digsig_config_lock);
	vfree(der);
	if (err)
		pr_err("certificate %s: %s (%d)\n", certificate,
		       extack._msg ?: "refused", err);
	return err;
}

static int __init digsig_init(void)
{
	int err;

	if (enforce && !certificate) {
		pr_err("enforce=1 needs certificate=FILE: nothing could run\n");
		return -EINVAL;
	}
	digsig_event_setup();
	err = digsig_digest_setup();
	if (err)
		return err;
	err = digsig_cache_setup(cache_max);
	if (err)
		goto err_cache;
	err = digsig_keyring_setup();
	if (err)
		goto err_keyring;
	err = add_certificate();
	if (err)
		goto err_certificate;
	/* All modes are off yet. */
	err = digsig_hooks_install();
	if (err)
		goto err_hooks;
	err = digsig_selftest();
	if (err)
		goto err_selftest;
	err = digsig_nl_setup();
	if (err)
		goto err_nl;
	/* Events are reported from here on. */
	digsig_mode_start(enforce && !recovery ? DIGSIG_MODE_ENFORCE :
						 DIGSIG_MODE_AUDIT, recovery);
	return 0;

err_nl:
err_selftest:
	digsig_hooks_remove();
err_hooks:
err_certificate:
	digsig_keyring_teardown();
err_keyring:
	digsig_cache_teardown();
err_cache:
	digsig_digest_teardown();
	return err;
}

static void __exit digsig_exit(void)
{
	/* Only rmmod --force comes here then. It ends here. */
	while (digsig_locked())
		schedule_timeout_idle(MAX_SCHEDULE_TIMEOUT);
	digsig_hooks_remove();
	digsig_event_teardown();
	digsig_nl_teardown();
	digsig_fsrule_teardown();
	digsig_revoke_teardown();
	digsig_keyring_teardown();
	digsig_cache_teardown();
	digsig_digest_teardown();
}

module_init(digsig_init);
module_exit(digsig_exit);

MODULE_DESCRIPTION("Only what the administrator signed runs");
MODULE_AUTHOR("The cgr authors");
MODULE_LICENSE("GPL");
