/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * digsig: only what the administrator signed runs.
 *
 * Generic netlink family "digsig". There is one digsig per kernel: every
 * command needs CAP_MAC_ADMIN in the initial user namespace, both of the
 * process and of who opened the socket, and the family exists in the initial
 * network namespace alone.
 *
 * Every object is a nest at the top level of a message. An error names the
 * attribute at fault (NLMSGERR_ATTR_OFFS) and says what to do about it
 * (NLMSGERR_ATTR_MSG).
 */
#ifndef _UAPI_LINUX_DIGSIG_H
#define _UAPI_LINUX_DIGSIG_H

#include <linux/types.h>

#define DIGSIG_GENL_NAME	"digsig"
#define DIGSIG_GENL_VERSION	1

/**
 * DIGSIG_GENL_DENIALS - multicast group of %DIGSIG_CMD_EVENT
 */
#define DIGSIG_GENL_DENIALS	"denials"

/**
 * enum digsig_cmd - commands of the family
 * @DIGSIG_CMD_UNSPEC: unused
 * @DIGSIG_CMD_STATUS_GET: lock, counters and cache (%DIGSIG_A_STATUS), and
 *	each hook with its mode and counters (%DIGSIG_A_HOOK, repeated)
 * @DIGSIG_CMD_MODE_SET: set modes: %DIGSIG_A_MODE that of every hook without
 *	%DIGSIG_HOOK_F_OPTIONAL, then %DIGSIG_A_HOOK (repeated) that of one
 *	hook each; all or nothing
 * @DIGSIG_CMD_FS_ADD: add a rule for a filesystem (%DIGSIG_A_FS)
 * @DIGSIG_CMD_FS_DEL: remove one (%DIGSIG_A_FS)
 * @DIGSIG_CMD_FS_GET: dump the rules
 * @DIGSIG_CMD_KEY_ADD: trust a certificate (%DIGSIG_A_KEY with
 *	%DIGSIG_KEY_A_CERTIFICATE)
 * @DIGSIG_CMD_KEY_DEL: trust it no longer (%DIGSIG_A_KEY with
 *	%DIGSIG_KEY_A_FINGERPRINT); it may be added again
 * @DIGSIG_CMD_KEY_GET: dump the certificates trusted
 * @DIGSIG_CMD_REVOKE: revoke a file or a certificate (%DIGSIG_A_REVOCATION);
 *	allowed when locked, and not undone before the module is unloaded
 * @DIGSIG_CMD_REVOKE_GET: dump what is revoked
 * @DIGSIG_CMD_CHECK: what would be decided about a file (%DIGSIG_A_CHECK);
 *	it is verified anew, and neither cached nor counted nor reported
 * @DIGSIG_CMD_CACHE_FLUSH: forget all verdicts
 * @DIGSIG_CMD_LOCK: until the next boot, keep modes and rules from being
 *	changed, certificates from being added or removed, and the module from
 *	being unloaded
 * @DIGSIG_CMD_EVENT: notification: something was denied, or would have been
 *	if the hook were not in %DIGSIG_MODE_AUDIT (%DIGSIG_A_EVENT)
 */
enum digsig_cmd {
	DIGSIG_CMD_UNSPEC,
	DIGSIG_CMD_STATUS_GET,
	DIGSIG_CMD_MODE_SET,
	DIGSIG_CMD_FS_ADD,
	DIGSIG_CMD_FS_DEL,
	DIGSIG_CMD_FS_GET,
	DIGSIG_CMD_KEY_ADD,
	DIGSIG_CMD_KEY_DEL,
	DIGSIG_CMD_KEY_GET,
	DIGSIG_CMD_REVOKE,
	DIGSIG_CMD_REVOKE_GET,
	DIGSIG_CMD_CHECK,
	DIGSIG_CMD_CACHE_FLUSH,
	DIGSIG_CMD_LOCK,
	DIGSIG_CMD_EVENT,

