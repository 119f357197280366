// SPDX-License-Identifier: GPL-2.0
#include "digest.h"

#include <crypto/akcipher.h>
#include <crypto/hash.h>
#include <linux/fs.h>
#include <linux/kmod.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

/* What is read at once. */
#define CHUNK	(64 * 1024)

#define HASHES	(DIGSIG_SHA512 + 1)

static struct crypto_shash *hashes[HASHES];
static atomic64_t bytes_hashed;

/*
 * The public key algorithms that signatures may need. They are kept so that
 * the first verification does not ask for a module: loading one executes
 * modprobe, which must be verified.
 */
static const char * const public_key_names[] = {
	"pkcs1pad(rsa,sha256)", "pkcs1pad(rsa,sha384)", "pkcs1pad(rsa,sha512)",
	"ecdsa-nist-p256", "ecdsa-nist-p384",
};

static struct crypto_akcipher *public_keys[ARRAY_SIZE(public_key_names)];

static struct shash_desc *begin(enum digsig_hash hash)
{
	struct crypto_shash *tfm = hashes[hash];
	struct shash_desc *desc;
	int err;

	desc = kmalloc(sizeof(*desc) + crypto_shash_descsize(tfm), GFP_KERNEL);
	if (!desc)
		return ERR_PTR(-ENOMEM);
	desc->tfm = tfm;
	err = crypto_shash_init(desc);
	if (err) {
		kfree_sensitive(desc);
		return ERR_PTR(err);
	}
	return desc;
}

/**
 * digsig_digest_file() - digest of the first bytes of a file
 * @file: the file, open for reading
 * @size: number of bytes, which must be there
 * @hash: algorithm
 * @digest: where to; DIGSIG_DIGEST_MAX bytes are enough
 *
 * Context: process context, no locks that reading a file takes.
 * Return: 0; -EIO if the file is shorter; -EINTR if the process is killed;
 * -ENOMEM; the error of reading.
 */
int digsig_digest_file(struct file *file, u64 size, enum digsig_hash hash,
		       u8 *digest)
{
	struct shash_desc *desc = begin(hash);
	loff_t pos = 0;
	void *buf;
	int err = 0;

	if (IS_ERR(desc))
		return PTR_ERR(desc);
	buf = kmalloc(CHUNK, GFP_KERNEL);
	if (!buf)
		err = -ENOMEM;
	while (!err && pos < size) {
		ssize_t got = kernel_read(file, buf,
					  min_t(u64, CHUNK, size - pos), &pos);

		if (got <= 0) {
			err = got ?: -EIO;
			break;
		}
		err = crypto_shash_update(desc, buf, got);
		if (!err && fatal_signal_pending(current))
			err = -EINTR;
		cond_resched();
	}
	if (!err)
		err = crypto_shash_final(desc, digest);
	atomic64_add(pos, &bytes_hashed);
	kfree(buf);
	kfree_sensitive(desc);
	return err;
}

/**
 * digsig_digest_buffer() - digest of a buffer
 * @buf: the buffer
 * @size: number of bytes
 * @hash: algorithm
 * @digest: where to; DIGSIG_DIGEST_MAX bytes are enough
 *
 * Context: process context.
 * Return: 0; -ENOMEM; the error of the driver.
 */
int digsig_digest_buffer(const u8 *buf, u64 size, enum digsig_hash hash,
			 u8 *digest)
{
	struct shash_desc *desc = begin(hash);
	u64 pos = 0;
	int err = 0;

	if (IS_ERR(desc))
		return PTR_ERR(desc);
	while (!err && pos < size) {
		u32 len = min_t(u64, CHUNK, size - pos);

		err = crypto_shash_update(desc, buf + pos, len);
		pos += len;
		cond_resched();
	}
	if (!err)
		err = crypto_shash_final(desc, digest);
	atomic64_add(pos, &bytes_hashed);
	kfree_sensitive(desc);
	return err;
}

/**
 * digsig_digest_bytes() - what was hashed since the module was loaded
 *
 * Context: any.
 * Return: number of bytes.
 */
u64 digsig_digest_bytes(void)
{
	return atomic64_read(&bytes_hashed);
}

/**
 * digsig_digest_setup() - take hold of the algorithms
 *
 * Asks for all modules of a hash first: the generic driver is often built in
 * and a faster one is a module.
 *
 * Context: process context.
 * Return: 0, or why a hash is not to be had. Public key algorithms may lack.
 */
int digsig_digest_setup(void)
{
	int hash, i;

	for (hash = DIGSIG_SHA256; hash < HASHES; hash++) {
		struct crypto_shash *tfm;

		request_module("crypto-%s", digsig_hash_name(hash));
		tfm = crypto_alloc_shash(digsig_hash_name(hash), 0, 0);
		if (IS_ERR(tfm)) {
			digsig_digest_teardown();
			return PTR_ERR(tfm);
		}
		hashes[hash] = tfm;
	}
	for (i = 0; i < ARRAY_SIZE(public_keys); i++) {
		struct crypto_akcipher *tfm;

		tfm = crypto_alloc_akcipher(public_key_names[i], 0, 0);
		public_keys[i] = IS_ERR(tfm) ? NULL : tfm;
	}
	return 0;
}

/**
 * digsig_digest_teardown() - let go of the algorithms
 *
 * Context: process context; nothing is hashed any more.
 */
void digsig_digest_teardown(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(public_keys); i++) {
		if (public_keys[i])
			crypto_free_akcipher(public_keys[i]);
		public_keys[i] = NULL;
	}
	for (i = 0; i < HASHES; i++) {
		if (hashes[i])
			crypto_free_shash(hashes[i]);
		hashes[i] = NULL;
	}
}
