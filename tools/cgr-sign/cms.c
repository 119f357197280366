// SPDX-License-Identifier: GPL-2.0
#include "cms.h"

#include <stdio.h>
#include <string.h>
#include <openssl/cms.h>
#include <openssl/err.h>

#include "key.h"
#include "result.h"

/* What the length of a signature by ECDSA varies by, with its lengths' lengths. */
#define SPREAD	12

/* Signs a statement; the message is to be freed with OPENSSL_free(). */
static int sign_statement(const struct signer *signer, enum digsig_hash hash,
			  const u8 *statement, u32 len, u8 **der,
			  struct result *r)
{
	const EVP_MD *md = EVP_get_digestbyname(digsig_hash_name(hash));
	unsigned int flags = CMS_BINARY | CMS_DETACHED | CMS_NOCERTS |
			     CMS_NOATTR | CMS_NOSMIMECAP | CMS_PARTIAL;
	BIO *bio = BIO_new_mem_buf(statement, len);
	CMS_ContentInfo *cms;
	int n = -1;

	cms = CMS_sign(NULL, NULL, NULL, bio, flags);
	if (bio && cms &&
	    CMS_add1_signer(cms, signer->cert, signer->key, md, flags) &&
	    CMS_final(cms, bio, NULL, flags))
		n = i2d_CMS_ContentInfo(cms, der);
	if (n <= 0) {
		const char *why = ERR_reason_error_string(ERR_peek_error());

		n = result_fail(r, "the key does not sign (%s)",
				why ? why : "no reason given");
	}
	ERR_clear_error();
	CMS_ContentInfo_free(cms);
	BIO_free(bio);
	return n;
}

/**
 * cms_measure() - find out how big a record is, by signing something
 * @signer: its size is set
 * @hash: hash algorithm
 * @r: set on failure
 *
 * Return: 0 or -1.
 */
int cms_measure(struct signer *signer, enum digsig_hash hash,
		struct result *r)
{
	u8 statement[DIGSIG_STATEMENT_MAX] = {}, *der = NULL;
	int n = sign_statement(signer, hash, statement, sizeof(statement), &der,
			       r);

	if (n < 0)
		return -1;
	OPENSSL_free(der);
	if (EVP_PKEY_get_base_id(signer->key) != EVP_PKEY_RSA)
		n += SPREAD;
	if (n > DIGSIG_CMS_MAX)
		return result_fail(r, "the certificate has too long a name");
	signer->size = digsig_record_size(n);
	return 0;
}

/**
 * cms_sign() - make the record for a file
 * @signer: who signs
 * @placement: where the record will be
 * @hash: hash algorithm
 * @digest: the file's digest
 * @record: set, @signer->size bytes
 * @r: set on failure
 *
 * Return: 0 or -1.
 */
int cms_sign(const struct signer *signer, enum digsig_placement placement,
	     enum digsig_hash hash, const u8 *digest, u8 *record,
	     struct result *r)
{
	u8 statement[DIGSIG_STATEMENT_MAX], *der = NULL;
	u32 len = digsig_statement(statement, placement, hash, digest);
	int n = sign_statement(signer, hash, statement, len, &der, r);

	if (n < 0)
		return -1;
	if (digsig_record_size(n) > signer->size) {
		OPENSSL_free(der);
		return result_advise(r, "the signature came out longer than one before",
				     "use another key");
	}
	digsig_record_build(record, signer->size, placement, hash, der, n);
	OPENSSL_free(der);
	return 0;
}

static CMS_ContentInfo *parse(const struct digsig_record *record,
			      CMS_SignerInfo **info, struct result *r)
{
	const u8 *p = record->cms;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, record->cms_len);
	struct stack_st_CMS_SignerInfo *infos;
	struct stack_st_X509 *certs = NULL;

	if (!cms || p != record->cms + record->cms_len ||
	    OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed) {
		result_fail(r, "the signature is no CMS message");
		goto fail;
	}
	infos = CMS_get0_SignerInfos(cms);
	certs = CMS_get1_certs(cms);
	if (sk_CMS_SignerInfo_num(infos) != 1 || certs ||
	    CMS_is_detached(cms) != 1) {
		result_fail(r, "the CMS message is not a detached one of one signer");
		goto fail;
	}
	*info = sk_CMS_SignerInfo_value(infos, 0);
	if (CMS_signed_get_attr_count(*info) > 0) {
		result_fail(r, "the CMS message has signed attributes");
		goto fail;
	}
	return cms;
