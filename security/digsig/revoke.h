/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is revoked: contents of files, and certificates.
 */
#ifndef _DIGSIG_REVOKE_H
#define _DIGSIG_REVOKE_H

#include <linux/list.h>
#include <linux/types.h>

#include "format.h"

struct netlink_ext_ack;

/* The most there may be: each takes some 100 bytes. */
#define DIGSIG_REVOCATIONS_MAX	65536

/**
 * struct digsig_revocation - something that is revoked
 * @list: in digsig_revocations, in the order of revocation
 * @node: in the hash table
 * @certificate: the digest is a certificate's fingerprint, not a file's digest
 * @size: size of the digest in bytes
 * @digest: the digest
 */
struct digsig_revocation {
	struct list_head list;
	struct hlist_node node;
	bool certificate;
	u8 size;
	u8 digest[DIGSIG_DIGEST_MAX];
};

extern struct list_head digsig_revocations;

u32 digsig_revocation_count(void);
int digsig_revoke(bool certificate, const u8 *digest, u32 size,
		  struct netlink_ext_ack *extack);
bool digsig_file_revoked(const u8 *digest, u32 size);
bool digsig_key_revoked(const u8 *fingerprint);
void digsig_revoke_teardown(void);

#endif /* _DIGSIG_REVOKE_H */
