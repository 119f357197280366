// SPDX-License-Identifier: GPL-2.0
#include "verify.h"

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fsverity.h>
#include <linux/mm.h>
#include <linux/xattr.h>

#include "certificate.h"
#include "digest.h"
#include "elf.h"
#include "keyring.h"
#include "revoke.h"
#include "trace.h"

static atomic64_t verified;

/* What is verified: a file, or a buffer and maybe the file it was read from. */
struct content {
	struct file *file;
	const u8 *buf;
	u64 size;
};

static int read_content(void *ctx, void *buf, u64 pos, u32 len)
{
	const struct content *content = ctx;
	loff_t at = pos;
	ssize_t got;

	if (content->buf) {
		memcpy(buf, content->buf + pos, len);
		return 0;
	}
	while (len) {
		got = kernel_read(content->file, buf, len, &at);
		if (got <= 0)
			return got ?: -EIO;
		buf += got;
		len -= got;
	}
	return 0;
}

static int digest_content(const struct content *content, u64 size,
			  enum digsig_hash hash, u8 *digest)
{
	if (content->buf)
		return digsig_digest_buffer(content->buf, size, hash, digest);
	return digsig_digest_file(content->file, size, hash, digest);
}

/* The digest that fs-verity knows; it must be of the record's algorithm. */
static int digest_fsverity(const struct content *content,
			   enum digsig_hash hash, u8 *digest)
{
	int size;
	u8 alg;

	if (content->buf)
		return -EOPNOTSUPP;
	size = fsverity_read_digest(d_real_inode(content->file->f_path.dentry),
				    digest, &alg);
	if (size < 0)
		return size;
	if (!size)
		return -ENODATA;
	if ((hash == DIGSIG_SHA256 && alg == FS_VERITY_HASH_ALG_SHA256) ||
	    (hash == DIGSIG_SHA512 && alg == FS_VERITY_HASH_ALG_SHA512))
		return 0;
	return -ENOPKG;
}

static void read_error(struct digsig_verdict *verdict, int err)
{
	switch (err) {
	case -ENOMEM:
		verdict->cause = DIGSIG_CAUSE_NO_MEMORY;
		break;
	case -EOPNOTSUPP:
	case -ENOPKG:
		verdict->cause = DIGSIG_CAUSE_ALGORITHM;
		break;
	default:
		verdict->cause = DIGSIG_CAUSE_IO;
	}
}

static enum digsig_cause verify_cms(const u8 *statement, u32 len,
				    const struct digsig_record *record)
{
	int err = digsig_cms_bare(record->cms, record->cms_len);

	if (err)
		return DIGSIG_CAUSE_BAD_CMS;
	err = digsig_keyring_verify(statement, len, record->cms,
				    record->cms_len);
	switch (err) {
	case 0:
		return DIGSIG_CAUSE_NONE;
	case -ENOKEY:
		if (digsig_keyring_verify_revoked(statement, len, record->cms,
						  record->cms_len))
			return DIGSIG_CAUSE_REVOKED_KEY;
		return DIGSIG_CAUSE_NO_KEY;
	case -EKEYREJECTED:
		return DIGSIG_CAUSE_TAMPERED;
	case -ENOPKG:
		return DIGSIG_CAUSE_ALGORITHM;
	case -ENOMEM:
		return DIGSIG_CAUSE_NO_MEMORY;
	default:
		return DIGSIG_CAUSE_BAD_CMS;
	}
}

/* A record was found; @size bytes of the content are what it is about. */
static void verify_record(const struct content *content, u64 size,
			  const struct digsig_record *record,
			  struct digsig_verdict *verdict)
{
	static const u8 places[] = {
		[DIGSIG_ELF]		= DIGSIG_PLACEMENT_ELF,
		[DIGSIG_FILE]		= DIGSIG_PLACEMENT_FILE,
		[DIGSIG_FSVERITY]	= DIGSIG_PLACEMENT_FSVERITY,
	};
	u8 statement[DIGSIG_STATEMENT_MAX];
	u32 len;
	int err;

	verdict->place = places[record->placement];
	if (record->placement == DIGSIG_FSVERITY) {
		err = digest_fsverity(content, record->hash, verdict->digest);
		if (err == -ENODATA) {
			verdict->cause = DIGSIG_CAUSE_MALFORMED;
			verdict->why = "fs-verity is not enabled on the file";
			return;
		}
	} else {
		err = digest_content(content, size, record->hash,
				     verdict->digest);
	}
	if (err) {
		read_error(verdict, err);
		return;
	}
	verdict->size = digsig_hash_size(record->hash);
	if (digsig_file_revoked(verdict->digest, verdict->size)) {
		verdict->cause = DIGSIG_CAUSE_REVOKED_FILE;
		return;
	}
	len = digsig_statement(statement, record->placement, record->hash,
			       verdict->digest);
	verdict->cause = verify_cms(statement, len, record);
}

