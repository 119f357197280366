/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is done with one file.
 */
#ifndef SIGN_FILE_H
#define SIGN_FILE_H

#include <linux/types.h>
#include <openssl/x509.h>

#include "cms.h"

struct result;

/**
 * enum place - where a signature is wanted
 * @PLACE_AUTO: where it can be
 * @PLACE_ELF: in the file
 * @PLACE_XATTR: in its extended attribute
 * @PLACE_FSVERITY: there, of the fs-verity digest
 */
enum place {
	PLACE_AUTO,
	PLACE_ELF,
	PLACE_XATTR,
	PLACE_FSVERITY,
};

/**
 * enum verb - what is done
 * @VERB_SIGN: sign
 * @VERB_VERIFY: verify
 * @VERB_STRIP: remove signatures
 * @VERB_LIST: say who signed
 */
enum verb {
	VERB_SIGN,
	VERB_VERIFY,
	VERB_STRIP,
	VERB_LIST,
};

/**
 * struct job - what is done with each file; does not change meanwhile
 * @verb: what
 * @signer: who signs, for VERB_SIGN
 * @certs: whose signatures are good, for VERB_SIGN and VERB_VERIFY
 * @place: where signatures go
 * @hash: their hash algorithm
 * @hash_given: whether others are to be replaced
 * @all: take every file of a tree
 */
struct job {
	enum verb verb;
	struct signer signer;
	struct stack_st_X509 *certs;
	enum place place;
	enum digsig_hash hash;
	bool hash_given;
	bool all;
};

void file_do(const struct job *job, const char *path, bool named,
	     struct result *r);

#endif /* SIGN_FILE_H */
