// SPDX-License-Identifier: GPL-2.0
#include "certificate.h"

#include <linux/errno.h>
#include <linux/string.h>
#include <linux/time.h>

/* Tags of DER (X.690). */
#define BOOLEAN			0x01
#define BIT_STRING		0x03
#define OCTET_STRING		0x04
#define OID			0x06
#define UTC_TIME		0x17
#define GENERALIZED_TIME	0x18
#define SEQUENCE		0x30
#define CONTEXT(n)		(0xa0 | (n))

/* Values of object identifiers: RFC 5280, 4.2.1.3 and 4.2.1.12. */
static const u8 key_usage[] = { 0x55, 0x1d, 0x0f };
static const u8 ext_key_usage[] = { 0x55, 0x1d, 0x25 };
static const u8 any_usage[] = { 0x55, 0x1d, 0x25, 0x00 };
static const u8 code_signing[] = {
	0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x03
};

/* Some bytes, of which the first are taken off bit by bit. */
struct bytes {
	const u8 *p;
	u32 len;
};

/* Takes the next element off, of whatever tag; its contents go to @inner. */
static int next(struct bytes *from, u8 *tag, struct bytes *inner)
{
	u32 len, head = 2, i;

	if (from->len < 2)
		return -EBADMSG;
	*tag = from->p[0];
	len = from->p[1];
	if (len & 0x80) {
		u32 count = len & 0x7f;

		if (!count || count > 3 || from->len < 2 + count)
			return -EBADMSG;
		for (len = 0, i = 0; i < count; i++)
			len = len << 8 | from->p[2 + i];
		head += count;
	}
	if (len > from->len - head)
		return -EBADMSG;
	inner->p = from->p + head;
	inner->len = len;
	from->p += head + len;
	from->len -= head + len;
	return 0;
}

static int expect(struct bytes *from, u8 tag, struct bytes *inner)
{
	u8 got;
	int err = next(from, &got, inner);

	return err ?: got == tag ? 0 : -EBADMSG;
}

static bool is(const struct bytes *bytes, const u8 *value, u32 len)
{
	return bytes->len == len && !memcmp(bytes->p, value, len);
}

static int number(const u8 *p, int digits)
{
	int value = 0;

	while (digits--) {
		if (*p < '0' || *p > '9')
			return -1;
		value = value * 10 + *p++ - '0';
	}
	return value;
}

static int parse_time(struct bytes *from, s64 *time)
{
	struct bytes inner;
	int part[5], year, i;
	const u8 *p;
	u8 tag;
	int err = next(from, &tag, &inner);

	if (err)
		return err;
	p = inner.p;
	if (tag == UTC_TIME && inner.len == 13) {
		year = number(p, 2);
		if (year < 0)
			return -EBADMSG;
		year += year < 50 ? 2000 : 1900;
		p += 2;
	} else if (tag == GENERALIZED_TIME && inner.len == 15) {
		year = number(p, 4);
		p += 4;
	} else {
		return -EBADMSG;
	}
	for (i = 0; i < 5; i++, p += 2)
		part[i] = number(p, 2);
	if (*p != 'Z' || year < 1900 || part[0] < 1 || part[0] > 12 ||
	    part[1] < 1 || part[1] > 31 || part[2] < 0 || part[2] > 23 ||
	    part[3] < 0 || part[3] > 59 || part[4] < 0 || part[4] > 59)
		return -EBADMSG;
	*time = mktime64(year, part[0], part[1], part[2], part[3], part[4]);
	return 0;
}

static int parse_extension(struct bytes extension,
			   struct digsig_certificate *cert)
{
	struct bytes id, value, inner, usage;
	u8 tag;
	int err = expect(&extension, OID, &id);

	if (!err)
		err = next(&extension, &tag, &value);
	if (!err && tag == BOOLEAN)
		err = next(&extension, &tag, &value);
	if (err || tag != OCTET_STRING)
		return -EBADMSG;
	if (is(&id, key_usage, sizeof(key_usage))) {
		err = expect(&value, BIT_STRING, &inner);
		if (err || inner.len < 2)
			return -EBADMSG;
		/* The first octet counts unused bits; digitalSignature is bit 0. */
		cert->may_sign = inner.p[1] & 0x80;
	} else if (is(&id, ext_key_usage, sizeof(ext_key_usage))) {
		err = expect(&value, SEQUENCE, &inner);
		if (err)
			return err;
		cert->may_sign_code = false;
		while (inner.len) {
			err = expect(&inner, OID, &usage);
			if (err)
				return err;
			if (is(&usage, code_signing, sizeof(code_signing)) ||
			    is(&usage, any_usage, sizeof(any_usage)))
				cert->may_sign_code = true;
		}
	}
	return 0;
}

/**
 * digsig_certificate_parse() - what a certificate says about its use
 * @der: X.509 in DER, from any source
 * @size: its size; all of it must be the certificate
 * @cert: filled in
 *
 * Looks at validity and usage alone (RFC 5280); the rest is the kernel's.
 *
 * Context: any.
 * Return: 0 or -EBADMSG.
 */
int digsig_certificate_parse(const u8 *der, u32 size,
			     struct digsig_certificate *cert)
{
	struct bytes all = { der, size }, outer, tbs, validity, skip;
	struct bytes extensions, list;
	u8 tag;
	int err, i;

	*cert = (struct digsig_certificate) {
		.may_sign = true, .may_sign_code = true,
	};
	err = expect(&all, SEQUENCE, &outer);
	if (err || all.len)
		return -EBADMSG;
	err = expect(&outer, SEQUENCE, &tbs);
	/* [version], serial number, algorithm, issuer */
	for (i = 0; !err && i < 4; i++) {
		err = next(&tbs, &tag, &skip);
		if (!i && tag != CONTEXT(0))
			i++;
	}
	if (!err)
		err = expect(&tbs, SEQUENCE, &validity);
	if (!err)
		err = parse_time(&validity, &cert->not_before);
	if (!err)
		err = parse_time(&validity, &cert->not_after);
	/* subject, public key, [unique identifiers], [extensions] */
	while (!err && tbs.len) {
		err = next(&tbs, &tag, &extensions);
		if (err || tag != CONTEXT(3))
			continue;
		err = expect(&extensions, SEQUENCE, &list);
		while (!err && list.len) {
			struct bytes extension;

			err = expect(&list, SEQUENCE, &extension);
			if (!err)
				err = parse_extension(extension, cert);
		}
	}
	return err;
}

/**
 * digsig_cms_bare() - whether a CMS is without certificates of its own
 * @der: the CMS, from any source
 * @size: its size; all of it must be the CMS
 *
 * The kernel would take a certificate that comes along if a trusted one has
 * issued it, and look neither at its validity nor at whether the issuer may
 * issue any.
 *
 * Context: any.
 * Return: 0 or -EBADMSG.
 */
int digsig_cms_bare(const u8 *der, u32 size)
{
	struct bytes all = { der, size }, info, content, data, skip;
	u8 tag;
	int err, i;

	err = expect(&all, SEQUENCE, &info);
	if (!err)
		err = expect(&info, OID, &skip);
	if (!err)
		err = expect(&info, CONTEXT(0), &content);
	if (!err)
		err = expect(&content, SEQUENCE, &data);
	/* version, digest algorithms, content */
	for (i = 0; !err && i < 3; i++)
		err = next(&data, &tag, &skip);
	if (!err)
		err = next(&data, &tag, &skip);
	/* What follows must be the signers, a SET; [0] are certificates. */
	if (err || all.len || tag != 0x31)
		return -EBADMSG;
	return 0;
}