static void malformed(struct digsig_verdict *verdict, const char *why)
{
	verdict->cause = DIGSIG_CAUSE_MALFORMED;
	verdict->why = why;
}

/* By the note; %DIGSIG_CAUSE_UNSIGNED if there is none. */
static void verify_elf(struct content *content, u8 *buf,
		       struct digsig_verdict *verdict)
{
	struct digsig_file file = {
		.read = read_content, .ctx = content, .size = content->size,
	};
	struct digsig_record record;
	struct digsig_note note;
	int err = digsig_elf_find(&file, &note);

	if (err == -ENOEXEC || err == -ENODATA)
		return;
	if (err == -EBADMSG) {
		malformed(verdict, note.why);
		return;
	}
	if (!err)
		err = read_content(content, buf, note.record, note.size);
	if (err)
		read_error(verdict, err);
	else if (digsig_record_parse(buf, note.size, true, &record))
		malformed(verdict, record.why);
	else
		verify_record(content, note.start, &record, verdict);
}

/* By the extended attribute; nothing happens if there is none. */
static void verify_xattr(const struct content *content, u8 *buf,
			 struct digsig_verdict *verdict)
{
	struct dentry *dentry = content->file->f_path.dentry;
	struct digsig_record record;
	int size = __vfs_getxattr(dentry, d_inode(dentry), DIGSIG_XATTR, buf,
				  DIGSIG_RECORD_MAX);

	if (size == -ENODATA || size == -EOPNOTSUPP)
		return;
	*verdict = (struct digsig_verdict) {};
	if (size == -ERANGE)
		malformed(verdict, "the attribute is too long");
	else if (size < 0)
		read_error(verdict, size);
	else if (digsig_record_parse(buf, size, false, &record))
		malformed(verdict, record.why);
	else
		verify_record(content, content->size, &record, verdict);
}

static void verify(struct content *content, struct digsig_verdict *verdict)
{
	u8 *buf = kvmalloc(DIGSIG_RECORD_MAX, GFP_KERNEL);

	*verdict = (struct digsig_verdict) { .cause = DIGSIG_CAUSE_UNSIGNED };
	if (!buf) {
		verdict->cause = DIGSIG_CAUSE_NO_MEMORY;
		return;
	}
	verify_elf(content, buf, verdict);
	/* What is revoked stays so, whatever else the file carries. */
	if (content->file && verdict->cause != DIGSIG_CAUSE_NONE &&
	    verdict->cause != DIGSIG_CAUSE_REVOKED_FILE &&
	    verdict->cause != DIGSIG_CAUSE_REVOKED_KEY)
		verify_xattr(content, buf, verdict);
	kvfree(buf);
	atomic64_inc(&verified);
	trace_digsig_verify(content->file, content->size, verdict->place,
			    verdict->cause);
}

/**
 * digsig_verify_file() - verify a file
 * @file: the file, open; it is opened anew, for its own flags may not be such
 *	that the page cache is read
 * @verdict: filled in
 *
 * Context: process context, no locks that reading a file takes.
 */
void digsig_verify_file(struct file *file, struct digsig_verdict *verdict)
{
	struct content content = {};

	*verdict = (struct digsig_verdict) {};
	content.file = dentry_open(&file->f_path,
				   O_RDONLY | O_LARGEFILE | O_NOATIME,
				   file->f_cred);
	if (IS_ERR(content.file)) {
		read_error(verdict, PTR_ERR(content.file));
		return;
	}
	content.size = i_size_read(file_inode(content.file));
	verify(&content, verdict);
	fput(content.file);
}

/**
 * digsig_verify_buffer() - verify what was read into a buffer
 * @buf: the content
 * @size: its size
 * @file: where it was read from, for its extended attribute, or NULL
 * @verdict: filled in
 *
 * Context: process context, no locks that reading an attribute takes.
 */
void digsig_verify_buffer(const void *buf, size_t size, struct file *file,
			  struct digsig_verdict *verdict)
{
	struct content content = { .file = file, .buf = buf, .size = size };

	verify(&content, verdict);
}

/**
 * digsig_verify_count() - how often a signature was looked for
 *
 * Context: any.
 * Return: the number since the module was loaded.
 */
u64 digsig_verify_count(void)
{
	return atomic64_read(&verified);
}
