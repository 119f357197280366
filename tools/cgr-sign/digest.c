// SPDX-License-Identifier: GPL-2.0
#include "digest.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <linux/fsverity.h>
#include <linux/minmax.h>
#include <openssl/evp.h>

#include "image.h"
#include "result.h"
#include "tail.h"

#define CHUNK	(256U << 10)

static EVP_MD_CTX *start(enum digsig_hash hash)
{
	const EVP_MD *md = EVP_get_digestbyname(digsig_hash_name(hash));
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (ctx && md && EVP_DigestInit_ex(ctx, md, NULL))
		return ctx;
	EVP_MD_CTX_free(ctx);
	return NULL;
}

/* Frees the context; @err is that of what came before. */
static int finish(EVP_MD_CTX *ctx, int err, u8 *digest, struct result *r)
{
	if (!err && !EVP_DigestFinal_ex(ctx, digest, NULL))
		err = result_fail(r, "OpenSSL cannot hash");
	EVP_MD_CTX_free(ctx);
	return err;
}

static int add_range(EVP_MD_CTX *ctx, int fd, u64 pos, u64 end,
		     struct result *r)
{
	u8 *buf = malloc(CHUNK);
	int err = 0;
	u64 n;

	if (!buf)
		return result_fail(r, "out of memory");
	for (; pos < end && !err; pos += n) {
		n = min_t(u64, CHUNK, end - pos);
		if (file_read(fd, buf, pos, n))
			err = result_errno(r, "it cannot be read");
		else if (!EVP_DigestUpdate(ctx, buf, n))
			err = result_fail(r, "OpenSSL cannot hash");
	}
	free(buf);
	return err;
}

/**
 * digest_file() - digest of a file's first bytes
 * @fd: the file
 * @size: their number
 * @hash: hash algorithm
 * @digest: set
 * @r: set on failure
 *
 * Return: 0 or -1.
 */
int digest_file(int fd, u64 size, enum digsig_hash hash, u8 *digest,
		struct result *r)
{
	EVP_MD_CTX *ctx = start(hash);

	if (!ctx)
		return result_fail(r, "OpenSSL lacks %s",
				   digsig_hash_name(hash));
	return finish(ctx, add_range(ctx, fd, 0, size, r), digest, r);
}

/**
 * digest_signed() - digest of an ELF file as it will be, up to its note
 * @fd: the file
 * @tail: what is to be appended, and the header that goes with it
 * @hash: hash algorithm
 * @digest: set
 * @r: set on failure
 *
 * Return: 0 or -1.
 */
int digest_signed(int fd, const struct tail *tail, enum digsig_hash hash,
		  u8 *digest, struct result *r)
{
	EVP_MD_CTX *ctx = start(hash);
	int err;

	if (!ctx)
		return result_fail(r, "OpenSSL lacks %s",
				   digsig_hash_name(hash));
	if (!EVP_DigestUpdate(ctx, tail->header, tail->header_size))
		err = result_fail(r, "OpenSSL cannot hash");
	else
		err = add_range(ctx, fd, tail->header_size, tail->start, r);
	if (!err && !EVP_DigestUpdate(ctx, tail->data, tail->note))
		err = result_fail(r, "OpenSSL cannot hash");
	return finish(ctx, err, digest, r);
}

/**
 * digest_fsverity() - the digest that fs-verity has of a file
 * @fd: the file
 * @hash: set to its algorithm
 * @digest: set
 * @r: set on failure
 *
 * Return: 0 or -1.
 */
int digest_fsverity(int fd, enum digsig_hash *hash, u8 *digest,
		    struct result *r)
{
	struct {
		struct fsverity_digest head;
		u8 digest[DIGSIG_DIGEST_MAX];
	} verity = { .head.digest_size = DIGSIG_DIGEST_MAX };
	u32 i;

	if (ioctl(fd, FS_IOC_MEASURE_VERITY, &verity)) {
		if (errno == ENODATA)
			return result_advise(r, "fs-verity is not enabled for it",
					     "do 'fsverity enable FILE' first");
		return result_errno(r, "it has no fs-verity digest");
	}
	if (verity.head.digest_algorithm == FS_VERITY_HASH_ALG_SHA256)
		*hash = DIGSIG_SHA256;
	else if (verity.head.digest_algorithm == FS_VERITY_HASH_ALG_SHA512)
		*hash = DIGSIG_SHA512;
	else
		return result_fail(r, "its fs-verity digest is of an unknown algorithm");
	for (i = 0; i < digsig_hash_size(*hash); i++)
		digest[i] = verity.digest[i];
	return 0;
}
