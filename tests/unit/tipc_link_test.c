// SPDX-License-Identifier: GPL-2.0
/* One link: its two ends, and a network between them that misbehaves. */
#include <linux/errno.h>

#include "ktap.h"
#include "link.h"
#include "msg.h"
#include "tipc_wire.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define BODY_MIN	8
#define CAPS		(TIPC_CAP_NODE_ID128 | TIPC_CAP_LINK_PROTO_SEQNO)

/* One end, and what it has sent and received since the link came up. */
struct end {
	struct tipc_link link;
	struct tipc_link_io io;
	u64 due;
	u32 sent;
	u32 received;
	u64 total;
	unsigned int ups, downs;
	bool refused;
	bool woken;
};

static struct end ends[2];
static struct wire wire;
static unsigned int way_cut;	/* bit per sender */
static u16 mtu = 1500, tolerance = 1500, window = 50;

static bool is_cut(unsigned int from, unsigned int to)
{
	(void)to;
	return way_cut & 1 << from;
}

static void end_config(unsigned int i, struct tipc_link_config *config)
{
	*config = (struct tipc_link_config) {
		.self = 0x1001 + i, .peer = 0x1001 + !i, .bearer = i + 1,
		.priority = TIPC_PRIORITY_DEFAULT, .tolerance = tolerance,
		.window = window, .mtu = mtu, .caps = CAPS,
		.if_name = "eth0",
	};
}

/*
 * A message: the sender's session, its number, and bytes that come of it. Every
 * other one has the short header, which does not say where it goes.
 */
static struct sk_buff *message(struct end *end, unsigned int importance,
			       u32 size)
{
	bool brief = size && end->sent % 2;
	u32 hdr_size = brief ? TIPC_HDR_MIN : TIPC_HDR_DIRECT;
	unsigned long fail = shim_fail;
	struct sk_buff *skb;
	u32 i, head[2] = { end->link.session, end->sent };

	shim_fail = 0;
	skb = tipc_msg_alloc(end->link.config.self, importance,
			     brief ? TIPC_T_CONN : TIPC_T_DIRECT, hdr_size,
			     size, end->link.config.peer, GFP_KERNEL);
	shim_fail = fail;
	if (size)
		memcpy(skb->data + hdr_size, head, sizeof(head));
	for (i = sizeof(head); i < size; i++)
		skb->data[hdr_size + i] = i * 7 + end->sent;
	return skb;
}

static void check_message(struct end *end, struct sk_buff *skb)
{
	u32 i, size, head[2];
	const u8 *body;

	CHECK(!skb_linearize(skb));
	size = tipc_body_size(tipc_msg(skb));
	body = skb->data + tipc_hdr_size(tipc_msg(skb));
	CHECK(size >= BODY_MIN && body + size == skb->data + skb->len);
	memcpy(head, body, sizeof(head));
	CHECK(head[0] == end->link.peer_session);
	CHECK(head[1] == end->received);
	for (i = sizeof(head); i < size; i++)
		CHECK(body[i] == (u8)(i * 7 + head[1]));
	end->received++;
	end->total++;
	kfree_skb(skb);
}

/*
 * Numbers begin at 1 in each session, so data that is under way for longer than it
 * takes to start anew would be taken for new: the protocol has no defence.
 */
static bool is_numbered(const struct wire_event *event)
{
	return tipc_get(tipc_msg(event->skb), TIPC_F_USER) !=
	       TIPC_U_LINK_PROTOCOL;
}

static void invariants(const struct end *end)
{
	const struct tipc_sendq *sq = &end->link.sendq;

	CHECK(skb_queue_len(&sq->sent) <= TIPC_WINDOW_MAX);
	CHECK(sq->window >= TIPC_WINDOW_MIN);
	CHECK(end->link.recvq.count < TIPC_EARLY_MAX);
	CHECK(end->link.tolerance >= TIPC_TOLERANCE_MIN);
	CHECK(!shim_warnings);
}

/* Whether a packet says where it goes, or is too short to. */
static bool is_addressed(const struct end *end, const struct tipc_msg *msg)
{
	return tipc_hdr_size(msg) == TIPC_HDR_MIN ||
	       tipc_get(msg, TIPC_F_DEST_NODE) == end->link.config.peer;
}

