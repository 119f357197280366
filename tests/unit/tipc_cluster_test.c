// SPDX-License-Identifier: GPL-2.0
/*
 * A cluster: nodes that find each other, tell each other names and send messages,
 * over a network that fails, and start anew now and then.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>

#include "ktap.h"
#include "msg.h"
#include "peer.h"
#include "seq.h"
#include "tipc_wire.h"

#define FEW_NODES	8
#define MANY_NODES	256

/* Bindings of a node, in a cluster of few nodes and of many. */
#define MANY_NAMES	400
#define FEW_NAMES	20

#define PUB		sizeof(struct tipc_name_pub)
#define CAPS		(TIPC_CAP_NODE_ID128 | TIPC_CAP_LINK_PROTO_SEQNO)

/* The bindings of one node, in order. */
struct names {
	struct tipc_name_pub *pub;
	unsigned int count;
};

/* What one node has of another one. */
struct other {
	struct tipc_peer peer;
	bool known;
	bool up;	/* as those above were told */
	struct names names;
	u32 sent;
	u64 sent_life;
	u32 received;
};

/* One node. */
struct net {
	unsigned int index;
	bool alive;
	struct tipc_self self;
	struct tipc_disc disc;
	struct names local;
	u32 next_key;
	u64 due;
	struct other *others;
};

static struct net nodes[MANY_NODES];
static unsigned int count, most_names;
static struct wire wire;
static bool cuts[MANY_NODES][MANY_NODES];
static u16 tolerance;
static u64 delivered;
static bool quiet;

static bool is_cut(unsigned int from, unsigned int to)
{
	return cuts[from][to];
}

static int compare(const struct tipc_name_pub *a, const struct tipc_name_pub *b)
{
	const u32 *x = &a->type, *y = &b->type;
	unsigned int i;

	for (i = 0; i < 5; i++) {
		/* Upper bounds go down. */
		if (x[i] != y[i])
			return (x[i] < y[i]) != (i == 2) ? -1 : 1;
	}
	return 0;
}

static unsigned int find(const struct names *names,
			 const struct tipc_name_pub *pub, bool *there)
{
	unsigned int i;

	for (i = 0; i < names->count; i++) {
		if (compare(&names->pub[i], pub) >= 0)
			break;
	}
	*there = i < names->count && !compare(&names->pub[i], pub);
	return i;
}

static int insert(struct names *names, const struct tipc_name_pub *pub)
{
	unsigned int i, j;
	bool there;

	i = find(names, pub, &there);
	if (there)
		return -EEXIST;
	if (names->count == most_names)
		return -ENOSPC;
	for (j = names->count++; j > i; j--)
		names->pub[j] = names->pub[j - 1];
	names->pub[i] = *pub;
	return 0;
}

static int removed(struct names *names, const struct tipc_name_pub *pub)
{
	unsigned int i;
	bool there;

	i = find(names, pub, &there);
	if (!there)
		return -ENOENT;
	names->count--;
	for (; i < names->count; i++)
		names->pub[i] = names->pub[i + 1];
	return 0;
}

/* Who has the address, as @net knows. */
static struct other *other_of(struct net *net, u32 addr)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (net->others[i].known && net->others[i].peer.addr == addr)
			return &net->others[i];
	}
	CHECK(false);
	return NULL;
}

/* What is above the nodes. */
void tipc_sk_rcv(struct net *net, struct sk_buff *skb)
{
	struct other *other = other_of(net, tipc_orig_node(tipc_msg(skb)));
	u32 head[2];

	CHECK(other->up);
	CHECK(!skb_copy_bits(skb, tipc_hdr_size(tipc_msg(skb)), head,
			     sizeof(head)));
	CHECK(head[0] == other->peer.link.peer_session);
	CHECK(head[1] == other->received);
	other->received++;
	delivered++;
	kfree_skb(skb);
}

void tipc_sk_wakeup(struct net *net, u32 node, u32 importance)
{
	CHECK(other_of(net, node) && importance < TIPC_LEVEL_SYSTEM);
}

void tipc_sk_node_lost(struct net *net, u32 node)
{
	CHECK(other_of(net, node)->up);
}

