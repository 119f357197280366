/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The certificates that are trusted, and those that are revoked.
 */
#ifndef _DIGSIG_KEYRING_H
#define _DIGSIG_KEYRING_H

#include <linux/list.h>
#include <linux/types.h>

#define DIGSIG_FINGERPRINT_SIZE	32

/* The most that a key of the kernel takes is below this. */
#define DIGSIG_CERTIFICATE_MAX	65000

struct key;
struct netlink_ext_ack;

/**
 * struct digsig_key - a trusted certificate
 * @list: in digsig_keys
 * @fingerprint: SHA-256 of the certificate
 * @key: the kernel's key, which is in @keyring; owns a reference
 * @keyring: a keyring for it alone, in that of all; owns a reference
 */
struct digsig_key {
	struct list_head list;
	u8 fingerprint[DIGSIG_FINGERPRINT_SIZE];
	struct key *key;
	struct key *keyring;
};

extern struct list_head digsig_keys;

u32 digsig_key_count(void);
int digsig_key_add(const u8 *der, u32 size, struct netlink_ext_ack *extack);
int digsig_key_del(const u8 *fingerprint, bool revoke);

int digsig_keyring_verify(const void *statement, u32 len, const void *cms,
			  u32 cms_len);
bool digsig_keyring_verify_revoked(const void *statement, u32 len,
				   const void *cms, u32 cms_len);

int digsig_keyring_setup(void);
void digsig_keyring_teardown(void);

#endif /* _DIGSIG_KEYRING_H */
