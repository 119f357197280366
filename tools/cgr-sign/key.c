// SPDX-License-Identifier: GPL-2.0
#define OPENSSL_SUPPRESS_DEPRECATED	/* engines: the PKCS#11 that is widespread */

#include "key.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/core_names.h>
#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509v3.h>

#include "result.h"

#define PKCS11		"pkcs11"
#define PIN_ADVICE	"its passphrase or PIN can be in " KEY_PIN_VARIABLE

/* Why OpenSSL did not: what the innermost part of it said. */
static const char *why_not(void)
{
	unsigned long err = ERR_peek_error();
	const char *text = err ? ERR_reason_error_string(err) : NULL;

	return text ? text : "no reason given";
}

/* The passphrase, from the environment or else from the terminal. */
static int ask(char *buf, int size, int rwflag, void *data)
{
	const char *pin = getenv(KEY_PIN_VARIABLE);

	if (!pin)
		return PEM_def_callback(buf, size, rwflag, data);
	return snprintf(buf, size, "%s", pin) < size ? (int)strlen(pin) : 0;
}

static EVP_PKEY *load_pem(const char *path, struct result *r)
{
	FILE *f = fopen(path, "re");
	EVP_PKEY *key;

	if (!f) {
		result_errno(r, "cannot open the key %s", path);
		return NULL;
	}
	key = PEM_read_PrivateKey(f, NULL, ask, NULL);
	fclose(f);
	if (!key)
		result_fail(r, "%s holds no key in PEM form that can be read (%s); " PIN_ADVICE,
			    path, why_not());
	return key;
}

/* By a provider of OpenSSL 3, if one for such names is there. */
static EVP_PKEY *load_by_provider(const char *uri)
{
	UI_METHOD *ui = UI_UTIL_wrap_read_pem_callback(ask, 0);
	OSSL_STORE_CTX *store = NULL;
	OSSL_STORE_INFO *info;
	EVP_PKEY *key = NULL;

	if (OSSL_PROVIDER_try_load(NULL, PKCS11, 1))
		store = OSSL_STORE_open(uri, ui, NULL, NULL, NULL);
	while (store && !key && !OSSL_STORE_eof(store)) {
		info = OSSL_STORE_load(store);
		if (info && OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_PKEY)
			key = OSSL_STORE_INFO_get1_PKEY(info);
		OSSL_STORE_INFO_free(info);
	}
	OSSL_STORE_close(store);
	UI_destroy_method(ui);
	return key;
}

/* By the engine of libp11, which stays for as long as the key is used. */
static EVP_PKEY *load_by_engine(const char *uri, struct result *r)
{
	const char *pin = getenv(KEY_PIN_VARIABLE);
	EVP_PKEY *key = NULL;
	ENGINE *engine;

	ENGINE_load_builtin_engines();
	engine = ENGINE_by_id(PKCS11);
	if (!engine) {
		result_advise(r, "OpenSSL has no support for PKCS#11",
			      "install libengine-pkcs11-openssl or pkcs11-provider");
		return NULL;
	}
	if (!ENGINE_init(engine)) {
		result_fail(r, "the PKCS#11 engine does not start (%s): set PKCS11_MODULE_PATH",
			    why_not());
		ENGINE_free(engine);
		return NULL;
	}
	if (!pin || ENGINE_ctrl_cmd_string(engine, "PIN", pin, 0))
		key = ENGINE_load_private_key(engine, uri, UI_OpenSSL(), NULL);
	if (!key) {
		result_fail(r, "the token gives no key %s (%s); " PIN_ADVICE,
			    uri, why_not());
		ENGINE_finish(engine);
	}
	ENGINE_free(engine);
	return key;
}

/**
 * key_load() - get the key that signs
 * @name: a file in PEM form, or a PKCS#11 URI
 * @r: set on failure
 *
 * Return: the key, or NULL.
 */
EVP_PKEY *key_load(const char *name, struct result *r)
{
	EVP_PKEY *key;

	if (strncmp(name, PKCS11 ":", sizeof(PKCS11)))
		return load_pem(name, r);
	key = load_by_provider(name);
	ERR_clear_error();
	return key ? key : load_by_engine(name, r);
}