int tipc_names_publish(struct net *net, u32 node,
		       const struct tipc_name_pub *pub)
{
	CHECK(other_of(net, node)->up);
	return insert(&other_of(net, node)->names, pub);
}

int tipc_names_withdraw(struct net *net, u32 node,
			const struct tipc_name_pub *pub)
{
	CHECK(other_of(net, node)->up);
	return removed(&other_of(net, node)->names, pub);
}

void tipc_names_node_lost(struct net *net, u32 node)
{
	other_of(net, node)->names.count = 0;
}

bool tipc_names_local(struct net *net, struct tipc_name_cursor *cursor,
		      struct tipc_name_pub *pub)
{
	unsigned int i = 0;
	bool there;

	if (cursor->started) {
		i = find(&net->local, &cursor->last, &there);
		i += there;
	}
	if (i == net->local.count)
		return false;
	*pub = net->local.pub[i];
	cursor->last = *pub;
	cursor->started = true;
	return true;
}

void tipc_topology_link(struct net *net, u32 node, u32 link, bool up)
{
	struct other *other = other_of(net, node);

	CHECK(link == (1 << 16 | 1));
	CHECK(other->up != up);
	CHECK(!other->names.count);
	other->up = up;
	other->received = 0;
}

static void broadcast(struct net *net, struct sk_buff *skb)
{
	unsigned int i;

	for (i = 0; skb && i < count; i++) {
		if (i != net->index)
			wire_send(&wire, net->index, i,
				  skb_clone(skb, GFP_KERNEL | __GFP_NOFAIL));
	}
	kfree_skb(skb);
}

static void set_timer(struct net *net, u64 due)
{
	if (due < net->due) {
		net->due = due;
		wire_timer(&wire, net->index, due);
	}
}

/* See tipc_link_test.c. */
static unsigned int anew[2];

static bool is_between(const struct wire_event *event)
{
	return ((event->from == anew[0] && event->to == anew[1]) ||
		(event->from == anew[1] && event->to == anew[0])) &&
	       tipc_get(tipc_msg(event->skb), TIPC_F_USER) !=
	       TIPC_U_LINK_PROTOCOL;
}

static void drop_between(unsigned int a, unsigned int b)
{
	anew[0] = a;
	anew[1] = b;
	wire_drop(&wire, is_between);
}

typedef void (*tell_fn)(struct net *net, const struct tipc_name_pub *pub,
			bool withdraw);

static void publish_one(struct net *net, tell_fn tell_all);
static void withdraw_one(struct net *net, tell_fn tell_all);

/* Tells, and leaves what else there is to do to whoever carries already. */
static void tell_only(struct net *net, const struct tipc_name_pub *pub,
		      bool withdraw)
{
	unsigned long fail = shim_fail;
	struct tipc_link_io io;
	struct sk_buff *skb;
	unsigned int i;

	shim_fail = 0;
	for (i = 0; i < count; i++) {
		if (!net->others[i].known)
			continue;
		tipc_link_io_init(&io);
		tipc_peer_tell(&net->others[i].peer, pub, withdraw, &io,
			       wire.now);
		while ((skb = __skb_dequeue(&io.out)))
			wire_send(&wire, net->index, i, skb);
		CHECK(!io.up && !io.down && skb_queue_empty(&io.in));
		set_timer(net, tipc_link_due(&net->others[i].peer.link));
	}
	shim_fail = fail;
}

/* Does what a call led to, as the node's carrier would. */
static void settle(struct net *net, unsigned int to, struct tipc_link_io *io)
{
	struct tipc_peer *peer = &net->others[to].peer;
	struct sk_buff *skb;
	bool more = false;

	do {
		while ((skb = __skb_dequeue(&io->out)))
			wire_send(&wire, net->index, to, skb);
		if (peer->link.state == TIPC_LINK_BROKEN)
			drop_between(net->index, to);
		tipc_peer_carry(peer, io);
		/* Nobody holds the node's lock, so names may change. */
		if (!quiet && !random_below(16))
			publish_one(net, tell_only);
		if (!quiet && !random_below(16))
			withdraw_one(net, tell_only);
		more = (more || !tipc_peer_is_idle(peer) ||
			tipc_link_due(&peer->link) <= wire.now) &&
		       tipc_peer_step(peer, io, wire.now);
	} while (more || !skb_queue_empty(&io->out) || io->up || io->down ||
		 !skb_queue_empty(&io->in));
	set_timer(net, tipc_link_due(&peer->link));
}

