// SPDX-License-Identifier: GPL-2.0
/* Discovery: addresses on trial, and nodes that find each other. */
#include <linux/errno.h>

#include "disc.h"
#include "ktap.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define MS		1000000ULL
#define NODES		12

struct node {
	struct tipc_self self;
	struct tipc_disc disc;
	u32 known[NODES];	/* address per other node, 0 if not found */
};

static struct node nodes[NODES];
static u64 now;
static unsigned int sent;

static void start(unsigned int i, const char *id)
{
	struct node *node = &nodes[i];

	memset(node, 0, sizeof(*node));
	memcpy(node->self.id, id, strlen(id));
	node->self.netid = TIPC_NETID_DEFAULT;
	node->self.caps = TIPC_CAP_NODE_ID128 | TIPC_CAP_LINK_PROTO_SEQNO;
	node->self.signature = random_u64() & 0x7fff;
	node->disc.media[3] = 1;
	node->disc.media[9] = i;
	tipc_disc_start(&node->disc, &node->self, now);
}

/* As the owner of all nodes that one knows would do. */
static u32 objection(const struct node *node, const struct tipc_disc_peer *peer)
{
	u32 addr = peer->addr;
	unsigned int i;

again:
	if (addr == node->self.addr) {
		addr++;
		goto again;
	}
	for (i = 0; i < NODES; i++) {
		if (node->known[i] == addr && i != peer->media[9]) {
			addr++;
			goto again;
		}
	}
	return addr == peer->addr ? 0 : addr;
}

static void deliver(unsigned int from, struct sk_buff *skb, int to);

static void receive(unsigned int i, const struct sk_buff *skb)
{
	struct node *node = &nodes[i];
	struct tipc_disc_peer peer;
	u32 other;

	switch (tipc_disc_rcv(&node->disc, &node->self, skb, &peer, now)) {
	case TIPC_DISC_PEER_ASKS:
		deliver(i, tipc_disc_msg(&node->disc, &node->self,
					 TIPC_T_DISC_REPLY, peer.addr, 0),
			peer.media[9]);
		fallthrough;
	case TIPC_DISC_PEER:
		if (!node->known[peer.media[9]])
			node->disc.peers++;
		node->known[peer.media[9]] = peer.addr;
		break;
	case TIPC_DISC_TRIAL:
		other = objection(node, &peer);
		if (other)
			deliver(i, tipc_disc_msg(&node->disc, &node->self,
						 TIPC_T_DISC_TRIAL_FAIL,
						 peer.addr, other),
				peer.media[9]);
		break;
	default:
		break;
	}
}

/* To one node, or to all others if @to is negative. */
static void deliver(unsigned int from, struct sk_buff *skb, int to)
{
	unsigned int i;

	if (!skb)
		return;
	sent++;
	CHECK(!tipc_msg_check(skb));
	for (i = 0; i < NODES; i++) {
		if (i != from && nodes[i].self.id[0] &&
		    (to < 0 || (unsigned int)to == i))
			receive(i, skb);
	}
	kfree_skb(skb);
}

static void run(u64 time)
{
	u64 end = now + time;
	unsigned int i;

	for (; now < end; now += MS) {
		for (i = 0; i < NODES; i++) {
			if (nodes[i].self.id[0])
				deliver(i, tipc_disc_tick(&nodes[i].disc,
							  &nodes[i].self, now),
					-1);
		}
	}
}

static void setup(void)
{
	memset(nodes, 0, sizeof(nodes));
	now = 1000 * MS;
	sent = 0;
}

/* Two nodes know each other soon, and then hardly talk any more. */
static void test_two(void)
{
	unsigned int before;

	setup();
	start(0, "alpha");
	start(1, "beta");
	run(1200 * MS);
	CHECK(nodes[0].self.addr == tipc_address_of_id(nodes[0].self.id));
	CHECK(nodes[0].known[1] == nodes[1].self.addr);
	CHECK(nodes[1].known[0] == nodes[0].self.addr);
	run(120000 * MS);
	before = sent;
	run(120000 * MS);
	CHECK(sent - before <= 2 * 2 * 3);
	CHECK(!shim_skbs);
}

/* Nodes come one by one and all want the same address. */
static void test_conflict(void)
{
	unsigned int i, j;
	char id[8];

	setup();
	for (i = 0; i < NODES; i++) {
		snprintf(id, sizeof(id), "n%u", i);
		start(i, id);
		nodes[i].self.trial = 0x1001001;
		run(20000 * MS);
	}
	for (i = 0; i < NODES; i++) {
		CHECK(nodes[i].self.addr);
		for (j = 0; j < NODES; j++) {
			CHECK(i == j ||
			      nodes[i].self.addr != nodes[j].self.addr);
			CHECK(i == j ||
			      nodes[i].known[j] == nodes[j].self.addr);
		}
	}
	CHECK(!shim_skbs);
}

/* Another cluster, our own echo, our double, and a node without an identity. */
static void test_others(void)
{
	struct tipc_disc_peer peer;
	struct sk_buff *skb;
	struct node copy;
	char text[16];

	setup();
	start(0, "alpha");
	start(1, "beta");
	nodes[1].self.netid++;
	run(3000 * MS);
	CHECK(!nodes[0].known[1] && !nodes[1].known[0]);

	skb = tipc_disc_msg(&nodes[0].disc, &nodes[0].self,
			    TIPC_T_DISC_REQUEST, 0, 0);
	CHECK(tipc_disc_rcv(&nodes[0].disc, &nodes[0].self, skb, &peer, now) ==
	      TIPC_DISC_IGNORE);
	copy = nodes[0];
	copy.disc.media[9] = 7;
	CHECK(tipc_disc_rcv(&copy.disc, &copy.self, skb, &peer, now) ==
	      TIPC_DISC_DUPLICATE);
	copy.self.id[0] = 'A';
	CHECK(tipc_disc_rcv(&copy.disc, &copy.self, skb, &peer, now) ==
	      TIPC_DISC_DUPLICATE);
	copy.self.addr++;
	tipc_set(tipc_msg(skb), TIPC_F_CAPS, 0);
	CHECK(tipc_disc_rcv(&copy.disc, &copy.self, skb, &peer, now) ==
	      TIPC_DISC_PEER_ASKS);
	snprintf(text, sizeof(text), "%x", nodes[0].self.addr);
	CHECK(!strcmp((char *)peer.id, text));
	tipc_set(tipc_msg(skb), TIPC_F_DEST_DOMAIN, copy.self.addr + 1);
	CHECK(tipc_disc_rcv(&copy.disc, &copy.self, skb, &peer, now) ==
	      TIPC_DISC_IGNORE);
	kfree_skb(skb);
	CHECK(!shim_skbs);
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "two nodes", test_two },
		{ "all want one address", test_conflict },
		{ "others", test_others },
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