/* Does what the link said, as its owner would. */
static void settle(unsigned int i)
{
	struct end *end = &ends[i];
	unsigned long fail = shim_fail;
	struct sk_buff *skb;

	do {
		/* Joining the pieces is for the test, and must work. */
		shim_fail = 0;
		if (end->io.up) {
			end->ups++;
			end->sent = 0;
			end->received = 0;
			end->refused = false;
		}
		while ((skb = __skb_dequeue(&end->io.in)))
			check_message(end, skb);
		if (end->io.wakeup >= 0) {
			end->refused = false;
			end->woken = true;
		}
		while ((skb = __skb_dequeue(&end->io.out))) {
			CHECK(!tipc_msg_check(skb));
			CHECK(skb->len <= mtu);
			CHECK(is_addressed(end, tipc_msg(skb)));
			wire_send(&wire, i, !i, skb);
		}
		shim_fail = fail;
		if (end->io.down)
			end->downs++;
		tipc_link_io_init(&end->io);
		if (end->link.state == TIPC_LINK_BROKEN) {
			wire_drop(&wire, is_numbered);
			tipc_link_open(&end->link, &end->io, wire.now);
		}
	} while (!skb_queue_empty(&end->io.out));

	invariants(end);
	if (tipc_link_due(&end->link) < end->due) {
		end->due = tipc_link_due(&end->link);
		wire_timer(&wire, i, end->due);
	}
}

static void start_end(unsigned int i)
{
	struct tipc_link_config config;

	end_config(i, &config);
	memset(&ends[i], 0, sizeof(ends[i]));
	tipc_link_init(&ends[i].link, &config, random_u64());
	tipc_link_io_init(&ends[i].io);
	ends[i].due = ~0ULL;
	tipc_link_open(&ends[i].link, &ends[i].io, wire.now);
	settle(i);
}

static void stop_end(unsigned int i)
{
	tipc_link_clear(&ends[i].link);
}

static void start(void)
{
	memset(&wire, 0, sizeof(wire));
	wire.cut = is_cut;
	way_cut = 0;
	wire.faults.delay = MS / 10;
	wire.now = random_u64() >> 8;
	start_end(0);
	start_end(1);
}

static void stop(void)
{
	shim_fail = 0;
	stop_end(0);
	stop_end(1);
	wire_free(&wire);
	CHECK(!shim_skbs && !shim_live && !shim_warnings);
	mtu = 1500;
	tolerance = 1500;
	window = 50;
}

/* Runs for so long, or until @done says so. */
static bool run(u64 time, bool (*done)(void))
{
	struct wire_event event;
	struct end *end;
	u64 stop_at = wire.now + time;

	while (wire.count && wire.heap[0].time <= stop_at) {
		event = wire_next(&wire);
		end = &ends[event.to];
		if (event.skb) {
			CHECK(!tipc_msg_check(event.skb));
			tipc_link_rcv(&end->link, event.skb, &end->io,
				      wire.now);
		} else if (end->due <= wire.now) {
			end->due = ~0ULL;
			if (tipc_link_due(&end->link) <= wire.now)
				tipc_link_tick(&end->link, &end->io, wire.now);
		}
		settle(event.to);
		if (done && done())
			return true;
	}
	wire.now = stop_at;
	return done && done();
}

static bool both_up(void)
{
	return tipc_link_is_up(&ends[0].link) && tipc_link_is_up(&ends[1].link);
}

static bool all_arrived(void)
{
	return both_up() && ends[0].received == ends[1].sent &&
	       ends[1].received == ends[0].sent &&
	       skb_queue_empty(&ends[0].link.sendq.sent) &&
	       skb_queue_empty(&ends[1].link.sendq.sent);
}

static int send(unsigned int i, unsigned int importance, u32 size)
{
	struct sk_buff *skb = message(&ends[i], importance, size);
	int err;

	err = tipc_link_xmit(&ends[i].link, skb, &ends[i].io, wire.now);
	if (err) {
		ends[i].refused = err == -EAGAIN;
		kfree_skb(skb);
	} else {
		ends[i].sent++;
	}
	settle(i);
	return err;
}

static void test_handshake(void)
{
	unsigned int i;

	for (i = 0; i < 200; i++) {
		start();
		wire.faults.loss = i > 100 ? 300 : 0;
		CHECK(run(i > 100 ? 60000 * MS : 2 * MS, both_up));
		wire.faults.loss = 0;
		CHECK(!send(0, 0, 100));
		CHECK(!send(1, 3, 100));
		CHECK(run(3000 * MS, all_arrived));
		stop();
	}
}

