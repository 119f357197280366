/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The signature record and the statement that it signs, the same for the kernel
 * and for cgr-sign. Pure: compiles in user space too.
 */
#ifndef _DIGSIG_FORMAT_H
#define _DIGSIG_FORMAT_H

#include <linux/types.h>

#define DIGSIG_MAGIC		"\177DIGSIG"	/* and the 0 at its end */
#define DIGSIG_MAGIC_SIZE	8
#define DIGSIG_VERSION		1

/* The CMS, and the whole record with its header and padding. */
#define DIGSIG_CMS_MAX		16384
#define DIGSIG_HEADER_SIZE	16
#define DIGSIG_RECORD_ALIGN	64
#define DIGSIG_RECORD_MAX	16448

#define DIGSIG_DIGEST_MAX	64
#define DIGSIG_STATEMENT_MAX	96

#define DIGSIG_XATTR		"security.digsig"

/**
 * enum digsig_hash - hash algorithms of a record
 * @DIGSIG_SHA256: SHA-256
 * @DIGSIG_SHA384: SHA-384
 * @DIGSIG_SHA512: SHA-512
 */
enum digsig_hash {
	DIGSIG_SHA256 = 1,
	DIGSIG_SHA384,
	DIGSIG_SHA512,
};

/**
 * enum digsig_placement - where a record is and what its digest is of
 * @DIGSIG_ELF: a note at the end of an ELF file; the bytes in front of the note
 * @DIGSIG_FILE: the extended attribute; the whole file
 * @DIGSIG_FSVERITY: the extended attribute; the digest is that of fs-verity
 */
enum digsig_placement {
	DIGSIG_ELF,
	DIGSIG_FILE,
	DIGSIG_FSVERITY,
};

/**
 * struct digsig_header - what a record begins with
 * @magic: DIGSIG_MAGIC
 * @version: DIGSIG_VERSION
 * @hash: enum digsig_hash
 * @fsverity: 1 for DIGSIG_FSVERITY, else 0
 * @reserved: 0
 * @length: bytes of the CMS, which follows
 *
 * Behind the CMS there may be zeros.
 */
struct digsig_header {
	u8 magic[DIGSIG_MAGIC_SIZE];
	u8 version;
	u8 hash;
	u8 fsverity;
	u8 reserved;
	__le32 length;
};

/**
 * struct digsig_record - what a record says
 * @placement: where it is
 * @hash: hash algorithm of the digest and of the signature
 * @cms: the CMS, in the buffer that was parsed
 * @cms_len: its length in bytes
 * @why: what is wrong with it, if something is; a constant
 */
struct digsig_record {
	enum digsig_placement placement;
	enum digsig_hash hash;
	const u8 *cms;
	u32 cms_len;
	const char *why;
};

int digsig_record_parse(const u8 *buf, u32 size, bool in_elf,
			struct digsig_record *record);
u32 digsig_record_size(u32 cms_len);
void digsig_record_build(u8 *buf, u32 size, enum digsig_placement placement,
			 enum digsig_hash hash, const u8 *cms, u32 cms_len);
u32 digsig_statement(u8 *buf, enum digsig_placement placement,
		     enum digsig_hash hash, const u8 *digest);

const char *digsig_hash_name(enum digsig_hash hash);
u32 digsig_hash_size(enum digsig_hash hash);
const char *digsig_placement_name(enum digsig_placement placement);

#endif /* _DIGSIG_FORMAT_H */