	/* private: */
	__DIGSIG_CMD_MAX,
	DIGSIG_CMD_MAX = __DIGSIG_CMD_MAX - 1
};

/**
 * enum digsig_attr - top-level attributes
 * @DIGSIG_A_UNSPEC: unused
 * @DIGSIG_A_PAD: padding of 64-bit attributes
 * @DIGSIG_A_STATUS: nest of &enum digsig_status_attr
 * @DIGSIG_A_MODE: u8, &enum digsig_mode
 * @DIGSIG_A_HOOK: nest of &enum digsig_hook_attr, may be repeated
 * @DIGSIG_A_FS: nest of &enum digsig_fs_attr
 * @DIGSIG_A_KEY: nest of &enum digsig_key_attr
 * @DIGSIG_A_REVOCATION: nest of &enum digsig_revocation_attr
 * @DIGSIG_A_CHECK: nest of &enum digsig_check_attr
 * @DIGSIG_A_EVENT: nest of &enum digsig_event_attr
 */
enum digsig_attr {
	DIGSIG_A_UNSPEC,
	DIGSIG_A_PAD,
	DIGSIG_A_STATUS,
	DIGSIG_A_MODE,
	DIGSIG_A_HOOK,
	DIGSIG_A_FS,
	DIGSIG_A_KEY,
	DIGSIG_A_REVOCATION,
	DIGSIG_A_CHECK,
	DIGSIG_A_EVENT,

	/* private: */
	__DIGSIG_A_MAX,
	DIGSIG_A_MAX = __DIGSIG_A_MAX - 1
};

/**
 * enum digsig_mode - what a hook does
 * @DIGSIG_MODE_OFF: nothing
 * @DIGSIG_MODE_AUDIT: reports what it would deny
 * @DIGSIG_MODE_ENFORCE: denies and reports
 */
enum digsig_mode {
	DIGSIG_MODE_OFF,
	DIGSIG_MODE_AUDIT,
	DIGSIG_MODE_ENFORCE,
};

/**
 * enum digsig_hook - where something is decided; each has a mode of its own
 *
 * They begin in %DIGSIG_MODE_AUDIT, the optional ones in %DIGSIG_MODE_OFF:
 * they deny what many a host does every day.
 *
 * @DIGSIG_HOOK_EXEC: a program is executed
 * @DIGSIG_HOOK_MMAP: a file is mapped executable
 * @DIGSIG_HOOK_MPROTECT: a mapping of a file is made executable
 * @DIGSIG_HOOK_SHM: System V shared memory is attached executable
 * @DIGSIG_HOOK_MODULE: a kernel module is loaded
 * @DIGSIG_HOOK_KEXEC: a kernel is loaded by kexec
 * @DIGSIG_HOOK_WRITE: a file that runs is opened for writing or truncated;
 *	another may be renamed over it, as package managers do
 * @DIGSIG_HOOK_MEMORY: a process is traced, or its memory is opened for
 *	writing through /proc
 * @DIGSIG_HOOK_DEVICE: the device or image below a mounted filesystem that
 *	programs run from is opened for writing
 * @DIGSIG_HOOK_SCRIPT: optional: a file that begins with #! is executed; its
 *	interpreter is under %DIGSIG_HOOK_EXEC
 * @DIGSIG_HOOK_ANON: optional: anonymous memory is made executable
 * @DIGSIG_HOOK_FIRMWARE: optional: firmware is loaded
 * @DIGSIG_HOOK_INITRAMFS: optional: the initial files of a kernel are loaded
 *	by kexec
 */
enum digsig_hook {
	DIGSIG_HOOK_EXEC,
	DIGSIG_HOOK_MMAP,
	DIGSIG_HOOK_MPROTECT,
	DIGSIG_HOOK_SHM,
	DIGSIG_HOOK_MODULE,
	DIGSIG_HOOK_KEXEC,
	DIGSIG_HOOK_WRITE,
	DIGSIG_HOOK_MEMORY,
	DIGSIG_HOOK_DEVICE,
	DIGSIG_HOOK_SCRIPT,
	DIGSIG_HOOK_ANON,
	DIGSIG_HOOK_FIRMWARE,
	DIGSIG_HOOK_INITRAMFS,

