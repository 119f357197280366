// SPDX-License-Identifier: GPL-2.0
/* Headers and the check of what comes from outside. */
#include <linux/errno.h>

#include "ktap.h"
#include "msg.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define SELF		0x01001001
#define PEER		0x01001002

static struct sk_buff *message(enum tipc_user user, u32 type, u32 hdr_size,
			       u32 body_size)
{
	struct sk_buff *skb;

	skb = tipc_msg_alloc(SELF, user, type, hdr_size, body_size, PEER,
			     GFP_KERNEL);
	CHECK(skb);
	memset(skb->data + hdr_size, 'x', body_size);
	return skb;
}

static int check(struct sk_buff *skb)
{
	int err = tipc_msg_check(skb);

	kfree_skb(skb);
	CHECK(!shim_skbs);
	return err;
}

/* What a peer in Python sent, which mainline's module took. */
static void test_wire(void)
{
	static const u8 named[] = {
		0x41, 0x40, 0x00, 0x2c, 0x40, 0x10, 0x00, 0x00,
		0x00, 0x07, 0x00, 0x09, 0x01, 0x00, 0x10, 0x01,
		0x00, 0x00, 0x11, 0x11, 0x00, 0x00, 0x00, 0x00,
		0x01, 0x00, 0x10, 0x01, 0x01, 0x00, 0x10, 0x02,
		0x00, 0x00, 0x49, 0xc8, 0x00, 0x00, 0x00, 0x01,
	};
	struct sk_buff *skb;

	skb = message(TIPC_U_DATA_LOW, TIPC_T_NAMED, TIPC_HDR_NAMED, 4);
	tipc_set(tipc_msg(skb), TIPC_F_SCOPE, 2);
	tipc_set(tipc_msg(skb), TIPC_F_ACK, 7);
	tipc_set(tipc_msg(skb), TIPC_F_SEQNO, 9);
	tipc_set(tipc_msg(skb), TIPC_F_ORIG_PORT, 0x1111);
	tipc_set(tipc_msg(skb), TIPC_F_NAME_TYPE, 18888);
	tipc_set(tipc_msg(skb), TIPC_F_NAME_LOWER, 1);
	CHECK(!memcmp(skb->data, named, sizeof(named)));
	CHECK(tipc_body_size(tipc_msg(skb)) == 4);
	CHECK(!check(skb));
}

/* Setting a field changes it and nothing else, whatever was there. */
static void test_fields(void)
{
	static const enum tipc_field fields[] = {
		TIPC_F_VERSION, TIPC_F_USER, TIPC_F_HDR_WORDS, TIPC_F_NONSEQ,
		TIPC_F_SIZE, TIPC_F_TYPE, TIPC_F_GAP, TIPC_F_CAPS, TIPC_F_ACK,
		TIPC_F_SEQNO, TIPC_F_PREV_NODE, TIPC_F_BEARER, TIPC_F_PRIO,
		TIPC_F_PLANE, TIPC_F_PROBE, TIPC_F_MAX_PKT, TIPC_F_SUGGESTED,
	};
	struct tipc_msg msg, old;
	unsigned int i, word;
	u32 value, mask;

	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		for (word = 0; word < ARRAY_SIZE(msg.word); word++)
			msg.word[word] = random_u64();
		old = msg;
		value = random_u64();
		mask = tipc_field_max(fields[i]);
		tipc_set(&msg, fields[i], value);
		CHECK(tipc_get(&msg, fields[i]) == (value & mask));
		tipc_set(&msg, fields[i], tipc_get(&old, fields[i]));
		CHECK(!memcmp(&msg, &old, sizeof(msg)));
	}
}

