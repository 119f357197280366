/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CMS messages: a detached signature of a statement, without certificates and
 * signed attributes, by one signer.
 */
#ifndef SIGN_CMS_H
#define SIGN_CMS_H

#include <linux/types.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "format.h"

struct result;

/**
 * struct signer - who signs
 * @key: the key
 * @cert: its certificate
 * @size: size of a record with a signature by it
 */
struct signer {
	EVP_PKEY *key;
	X509 *cert;
	u32 size;
};

int cms_measure(struct signer *signer, enum digsig_hash hash,
		struct result *r);
int cms_sign(const struct signer *signer, enum digsig_placement placement,
	     enum digsig_hash hash, const u8 *digest, u8 *record,
	     struct result *r);
int cms_verify(const struct digsig_record *record, const u8 *digest,
	       struct stack_st_X509 *certs, struct result *r);
int cms_signer(const struct digsig_record *record, struct result *r);

#endif /* SIGN_CMS_H */
