// SPDX-License-Identifier: GPL-2.0
/* What is looked at in certificates and CMS messages. */
#include "certificate.h"

#include <errno.h>
#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"

/* DER that is built from the inside: what was put last is at the front. */
struct der {
	u8 buf[2048];
	u32 at;
};

static const u8 oid_usage[] = { 0x55, 0x1d, 0x0f };
static const u8 oid_ext_usage[] = { 0x55, 0x1d, 0x25 };
static const u8 oid_code[] = { 0x2b, 6, 1, 5, 5, 7, 3, 3 };
static const u8 oid_server[] = { 0x2b, 6, 1, 5, 5, 7, 3, 1 };

static void start(struct der *d)
{
	memset(d, 0, sizeof(*d));
	d->at = sizeof(d->buf);
}

static void put(struct der *d, const void *bytes, u32 len)
{
	CHECK(len <= d->at);
	d->at -= len;
	memcpy(d->buf + d->at, bytes, len);
}

/* Makes an element of what was put since @end. */
static void wrap(struct der *d, u8 tag, u32 end)
{
	u32 len = end - d->at;
	u8 head[4] = { tag, len };
	u32 size = 2;

	if (len > 255) {
		head[1] = 0x82;
		head[2] = len >> 8;
		head[3] = len;
		size = 4;
	} else if (len > 127) {
		head[1] = 0x81;
		head[2] = len;
		size = 3;
	}
	put(d, head, size);
}

static void element(struct der *d, u8 tag, const void *bytes, u32 len)
{
	u32 end = d->at;

	put(d, bytes, len);
	wrap(d, tag, end);
}

struct wanted {
	const char *from, *to;	/* UTCTime, or GeneralizedTime if longer */
	int usage;		/* octet of the key usage, -1 without */
	const u8 *purpose;	/* of eight bytes, or NULL */
	bool v1;		/* no version, no extensions */
};

static void put_time(struct der *d, const char *time)
{
	element(d, strlen(time) > 13 ? 0x18 : 0x17, time, strlen(time));
}

static void put_extensions(struct der *d, const struct wanted *w)
{
	u32 all = d->at, one, inner;

	if (w->purpose) {
		one = d->at;
		element(d, 6, w->purpose, 8);
		wrap(d, 0x30, one);
		wrap(d, 4, one);
		element(d, 6, oid_ext_usage, sizeof(oid_ext_usage));
		wrap(d, 0x30, one);
	}
	if (w->usage >= 0) {
		const u8 bits[] = { 0, w->usage };

		inner = d->at;
		element(d, 3, bits, sizeof(bits));
		wrap(d, 4, inner);
		element(d, 1, "\xff", 1);	/* critical */
		element(d, 6, oid_usage, sizeof(oid_usage));
		wrap(d, 0x30, inner);
	}
	wrap(d, 0x30, all);
	wrap(d, 0xa3, all);
}

static void build(struct der *d, const struct wanted *w)
{
	u32 end, times, all;
	u8 key[300];

	memset(key, 0x55, sizeof(key));
	start(d);
	all = d->at;
	element(d, 3, "\0sign", 5);
	element(d, 0x30, "", 0);
	end = d->at;
	if (!w->v1)
		put_extensions(d, w);
	element(d, 0x30, key, sizeof(key));
	element(d, 0x30, "subject", 7);
	times = d->at;
	put_time(d, w->to);
	put_time(d, w->from);
	wrap(d, 0x30, times);
	element(d, 0x30, "issuer", 6);
	element(d, 0x30, "algorithm", 9);
	element(d, 2, "\1", 1);
	if (!w->v1)
		element(d, 0xa0, "\2\1\2", 3);
	wrap(d, 0x30, end);
	wrap(d, 0x30, all);
}

/* No byte more than there is, for the sanitizer to see. */
static int parse(const u8 *der, u32 size, struct digsig_certificate *cert)
{
	u8 *exact = malloc(size);
	int err;

	memcpy(exact, der, size);
	err = digsig_certificate_parse(exact, size, cert);
	free(exact);
	return err;
}

static int parse_built(const struct wanted *w, struct digsig_certificate *cert)
{
	struct der d;

	build(&d, w);
	return parse(d.buf + d.at, sizeof(d.buf) - d.at, cert);
}

static const struct wanted plain = {
	.from = "700101000000Z", .to = "380119031407Z", .usage = -1,
};

