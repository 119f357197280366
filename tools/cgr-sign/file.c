// SPDX-License-Identifier: GPL-2.0
#include "file.h"

#include <string.h>

#include "digest.h"
#include "find.h"
#include "image.h"
#include "program.h"
#include "result.h"
#include "rewrite.h"
#include "source.h"
#include "tail.h"

/* Whether a file of a tree is one that digsig may be asked about. */
static bool wanted(const struct source *s)
{
	return program_by_name(s->path, &s->st) ||
	       program_by_content(s->fd, &s->st);
}

/* A signature in the file. */
static int sign_elf(const struct job *job, const struct source *s,
		    const struct image *image, struct result *r)
{
	u8 digest[DIGSIG_DIGEST_MAX];
	struct tail tail;
	int err;

	if (tail_build(&tail, image, job->signer.size, r))
		return -1;
	err = digest_signed(s->fd, &tail, job->hash, digest, r);
	if (!err)
		err = cms_sign(&job->signer, DIGSIG_ELF, job->hash, digest,
			       tail.data + tail.record, r);
	/* one of what the file was so far; a new file does not get it */
	if (!err)
		err = rewrite(s, image, &tail, r);
	if (!err && s->st.st_nlink > 1 && source_drop_record(s, r) < 0)
		err = -1;
	tail_free(&tail);
	if (!err)
		result_placed(r, DIGSIG_ELF, job->hash);
	return err;
}

/* A signature beside the file. */
static int sign_xattr(const struct job *job, const struct source *s,
		      enum digsig_placement placement, struct result *r)
{
	u8 digest[DIGSIG_DIGEST_MAX], record[DIGSIG_RECORD_MAX];
	enum digsig_hash hash = job->hash;
	int err;

	if (placement == DIGSIG_FSVERITY)
		err = digest_fsverity(s->fd, &hash, digest, r);
	else
		err = digest_file(s->fd, s->st.st_size, hash, digest, r);
	if (err || source_same(s, r) ||
	    cms_sign(&job->signer, placement, hash, digest, record, r) ||
	    source_set_record(s, record, job->signer.size, r))
		return -1;
	result_placed(r, placement, hash);
	return 0;
}

/* Whether a signature that is good is also the one that is wanted. */
static bool is_wanted(const struct job *job, const struct result *r)
{
	static const enum digsig_placement placements[] = {
		[PLACE_ELF] = DIGSIG_ELF,
		[PLACE_XATTR] = DIGSIG_FILE,
		[PLACE_FSVERITY] = DIGSIG_FSVERITY,
	};

	if (r->state != STATE_VALID)
		return false;
	if (job->place != PLACE_AUTO && placements[job->place] != r->placement)
		return false;
	return !job->hash_given || r->hash == job->hash ||
	       r->placement == DIGSIG_FSVERITY;
}

static int sign_at(const struct job *job, const struct source *s,
		   struct result *r)
{
	enum place place = job->place;
	enum image_kind kind;
	struct image image;
	int err;

	if (place == PLACE_AUTO && s->verity)
		place = PLACE_FSVERITY;
	if (place == PLACE_XATTR)
		return sign_xattr(job, s, DIGSIG_FILE, r);
	if (place == PLACE_FSVERITY)
		return sign_xattr(job, s, DIGSIG_FSVERITY, r);
	kind = image_read(&image, s->fd, s->st.st_size, r);
	if (kind == IMAGE_OK)
		err = sign_elf(job, s, &image, r);
	else if (kind == IMAGE_OTHER && place == PLACE_AUTO)
		err = sign_xattr(job, s, DIGSIG_FILE, r);
	else
		err = -1;
	image_free(&image);
	return err;
}

static void sign_file(const struct job *job, const struct source *s,
		      struct result *r)
{
	bool before;

	if (find_signature(s, job->certs, r))
		return;
	if (is_wanted(job, r)) {
		r->state = STATE_UNCHANGED;
		return;
	}
	before = r->placed;
	memset(r, 0, sizeof(*r));
	if (sign_at(job, s, r))
		return;
	r->state = before ? STATE_REPLACED : STATE_SIGNED;
	r->why[0] = '\0';
}

static void strip_file(const struct source *s, struct result *r)
{
	enum image_kind kind;
	struct image image;
	int err = 0, had;

	kind = image_read(&image, s->fd, s->st.st_size, r);
	if (kind == IMAGE_STALE)
		err = -1;
	had = kind == IMAGE_OK && image.signature;
	if (had)
		err = rewrite(s, &image, NULL, r);
	image_free(&image);
	if (err)
		return;
	/* the new file has none */
	if (!had || s->st.st_nlink > 1) {
		err = source_drop_record(s, r);
		if (err < 0)
			return;
	}
	r->state = had || err ? STATE_STRIPPED : STATE_UNCHANGED;
	r->why[0] = '\0';
}

/**
 * file_do() - do what is to be done with a file
 * @job: what
 * @path: its path
 * @named: whether it was named on the command line, not found in a tree
 * @r: set to what came of it
 */
void file_do(const struct job *job, const char *path, bool named,
	     struct result *r)
{
	struct source s;

	memset(r, 0, sizeof(*r));
	if (source_open(&s, path, r))
		return;
	if (named || job->all || wanted(&s)) {
		switch (job->verb) {
		case VERB_SIGN:
			sign_file(job, &s, r);
			break;
		case VERB_VERIFY:
		case VERB_LIST:
			find_signature(&s, job->certs, r);
			break;
		case VERB_STRIP:
			strip_file(&s, r);
			break;
		}
	}
	source_close(&s);
}