/* An idle link costs few packets, and stays up. */
static void test_idle(void)
{
	u64 packets;

	start();
	CHECK(run(10 * MS, both_up));
	packets = wire.packets;
	run(60000 * MS, NULL);
	CHECK(both_up() && !ends[0].downs && !ends[1].downs);
	packets = wire.packets - packets;
	CHECK(packets > 2 * 60000 / 500 && packets < 5 * 60000 / 375);
	stop();
}

/* Silence breaks it after the tolerance, not earlier and hardly later. */
static void test_tolerance(void)
{
	static const u16 values[] = { 30, 50, 100, 800, 1500, 30000 };
	unsigned int i;
	u64 cut_at;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		tolerance = values[i];
		start();
		CHECK(run(10 * MS, both_up));
		run(random_below(1000) * MS, NULL);
		CHECK(both_up());
		way_cut = 3;
		cut_at = wire.now;
		while (both_up())
			run(MS / 10, NULL);
		CHECK(wire.now - cut_at <= tolerance * MS + MS);
		CHECK(wire.now - cut_at >= tolerance * MS * 7 / 10 - MS);
		way_cut = 0;
		CHECK(run(4 * tolerance * MS, both_up));
		stop();
		tolerance = 1500;
	}
}

static void check_tolerances(u16 wanted)
{
	CHECK(ends[0].link.tolerance == wanted);
	CHECK(ends[1].link.tolerance == wanted);
}

/* What one end is set to holds for both, also when the link has started anew. */
static void test_set_tolerance(void)
{
	static const u16 values[] = { 500, 3000, 30, 30000 };
	unsigned int i;

	start();
	CHECK(run(10 * MS, both_up));
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		tipc_link_set_tolerance(&ends[i % 2].link, values[i],
					&ends[i % 2].io, wire.now);
		settle(i % 2);
		run(10 * MS, NULL);
		check_tolerances(values[i]);
		way_cut = 3;
		run((values[i] + 10) * MS, NULL);
		CHECK(!both_up());
		way_cut = 0;
		CHECK(run(2 * values[i] * MS, both_up));
		check_tolerances(values[i]);
	}
	stop();
}

/* One way fails: both ends must start anew, and agree. */
static void test_one_way(void)
{
	start();
	CHECK(run(10 * MS, both_up));
	way_cut = 1;
	run(5000 * MS, NULL);
	CHECK(!tipc_link_is_up(&ends[1].link));
	CHECK(ends[0].downs == 1);
	way_cut = 0;
	CHECK(run(3000 * MS, both_up));
	CHECK(!send(0, 0, 5000));
	CHECK(!send(1, 0, 5000));
	CHECK(run(3000 * MS, all_arrived));
	stop();
}

static void test_stop(void)
{
	start();
	CHECK(run(10 * MS, both_up));
	tipc_link_stop(&ends[0].link, &ends[0].io);
	while (!skb_queue_empty(&ends[0].io.out))
		wire_send(&wire, 0, 1, __skb_dequeue(&ends[0].io.out));
	CHECK(ends[0].io.down);
	way_cut = 1;
	run(MS, NULL);
	CHECK(ends[1].downs == 1 && !tipc_link_is_up(&ends[1].link));
	CHECK(ends[1].link.end == TIPC_END_PEER);
	stop();
}

/* Every size there is around what fits into a packet, and the greatest. */
static void test_sizes(void)
{
	static const u16 mtus[] = { 256, 576, 1500, 9000, 14000 };
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(mtus); i++) {
		mtu = mtus[i];
		start();
		CHECK(run(10 * MS, both_up));
		for (n = 0; n < 100; n++) {
			CHECK(!send(0, 0, mtu - TIPC_HDR_DIRECT - 50 + n));
			CHECK(!send(0, 0, 2 * mtu - TIPC_HDR_DIRECT - 120 + n));
			if (n % 10 == 9)
				CHECK(run(10000 * MS, all_arrived));
		}
		CHECK(!send(0, 0, TIPC_MAX_USER_MSG_SIZE));
		CHECK(!send(1, 0, TIPC_MAX_USER_MSG_SIZE));
		CHECK(run(10000 * MS, all_arrived));
		CHECK(ends[0].received == 1 && ends[1].received == 201);
		stop();
	}
}

/* Small messages that wait share packets. */
static void test_bundles(void)
{
	unsigned int n;

	start();
	CHECK(run(10 * MS, both_up));
	for (n = 0; n < 1000; n++)
		CHECK(!send(0, n % 4, BODY_MIN + n % 64));
	CHECK(run(1000 * MS, all_arrived));
	CHECK(ends[0].link.sendq.stats.packets < 200);
	CHECK(ends[1].link.recvq.stats.bundled > 900);
	CHECK(ends[1].link.recvq.stats.messages == 1000);
	stop();
}