/**
 * key_check() - whether the kernel could verify what a key signs
 * @key: the key
 * @r: set if not
 *
 * Return: 0 or -1.
 */
int key_check(EVP_PKEY *key, struct result *r)
{
	int bits = EVP_PKEY_get_bits(key);
	char group[32] = "";

	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
		if (bits == 2048 || bits == 3072 || bits == 4096)
			return 0;
		return result_fail(r, "the kernel takes no RSA key of %d bits: 2048, 3072 or 4096",
				   bits);
	case EVP_PKEY_EC:
		EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME,
					       group, sizeof(group), NULL);
		if (!strcmp(group, "prime256v1") || !strcmp(group, "secp384r1"))
			return 0;
		return result_fail(r, "the kernel takes no curve %s: use P-256 or P-384",
				   group);
	default:
		return result_advise(r, "the kernel takes no such key",
				     "use one for RSA or ECDSA");
	}
}

/**
 * certs_load() - read certificates
 * @path: file with one in DER form, or any number in PEM form
 * @certs: where to add them, or NULL
 * @r: set on failure
 *
 * Return: @certs or a new stack with them; NULL on failure, and @certs is freed.
 */
struct stack_st_X509 *certs_load(const char *path, struct stack_st_X509 *certs,
				 struct result *r)
{
	BIO *bio = BIO_new_file(path, "r");
	X509 *cert;
	int n = 0;

	if (!certs)
		certs = sk_X509_new_null();
	if (!bio) {
		result_errno(r, "cannot open the certificate %s", path);
		goto fail;
	}
	cert = d2i_X509_bio(bio, NULL);
	if (cert) {
		n += sk_X509_push(certs, cert) > 0;
	} else {
		BIO_seek(bio, 0);
		while ((cert = PEM_read_bio_X509(bio, NULL, ask, NULL)))
			n += sk_X509_push(certs, cert) > 0;
	}
	BIO_free(bio);
	ERR_clear_error();
	if (n)
		return certs;
	result_fail(r, "%s holds no certificate in PEM or DER form", path);
fail:
	sk_X509_pop_free(certs, X509_free);
	return NULL;
}

/**
 * certs_match() - find the certificate of a key
 * @certs: certificates
 * @key: the key
 *
 * Return: the certificate, which stays with @certs, or NULL.
 */
X509 *certs_match(struct stack_st_X509 *certs, EVP_PKEY *key)
{
	int i;

	for (i = 0; i < sk_X509_num(certs); i++)
		if (X509_check_private_key(sk_X509_value(certs, i), key))
			return sk_X509_value(certs, i);
	ERR_clear_error();
	return NULL;
}

/**
 * cert_check() - whether a certificate is good for signing
 * @cert: the certificate
 * @r: set if not
 *
 * Return: 0 or -1.
 */
int cert_check(X509 *cert, struct result *r)
{
	if (X509_cmp_current_time(X509_get0_notAfter(cert)) < 0)
		return result_fail(r, "the certificate has expired: renew it with the same key");
	if (X509_cmp_current_time(X509_get0_notBefore(cert)) > 0)
		return result_fail(r, "the certificate is not valid yet: check the clock");
	if (!(X509_get_key_usage(cert) & KU_DIGITAL_SIGNATURE))
		return result_advise(r, "the certificate's key usage does not allow signatures",
				     "it needs digitalSignature, or no keyUsage");
	return 0;
}

/**
 * cert_name() - name of a certificate's owner
 * @cert: the certificate
 * @buf: set, to the common name if there is one
 * @size: its size
 */
void cert_name(X509 *cert, char *buf, int size)
{
	X509_NAME *name = X509_get_subject_name(cert);

	if (X509_NAME_get_text_by_NID(name, NID_commonName, buf, size) > 0)
		return;
	if (!X509_NAME_oneline(name, buf, size))
		snprintf(buf, size, "no name");
}