static void found(struct net *net, const struct tipc_disc_peer *info)
{
	unsigned int i = info->media[9];
	struct other *other = &net->others[i];
	struct tipc_link_config config = {
		.self = net->self.addr, .peer = info->addr, .bearer = 1,
		.priority = TIPC_PRIORITY_DEFAULT, .tolerance = tolerance,
		.window = TIPC_WINDOW_DEFAULT, .mtu = 1500,
		.caps = info->caps,
	};
	struct tipc_link_io io;

	tipc_link_io_init(&io);
	if (other->known) {
		tipc_peer_found(&other->peer, info, &io);
	} else {
		*other = (struct other){ .known = true,
			.names.pub = other->names.pub };
		tipc_peer_init(&other->peer, net, info, &config,
			       random_u64());
		net->disc.peers++;
	}
	settle(net, i, &io);
}

/* Another address if that one is not free for the identity, or 0. */
static u32 objection(const struct net *net, const struct tipc_disc_peer *info)
{
	const struct tipc_disc_peer *known;
	u32 addr = info->addr;
	unsigned int i;

again:
	if (addr == net->self.addr) {
		addr++;
		goto again;
	}
	for (i = 0; i < count; i++) {
		known = &net->others[i].peer.info;
		if (!net->others[i].known ||
		    !memcmp(known->id, info->id, TIPC_NODEID_LEN))
			continue;
		if (known->addr == addr) {
			addr++;
			goto again;
		}
	}
	return addr == info->addr ? 0 : addr;
}

static void discovery(struct net *net, struct sk_buff *skb)
{
	struct tipc_disc_peer info;
	struct sk_buff *reply = NULL;
	u32 other;

	switch (tipc_disc_rcv(&net->disc, &net->self, skb, &info, wire.now)) {
	case TIPC_DISC_PEER_ASKS:
		reply = tipc_disc_msg(&net->disc, &net->self,
				      TIPC_T_DISC_REPLY, info.addr, 0);
		fallthrough;
	case TIPC_DISC_PEER:
		found(net, &info);
		break;
	case TIPC_DISC_TRIAL:
		other = objection(net, &info);
		if (other)
			reply = tipc_disc_msg(&net->disc, &net->self,
					      TIPC_T_DISC_TRIAL_FAIL, info.addr,
					      other);
		break;
	default:
		break;
	}
	if (reply)
		wire_send(&wire, net->index, info.media[9], reply);
	kfree_skb(skb);
}

static void receive(struct net *net, unsigned int from, struct sk_buff *skb)
{
	struct other *other = &net->others[from];
	struct tipc_link_io io;

	CHECK(!tipc_msg_check(skb));
	if (tipc_get(tipc_msg(skb), TIPC_F_USER) == TIPC_U_LINK_CONFIG) {
		discovery(net, skb);
		return;
	}
	if (!other->known ||
	    tipc_get(tipc_msg(skb), TIPC_F_PREV_NODE) != other->peer.addr) {
		kfree_skb(skb);
		return;
	}
	tipc_link_io_init(&io);
	tipc_link_rcv(&other->peer.link, skb, &io, wire.now);
	settle(net, from, &io);
}

static void timer(struct net *net)
{
	struct tipc_link_io io;
	unsigned int i;

	net->due = ~0ULL;
	broadcast(net, tipc_disc_tick(&net->disc, &net->self, wire.now));
	set_timer(net, net->disc.next);
	for (i = 0; i < count; i++) {
		if (!net->others[i].known)
			continue;
		if (tipc_link_due(&net->others[i].peer.link) > wire.now) {
			set_timer(net, tipc_link_due(&net->others[i].peer.link));
			continue;
		}
		tipc_link_io_init(&io);
		settle(net, i, &io);
	}
}

