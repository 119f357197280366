/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects of the family "digsig", decoded from a reply.
 */
#ifndef CGR_DIGSIG_DECODE_H
#define CGR_DIGSIG_DECODE_H

#include <linux/digsig.h>

struct nlattr;

#define DIGSIG_BYTES_MAX	64

/**
 * struct digsig_bytes - a digest or a fingerprint
 * @len: its length, 0 if there is none
 * @data: the bytes
 */
struct digsig_bytes {
	int len;
	__u8 data[DIGSIG_BYTES_MAX];
};

/**
 * struct digsig_status - the module's state
 * @num: by enum digsig_status_attr
 */
struct digsig_status {
	__u64 num[DIGSIG_STATUS_A_MAX + 1];
};

/**
 * struct digsig_hook_state - a hook
 * @id: DIGSIG_HOOK_*
 * @mode: DIGSIG_MODE_*
 * @flags: DIGSIG_HOOK_F_*
 * @denied: what was denied
 * @would_deny: what would have been
 */
struct digsig_hook_state {
	__u8 id;
	__u8 mode;
	__u32 flags;
	__u64 denied;
	__u64 would_deny;
};

/**
 * struct digsig_fs - a rule for a filesystem
 * @type: its type, or NULL
 * @path: where it is, or NULL
 * @rule: DIGSIG_FS_RULE_*
 */
struct digsig_fs {
	const char *type;
	const char *path;
	__u8 rule;
};

/**
 * struct digsig_key - a certificate
 * @fingerprint: its fingerprint
 * @description: the kernel's name for it
 */
struct digsig_key {
	struct digsig_bytes fingerprint;
	const char *description;
};

/**
 * struct digsig_revocation - what is revoked
 * @digest: a file
 * @fingerprint: or a certificate
 */
struct digsig_revocation {
	struct digsig_bytes digest;
	struct digsig_bytes fingerprint;
};

/**
 * struct digsig_verdict - what would be decided about a file
 * @cause: DIGSIG_CAUSE_*
 * @place: DIGSIG_PLACEMENT_*
 * @flags: DIGSIG_CHECK_F_*
 * @digest: what was signed
 * @why: more about the cause, or NULL
 */
struct digsig_verdict {
	__u8 cause;
	__u8 place;
	__u32 flags;
	struct digsig_bytes digest;
	const char *why;
};

/**
 * struct digsig_event - a denial
 * @seq: its number
 * @hook: DIGSIG_HOOK_*
 * @mode: DIGSIG_MODE_*
 * @cause: DIGSIG_CAUSE_*
 * @pid: process
 * @uid: its user
 * @target: the other process, or 0
 * @comm: its name
 * @path: the file, or NULL
 * @digest: of its content
 */
struct digsig_event {
	__u64 seq;
	__u8 hook;
	__u8 mode;
	__u8 cause;
	__u32 pid;
	__u32 uid;
	__u32 target;
	const char *comm;
	const char *path;
	struct digsig_bytes digest;
};

int decode_digsig_status(struct nlattr *nest, struct digsig_status *status);
int decode_digsig_hook(struct nlattr *nest, struct digsig_hook_state *hook);
int decode_digsig_fs(struct nlattr *nest, struct digsig_fs *fs);
int decode_digsig_key(struct nlattr *nest, struct digsig_key *key);
int decode_digsig_revocation(struct nlattr *nest,
			     struct digsig_revocation *revocation);
int decode_digsig_check(struct nlattr *nest, struct digsig_verdict *verdict);
int decode_digsig_event(struct nlattr *nest, struct digsig_event *event);

#endif /* CGR_DIGSIG_DECODE_H */
