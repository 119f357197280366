// SPDX-License-Identifier: GPL-2.0
#include "keyring.h"

#include <crypto/sha2.h>
#include <keys/asymmetric-type.h>
#include <linux/cred.h>
#include <linux/key.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/verification.h>

#include "cache.h"
#include "certificate.h"
#include "digest.h"
#include "mode.h"
#include "revoke.h"

/* Under digsig_config_lock. */
LIST_HEAD(digsig_keys);

static u32 keys;

/*
 * Nobody possesses them, and their owner, root, may only look: linking,
 * writing, invalidating and changing rights are refused by the kernel.
 */
static struct key *trusted;
static struct key *revoked;

static struct key *new_keyring(const char *name)
{
	return keyring_alloc(name, GLOBAL_ROOT_UID, GLOBAL_ROOT_GID,
			     current_cred(),
			     KEY_POS_ALL | KEY_USR_VIEW | KEY_USR_READ,
			     KEY_ALLOC_NOT_IN_QUOTA, NULL, NULL);
}

/**
 * digsig_key_count() - number of certificates that are trusted
 *
 * Context: digsig_config_lock, or a glance.
 * Return: the number.
 */
u32 digsig_key_count(void)
{
	return READ_ONCE(keys);
}

static struct digsig_key *find(const u8 *fingerprint)
{
	struct digsig_key *key;

	list_for_each_entry(key, &digsig_keys, list) {
		if (!memcmp(key->fingerprint, fingerprint,
			    DIGSIG_FINGERPRINT_SIZE))
			return key;
	}
	return NULL;
}

static int check_use(const u8 *der, u32 size, struct netlink_ext_ack *extack)
{
	struct digsig_certificate cert;

	if (digsig_certificate_parse(der, size, &cert)) {
		NL_SET_ERR_MSG(extack,
			       "Not an X.509 certificate in DER: openssl x509 -outform DER");
		return -EBADMSG;
	}
	if (cert.not_after < ktime_get_real_seconds()) {
		NL_SET_ERR_MSG(extack, "The certificate has expired");
		return -EKEYEXPIRED;
	}
	if (!cert.may_sign || !cert.may_sign_code) {
		NL_SET_ERR_MSG(extack,
			       "The certificate's key usage is not digitalSignature, or its extended one not codeSigning");
		return -EKEYREJECTED;
	}
	return 0;
}

static int key_error(int err, struct netlink_ext_ack *extack)
{
	switch (err) {
	case -ENOPKG:
	case -ENOENT:	/* what crypto_alloc_akcipher() says */
		NL_SET_ERR_MSG(extack,
			       "This kernel lacks the certificate's algorithm");
		return -ENOPKG;
	case -EKEYREJECTED:
		NL_SET_ERR_MSG(extack,
			       "The kernel's blacklist has the certificate, or its own signature is wrong");
		break;
	default:
		NL_SET_ERR_MSG(extack, "The kernel does not take the certificate");
	}
	return err;
}

/*
 * A keyring has one key of a name, and the kernel names a certificate after
 * subject and key: a renewed one would take the place of the other. So each has
 * a keyring of its own, named after its fingerprint, which is in @trusted or
 * @revoked.
 */
static int put_into_keyring(struct digsig_key *key, const u8 *der, u32 size,
			    struct netlink_ext_ack *extack)
{
	char name[2 * DIGSIG_FINGERPRINT_SIZE + 1];
	key_ref_t ref;
	int err;

	snprintf(name, sizeof(name), "%*phN", DIGSIG_FINGERPRINT_SIZE,
		 key->fingerprint);
	key->keyring = new_keyring(name);
	if (IS_ERR(key->keyring))
		return PTR_ERR(key->keyring);
	ref = key_create_or_update(make_key_ref(key->keyring, true),
				   "asymmetric", NULL, der, size,
				   KEY_POS_ALL | KEY_USR_VIEW | KEY_USR_READ,
				   KEY_ALLOC_NOT_IN_QUOTA);
	if (IS_ERR(ref)) {
		err = key_error(PTR_ERR(ref), extack);
		goto err_create;
	}
	key->key = key_ref_to_ptr(ref);
	err = key_link(trusted, key->keyring);
	if (err)
		goto err_link;
	return 0;

err_link:
	key_put(key->key);
err_create:
	key_put(key->keyring);
	return err;
}

static void free_key(struct digsig_key *key)
{
	key_put(key->key);
	key_put(key->keyring);
	kfree(key);
}