static void start_node(unsigned int i)
{
	struct net *net = &nodes[i];
	unsigned int j;

	for (j = 0; j < count; j++)
		net->others[j] = (struct other){
			.names.pub = net->others[j].names.pub };
	*net = (struct net){ .index = i, .alive = true,
		.others = net->others, .local.pub = net->local.pub };
	net->due = ~0ULL;
	net->self.id[0] = 1 + i;
	net->self.id[1] = 1 + i / 256;
	net->self.netid = TIPC_NETID_DEFAULT;
	net->self.caps = CAPS;
	net->self.signature = random_u64() & 0x7fff;
	net->disc.media[3] = 1;
	net->disc.media[9] = i;
	tipc_disc_start(&net->disc, &net->self, wire.now);
	set_timer(net, wire.now);
}

static void stop_node(unsigned int i)
{
	unsigned int j;

	for (j = 0; j < count; j++) {
		if (nodes[i].others[j].known)
			tipc_peer_clear(&nodes[i].others[j].peer);
		drop_between(i, j);
	}
	nodes[i].alive = false;
}

static void run(u64 time)
{
	struct wire_event event;
	struct net *net;
	u64 end = wire.now + time;

	while (wire.count && wire.heap[0].time <= end) {
		event = wire_next(&wire);
		net = &nodes[event.to];
		if (!net->alive)
			kfree_skb(event.skb);
		else if (event.skb)
			receive(net, event.from, event.skb);
		else if (net->due <= wire.now)
			timer(net);
		CHECK(!shim_warnings);
	}
	wire.now = end;
}

static void tell(struct net *net, const struct tipc_name_pub *pub,
		 bool withdraw)
{
	struct tipc_link_io io;
	bool was = quiet;
	unsigned int i;

	/* One change after the other: who publishes holds a lock. */
	quiet = true;
	for (i = 0; i < count; i++) {
		if (!net->others[i].known)
			continue;
		tipc_link_io_init(&io);
		tipc_peer_tell(&net->others[i].peer, pub, withdraw, &io,
			       wire.now);
		settle(net, i, &io);
	}
	quiet = was;
}

static void publish_one(struct net *net, tell_fn tell_all)
{
	struct tipc_name_pub pub = {
		.type = 100 + random_below(5), .lower = random_below(20),
		.port = random_u64(), .key = net->next_key++,
	};

	pub.upper = pub.lower + random_below(3);
	if (!insert(&net->local, &pub))
		tell_all(net, &pub, false);
}

static void withdraw_one(struct net *net, tell_fn tell_all)
{
	struct tipc_name_pub pub;

	if (!net->local.count)
		return;
	pub = net->local.pub[random_below(net->local.count)];
	CHECK(!removed(&net->local, &pub));
	tell_all(net, &pub, true);
}

static void send(struct net *net, unsigned int to)
{
	struct other *other = &net->others[to];
	struct tipc_link_io io;
	struct sk_buff *skb;
	u32 head[2], size = 8 + random_below(random_below(5) ? 100 : 5000);

	if (!other->known)
		return;
	if (other->sent_life != other->peer.link.stats.ups) {
		other->sent_life = other->peer.link.stats.ups;
		other->sent = 0;
	}
	skb = tipc_msg_alloc(net->self.addr, random_below(4), TIPC_T_DIRECT,
			     TIPC_HDR_DIRECT, size, other->peer.addr,
			     GFP_KERNEL | __GFP_NOFAIL);
	memset(skb->data + TIPC_HDR_DIRECT, 0, size);
	head[0] = other->peer.link.session;
	head[1] = other->sent;
	memcpy(skb->data + TIPC_HDR_DIRECT, head, sizeof(head));
	tipc_link_io_init(&io);
	if (tipc_peer_xmit(&other->peer, skb, &io, wire.now))
		kfree_skb(skb);
	else
		other->sent++;
	settle(net, to, &io);
}