	/* private: */
	__DIGSIG_HOOK_MAX
};

/**
 * enum digsig_cause - why something is denied
 * @DIGSIG_CAUSE_NONE: it is not
 * @DIGSIG_CAUSE_UNSIGNED: the file carries no signature
 * @DIGSIG_CAUSE_MALFORMED: the signature's place or record is not as it must
 *	be: a truncated note, a wrong length or version, two signatures
 * @DIGSIG_CAUSE_TAMPERED: the signature is not that of this content
 * @DIGSIG_CAUSE_NO_KEY: it is by a certificate that is not trusted
 * @DIGSIG_CAUSE_REVOKED_KEY: it is by a certificate that is revoked
 * @DIGSIG_CAUSE_REVOKED_FILE: the content is revoked
 * @DIGSIG_CAUSE_BAD_CMS: the signature is no CMS message the kernel takes
 * @DIGSIG_CAUSE_ALGORITHM: the kernel lacks the hash or public key algorithm
 * @DIGSIG_CAUSE_OPEN_FOR_WRITING: somebody has the file open for writing
 * @DIGSIG_CAUSE_CHANGED: the file changed while it was read
 * @DIGSIG_CAUSE_FILESYSTEM: the filesystem's content can change behind the
 *	kernel (network, FUSE)
 * @DIGSIG_CAUSE_MEMORY_FILE: the file is memory that can be written at any
 *	time (memfd, shared memory)
 * @DIGSIG_CAUSE_NO_FILE: the content comes from memory and carries no
 *	signature itself
 * @DIGSIG_CAUSE_ANONYMOUS: anonymous memory
 * @DIGSIG_CAUSE_WRITABLE: memory of a file would be writable and executable
 * @DIGSIG_CAUSE_MODIFIED: memory of a file that may have been written to
 * @DIGSIG_CAUSE_UNVERIFIED: the file was not verified before, and it cannot be
 *	at this place
 * @DIGSIG_CAUSE_RUNNING: the file that would be changed runs
 * @DIGSIG_CAUSE_TRACED: another process would read or change this one
 * @DIGSIG_CAUSE_DEVICE: the device or image is below a mounted filesystem
 * @DIGSIG_CAUSE_IO: the file cannot be read
 * @DIGSIG_CAUSE_NO_MEMORY: there was no memory to find out
 */
enum digsig_cause {
	DIGSIG_CAUSE_NONE,
	DIGSIG_CAUSE_UNSIGNED,
	DIGSIG_CAUSE_MALFORMED,
	DIGSIG_CAUSE_TAMPERED,
	DIGSIG_CAUSE_NO_KEY,
	DIGSIG_CAUSE_REVOKED_KEY,
	DIGSIG_CAUSE_REVOKED_FILE,
	DIGSIG_CAUSE_BAD_CMS,
	DIGSIG_CAUSE_ALGORITHM,
	DIGSIG_CAUSE_OPEN_FOR_WRITING,
	DIGSIG_CAUSE_CHANGED,
	DIGSIG_CAUSE_FILESYSTEM,
	DIGSIG_CAUSE_MEMORY_FILE,
	DIGSIG_CAUSE_NO_FILE,
	DIGSIG_CAUSE_ANONYMOUS,
	DIGSIG_CAUSE_WRITABLE,
	DIGSIG_CAUSE_MODIFIED,
	DIGSIG_CAUSE_UNVERIFIED,
	DIGSIG_CAUSE_RUNNING,
	DIGSIG_CAUSE_TRACED,
	DIGSIG_CAUSE_DEVICE,
	DIGSIG_CAUSE_IO,
	DIGSIG_CAUSE_NO_MEMORY,

	/* private: */
	__DIGSIG_CAUSE_MAX
};

