// SPDX-License-Identifier: GPL-2.0
/*
 * A hostile peer: packets out of any bytes, between ordinary ones, for a link and
 * for discovery. With libFuzzer (`make fuzz`) it is that which makes them up; or
 * else they are random.
 */
#include <linux/errno.h>

#include "disc.h"
#include "ktap.h"
#include "link.h"
#include "msg.h"

#define SELF		0x1001
#define PEER		0x1002
#define MS		1000000ULL
#define MOST_OPS	200

/* What one peer may make us hold: packets out of turn, a message, and our own. */
#define MOST_MEMORY	(32 << 20)

#define MUST(cond)							\
do {									\
	if (!(cond)) {							\
		fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond); \
		abort();						\
	}								\
} while (0)

struct input {
	const u8 *data;
	size_t size;
};

static struct tipc_link link_to;
static struct tipc_link_io io;
static struct tipc_disc disc;
static struct tipc_self self;
static u64 now;

static u32 take(struct input *in, unsigned int bytes)
{
	u32 value = 0;

	for (; bytes && in->size; bytes--) {
		value = value << 8 | *in->data++;
		in->size--;
	}
	return value;
}

static void look_at_messages(void)
{
	struct sk_buff *skb;
	u8 last;

	while ((skb = __skb_dequeue(&io.in))) {
		const struct tipc_msg *msg = tipc_msg(skb);
		u32 user = tipc_get(msg, TIPC_F_USER);

		MUST(link_to.stats.ups);
		MUST(user != TIPC_U_BUNDLE && user != TIPC_U_FRAGMENT);
		MUST(skb->len == tipc_get(msg, TIPC_F_SIZE));
		MUST(skb_headlen(skb) >= tipc_hdr_size(msg));
		MUST(!skb_copy_bits(skb, skb->len - 1, &last, 1));
		kfree_skb(skb);
	}
}

static void settle(void)
{
	struct sk_buff *skb;

	do {
		look_at_messages();
		while ((skb = __skb_dequeue(&io.out))) {
			unsigned long fail = shim_fail;

			shim_fail = 0;
			MUST(skb->len <= link_to.config.mtu);
			MUST(!tipc_msg_check(skb));
			shim_fail = fail;
			kfree_skb(skb);
		}
		tipc_link_io_init(&io);
		if (link_to.state == TIPC_LINK_BROKEN)
			tipc_link_open(&link_to, &io, now);
	} while (!skb_queue_empty(&io.out) || !skb_queue_empty(&io.in));
	MUST(shim_live < MOST_MEMORY);
	MUST(link_to.sendq.window >= TIPC_WINDOW_MIN);
	MUST(tipc_link_due(&link_to) > now - 30000 * MS);
}

/* Sends a packet to the link or to discovery, as a node does. */
static void receive(struct sk_buff *skb)
{
	struct tipc_disc_peer peer;
	u32 user;

	if (tipc_msg_check(skb)) {
		kfree_skb(skb);
		return;
	}
	user = tipc_get(tipc_msg(skb), TIPC_F_USER);
	if (user == TIPC_U_LINK_CONFIG) {
		tipc_disc_rcv(&disc, &self, skb, &peer, now);
		kfree_skb(skb);
	} else if (tipc_get(tipc_msg(skb), TIPC_F_NONSEQ)) {
		kfree_skb(skb);
	} else {
		tipc_link_rcv(&link_to, skb, &io, now);
	}
	settle();
}

/* Any bytes, except that it knows what is needed to be listened to. */
static void packet(struct input *in, unsigned int how)
{
	u32 size = take(in, 1) * (how & 1 ? 8 : 1);
	struct tipc_msg *msg;
	struct sk_buff *skb;

	skb = alloc_skb(size, GFP_KERNEL | __GFP_NOFAIL);
	if (!skb)
		return;
	skb_put_zero(skb, size);
	if (size > in->size)
		memcpy(skb->data, in->data, in->size);
	else
		memcpy(skb->data, in->data, size);
	take(in, size);
	if (size >= TIPC_HDR_INT && how & 2) {
		msg = tipc_msg(skb);
		tipc_set(msg, TIPC_F_VERSION, TIPC_VERSION);
		tipc_set(msg, TIPC_F_HDR_WORDS, TIPC_HDR_INT / 4);
		tipc_set(msg, TIPC_F_SIZE, size);
		tipc_set(msg, TIPC_F_PREV_NODE, PEER);
		if (tipc_get(msg, TIPC_F_USER) == TIPC_U_LINK_PROTOCOL) {
			if (how & 4)
				tipc_set(msg, TIPC_F_SESSION,
					 link_to.peer_session);
			if (how & 8)
				tipc_set(msg, TIPC_F_PEER_SESSION,
					 link_to.session);
			if (how & 16)
				tipc_set(msg, TIPC_F_SEQNO,
					 link_to.state_seen);
		} else if (how & 4) {
			tipc_set(msg, TIPC_F_SEQNO,
				 link_to.recvq.next + (how >> 4));
		}
	}
	if (how & 32)
		shim_skb_split(skb, take(in, 1) % (size + 1));
	receive(skb);
}