/* All is as it should be between two nodes, seen from the first one. */
static void converged(unsigned int i, unsigned int j)
{
	const struct other *other = &nodes[i].others[j];
	const struct other *mine = &nodes[j].others[i];
	unsigned int n;

	if (!nodes[j].alive) {
		CHECK(!other->known || (!other->up && !other->names.count));
		return;
	}
	CHECK(other->known && other->up);
	CHECK(tipc_link_is_up(&other->peer.link));
	CHECK(other->peer.addr == nodes[j].self.addr);
	CHECK(nodes[i].self.addr != nodes[j].self.addr);
	CHECK(other->names.count == nodes[j].local.count);
	for (n = 0; n < other->names.count; n++)
		CHECK(!compare(&other->names.pub[n], &nodes[j].local.pub[n]));
	CHECK(skb_queue_empty(&other->peer.link.sendq.sent));
	CHECK(skb_queue_empty(&other->peer.link.sendq.waiting));
	if (mine->sent_life == mine->peer.link.stats.ups)
		CHECK(other->received == mine->sent);
}

/* Whether all that live have a link to each other, as those above were told. */
static bool all_up(void)
{
	unsigned int i, j;

	for (i = 0; i < count; i++) {
		for (j = 0; j < count; j++) {
			if (i != j && nodes[i].alive && nodes[j].alive &&
			    !nodes[i].others[j].up)
				return false;
		}
	}
	return true;
}

static void calm(void)
{
	unsigned int i, j, seconds;

	quiet = true;
	memset(cuts, 0, sizeof(cuts));
	memset(&wire.faults, 0, sizeof(wire.faults));
	wire.faults.delay = MS / 10;
	/* Those who knew nobody but the dead ask once per minute. */
	for (seconds = 0; seconds < 70 && !all_up(); seconds++)
		run(1000 * MS);
	run(1000 * MS + 10ULL * tolerance * MS);
	for (i = 0; i < count; i++) {
		for (j = 0; j < count; j++) {
			if (i != j && nodes[i].alive)
				converged(i, j);
		}
	}
}

/* After a storm: what each says to each arrives. */
static void talk(void)
{
	unsigned int i, j, sent = 0;
	u64 before = delivered;

	for (i = 0; i < count; i++) {
		for (j = 0; j < count; j++) {
			if (i == j || !nodes[i].alive || !nodes[j].alive)
				continue;
			send(&nodes[i], j);
			sent++;
		}
	}
	run(1000 * MS);
	CHECK(delivered - before == sent);
}

/* Memory of the test's own. */
static void *own_memory(size_t n, size_t size)
{
	void *memory = calloc(n, size);

	if (!memory)
		abort();
	return memory;
}

static void begin(unsigned int n)
{
	struct net *net;
	unsigned int i, j;

	memset(&wire, 0, sizeof(wire));
	memset(cuts, 0, sizeof(cuts));
	most_names = n > FEW_NODES ? FEW_NAMES : MANY_NAMES;
	for (i = 0; i < n; i++) {
		net = &nodes[i];
		*net = (struct net){
			.others = own_memory(n, sizeof(*net->others)),
			.local.pub = own_memory(most_names, PUB),
		};
		for (j = 0; j < n; j++)
			net->others[j].names.pub = own_memory(most_names, PUB);
	}
	wire.now = random_u64() >> 8;
	wire.cut = is_cut;
	wire.faults.delay = MS / 10;
	delivered = 0;
	quiet = false;
	count = n;
	for (i = 0; i < n; i++)
		start_node(i);
}

static void end(void)
{
	unsigned int i, j;

	shim_fail = 0;
	for (i = 0; i < count; i++) {
		if (nodes[i].alive)
			stop_node(i);
	}
	for (i = 0; i < count; i++) {
		for (j = 0; j < count; j++)
			free(nodes[i].others[j].names.pub);
		free(nodes[i].others);
		free(nodes[i].local.pub);
	}
	wire_free(&wire);
	CHECK(!shim_skbs && !shim_live && !shim_warnings);
}

/* A quiet start: all know each other soon, and what was bound before. */
static void test_start(void)
{
	unsigned int i, n;

	tolerance = 1500;
	begin(8);
	for (n = 0; n < 300; n++) {
		for (i = 0; i < 8; i++)
			publish_one(&nodes[i], tell);
	}
	run(3000 * MS);
	quiet = true;
	run(500 * MS);
	for (i = 0; i < 8; i++)
		converged(i, (i + 3) % 8);
	end();
}