/**
 * enum digsig_place - where a signature was found
 * @DIGSIG_PLACEMENT_NONE: nowhere
 * @DIGSIG_PLACEMENT_ELF: in a note at the end of the ELF file
 * @DIGSIG_PLACEMENT_FILE: in the extended attribute security.digsig
 * @DIGSIG_PLACEMENT_FSVERITY: there too, and it signs the file's fs-verity
 *	digest
 */
enum digsig_place {
	DIGSIG_PLACEMENT_NONE,
	DIGSIG_PLACEMENT_ELF,
	DIGSIG_PLACEMENT_FILE,
	DIGSIG_PLACEMENT_FSVERITY,
};

/**
 * enum digsig_status_attr - the module's state; output only
 * @DIGSIG_STATUS_A_UNSPEC: unused
 * @DIGSIG_STATUS_A_PAD: padding of 64-bit attributes
 * @DIGSIG_STATUS_A_FLAGS: u32, %DIGSIG_STATUS_F_LOCKED and others
 * @DIGSIG_STATUS_A_KEYS: u32, certificates trusted
 * @DIGSIG_STATUS_A_REVOKED: u32, files and certificates revoked
 * @DIGSIG_STATUS_A_CACHE_ENTRIES: u32, verdicts cached
 * @DIGSIG_STATUS_A_CACHE_MAX: u32, the most there may be
 * @DIGSIG_STATUS_A_CACHE_HITS: u64, decisions by a cached verdict
 * @DIGSIG_STATUS_A_VERIFIED: u64, signatures verified
 * @DIGSIG_STATUS_A_VERIFIED_BYTES: u64, bytes hashed for that
 * @DIGSIG_STATUS_A_EVENTS: u64, events (%DIGSIG_EVENT_A_SEQ) so far
 * @DIGSIG_STATUS_A_EVENTS_LOST: u64, of these, not reported: rate limit, no
 *	memory
 */
enum digsig_status_attr {
	DIGSIG_STATUS_A_UNSPEC,
	DIGSIG_STATUS_A_PAD,
	DIGSIG_STATUS_A_FLAGS,
	DIGSIG_STATUS_A_KEYS,
	DIGSIG_STATUS_A_REVOKED,
	DIGSIG_STATUS_A_CACHE_ENTRIES,
	DIGSIG_STATUS_A_CACHE_MAX,
	DIGSIG_STATUS_A_CACHE_HITS,
	DIGSIG_STATUS_A_VERIFIED,
	DIGSIG_STATUS_A_VERIFIED_BYTES,
	DIGSIG_STATUS_A_EVENTS,
	DIGSIG_STATUS_A_EVENTS_LOST,

	/* private: */
	__DIGSIG_STATUS_A_MAX,
	DIGSIG_STATUS_A_MAX = __DIGSIG_STATUS_A_MAX - 1
};

/* Nothing but revocations and the cache can be changed before the next boot. */
#define DIGSIG_STATUS_F_LOCKED		(1U << 0)
/* Booted or loaded for recovery: no mode can be set to enforce. */
#define DIGSIG_STATUS_F_RECOVERY	(1U << 1)

/**
 * enum digsig_hook_attr - a hook
 * @DIGSIG_HOOK_A_UNSPEC: unused
 * @DIGSIG_HOOK_A_PAD: padding of 64-bit attributes
 * @DIGSIG_HOOK_A_ID: u8, &enum digsig_hook
 * @DIGSIG_HOOK_A_MODE: u8, &enum digsig_mode
 * @DIGSIG_HOOK_A_FLAGS: u32, %DIGSIG_HOOK_F_OPTIONAL; output only
 * @DIGSIG_HOOK_A_DENIED: u64, what was denied; output only
 * @DIGSIG_HOOK_A_WOULD_DENY: u64, what was let through since the hook was in
 *	%DIGSIG_MODE_AUDIT; output only
 */