fail:
	sk_X509_pop_free(certs, X509_free);
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	return NULL;
}

/* Who is said to have signed, for when there is no certificate. */
static void describe(CMS_SignerInfo *info, struct result *r)
{
	ASN1_OCTET_STRING *keyid = NULL;
	ASN1_INTEGER *serial = NULL;
	X509_NAME *issuer = NULL;
	char name[160] = "";
	BIGNUM *number;
	char *hex;

	CMS_SignerInfo_get0_signer_id(info, &keyid, &issuer, &serial);
	if (!issuer || !serial) {
		snprintf(r->signer, sizeof(r->signer), "a key identifier");
		return;
	}
	if (X509_NAME_get_text_by_NID(issuer, NID_commonName, name,
				      sizeof(name)) <= 0)
		X509_NAME_oneline(issuer, name, sizeof(name));
	number = ASN1_INTEGER_to_BN(serial, NULL);
	hex = number ? BN_bn2hex(number) : NULL;
	snprintf(r->signer, sizeof(r->signer), "%s (serial %s)", name,
		 hex ? hex : "?");
	OPENSSL_free(hex);
	BN_free(number);
}

/**
 * cms_signer() - who signed, by what the record says
 * @record: the record
 * @r: its signer is set, or why there is none
 *
 * Return: 0 or -1.
 */
int cms_signer(const struct digsig_record *record, struct result *r)
{
	CMS_SignerInfo *info;
	CMS_ContentInfo *cms = parse(record, &info, r);

	if (!cms)
		return -1;
	describe(info, r);
	CMS_ContentInfo_free(cms);
	return 0;
}

static int check(CMS_ContentInfo *cms, CMS_SignerInfo *info,
		 const struct digsig_record *record, const u8 *digest,
		 struct stack_st_X509 *certs, struct result *r)
{
	u8 statement[DIGSIG_STATEMENT_MAX];
	u32 len = digsig_statement(statement, record->placement, record->hash,
				   digest);
	const ASN1_OBJECT *oid;
	X509_ALGOR *algorithm;
	X509 *cert = NULL;
	int good, nid;
	BIO *bio;

	CMS_SignerInfo_get0_algs(info, NULL, NULL, &algorithm, NULL);
	X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
	nid = OBJ_obj2nid(oid);
	if (nid != OBJ_txt2nid(digsig_hash_name(record->hash)))
		return result_fail(r, "the CMS message is of another hash than the record");
	if (!CMS_set1_signers_certs(cms, certs, CMS_NOINTERN)) {
		describe(info, r);
		return result_fail(r, "none of the certificates given is its signer's");
	}
	CMS_SignerInfo_get0_algs(info, NULL, &cert, NULL, NULL);
	cert_name(cert, r->signer, sizeof(r->signer));
	bio = BIO_new_mem_buf(statement, len);
	good = bio && CMS_verify(cms, certs, NULL, bio, NULL,
				 CMS_BINARY | CMS_NOINTERN |
				 CMS_NO_SIGNER_CERT_VERIFY) == 1;
	BIO_free(bio);
	if (!good)
		return result_fail(r, "the signature is not that of this content");
	return 0;
}

/**
 * cms_verify() - verify the record of a file
 * @record: the record
 * @digest: the file's digest
 * @certs: certificates of which one must be the signer's
 * @r: its signer is set, and what is wrong
 *
 * Return: 0 or -1.
 */
int cms_verify(const struct digsig_record *record, const u8 *digest,
	       struct stack_st_X509 *certs, struct result *r)
{
	CMS_SignerInfo *info;
	CMS_ContentInfo *cms = parse(record, &info, r);
	int err;

	if (!cms)
		return -1;
	err = check(cms, info, record, digest, certs, r);
	ERR_clear_error();
	CMS_ContentInfo_free(cms);
	return err;
}
