/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The signature that a file has, looked for as the kernel does it.
 */
#ifndef SIGN_FIND_H
#define SIGN_FIND_H

#include <openssl/x509.h>

struct result;
struct source;

int find_signature(const struct source *s, struct stack_st_X509 *certs,
		   struct result *r);

#endif /* SIGN_FIND_H */