static void test_minimum(void)
{
	static const struct {
		u8 user, type, hdr_size, body_size;
	} least[] = {
		{ TIPC_U_DATA_LOW, TIPC_T_CONN, TIPC_HDR_MIN, 0 },
		{ TIPC_U_DATA_CRITICAL, TIPC_T_MCAST, TIPC_HDR_MCAST, 0 },
		{ TIPC_U_DATA_HIGH, TIPC_T_NAMED, TIPC_HDR_NAMED, 0 },
		{ TIPC_U_DATA_MEDIUM, TIPC_T_DIRECT, TIPC_HDR_DIRECT, 0 },
		{ TIPC_U_LINK_PROTOCOL, TIPC_T_ACTIVATE, TIPC_HDR_INT, 0 },
		{ TIPC_U_BUNDLE, 0, TIPC_HDR_INT, TIPC_HDR_MIN },
		{ TIPC_U_FRAGMENT, TIPC_T_FRAGMENT_NEXT, TIPC_HDR_INT, 1 },
		{ TIPC_U_NAME_DISTR, TIPC_T_WITHDRAW, TIPC_HDR_INT, 0 },
		{ TIPC_U_LINK_CONFIG, TIPC_T_DISC_TRIAL, TIPC_HDR_MAX, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(least); i++) {
		CHECK(!check(message(least[i].user, least[i].type,
				     least[i].hdr_size, least[i].body_size)));
		if (least[i].hdr_size > TIPC_HDR_MIN)
			CHECK(check(message(least[i].user, least[i].type,
					    least[i].hdr_size - 4,
					    100)) == -EBADMSG);
		if (least[i].body_size)
			CHECK(check(message(least[i].user, least[i].type,
					    least[i].hdr_size,
					    least[i].body_size - 1)) ==
			      -EBADMSG);
	}
	CHECK(check(message(4, 0, 60, 0)) == -EOPNOTSUPP);
	CHECK(check(message(15, 0, 60, 0)) == -EOPNOTSUPP);
	CHECK(check(message(TIPC_U_LINK_PROTOCOL, 3, 60, 0)) == -EOPNOTSUPP);
	CHECK(!check(message(TIPC_U_NAME_DISTR, 0, 40, 40)));
	CHECK(check(message(TIPC_U_NAME_DISTR, 0, 40, 41)) == -EBADMSG);
}

static void test_sizes(void)
{
	struct sk_buff *skb;

	skb = message(0, TIPC_T_CONN, TIPC_HDR_MIN, TIPC_MAX_USER_MSG_SIZE);
	CHECK(!check(skb));
	skb = message(0, TIPC_T_CONN, TIPC_HDR_MIN, TIPC_MAX_USER_MSG_SIZE + 1);
	CHECK(check(skb) == -EBADMSG);

	skb = message(0, TIPC_T_CONN, TIPC_HDR_MIN, 10);
	tipc_set(tipc_msg(skb), TIPC_F_SIZE, 35);
	CHECK(check(skb) == -EBADMSG);
	skb = message(0, TIPC_T_CONN, TIPC_HDR_MIN, 10);
	tipc_set(tipc_msg(skb), TIPC_F_SIZE, 23);
	CHECK(check(skb) == -EBADMSG);
	skb = message(0, TIPC_T_CONN, TIPC_HDR_MIN, 10);
	tipc_set(tipc_msg(skb), TIPC_F_HDR_WORDS, 5);
	CHECK(check(skb) == -EBADMSG);
	skb = message(0, TIPC_T_CONN, TIPC_HDR_MIN, 10);
	tipc_set(tipc_msg(skb), TIPC_F_VERSION, 7);
	CHECK(check(skb) == -EPROTONOSUPPORT);

	/* Padding goes. */
	skb = message(0, TIPC_T_CONN, TIPC_HDR_MIN, 22);
	tipc_set(tipc_msg(skb), TIPC_F_SIZE, 25);
	CHECK(!tipc_msg_check(skb));
	CHECK(skb->len == 25);
	kfree_skb(skb);

	skb = alloc_skb(4, GFP_KERNEL);
	CHECK(check(skb) == -EBADMSG);
}

/* The header may come in any pieces, and memory may be short for joining them. */
static void test_nonlinear(void)
{
	unsigned int linear;
	struct sk_buff *skb;

	for (linear = 0; linear <= 64; linear++) {
		skb = message(0, TIPC_T_NAMED, TIPC_HDR_NAMED, 24);
		tipc_set(tipc_msg(skb), TIPC_F_SIZE, 63);
		shim_skb_split(skb, linear);
		if (linear < TIPC_HDR_NAMED) {
			shim_fail = 1;
			CHECK(tipc_msg_check(skb) == -ENOMEM);
			shim_fail = 0;
		}
		CHECK(!tipc_msg_check(skb));
		CHECK(skb->len == 63 && skb_headlen(skb) >= TIPC_HDR_NAMED);
		CHECK(tipc_get(tipc_msg(skb), TIPC_F_ORIG_NODE) == SELF);
		CHECK(!skb_linearize(skb) && skb->data[62] == 'x');
		kfree_skb(skb);
	}
	CHECK(!shim_skbs && !shim_live);
}

/* Any bytes: what passes can be read. */
static void test_random(void)
{
	unsigned int i, n, passed = 0;
	struct sk_buff *skb;

	for (i = 0; i < 200000; i++) {
		n = random_below(90);
		skb = alloc_skb(n, GFP_KERNEL);
		skb_put(skb, n);
		while (n--)
			skb->data[n] = random_u64();
		if (skb->len >= 4) {
			tipc_set(tipc_msg(skb), TIPC_F_VERSION, TIPC_VERSION);
			tipc_set(tipc_msg(skb), TIPC_F_SIZE, random_below(90));
		}
		shim_skb_split(skb, random_below(skb->len + 1));
		if (!tipc_msg_check(skb)) {
			passed++;
			CHECK(skb->len == tipc_get(tipc_msg(skb), TIPC_F_SIZE));
			CHECK(tipc_hdr_size(tipc_msg(skb)) +
			      tipc_body_size(tipc_msg(skb)) == skb->len);
			CHECK(skb_headlen(skb) >= tipc_hdr_size(tipc_msg(skb)));
		}
		kfree_skb(skb);
	}
	CHECK(passed > 1000);
	CHECK(!shim_skbs && !shim_live);
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "wire: words are what mainline takes", test_wire },
		{ "fields: each on its own", test_fields },
		{ "check: header and body each user needs", test_minimum },
		{ "check: sizes", test_sizes },
		{ "check: header in pieces", test_nonlinear },
		{ "check: random bytes", test_random },
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
