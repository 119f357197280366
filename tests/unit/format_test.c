// SPDX-License-Identifier: GPL-2.0
/* Signature records and statements. */
#include "format.h"

#include <errno.h>
#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"

static u8 cms[DIGSIG_CMS_MAX + 1], buf[DIGSIG_RECORD_MAX + 1];

static void fill(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(cms); i++)
		cms[i] = 1 + random_below(255);
}

static u32 build(enum digsig_placement placement, u32 len)
{
	u32 size = digsig_record_size(len);

	memset(buf, 0xff, sizeof(buf));
	digsig_record_build(buf, size, placement, DIGSIG_SHA256, cms, len);
	CHECK(buf[size] == 0xff);
	return size;
}

static void check_error(u32 size, bool in_elf, const char *why)
{
	u8 *exact = malloc(size);
	struct digsig_record r;
	int err;

	/* no byte more than there is */
	memcpy(exact, buf, size);
	err = digsig_record_parse(exact, size, in_elf, &r);
	free(exact);
	if (err != -EBADMSG || strcmp(r.why, why))
		printf("# %d, %s; expected %s\n", err, r.why, why);
	CHECK(err == -EBADMSG && !strcmp(r.why, why));
}

/* The bytes, so that the format cannot change unnoticed. */
static void test_bytes(void)
{
	static const u8 expect[64] = {
		0x7f, 'D', 'I', 'G', 'S', 'I', 'G', 0,
		1, 3, 1, 0, 5, 0, 0, 0, 'h', 'e', 'l', 'l', 'o',
	};

	CHECK(digsig_record_size(5) == 64);
	digsig_record_build(buf, 64, DIGSIG_FSVERITY, DIGSIG_SHA512,
			    (const u8 *)"hello", 5);
	CHECK(!memcmp(buf, expect, 64));
}

static void test_round_trip(void)
{
	static const enum digsig_placement placements[] = {
		DIGSIG_ELF, DIGSIG_FILE, DIGSIG_FSVERITY,
	};
	struct digsig_record r;
	unsigned int i;
	u32 len, size;

	fill();
	for (i = 0; i < ARRAY_SIZE(placements); i++)
		for (len = 1; len <= DIGSIG_CMS_MAX; len += 1 + len / 7) {
			size = build(placements[i], len);
			CHECK(size <= DIGSIG_RECORD_MAX && size % 64 == 0);
			CHECK(!digsig_record_parse(buf, size, !i, &r));
			CHECK(r.placement == placements[i] && !r.why);
			CHECK(r.hash == DIGSIG_SHA256 && r.cms_len == len);
			CHECK(!memcmp(r.cms, cms, len));
		}
	CHECK(digsig_record_size(DIGSIG_CMS_MAX) <= DIGSIG_RECORD_MAX);
}

static void test_malformed(void)
{
	u32 size, i;

	fill();
	size = build(DIGSIG_FILE, 100);
	CHECK(size == 128);
	for (i = 0; i <= 16; i++)
		check_error(i, false, "the signature record is cut short");
	check_error(115, false, "the signature record has a wrong length");
	check_error(DIGSIG_RECORD_MAX + 1, false,
		    "the signature record is too long");
	for (i = 0; i < 8; i++) {
		buf[i] ^= 1;
		check_error(size, false, "the signature record has no magic number");
		buf[i] ^= 1;
	}
	buf[8] = 2;
	check_error(size, false, "the signature record has an unknown version");
	buf[8] = 1;
	for (i = 0; i < 256; i++) {
		buf[9] = i;
		if (i < DIGSIG_SHA256 || i > DIGSIG_SHA512)
			check_error(size, false,
				    "the signature record has an unknown hash algorithm");
	}
	buf[9] = 1;
	buf[10] = 2;
	check_error(size, false, "the signature record has unknown flags");
	buf[10] = 1;
	check_error(size, true, "the signature record has unknown flags");
	buf[10] = 0;
	buf[11] = 1;
	check_error(size, true, "the signature record has unknown flags");
	buf[11] = 0;
	buf[12] = 0;
	check_error(size, false, "the signature record has a wrong length");
	for (i = 12; i < 16; i++) {
		buf[i] = 0xff;
		check_error(size, false, "the signature record has a wrong length");
		buf[i] = i == 12 ? 100 : 0;
	}
	for (i = 116; i < size; i++) {
		buf[i] = 1;
		check_error(size, false,
			    "the signature record has data behind its end");
		buf[i] = 0;
	}
}

static void test_too_long(void)
{
	struct digsig_record r;
	u32 size = DIGSIG_RECORD_MAX;

	/* as if a CMS of more than there may be fitted in */
	digsig_record_build(buf, size, DIGSIG_FILE, DIGSIG_SHA256, cms,
			    DIGSIG_CMS_MAX);
	CHECK(!digsig_record_parse(buf, size, false, &r));
	digsig_record_build(buf, size, DIGSIG_FILE, DIGSIG_SHA256, cms,
			    DIGSIG_CMS_MAX + 1);
	check_error(size, false, "the signature record has a wrong length");
}

static void test_statement(void)
{
	u8 digest[DIGSIG_DIGEST_MAX], s[DIGSIG_STATEMENT_MAX];
	u32 i;

	for (i = 0; i < sizeof(digest); i++)
		digest[i] = i;
	CHECK(digsig_statement(s, DIGSIG_ELF, DIGSIG_SHA256, digest) == 53);
	CHECK(!memcmp(s, "digsig-v1 elf sha256:", 21));
	CHECK(!memcmp(s + 21, digest, 32));
	CHECK(digsig_statement(s, DIGSIG_FILE, DIGSIG_SHA384, digest) == 70);
	CHECK(!memcmp(s, "digsig-v1 file sha384:", 22));
	CHECK(!memcmp(s + 22, digest, 48));
	CHECK(digsig_statement(s, DIGSIG_FSVERITY, DIGSIG_SHA512, digest) == 90);
	CHECK(!memcmp(s, "digsig-v1 fsverity sha512:", 26));
	CHECK(!memcmp(s + 26, digest, 64));
}

static void test_names(void)
{
	CHECK(!strcmp(digsig_hash_name(DIGSIG_SHA384), "sha384"));
	CHECK(!strcmp(digsig_hash_name(0), "unknown"));
	CHECK(!strcmp(digsig_hash_name(4), "unknown"));
	CHECK(digsig_hash_size(DIGSIG_SHA384) == 48);
	CHECK(!digsig_hash_size(0) && !digsig_hash_size(4));
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "format: the bytes of a record", test_bytes },
		{ "format: records built and parsed", test_round_trip },
		{ "format: malformed records", test_malformed },
		{ "format: records as long as can be", test_too_long },
		{ "format: statements", test_statement },
		{ "format: names", test_names },
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