/* Makes the link come up. */
static void shake_hands(void)
{
	struct sk_buff *skb;

	skb = tipc_msg_alloc(PEER, TIPC_U_LINK_PROTOCOL, TIPC_T_ACTIVATE,
			     TIPC_HDR_INT, TIPC_MAX_IF_NAME, SELF,
			     GFP_KERNEL | __GFP_NOFAIL);
	if (!skb)
		return;
	memset(skb->data + TIPC_HDR_INT, 0, TIPC_MAX_IF_NAME);
	tipc_set(tipc_msg(skb), TIPC_F_SESSION, link_to.peer_session + 1);
	tipc_set(tipc_msg(skb), TIPC_F_PEER_SESSION_VALID, 1);
	tipc_set(tipc_msg(skb), TIPC_F_PEER_SESSION, link_to.session);
	tipc_set(tipc_msg(skb), TIPC_F_MAX_PKT, 1500 / 4);
	receive(skb);
}

static void send(struct input *in)
{
	u32 size = take(in, 2);
	struct sk_buff *skb;

	skb = tipc_msg_alloc(SELF, take(in, 1) % 4, TIPC_T_CONN, TIPC_HDR_MIN,
			     size, PEER, GFP_KERNEL | __GFP_NOFAIL);
	if (!skb)
		return;
	memset(skb->data + TIPC_HDR_MIN, 0, size);
	if (tipc_link_xmit(&link_to, skb, &io, now))
		kfree_skb(skb);
	settle();
}

int fuzz_one(const u8 *data, size_t size);

int fuzz_one(const u8 *data, size_t size)
{
	struct tipc_link_config config = {
		.self = SELF, .peer = PEER, .bearer = 1, .tolerance = 1500,
		.priority = TIPC_PRIORITY_DEFAULT, .window = 50, .mtu = 1500,
		.caps = TIPC_CAP_LINK_PROTO_SEQNO, .if_name = "eth0",
	};
	struct input in = { data, size };
	unsigned int i, op;

	now = 1000000 * MS;
	memset(&self, 0, sizeof(self));
	memset(&disc, 0, sizeof(disc));
	self.netid = TIPC_NETID_DEFAULT;
	self.id[0] = 1;
	self.addr = take(&in, 1) & 1 ? SELF : 0;
	tipc_disc_start(&disc, &self, now);
	tipc_link_init(&link_to, &config, 77);
	tipc_link_io_init(&io);
	tipc_link_open(&link_to, &io, now);
	settle();
	for (i = 0; in.size && i < MOST_OPS; i++) {
		op = take(&in, 1);
		if (op >= 0xf0)
			shim_fail = op & 0xf;
		else if (op >= 0xe0)
			shake_hands();
		else if (op >= 0xd0)
			send(&in);
		else if (op >= 0xc0)
			now += (op & 0xf) * (op & 0xf) * 10 * MS;
		else
			packet(&in, op);
		if (link_to.state != TIPC_LINK_BROKEN &&
		    tipc_link_due(&link_to) <= now)
			tipc_link_tick(&link_to, &io, now);
		settle();
		shim_fail = op >= 0xf0 ? shim_fail : 0;
	}
	shim_fail = 0;
	tipc_link_clear(&link_to);
	MUST(!shim_skbs && !shim_live && !shim_warnings);
	return 0;
}

#ifndef LIBFUZZER
static void test_random_bytes(void)
{
	ktap_fuzz(fuzz_one, 5000);
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "tipc: packets out of random bytes", test_random_bytes },
	};

	return ktap_run(tests, 1);
}
#endif
