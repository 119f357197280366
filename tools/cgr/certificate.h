/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files with a certificate.
 */
#ifndef CGR_CERTIFICATE_H
#define CGR_CERTIFICATE_H

struct cgr_error;

#define CERTIFICATE_MAX	65000

int certificate_read(const char *path, unsigned char *der, int word,
		     struct cgr_error *err);
int certificate_decode(const char *text, unsigned int len, unsigned char *der);

#endif /* CGR_CERTIFICATE_H */