static void test_times(void)
{
	struct digsig_certificate cert;
	struct wanted w = plain;
	static const char * const wrong[] = {
		"", "70010100000Z", "7001010000000", "701301000000Z",
		"70010100006xZ", "701332000000Z", "700101240000Z",
		"700101006000Z", "7001010000600Z", "18990101000000Z",
		"20380119031407+", "2038011903140Z",
	};
	unsigned int i;

	CHECK(!parse_built(&w, &cert));
	CHECK(cert.not_before == 0 && cert.not_after == 0x7fffffff);
	w.from = "491231235959Z";
	w.to = "20500101000000Z";
	CHECK(!parse_built(&w, &cert));
	CHECK(cert.not_after - cert.not_before == 1);
	w.from = "500101000000Z";
	CHECK(!parse_built(&w, &cert));
	CHECK(cert.not_before < 0);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		w.from = wrong[i];
		CHECK(parse_built(&w, &cert) == -EBADMSG);
	}
}

static void test_usage(void)
{
	struct digsig_certificate cert;
	struct wanted w = plain;

	CHECK(!parse_built(&w, &cert));
	CHECK(cert.may_sign && cert.may_sign_code);
	w.v1 = true;
	CHECK(!parse_built(&w, &cert));
	CHECK(cert.may_sign && cert.may_sign_code);
	w.v1 = false;
	w.usage = 0x80;
	CHECK(!parse_built(&w, &cert));
	CHECK(cert.may_sign && cert.may_sign_code);
	w.usage = 0x04;		/* keyCertSign */
	CHECK(!parse_built(&w, &cert));
	CHECK(!cert.may_sign && cert.may_sign_code);
	w.purpose = oid_server;
	CHECK(!parse_built(&w, &cert));
	CHECK(!cert.may_sign && !cert.may_sign_code);
	w.purpose = oid_code;
	w.usage = 0xa0;
	CHECK(!parse_built(&w, &cert));
	CHECK(cert.may_sign && cert.may_sign_code);
}

static void test_cut(void)
{
	struct digsig_certificate cert;
	struct wanted w = plain;
	struct der d;
	u32 size, i;

	w.usage = 0x80;
	w.purpose = oid_code;
	build(&d, &w);
	size = sizeof(d.buf) - d.at;
	for (i = 0; i < size; i++)
		CHECK(parse(d.buf + d.at, i, &cert) == -EBADMSG);
	CHECK(!parse(d.buf + d.at, size, &cert));
	/* and with a byte too many */
	memmove(d.buf, d.buf + d.at, size);
	d.buf[size] = 0;
	CHECK(parse(d.buf, size + 1, &cert) == -EBADMSG);
}

/* A CMS with an element of this tag where the signers are to be. */
static void build_cms(struct der *d, u8 tag)
{
	u32 end;

	start(d);
	end = d->at;
	element(d, 0x31, "signers", 7);
	if (tag != 0x31)
		element(d, tag, "certificates", 12);
	element(d, 0x30, "content", 7);
	element(d, 0x31, "algorithms", 10);
	element(d, 2, "\1", 1);
	wrap(d, 0x30, end);
	wrap(d, 0xa0, end);
	element(d, 6, oid_code, sizeof(oid_code));
	wrap(d, 0x30, end);
}

static int parse_cms(const u8 *der, u32 size)
{
	u8 *exact = malloc(size);
	int err;

	memcpy(exact, der, size);
	err = digsig_cms_bare(exact, size);
	free(exact);
	return err;
}

static void test_cms(void)
{
	static const u8 tags[] = { 0xa0, 0xa1, 0x30, 0 };
	struct der d;
	u32 i;

	build_cms(&d, 0x31);
	CHECK(!parse_cms(d.buf + d.at, sizeof(d.buf) - d.at));
	for (i = 0; i < sizeof(d.buf) - d.at; i++)
		CHECK(parse_cms(d.buf + d.at, i) == -EBADMSG);
	for (i = 0; i < sizeof(tags); i++) {
		build_cms(&d, tags[i]);
		CHECK(parse_cms(d.buf + d.at, sizeof(d.buf) - d.at) ==
		      -EBADMSG);
	}
}

/* Anything may come out, but nothing outside of the buffer may be read. */
static void test_noise(void)
{
	struct digsig_certificate cert;
	struct wanted w = plain;
	struct der d;
	int round;

	w.usage = 0x80;
	w.purpose = oid_code;
	for (round = 0; round < 200000; round++) {
		int changes = 1 + random_below(4);
		u32 size, cut;

		if (round & 1)
			build(&d, &w);
		else
			build_cms(&d, 0x31);
		size = sizeof(d.buf) - d.at;
		while (changes--)
			d.buf[d.at + random_below(size)] = random_u64();
		cut = random_below(4) ? size : random_below(size);
		parse(d.buf + d.at, cut, &cert);
		parse_cms(d.buf + d.at, cut);
	}
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "certificate: times", test_times },
		{ "certificate: usage", test_usage },
		{ "certificate: cut short", test_cut },
		{ "certificate: a CMS must be bare", test_cms },
		{ "certificate: noise", test_noise },
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