/**
 * digsig_key_add() - trust a certificate
 * @der: X.509 in DER, from any source
 * @size: its size
 * @extack: says what is wrong
 *
 * Context: digsig_config_lock.
 * Return: 0; -EPERM if locked; -EEXIST; -EKEYREVOKED; -EKEYEXPIRED;
 * -EKEYREJECTED if it is not for signing, or blacklisted; -EBADMSG;
 * -ENOPKG if the kernel lacks an algorithm; -ENOMEM.
 */
int digsig_key_add(const u8 *der, u32 size, struct netlink_ext_ack *extack)
{
	struct digsig_key *key;
	int err;

	ASSERT_DIGSIG_CONFIG();
	err = digsig_unlocked(extack);
	if (!err)
		err = check_use(der, size, extack);
	if (err)
		return err;
	key = kzalloc(sizeof(*key), GFP_KERNEL);
	if (!key)
		return -ENOMEM;
	err = digsig_digest_buffer(der, size, DIGSIG_SHA256, key->fingerprint);
	if (err)
		goto err_free;
	if (find(key->fingerprint)) {
		NL_SET_ERR_MSG(extack, "The certificate is trusted already");
		err = -EEXIST;
		goto err_free;
	}
	if (digsig_key_revoked(key->fingerprint)) {
		NL_SET_ERR_MSG(extack, "The certificate is revoked");
		err = -EKEYREVOKED;
		goto err_free;
	}
	err = put_into_keyring(key, der, size, extack);
	if (err)
		goto err_free;
	list_add_tail(&key->list, &digsig_keys);
	WRITE_ONCE(keys, keys + 1);
	return 0;

err_free:
	kfree(key);
	return err;
}

/**
 * digsig_key_del() - trust a certificate no longer
 * @fingerprint: of the certificate
 * @revoke: files signed with it are reported as signed by a revoked one
 *
 * Verdicts are forgotten. What runs keeps running.
 *
 * Context: digsig_config_lock, may sleep.
 * Return: 0; -ENOENT; -ENOMEM, and nothing happened.
 */
int digsig_key_del(const u8 *fingerprint, bool revoke)
{
	struct digsig_key *key = find(fingerprint);
	int err = 0;

	ASSERT_DIGSIG_CONFIG();
	if (!key)
		return -ENOENT;
	if (revoke)
		err = key_link(revoked, key->keyring);
	if (!err)
		err = key_unlink(trusted, key->keyring);
	if (err)
		return err;
	list_del(&key->list);
	WRITE_ONCE(keys, keys - 1);
	free_key(key);
	digsig_cache_flush();
	return 0;
}

/**
 * digsig_keyring_verify() - verify a signature by a trusted certificate
 * @statement: what is signed
 * @len: its length
 * @cms: the signature, from any source
 * @cms_len: its length
 *
 * Context: process context.
 * Return: 0; -ENOKEY if no trusted certificate signed; -EKEYREJECTED if the
 * signature is wrong; -ENOPKG if the kernel lacks an algorithm; -EBADMSG and
 * others if it is no CMS; -ENOMEM.
 */
int digsig_keyring_verify(const void *statement, u32 len, const void *cms,
			  u32 cms_len)
{
	return verify_pkcs7_signature(statement, len, cms, cms_len, trusted,
				      VERIFYING_UNSPECIFIED_SIGNATURE,
				      NULL, NULL);
}

/**
 * digsig_keyring_verify_revoked() - verify one by a revoked certificate
 * @statement: what is signed
 * @len: its length
 * @cms: the signature, from any source
 * @cms_len: its length
 *
 * Context: process context.
 * Return: whether a revoked certificate signed.
 */
bool digsig_keyring_verify_revoked(const void *statement, u32 len,
				   const void *cms, u32 cms_len)
{
	return !verify_pkcs7_signature(statement, len, cms, cms_len, revoked,
				       VERIFYING_UNSPECIFIED_SIGNATURE,
				       NULL, NULL);
}

/**
 * digsig_keyring_setup() - make the keyrings
 *
 * Context: process context.
 * Return: 0 or a negative errno.
 */
int digsig_keyring_setup(void)
{
	trusted = new_keyring(".digsig");
	if (IS_ERR(trusted))
		return PTR_ERR(trusted);
	revoked = new_keyring(".digsig_revoked");
	if (IS_ERR(revoked)) {
		key_put(trusted);
		return PTR_ERR(revoked);
	}
	return 0;
}

/**
 * digsig_keyring_teardown() - give the keyrings back
 *
 * Context: process context; nothing is verified any more.
 */
void digsig_keyring_teardown(void)
{
	struct digsig_key *key, *next;

	list_for_each_entry_safe(key, next, &digsig_keys, list)
		free_key(key);
	INIT_LIST_HEAD(&digsig_keys);
	keys = 0;
	key_put(revoked);
	key_put(trusted);
}
