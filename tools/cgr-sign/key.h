/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The key that signs, and certificates.
 */
#ifndef SIGN_KEY_H
#define SIGN_KEY_H

#include <openssl/evp.h>
#include <openssl/x509.h>

struct result;

/* The environment variable with the passphrase of a key, or the PIN of a token. */
#define KEY_PIN_VARIABLE	"CGR_SIGN_PIN"

EVP_PKEY *key_load(const char *name, struct result *r);
int key_check(EVP_PKEY *key, struct result *r);
struct stack_st_X509 *certs_load(const char *path, struct stack_st_X509 *certs,
				 struct result *r);
X509 *certs_match(struct stack_st_X509 *certs, EVP_PKEY *key);
int cert_check(X509 *cert, struct result *r);
void cert_name(X509 *cert, char *buf, int size);

#endif /* SIGN_KEY_H */
