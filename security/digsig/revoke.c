// SPDX-License-Identifier: GPL-2.0
#include "revoke.h"

#include <linux/hashtable.h>
#include <linux/netlink.h>
#include <linux/rculist.h>
#include <linux/slab.h>

#include "cache.h"
#include "keyring.h"
#include "mode.h"

/* Nothing is ever taken out before the module goes. */
LIST_HEAD(digsig_revocations);
static DEFINE_HASHTABLE(table, 10);
static u32 count;

/* A digest is as good as random. */
static u32 key_of(const u8 *digest)
{
	u32 key;

	memcpy(&key, digest, sizeof(key));
	return key;
}

static bool listed(bool certificate, const u8 *digest, u32 size)
{
	const struct digsig_revocation *r;
	bool found = false;

	rcu_read_lock();
	hash_for_each_possible_rcu(table, r, node, key_of(digest)) {
		if (r->certificate == certificate && r->size == size &&
		    !memcmp(r->digest, digest, size)) {
			found = true;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

/**
 * digsig_revocation_count() - number of files and certificates revoked
 *
 * Context: any.
 * Return: the number.
 */
u32 digsig_revocation_count(void)
{
	return READ_ONCE(count);
}

/**
 * digsig_file_revoked() - whether a content is revoked
 * @digest: the digest that was signed
 * @size: its size in bytes, at least 4
 *
 * Context: any.
 * Return: whether it is.
 */
bool digsig_file_revoked(const u8 *digest, u32 size)
{
	return listed(false, digest, size);
}

/**
 * digsig_key_revoked() - whether a certificate is revoked
 * @fingerprint: of the certificate
 *
 * Context: any.
 * Return: whether it is.
 */
bool digsig_key_revoked(const u8 *fingerprint)
{
	return listed(true, fingerprint, DIGSIG_FINGERPRINT_SIZE);
}

/**
 * digsig_revoke() - revoke a content or a certificate
 * @certificate: it is a certificate, trusted or not known
 * @digest: the content's digest, or the certificate's fingerprint
 * @size: its size in bytes, at most DIGSIG_DIGEST_MAX
 * @extack: says what is wrong
 *
 * Context: digsig_config_lock, may sleep.
 * Return: 0; -EEXIST; -ENOSPC; -ENOMEM.
 */
int digsig_revoke(bool certificate, const u8 *digest, u32 size,
		  struct netlink_ext_ack *extack)
{
	struct digsig_revocation *r;
	int err;

	ASSERT_DIGSIG_CONFIG();
	if (listed(certificate, digest, size)) {
		NL_SET_ERR_MSG(extack, "It is revoked already");
		return -EEXIST;
	}
	if (count >= DIGSIG_REVOCATIONS_MAX) {
		NL_SET_ERR_MSG(extack,
			       "Too many revocations: sign with another certificate and revoke the old one");
		return -ENOSPC;
	}
	r = kzalloc(sizeof(*r), GFP_KERNEL);
	if (!r)
		return -ENOMEM;
	r->certificate = certificate;
	r->size = size;
	memcpy(r->digest, digest, size);
	if (certificate) {
		err = digsig_key_del(digest, true);
		if (err && err != -ENOENT) {
			kfree(r);
			return err;
		}
	}
	hash_add_rcu(table, &r->node, key_of(digest));
	list_add_tail(&r->list, &digsig_revocations);
	WRITE_ONCE(count, count + 1);
	if (!certificate)
		digsig_cache_flush();
	return 0;
}

/**
 * digsig_revoke_teardown() - free what is revoked
 *
 * Context: process context; nobody looks any more.
 */
void digsig_revoke_teardown(void)
{
	struct digsig_revocation *r, *next;

	list_for_each_entry_safe(r, next, &digsig_revocations, list)
		kfree(r);
}
