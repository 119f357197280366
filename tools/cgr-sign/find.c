// SPDX-License-Identifier: GPL-2.0
#include "find.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cms.h"
#include "digest.h"
#include "elf.h"
#include "image.h"
#include "result.h"
#include "source.h"

static int read_part(void *ctx, void *buf, u64 pos, u32 len)
{
	const struct source *s = ctx;

	return file_read(s->fd, buf, pos, len) ? -errno : 0;
}

static int invalid(struct result *r, const char *why)
{
	r->state = STATE_INVALID;
	snprintf(r->why, sizeof(r->why), "%s", why);
	return -1;
}

/* A record that was found; those who are not asked for need no digest. */
static int look_at(const struct source *s, const struct digsig_record *record,
		   u64 size, struct stack_st_X509 *certs, struct result *r)
{
	u8 digest[DIGSIG_DIGEST_MAX];
	enum digsig_hash hash = record->hash;
	int err;

	result_placed(r, record->placement, record->hash);
	if (!certs) {
		err = cms_signer(record, r);
		r->state = err ? STATE_INVALID : STATE_PRESENT;
		return err;
	}
	if (record->placement == DIGSIG_FSVERITY)
		err = digest_fsverity(s->fd, &hash, digest, r);
	else
		err = digest_file(s->fd, size, hash, digest, r);
	if (err)
		return -1;
	if (hash != record->hash)
		return invalid(r, "the fs-verity digest is of another algorithm");
	err = cms_verify(record, digest, certs, r);
	r->state = err ? STATE_INVALID : STATE_VALID;
	return err;
}

static int look_in_elf(const struct source *s, struct stack_st_X509 *certs,
		       struct result *r)
{
	struct digsig_file file = {
		.read = read_part,
		.ctx = (void *)s,
		.size = s->st.st_size,
	};
	struct digsig_record record;
	u8 buf[DIGSIG_RECORD_MAX];
	struct digsig_note note;
	int err;

	err = digsig_elf_find(&file, &note);
	if (err == -ENOEXEC || err == -ENODATA) {
		r->state = STATE_UNSIGNED;
		return -1;
	}
	if (err == -EBADMSG)
		return invalid(r, note.why);
	if (!err && file_read(s->fd, buf, note.record, note.size))
		err = -errno;
	if (err) {
		errno = -err;
		return result_errno(r, "it cannot be read");
	}
	if (digsig_record_parse(buf, note.size, true, &record)) {
		result_placed(r, DIGSIG_ELF, record.hash);
		return invalid(r, record.why);
	}
	return look_at(s, &record, note.start, certs, r);
}

static int look_beside(const struct source *s, struct stack_st_X509 *certs,
		       struct result *r)
{
	struct digsig_record record;
	u8 buf[DIGSIG_RECORD_MAX];
	u32 size;
	int n;

	n = source_get_record(s, buf, &size, r);
	if (!n)
		r->state = STATE_UNSIGNED;
	if (n <= 0)
		return -1;
	if (digsig_record_parse(buf, size, false, &record)) {
		result_placed(r, DIGSIG_FILE, record.hash);
		return invalid(r, record.why);
	}
	return look_at(s, &record, s->st.st_size, certs, r);
}

/**
 * find_signature() - find and verify a file's signature
 * @s: the file
 * @certs: whose signature is good, or NULL if it is not to be verified
 * @r: set to what was found: one that is good if there is, else what is wrong
 *	with that in the file, or else with the other
 *
 * Return: 0, or -1 if the file cannot be read.
 */
int find_signature(const struct source *s, struct stack_st_X509 *certs,
		   struct result *r)
{
	struct result beside = {};

	if (!look_in_elf(s, certs, r) || r->state == STATE_FAILED)
		return r->state == STATE_FAILED ? -1 : 0;
	if (!look_beside(s, certs, &beside) || r->state == STATE_UNSIGNED)
		*r = beside;
	return r->state == STATE_FAILED ? -1 : 0;
}