static void split(void)
{
	unsigned int mask = random_u64(), i, j;

	for (i = 0; i < count; i++) {
		for (j = 0; j < count; j++)
			cuts[i][j] = (mask >> i ^ mask >> j) & 1;
	}
}

static void step(bool restarts)
{
	unsigned int i = random_below(count);

	switch (random_below(24)) {
	case 0:
		split();
		break;
	case 1:
	case 2:
		memset(cuts, 0, sizeof(cuts));
		break;
	case 3:
		cuts[i][random_below(count)] = true;
		break;
	case 4:
		if (!restarts)
			break;
		if (nodes[i].alive)
			stop_node(i);
		if (random_below(3))
			start_node(i);
		break;
	case 5:
		wire.faults.loss = random_below(60);
		wire.faults.twice = random_below(100);
		wire.faults.late = random_below(300);
		wire.faults.jitter = random_below(5) * MS;
		break;
	default:
		break;
	}
	for (i = 0; i < count; i++) {
		unsigned int n = random_below(12);

		if (!nodes[i].alive)
			continue;
		while (n--) {
			if (random_below(3))
				publish_one(&nodes[i], tell);
			else
				withdraw_one(&nodes[i], tell);
			send(&nodes[i], random_below(count));
		}
	}
	run(random_below(random_below(5) ? 50 : 3 * tolerance) * MS);
}

/* Long runs say how far they are. */
static void say_progress(unsigned int i, unsigned int rounds,
			 unsigned int every)
{
	if (rounds < every || i % every)
		return;
	printf("# %u of %u\n", i, rounds);
	fflush(stdout);
}

static void test_storms(void)
{
	static const u16 tolerances[] = { 50, 200, 1500 };
	unsigned int rounds = ktap_number("TIPC_ROUNDS", 10), i, n;
	bool restarts;
	u64 seed;

	for (i = 0; i < rounds; i++) {
		say_progress(i, rounds, 1000);
		seed = wire_storm();
		tolerance = tolerances[random_below(3)];
		restarts = random_below(2);
		begin(2 + random_below(FEW_NODES - 1));
		run(random_below(3000) * MS);
		for (n = 0; n < 60; n++) {
			step(restarts);
			if (!random_below(8))
				shim_fail = random_below(40);
			else
				shim_fail = 0;
		}
		shim_fail = 0;
		calm();
		talk();
		end();
		ktap_random = seed;
	}
}

/* Cuts a node off, or joins it again. */
static void isolate(unsigned int i, bool cut)
{
	unsigned int j;

	for (j = 0; j < count; j++) {
		cuts[i][j] = cut;
		cuts[j][i] = cut;
	}
}

/* Many nodes, a few of which are cut off, start anew or talk at a time. */
static void test_many(void)
{
	unsigned int rounds = ktap_number("TIPC_MANY", 0), i, n, round;
	unsigned int size = rounds ? MANY_NODES : 32;

	for (round = 0; round < max(rounds, 1U); round++) {
		say_progress(round, rounds, 1);
		tolerance = 1500;
		begin(size);
		for (i = 0; i < size; i++) {
			for (n = random_below(FEW_NAMES); n; n--)
				publish_one(&nodes[i], tell);
		}
		/* Settling does not change names, as it does in the storms. */
		quiet = true;
		run(3000 * MS);
		wire.faults.loss = 5;
		for (n = 0; n < 10; n++) {
			isolate(random_below(size), true);
			i = random_below(size);
			if (nodes[i].alive)
				stop_node(i);
			else
				start_node(i);
			for (i = 0; i < size; i++) {
				if (!nodes[i].alive)
					continue;
				publish_one(&nodes[i], tell);
				send(&nodes[i], random_below(size));
			}
			run(random_below(2 * tolerance) * MS);
			isolate(random_below(size), false);
		}
		calm();
		CHECK(delivered);
		end();
	}
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "a quiet start", test_start },
		{ "storms: all find each other and agree", test_storms },
		{ "many: all find each other and agree", test_many },
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