/* A sender who is refused is woken up, and the memory that waits is bounded. */
static void test_refused(void)
{
	unsigned int n;

	start();
	CHECK(run(10 * MS, both_up));
	way_cut = 1;
	for (n = 0; n < 100000 && !ends[0].refused; n++)
		send(0, 0, 1000);
	CHECK(ends[0].refused && n < 1000);
	CHECK(ends[0].link.sendq.waits[0] < 2 * TIPC_WAIT_SHARE);
	/* What is more important still goes. */
	CHECK(!send(0, 1, 1000));
	way_cut = 0;
	ends[0].refused = true;
	CHECK(run(5000 * MS, all_arrived));
	CHECK(ends[0].woken && !ends[0].downs);
	stop();
}

/* What says that something came to an end is taken however much waits. */
static void test_last_words(void)
{
	struct sk_buff *skb;
	unsigned int n;

	start();
	CHECK(run(10 * MS, both_up));
	way_cut = 1;
	while (!ends[0].refused)
		send(0, 0, 1000);
	for (n = 0; n < 2; n++) {
		skb = message(&ends[0], 0, n ? 0 : 1000);
		tipc_set(tipc_msg(skb), TIPC_F_ERROR, n ? 0 : TIPC_ERR_NO_PORT);
		CHECK(!tipc_link_xmit(&ends[0].link, skb, &ends[0].io,
				      wire.now));
	}
	CHECK(send(0, 0, 1000) == -EAGAIN);
	stop();
}

/* But a peer that provokes them and takes none is not worth all memory. */
static void test_flood(void)
{
	struct sk_buff *skb;
	unsigned int n;

	start();
	CHECK(run(10 * MS, both_up));
	for (n = 0; n < 100000 && tipc_link_is_up(&ends[0].link); n++) {
		skb = message(&ends[0], 0, 1000);
		tipc_set(tipc_msg(skb), TIPC_F_ERROR, TIPC_ERR_NO_PORT);
		if (tipc_link_xmit(&ends[0].link, skb, &ends[0].io, wire.now))
			kfree_skb(skb);
		CHECK(ends[0].link.sendq.waits[TIPC_LEVEL_SYSTEM] <
		      TIPC_SYSTEM_MAX + 4096);
	}
	CHECK(n < 100000 && ends[0].link.end == TIPC_END_FLOOD);
	CHECK(ends[0].io.down);
	__skb_queue_purge(&ends[0].io.out);
	stop();
}

/* What overtakes another packet by a little makes nobody send anything again. */
static void test_reordering(void)
{
	unsigned int n;

	start();
	CHECK(run(10 * MS, both_up));
	for (n = 0; n < 500; n++) {
		/* Each tenth is late by the time that two others need. */
		wire.faults.delay = n % 10 ? MS / 10 : MS / 10 + 5 * MS / 20;
		CHECK(!send(0, 0, 1000));
		run(MS / 10, NULL);
	}
	CHECK(run(1000 * MS, all_arrived));
	CHECK(ends[1].link.recvq.stats.early > 50);
	CHECK(!ends[0].link.sendq.stats.retransmits);
	CHECK(!ends[0].link.sendq.stats.shrinks);
	/* What is lost does not wait for more than a moment. */
	wire.faults.delay = MS / 10;
	wire.faults.loss = 1000;
	CHECK(!send(0, 0, 1000));
	wire.faults.loss = 0;
	CHECK(!send(0, 0, 1000));
	CHECK(run(7 * MS, all_arrived));
	CHECK(ends[0].link.sendq.stats.retransmits == 1);
	stop();
}

/* The window that is set is the one that is used, and it grows and shrinks. */
static void test_window(void)
{
	unsigned int n, most = 0;
	u16 before;

	window = 500;
	start();
	CHECK(run(10 * MS, both_up));
	for (n = 0; n < 1000; n++) {
		send(0, 3, 1400);
		if (skb_queue_len(&ends[0].link.sendq.sent) > most)
			most = skb_queue_len(&ends[0].link.sendq.sent);
	}
	CHECK(most == 500);
	CHECK(run(1000 * MS, all_arrived));
	CHECK(ends[0].link.sendq.window > 500);
	before = ends[0].link.sendq.window;
	for (n = 0; n < 400; n++) {
		wire.faults.loss = n == 100 ? 1000 : 0;
		send(0, 3, 1400);
	}
	CHECK(run(1000 * MS, all_arrived));
	CHECK(ends[0].link.sendq.window < before);
	CHECK(ends[0].link.sendq.stats.shrinks == 1);
	stop();
}