enum digsig_hook_attr {
	DIGSIG_HOOK_A_UNSPEC,
	DIGSIG_HOOK_A_PAD,
	DIGSIG_HOOK_A_ID,
	DIGSIG_HOOK_A_MODE,
	DIGSIG_HOOK_A_FLAGS,
	DIGSIG_HOOK_A_DENIED,
	DIGSIG_HOOK_A_WOULD_DENY,

	/* private: */
	__DIGSIG_HOOK_A_MAX,
	DIGSIG_HOOK_A_MAX = __DIGSIG_HOOK_A_MAX - 1
};

/* %DIGSIG_A_MODE leaves it alone. */
#define DIGSIG_HOOK_F_OPTIONAL		(1U << 0)

/**
 * enum digsig_fs_rule - how files of a filesystem are treated
 * @DIGSIG_FS_RULE_EXEMPT: they need no signature. Who can write to it can run
 *	anything.
 * @DIGSIG_FS_RULE_VERIFY: a filesystem whose content can change behind the
 *	kernel: its files are not denied for that, but verified at each use.
 *	Who serves it can still change what was verified.
 */
enum digsig_fs_rule {
	DIGSIG_FS_RULE_EXEMPT,
	DIGSIG_FS_RULE_VERIFY,
};

/**
 * enum digsig_fs_attr - a rule for a filesystem
 *
 * Either type or path names it. A rule by path comes before one by type, and
 * goes when the filesystem is unmounted.
 *
 * @DIGSIG_FS_A_UNSPEC: unused
 * @DIGSIG_FS_A_TYPE: string, type of filesystem, as in /proc/filesystems
 * @DIGSIG_FS_A_PATH: string, any path on the filesystem meant; in a dump its
 *	device's name
 * @DIGSIG_FS_A_RULE: u8, &enum digsig_fs_rule
 */
enum digsig_fs_attr {
	DIGSIG_FS_A_UNSPEC,
	DIGSIG_FS_A_TYPE,
	DIGSIG_FS_A_PATH,
	DIGSIG_FS_A_RULE,

	/* private: */
	__DIGSIG_FS_A_MAX,
	DIGSIG_FS_A_MAX = __DIGSIG_FS_A_MAX - 1
};

/**
 * enum digsig_key_attr - a certificate
 * @DIGSIG_KEY_A_UNSPEC: unused
 * @DIGSIG_KEY_A_CERTIFICATE: binary, X.509 in DER, at most 65000 bytes; input
 *	only
 * @DIGSIG_KEY_A_FINGERPRINT: binary, SHA-256 of the certificate in DER, 32
 *	bytes
 * @DIGSIG_KEY_A_DESCRIPTION: string, the kernel's name for it: its subject and
 *	the end of its identifier; output only
 */
enum digsig_key_attr {
	DIGSIG_KEY_A_UNSPEC,
	DIGSIG_KEY_A_CERTIFICATE,
	DIGSIG_KEY_A_FINGERPRINT,
	DIGSIG_KEY_A_DESCRIPTION,

	/* private: */
	__DIGSIG_KEY_A_MAX,
	DIGSIG_KEY_A_MAX = __DIGSIG_KEY_A_MAX - 1
};

/**
 * enum digsig_revocation_attr - a file or a certificate that is revoked
 * @DIGSIG_REVOCATION_A_UNSPEC: unused
 * @DIGSIG_REVOCATION_A_DIGEST: binary, the digest that was signed: 32, 48 or
 *	64 bytes of SHA-256, SHA-384 or SHA-512
 * @DIGSIG_REVOCATION_A_FINGERPRINT: binary, %DIGSIG_KEY_A_FINGERPRINT of a
 *	certificate, known here or not
 */
enum digsig_revocation_attr {
	DIGSIG_REVOCATION_A_UNSPEC,
	DIGSIG_REVOCATION_A_DIGEST,
	DIGSIG_REVOCATION_A_FINGERPRINT,

	/* private: */
	__DIGSIG_REVOCATION_A_MAX,
	DIGSIG_REVOCATION_A_MAX = __DIGSIG_REVOCATION_A_MAX - 1
};

