// SPDX-License-Identifier: GPL-2.0
#include "digsig_names.h"

#include <linux/digsig.h>

const struct keyword digsig_modes[] = {
	{ "off",		DIGSIG_MODE_OFF },
	{ "audit",		DIGSIG_MODE_AUDIT },
	{ "enforce",		DIGSIG_MODE_ENFORCE },
	{ }
};

const struct keyword digsig_hooks[] = {
	{ "exec",		DIGSIG_HOOK_EXEC },
	{ "mmap",		DIGSIG_HOOK_MMAP },
	{ "mprotect",		DIGSIG_HOOK_MPROTECT },
	{ "shm",		DIGSIG_HOOK_SHM },
	{ "module",		DIGSIG_HOOK_MODULE },
	{ "kexec",		DIGSIG_HOOK_KEXEC },
	{ "write",		DIGSIG_HOOK_WRITE },
	{ "memory",		DIGSIG_HOOK_MEMORY },
	{ "device",		DIGSIG_HOOK_DEVICE },
	{ "script",		DIGSIG_HOOK_SCRIPT },
	{ "anon",		DIGSIG_HOOK_ANON },
	{ "firmware",		DIGSIG_HOOK_FIRMWARE },
	{ "initramfs",		DIGSIG_HOOK_INITRAMFS },
	{ }
};

const struct keyword digsig_causes[] = {
	{ "none",		DIGSIG_CAUSE_NONE },
	{ "unsigned",		DIGSIG_CAUSE_UNSIGNED },
	{ "malformed",		DIGSIG_CAUSE_MALFORMED },
	{ "tampered",		DIGSIG_CAUSE_TAMPERED },
	{ "no-key",		DIGSIG_CAUSE_NO_KEY },
	{ "revoked-key",	DIGSIG_CAUSE_REVOKED_KEY },
	{ "revoked-file",	DIGSIG_CAUSE_REVOKED_FILE },
	{ "bad-cms",		DIGSIG_CAUSE_BAD_CMS },
	{ "algorithm",		DIGSIG_CAUSE_ALGORITHM },
	{ "open-for-writing",	DIGSIG_CAUSE_OPEN_FOR_WRITING },
	{ "changed",		DIGSIG_CAUSE_CHANGED },
	{ "filesystem",		DIGSIG_CAUSE_FILESYSTEM },
	{ "memory-file",	DIGSIG_CAUSE_MEMORY_FILE },
	{ "no-file",		DIGSIG_CAUSE_NO_FILE },
	{ "anonymous",		DIGSIG_CAUSE_ANONYMOUS },
	{ "writable",		DIGSIG_CAUSE_WRITABLE },
	{ "modified",		DIGSIG_CAUSE_MODIFIED },
	{ "unverified",		DIGSIG_CAUSE_UNVERIFIED },
	{ "running",		DIGSIG_CAUSE_RUNNING },
	{ "traced",		DIGSIG_CAUSE_TRACED },
	{ "device",		DIGSIG_CAUSE_DEVICE },
	{ "io",			DIGSIG_CAUSE_IO },
	{ "no-memory",		DIGSIG_CAUSE_NO_MEMORY },
	{ }
};

const struct keyword digsig_places[] = {
	{ "none",		DIGSIG_PLACEMENT_NONE },
	{ "elf",		DIGSIG_PLACEMENT_ELF },
	{ "file",		DIGSIG_PLACEMENT_FILE },
	{ "fsverity",		DIGSIG_PLACEMENT_FSVERITY },
	{ }
};

const struct keyword digsig_rules[] = {
	{ "exempt",		DIGSIG_FS_RULE_EXEMPT },
	{ "verify",		DIGSIG_FS_RULE_VERIFY },
	{ }
};

/* What to do about files that would be denied. */
static const struct keyword advice[] = {
	{ "sign with cgr-sign sign --key KEY", DIGSIG_CAUSE_UNSIGNED },
	{ "sign anew with cgr-sign", DIGSIG_CAUSE_MALFORMED },
	{ "changed after they were signed, reinstall and sign", DIGSIG_CAUSE_TAMPERED },
	{ "add the certificate with cgr digsig key add FILE", DIGSIG_CAUSE_NO_KEY },
	{ "sign with another key", DIGSIG_CAUSE_REVOKED_KEY },
	{ "install another version", DIGSIG_CAUSE_REVOKED_FILE },
	{ "sign anew with cgr-sign", DIGSIG_CAUSE_BAD_CMS },
	{ "sign with RSA and SHA-256", DIGSIG_CAUSE_ALGORITHM },
	{ "close them", DIGSIG_CAUSE_OPEN_FOR_WRITING },
	{ "move them to a local filesystem, or cgr digsig policy add", DIGSIG_CAUSE_FILESYSTEM },
	{ }
};

/**
 * digsig_name() - the word for a number
 * @table: words
 * @num: the number, of a kernel that may be newer
 *
 * Return: a constant; "unknown" if there is none.
 */
const char *digsig_name(const struct keyword *table, int num)
{
	for (; table->name; table++)
		if (table->num == num)
			return table->name;
	return "unknown";
}

/**
 * digsig_advice() - what to do about files that would be denied
 * @cause: why, DIGSIG_CAUSE_*
 *
 * Return: a constant, or NULL.
 */
const char *digsig_advice(int cause)
{
	const struct keyword *k;

	for (k = advice; k->name; k++)
		if (k->num == cause)
			return k->name;
	return NULL;
}