/* A way that lets only short packets through is noticed, and not used for ever. */
static bool first_broke(void)
{
	return ends[0].downs;
}

static void test_stuck(void)
{
	start();
	CHECK(run(10 * MS, both_up));
	wire.faults.longest = 1000;
	send(0, 0, 1400);
	CHECK(run(20000 * MS, first_broke));
	CHECK(ends[0].link.end == TIPC_END_STUCK);
	stop();
}

/* A message of the link protocol as end 1 might send it to end 0, at any time. */
static void forge(u32 type, u16 session, u16 seqno, u16 peer_session)
{
	struct sk_buff *skb;
	struct tipc_msg *msg;

	skb = tipc_msg_alloc(0x1002, TIPC_U_LINK_PROTOCOL, type, TIPC_HDR_INT,
			     0, 0x1001, GFP_KERNEL);
	msg = tipc_msg(skb);
	tipc_set(msg, TIPC_F_SESSION, session);
	tipc_set(msg, TIPC_F_SEQNO, seqno);
	if (type == TIPC_T_STATE) {
		tipc_set(msg, TIPC_F_GAP, 1);
	} else if (type == TIPC_T_ACTIVATE) {
		tipc_set(msg, TIPC_F_PEER_SESSION_VALID, 1);
		tipc_set(msg, TIPC_F_PEER_SESSION, peer_session);
	}
	tipc_link_rcv(&ends[0].link, skb, &ends[0].io, wire.now);
	settle(0);
}

/* What is late, or of another life, changes nothing. */
static void test_late(void)
{
	struct tipc_link *link = &ends[0].link;
	u64 heard;
	u16 session;

	start();
	CHECK(run(10 * MS, both_up));
	session = link->peer_session;
	way_cut = 3;
	send(0, 0, 100);
	run(5 * MS, NULL);
	heard = link->heard;

	forge(TIPC_T_STATE, session, link->state_seen - 1, 0);
	forge(TIPC_T_STATE, session + 1, link->state_seen, 0);
	forge(TIPC_T_RESET, session, 0, 0);
	forge(TIPC_T_RESET, session - 1, 0, 0);
	forge(TIPC_T_ACTIVATE, session + 1, 0, link->session - 1);
	forge(TIPC_T_ACTIVATE, session - 1, 0, link->session);
	CHECK(both_up() && link->heard == heard);
	CHECK(!link->sendq.stats.retransmits);
	CHECK(link->stats.refused == 6);
	forge(TIPC_T_STATE, session, link->state_seen, 0);
	CHECK(link->heard == wire.now && link->sendq.stats.retransmits == 1);

	/* A copy of the RESET it began with is no reason to begin again. */
	run(1600 * MS, first_broke);
	CHECK(link->state == TIPC_LINK_DOWN);
	forge(TIPC_T_RESET, session, 0, 0);
	CHECK(link->state == TIPC_LINK_DOWN);
	forge(TIPC_T_STATE, session, 100, 0);
	CHECK(link->state == TIPC_LINK_DOWN);
	/* An answer to the session before says that the peer has begun again. */
	forge(TIPC_T_ACTIVATE, session + 9, 0, link->session - 1);
	CHECK(link->state == TIPC_LINK_READY);
	forge(TIPC_T_STATE, session, 100, 0);
	CHECK(link->state == TIPC_LINK_READY);
	/* But after a while it may be that of a new life. */
	run(1600 * MS, NULL);
	CHECK(link->state == TIPC_LINK_DOWN);
	forge(TIPC_T_RESET, session, 0, 0);
	CHECK(link->state == TIPC_LINK_READY);
	forge(TIPC_T_STATE, session + 1, 1, 0);
	CHECK(link->state == TIPC_LINK_READY);
	forge(TIPC_T_STATE, session, 1, 0);
	CHECK(link->state == TIPC_LINK_UP);
	forge(TIPC_T_RESET, session + 1, 0, 0);
	CHECK(ends[0].downs == 2 && link->state == TIPC_LINK_READY);
	way_cut = 0;
	CHECK(run(10000 * MS, both_up));
	stop();
}

