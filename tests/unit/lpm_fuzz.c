// SPDX-License-Identifier: GPL-2.0
/*
 * Sequences of operations out of any bytes, against the model. With libFuzzer
 * (`make fuzz`) it is that which makes them up; or else they are random.
 */
#include "lpm.h"

#include <errno.h>
#include <string.h>

#include "ktap.h"
#include "lpm_bulk.h"
#include "lpm_model.h"
#include "lpm_tree.h"

#define MOST_OPS	400

static struct mfib_lpm *lpm;
static struct model model;

#define MUST(cond)							\
do {									\
	if (!(cond)) {							\
		printf("# %s:%d: %s\n", __FILE__, __LINE__, #cond);	\
		abort();						\
	}								\
} while (0)

struct input {
	const u8 *data;
	size_t size;
};

static u8 byte(struct input *in)
{
	if (!in->size)
		return 0;
	in->size--;
	return *in->data++;
}

/* Bits of few places and of all; often those of a prefix that is there. */
static void get_prefix(struct input *in, u8 *addr, u8 *len)
{
	u8 how = byte(in), i;

	memset(addr, 0, 16);
	*len = byte(in) % (model.width + 1);
	if (how & 1 && model.n) {
		memcpy(addr, model.p[byte(in) % model.n].addr, 16);
		if (how & 2)
			set_bit(addr, byte(in) % model.width, how & 4);
	} else {
		for (i = 0; i < 8; i++)
			if (how & 2 || i < 3)
				addr[i] = byte(in);
		addr[15] = how & 0x10 ? 0xff : 0;
	}
	if (model.width == 32)
		memset(addr + 4, 0, 12);
}

static u32 get_value(struct input *in)
{
	u8 how = byte(in);

	if (how < 200)
		return 1 + how % 4;
	return 1 + (how * 0x1010101U + byte(in)) % MFIB_LPM_MAX;
}

static void look_up(struct input *in)
{
	u8 key[4][16], len, expect_len;
	u32 value[4], expect;
	unsigned int i;

	for (i = 0; i < 4; i++)
		get_prefix(in, key[i], &len);
	lookup_bulk(lpm, key, value, 4);
	for (i = 0; i < 4; i++) {
		expect = model_match(&model, key[i], &expect_len);
		MUST(value[i] == expect);
		MUST(mfib_lpm_lookup(lpm, key[i]) == expect);
		MUST(mfib_lpm_match(lpm, key[i], &len) == expect);
		MUST(len == expect_len);
	}
}

static void walk(void)
{
	struct mfib_lpm_cursor cursor = {};
	unsigned int i;

	for (i = 0; i < model.n; i++) {
		MUST(mfib_lpm_next(lpm, &cursor) == model.p[i].value);
		MUST(cursor.len == model.p[i].len);
		MUST(!memcmp(cursor.addr, model.p[i].addr, 16));
	}
	MUST(!mfib_lpm_next(lpm, &cursor));
}

/* Some at once, so that the form changes. */
static void insert_many(struct input *in, u8 *addr, u8 len)
{
	unsigned int i, n = byte(in) % 64, at = byte(in) % (model.width / 8);

	for (i = 0; i < n && model.n < MODEL_MAX; i++) {
		addr[at] += 1 + (i & 3);
		if (!mfib_lpm_insert(lpm, addr, len, 1 + i % 3, NULL))
			model_insert(&model, addr, len, 1 + i % 3);
	}
}

static void operation(struct input *in)
{
	u8 op = byte(in), addr[16], len;
	u32 value, old = 0;
	int err;

	get_prefix(in, addr, &len);
	shim_fail = op & 0x80 ? 1 + (op >> 5 & 3) : 0;
	switch (op % 8) {
	case 0:
	case 1:
	case 2:
		value = get_value(in);
		if (model.n == MODEL_MAX)
			break;
		err = mfib_lpm_insert(lpm, addr, len, value, &old);
		if (!err)
			MUST(old == model_insert(&model, addr, len, value));
		else
			MUST(err == -ENOMEM && shim_fail != op);
		break;
	case 3:
		insert_many(in, addr, len);
		break;
	case 4:
	case 5:
		if (model.n) {
			struct prefix *p = &model.p[byte(in) % model.n];

			memcpy(addr, p->addr, 16);
			len = p->len;
		}
		value = mfib_lpm_remove(lpm, addr, len);
		MUST(value == model_remove(&model, addr, len));
		break;
	case 6:
		shim_fail = 0;
		look_up(in);
		break;
	default:
		shim_polls = byte(in);
		MUST(mfib_lpm_find(lpm, addr, len) ==
		     model_find(&model, addr, len));
		if (op & 0x40)
			walk();
	}
	shim_fail = 0;
}

int fuzz_one(const u8 *data, size_t size);

int fuzz_one(const u8 *data, size_t size)
{
	struct input in = { data, size };
	unsigned int i;

	model.n = 0;
	model.width = byte(&in) & 1 ? 128 : 32;
	lpm = mfib_lpm_create(model.width);
	for (i = 0; in.size && i < MOST_OPS; i++)
		operation(&in);
	MUST(mfib_lpm_check(lpm));
	walk();
	mfib_lpm_destroy(lpm);
	shim_barrier();
	shim_polls = 0;
	MUST(!shim_live && !shim_warnings);
	return 0;
}

#ifndef LIBFUZZER
static void test_random_bytes(void)
{
	ktap_fuzz(fuzz_one, 1500 * ktap_number("LPM_ROUNDS", 1));
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "lpm: operations out of random bytes", test_random_bytes },
	};

	return ktap_run(tests, 1);
}
#endif
