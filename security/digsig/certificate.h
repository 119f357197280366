/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel does not look at in a certificate and in a CMS. Pure.
 */
#ifndef _DIGSIG_CERTIFICATE_H
#define _DIGSIG_CERTIFICATE_H

#include <linux/types.h>

/**
 * struct digsig_certificate - what a certificate says about its use
 * @not_before: start of its validity, seconds since 1970
 * @not_after: end of its validity, seconds since 1970
 * @may_sign: it may be used for digital signatures (or does not say)
 * @may_sign_code: it may be used to sign code (or does not say)
 */
struct digsig_certificate {
	s64 not_before;
	s64 not_after;
	bool may_sign;
	bool may_sign_code;
};

int digsig_certificate_parse(const u8 *der, u32 size,
			     struct digsig_certificate *cert);
int digsig_cms_bare(const u8 *der, u32 size);

#endif /* _DIGSIG_CERTIFICATE_H */