/* Who is not there is not sent RESETs all the time, and is found when he is. */
static void test_nobody_there(void)
{
	u64 packets, back;

	tolerance = 1500;
	start();
	wire_drop(&wire, wire_all);
	way_cut = 3;
	packets = wire.packets;
	run(6000 * MS, NULL);
	CHECK(wire.packets - packets >= 2 * 14);
	run(4000 * MS, NULL);
	packets = wire.packets;
	run(60000 * MS, NULL);
	CHECK(wire.packets - packets <= 2 * 21);
	way_cut = 0;
	back = wire.now;
	CHECK(run(10000 * MS, both_up));
	CHECK(wire.now - back <= 3100 * MS);
	stop();
}

/* A peer that remembers a former life of ours makes us go on behind that. */
static void test_behind(void)
{
	struct tipc_link *link = &ends[0].link;
	u16 session;

	start();
	wire_drop(&wire, wire_all);
	way_cut = 3;
	session = link->session;
	forge(TIPC_T_ACTIVATE, 7, 0, session + 5);
	CHECK(link->state == TIPC_LINK_READY && link->session == session + 6);
	forge(TIPC_T_ACTIVATE, 7, 0, session + 5);
	CHECK(link->state == TIPC_LINK_READY && link->session == session + 6);
	forge(TIPC_T_ACTIVATE, 7, 0, session + 6);
	CHECK(link->state == TIPC_LINK_UP);
	stop();
}

/* A storm of everything, then calm: what was accepted has arrived. */
static void storm(void)
{
	static const u16 tolerances[] = { 30, 50, 200, 1500 };
	static const u16 mtus[] = { 256, 1500, 9000 };
	unsigned int n, steps = 50 + random_below(150), i;
	bool restarts = random_below(2), cuts = random_below(2);
	bool memory = !random_below(3);

	mtu = mtus[random_below(3)];
	tolerance = tolerances[random_below(4)];
	window = 16 + random_below(random_below(2) ? 30 : 1000);
	start();
	for (n = 0; n < steps; n++) {
		wire.faults.loss = random_below(4) ? random_below(50) : 0;
		wire.faults.twice = random_below(4) ? 0 : random_below(200);
		wire.faults.late = random_below(3) ? 0 : random_below(500);
		wire.faults.jitter = random_below(5) * MS;
		if (cuts && !random_below(20))
			way_cut = random_below(4);
		else if (!random_below(3))
			way_cut = 0;
		i = random_below(2);
		if (restarts && !random_below(40)) {
			wire_drop(&wire, is_numbered);
			stop_end(i);
			start_end(i);
		}
		if (memory)
			shim_fail = random_below(30);
		while (random_below(20))
			send(i, random_below(4),
			     random_below(10) ? BODY_MIN + random_below(300) :
			     BODY_MIN + random_below(20000));
		run(random_below(random_below(10) ? 20 : 2 * tolerance) * MS,
		    NULL);
		shim_fail = 0;
	}
	memset(&wire.faults, 0, sizeof(wire.faults));
	wire.faults.delay = MS / 10;
	way_cut = 0;
	CHECK(run((10ULL * tolerance + 10000) * MS, all_arrived));
	/* And it stays so. */
	i = ends[0].downs + ends[1].downs;
	run(10ULL * tolerance * MS, NULL);
	CHECK(all_arrived() && ends[0].downs + ends[1].downs == i);
	stop();
}

static void test_storm(void)
{
	unsigned int i, rounds = ktap_number("TIPC_ROUNDS", 200);

	for (i = 0; i < rounds; i++) {
		u64 seed = wire_storm();

		storm();
		ktap_random = seed;
	}
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "handshake, with and without loss", test_handshake },
		{ "idle: few packets", test_idle },
		{ "silence breaks it after the tolerance", test_tolerance },
		{ "a tolerance that was set outlives the link", test_set_tolerance },
		{ "one way cut", test_one_way },
		{ "stopped: the peer is told", test_stop },
		{ "sizes around the MTU", test_sizes },
		{ "bundles", test_bundles },
		{ "refused, and woken up", test_refused },
		{ "last words are never refused", test_last_words },
		{ "but not for ever", test_flood },
		{ "reordering is no loss", test_reordering },
		{ "window: set, grows, shrinks", test_window },
		{ "stuck packet", test_stuck },
		{ "late messages of the link protocol", test_late },
		{ "nobody there: few RESETs, and found when there", test_nobody_there },
		{ "a peer that remembers more", test_behind },
		{ "storms: once, in order, and never stuck", test_storm },
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