/**
 * enum digsig_check_attr - a file and what would be decided about it
 * @DIGSIG_CHECK_A_UNSPEC: unused
 * @DIGSIG_CHECK_A_PATH: string, as the calling process sees it
 * @DIGSIG_CHECK_A_FD: u32, or a file descriptor of the calling process
 * @DIGSIG_CHECK_A_CAUSE: u8, &enum digsig_cause: why it would be denied,
 *	whatever the mode; output only
 * @DIGSIG_CHECK_A_PLACEMENT: u8, &enum digsig_place; output only
 * @DIGSIG_CHECK_A_DIGEST: binary, the digest that was signed, 32, 48 or 64
 *	bytes; output only
 * @DIGSIG_CHECK_A_FLAGS: u32, %DIGSIG_CHECK_F_EXEMPT and others; output only
 * @DIGSIG_CHECK_A_WHY: string, a sentence about %DIGSIG_CAUSE_MALFORMED; output
 *	only
 */
enum digsig_check_attr {
	DIGSIG_CHECK_A_UNSPEC,
	DIGSIG_CHECK_A_PATH,
	DIGSIG_CHECK_A_FD,
	DIGSIG_CHECK_A_CAUSE,
	DIGSIG_CHECK_A_PLACEMENT,
	DIGSIG_CHECK_A_DIGEST,
	DIGSIG_CHECK_A_FLAGS,
	DIGSIG_CHECK_A_WHY,

	/* private: */
	__DIGSIG_CHECK_A_MAX,
	DIGSIG_CHECK_A_MAX = __DIGSIG_CHECK_A_MAX - 1
};

/* The filesystem is exempt: it was not looked at. */
#define DIGSIG_CHECK_F_EXEMPT		(1U << 0)
/* There was a verdict in the cache, and still is. */
#define DIGSIG_CHECK_F_CACHED		(1U << 1)

/**
 * enum digsig_event_attr - a denial; output only
 * @DIGSIG_EVENT_A_UNSPEC: unused
 * @DIGSIG_EVENT_A_PAD: padding of 64-bit attributes
 * @DIGSIG_EVENT_A_SEQ: u64, number of the event: what is missing between two
 *	was not reported
 * @DIGSIG_EVENT_A_HOOK: u8, &enum digsig_hook
 * @DIGSIG_EVENT_A_MODE: u8, &enum digsig_mode: whether it was denied
 * @DIGSIG_EVENT_A_CAUSE: u8, &enum digsig_cause
 * @DIGSIG_EVENT_A_PID: u32, the process, as in the initial namespace
 * @DIGSIG_EVENT_A_UID: u32, its user, as in the initial namespace
 * @DIGSIG_EVENT_A_COMM: string, its name
 * @DIGSIG_EVENT_A_PATH: string, the file; absent if there is none
 * @DIGSIG_EVENT_A_DIGEST: binary, the digest of its content; absent if it was
 *	not read
 * @DIGSIG_EVENT_A_TARGET: u32, the other process of %DIGSIG_HOOK_MEMORY, as in
 *	the initial namespace
 */
enum digsig_event_attr {
	DIGSIG_EVENT_A_UNSPEC,
	DIGSIG_EVENT_A_PAD,
	DIGSIG_EVENT_A_SEQ,
	DIGSIG_EVENT_A_HOOK,
	DIGSIG_EVENT_A_MODE,
	DIGSIG_EVENT_A_CAUSE,
	DIGSIG_EVENT_A_PID,
	DIGSIG_EVENT_A_UID,
	DIGSIG_EVENT_A_COMM,
	DIGSIG_EVENT_A_PATH,
	DIGSIG_EVENT_A_DIGEST,
	DIGSIG_EVENT_A_TARGET,

	/* private: */
	__DIGSIG_EVENT_A_MAX,
	DIGSIG_EVENT_A_MAX = __DIGSIG_EVENT_A_MAX - 1
};

#endif /* _UAPI_LINUX_DIGSIG_H */
