// SPDX-License-Identifier: GPL-2.0
#include "format.h"

#include <linux/errno.h>
#include <linux/string.h>
#include <asm/byteorder.h>

static const struct {
	const char *name;
	u32 size;
} hashes[] = {
	[DIGSIG_SHA256] = { "sha256", 32 },
	[DIGSIG_SHA384] = { "sha384", 48 },
	[DIGSIG_SHA512] = { "sha512", 64 },
};

static const char * const placements[] = {
	[DIGSIG_ELF] = "elf",
	[DIGSIG_FILE] = "file",
	[DIGSIG_FSVERITY] = "fsverity",
};

static bool hash_known(u32 hash)
{
	return hash >= DIGSIG_SHA256 && hash <= DIGSIG_SHA512;
}

/**
 * digsig_hash_name() - name of a hash algorithm
 * @hash: the algorithm
 *
 * Context: any.
 * Return: a constant, as the kernel's crypto API and OpenSSL know it; "unknown"
 *	if there is no such algorithm.
 */
const char *digsig_hash_name(enum digsig_hash hash)
{
	return hash_known(hash) ? hashes[hash].name : "unknown";
}

/**
 * digsig_hash_size() - size of a digest
 * @hash: its algorithm
 *
 * Context: any.
 * Return: bytes, at most DIGSIG_DIGEST_MAX; 0 if there is no such algorithm.
 */
u32 digsig_hash_size(enum digsig_hash hash)
{
	return hash_known(hash) ? hashes[hash].size : 0;
}

/**
 * digsig_placement_name() - the word for a placement in a statement
 * @placement: the placement
 *
 * Context: any.
 * Return: a constant.
 */
const char *digsig_placement_name(enum digsig_placement placement)
{
	return placements[placement];
}

static int bad(struct digsig_record *record, const char *why)
{
	record->why = why;
	return -EBADMSG;
}

/**
 * digsig_record_parse() - take a record to pieces
 * @buf: the record, from any source
 * @size: its size, with the padding
 * @in_elf: whether it was in an ELF note; else it is an extended attribute
 * @record: filled in; its CMS points into @buf and was not looked at
 *
 * Context: any.
 * Return: 0, or -EBADMSG with @record->why set.
 */
int digsig_record_parse(const u8 *buf, u32 size, bool in_elf,
			struct digsig_record *record)
{
	struct digsig_header header;
	u32 length, i;

	memset(record, 0, sizeof(*record));
	if (size <= sizeof(header))
		return bad(record, "the signature record is cut short");
	if (size > DIGSIG_RECORD_MAX)
		return bad(record, "the signature record is too long");
	memcpy(&header, buf, sizeof(header));
	length = le32_to_cpu(header.length);
	if (memcmp(header.magic, DIGSIG_MAGIC, DIGSIG_MAGIC_SIZE))
		return bad(record, "the signature record has no magic number");
	if (header.version != DIGSIG_VERSION)
		return bad(record, "the signature record has an unknown version");
	if (!hash_known(header.hash))
		return bad(record, "the signature record has an unknown hash algorithm");
	if (header.fsverity > !in_elf || header.reserved)
		return bad(record, "the signature record has unknown flags");
	if (!length || length > DIGSIG_CMS_MAX || length > size - sizeof(header))
		return bad(record, "the signature record has a wrong length");
	for (i = sizeof(header) + length; i < size; i++)
		if (buf[i])
			return bad(record, "the signature record has data behind its end");

	record->placement = in_elf ? DIGSIG_ELF :
			    header.fsverity ? DIGSIG_FSVERITY : DIGSIG_FILE;
	record->hash = header.hash;
	record->cms = buf + sizeof(header);
	record->cms_len = length;
	return 0;
}

/**
 * digsig_record_size() - size of a record with its padding
 * @cms_len: bytes of the CMS, at most DIGSIG_CMS_MAX
 *
 * Context: any.
 * Return: bytes, at most DIGSIG_RECORD_MAX.
 */
u32 digsig_record_size(u32 cms_len)
{
	u32 size = DIGSIG_HEADER_SIZE + cms_len;

	return (size + DIGSIG_RECORD_ALIGN - 1) & ~(DIGSIG_RECORD_ALIGN - 1);
}

/**
 * digsig_record_build() - write a record
 * @buf: where to
 * @size: bytes of @buf, not fewer than header and CMS have; the rest is cleared
 * @placement: where the record will be
 * @hash: hash algorithm of the digest and of the signature
 * @cms: the CMS
 * @cms_len: its length, 1 to DIGSIG_CMS_MAX
 *
 * Context: any.
 */
void digsig_record_build(u8 *buf, u32 size, enum digsig_placement placement,
			 enum digsig_hash hash, const u8 *cms, u32 cms_len)
{
	struct digsig_header header = {
		.version = DIGSIG_VERSION,
		.hash = hash,
		.fsverity = placement == DIGSIG_FSVERITY,
		.length = cpu_to_le32(cms_len),
	};

	memcpy(header.magic, DIGSIG_MAGIC, DIGSIG_MAGIC_SIZE);
	memset(buf, 0, size);
	memcpy(buf, &header, sizeof(header));
	memcpy(buf + sizeof(header), cms, cms_len);
}

static u8 *put(u8 *to, const char *text)
{
	size_t len = strlen(text);

	memcpy(to, text, len);
	return to + len;
}

/**
 * digsig_statement() - what is signed, for a file with a given digest
 * @buf: where to, DIGSIG_STATEMENT_MAX bytes
 * @placement: where the record is, so that none is good at another place
 * @hash: a known hash algorithm
 * @digest: the digest, of the algorithm's size
 *
 * Context: any.
 * Return: bytes of the statement.
 */
u32 digsig_statement(u8 *buf, enum digsig_placement placement,
		     enum digsig_hash hash, const u8 *digest)
{
	u8 *p = put(buf, "digsig-v1 ");

	p = put(p, placements[placement]);
	p = put(p, " ");
	p = put(p, hashes[hash].name);
	p = put(p, ":");
	memcpy(p, digest, hashes[hash].size);
	return p + hashes[hash].size - buf;
}
