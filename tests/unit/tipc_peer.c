// SPDX-License-Identifier: GPL-2.0
/*
 * tipc_peer - a node in user space, on a real Ethernet device
 *
 *   tipc_peer DEVICE SECONDS [MESSAGES [SIZE [WINDOW]]]
 *
 * The engine of the module with AF_PACKET for a bearer: finds the first other node,
 * brings up a link, and sends that many messages of up to SIZE bytes to service
 * 18888:1 there, which is to return each one. Prints what happens, a line each, and
 * at the end what the link counted. Fails if the link did not come up or a message
 * did not come back as it was.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/minmax.h>

#include "disc.h"
#include "link.h"
#include "msg.h"

#define TIPC_ETHERTYPE	0x88ca
#define FRAME_MAX	65536
#define PORT		0x1111
#define SERVICE		18888
#define DEPTH		64
#define DEPTH_BYTES	400000

static int sock;
static const char *device;
static u8 mac[ETH_ALEN], peer_mac[ETH_ALEN];
static struct tipc_self self;
static struct tipc_disc disc;
static struct tipc_link link_to;
static struct tipc_link_io io;
static bool have_link;
static u16 window = TIPC_WINDOW_DEFAULT;
static unsigned int messages, sent, returned, wrong, names, ups, downs;
static unsigned int longest = 64;

static u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static void say(const char *fmt, ...)
{
	static u64 begin;
	va_list ap;

	if (!begin)
		begin = now_ns();
	printf("%9.3f ms: ", (now_ns() - begin) / 1e6);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void transmit(struct sk_buff *skb, const u8 *to)
{
	struct ethhdr *eth;

	if (!skb)
		return;
	eth = skb_push(skb, ETH_HLEN);
	memcpy(eth->h_dest, to, ETH_ALEN);
	memcpy(eth->h_source, mac, ETH_ALEN);
	eth->h_proto = htons(TIPC_ETHERTYPE);
	if (send(sock, skb->data, skb->len, 0) < 0)
		perror("send");
	kfree_skb(skb);
}

/* A size and bytes for message @n. */
static u32 size_of(unsigned int n)
{
	return 8 + (n * 7919U) % (longest - 7);
}

static u8 byte_of(unsigned int n, u32 i)
{
	return n * 31 + i * 7 + (i >> 8);
}

static void send_more(void)
{
	struct sk_buff *skb;
	unsigned int depth = min(DEPTH + 0U, 1 + DEPTH_BYTES / longest);
	u32 i, size;

	while (names && sent < messages && sent - returned < depth) {
		size = size_of(sent);
		skb = tipc_msg_alloc(self.addr, TIPC_U_DATA_LOW, TIPC_T_NAMED,
				     TIPC_HDR_NAMED, size,
				     link_to.config.peer, GFP_KERNEL);
		for (i = 0; i < size; i++)
			skb->data[TIPC_HDR_NAMED + i] = byte_of(sent, i);
		memcpy(skb->data + TIPC_HDR_NAMED, &sent, sizeof(sent));
		tipc_set(tipc_msg(skb), TIPC_F_SCOPE, 2);
		tipc_set(tipc_msg(skb), TIPC_F_ORIG_PORT, PORT);
		tipc_set(tipc_msg(skb), TIPC_F_NAME_TYPE, SERVICE);
		tipc_set(tipc_msg(skb), TIPC_F_NAME_LOWER, 1);
		if (tipc_link_xmit(&link_to, skb, &io, now_ns())) {
			kfree_skb(skb);
			return;
		}
		sent++;
	}
}

static void returned_message(struct sk_buff *skb)
{
	const struct tipc_msg *msg = tipc_msg(skb);
	u32 i, size = tipc_body_size(msg), hdr_size = tipc_hdr_size(msg);
	unsigned int n;

	if (tipc_get(msg, TIPC_F_ERROR)) {
		say("message rejected with error %u",
		    tipc_get(msg, TIPC_F_ERROR));
		wrong++;
		returned++;
		return;
	}
	if (skb_linearize(skb))
		exit(2);
	memcpy(&n, skb->data + hdr_size, sizeof(n));
	for (i = sizeof(n); i < size; i++) {
		if (skb->data[hdr_size + i] != byte_of(n, i))
			break;
	}
	if (n != returned || size != size_of(n) || i < size) {
		say("message %u in place of %u, %u bytes, the first %u right",
		    n, returned, size, i);
		wrong++;
	}
	if (++returned == messages)
		say("all %u messages came back, %u wrong", messages, wrong);
}

static void show_names(const struct sk_buff *skb)
{
	bool publish = tipc_get(tipc_msg(skb), TIPC_F_TYPE) == TIPC_T_PUBLISH;
	u32 at = tipc_hdr_size(tipc_msg(skb));
	struct tipc_name_item item;

	for (; at + sizeof(item) <= skb->len; at += sizeof(item)) {
		skb_copy_bits(skb, at, &item, sizeof(item));
		say("%s {%u,%u,%u} port %x", publish ? "published" : "withdrawn",
		    ntohl(item.type), ntohl(item.lower), ntohl(item.upper),
		    ntohl(item.port));
		if (ntohl(item.type) == SERVICE)
			names += publish ? 1 : -1;
	}
}

static void above(struct sk_buff *skb)
{
	const struct tipc_msg *msg = tipc_msg(skb);

	if (tipc_get(msg, TIPC_F_USER) == TIPC_U_NAME_DISTR)
		show_names(skb);
	else if (tipc_is_data(msg) && tipc_get(msg, TIPC_F_DEST_PORT) == PORT)
		returned_message(skb);
	else
		say("message of user %u", tipc_get(msg, TIPC_F_USER));
	kfree_skb(skb);
}

static void settle(void)
{
	struct sk_buff *skb;

	do {
		while ((skb = __skb_dequeue(&io.out)))
			transmit(skb, peer_mac);
		while ((skb = __skb_dequeue(&io.in)))
			above(skb);
		if (io.up) {
			ups++;
			say("link up: peer %x %s, session %u, mtu %u, tolerance %u",
			    link_to.config.peer, link_to.peer_if_name,
			    link_to.peer_session, link_to.mtu,
			    link_to.tolerance);
			link_to.node_up = true;
		}
		if (io.down) {
			downs++;
			say("link down: %u", link_to.end);
			link_to.node_up = false;
		}
		tipc_link_io_init(&io);
		if (have_link && link_to.state == TIPC_LINK_BROKEN)
			tipc_link_open(&link_to, &io, now_ns());
		if (have_link)
			send_more();
	} while (!skb_queue_empty(&io.out) || !skb_queue_empty(&io.in));
}

static void found(const struct tipc_disc_peer *peer)
{
	struct tipc_link_config config = {
		.self = self.addr, .peer = peer->addr, .bearer = 0,
		.priority = TIPC_PRIORITY_DEFAULT,
		.tolerance = TIPC_TOLERANCE_DEFAULT, .window = window,
		.mtu = 1500, .caps = peer->caps,
	};

	if (have_link)
		return;
	say("node %x, capabilities %x, identity %.16s", peer->addr, peer->caps,
	    (const char *)peer->id);
	snprintf(config.if_name, sizeof(config.if_name), "%s", device);
	memcpy(peer_mac, peer->media + 4, ETH_ALEN);
	tipc_link_init(&link_to, &config, now_ns() >> 4);
	have_link = true;
	disc.peers = 1;
	tipc_link_open(&link_to, &io, now_ns());
}

static void receive(struct sk_buff *skb)
{
	static const u8 all[ETH_ALEN] = { 255, 255, 255, 255, 255, 255 };
	struct tipc_disc_peer peer;
	const struct tipc_msg *msg;
	int err;

	err = tipc_msg_check(skb);
	if (err) {
		say("bad packet: %d", err);
		kfree_skb(skb);
		return;
	}
	msg = tipc_msg(skb);
	if (tipc_get(msg, TIPC_F_USER) == TIPC_U_LINK_CONFIG) {
		switch (tipc_disc_rcv(&disc, &self, skb, &peer, now_ns())) {
		case TIPC_DISC_PEER_ASKS:
			transmit(tipc_disc_msg(&disc, &self,
					       TIPC_T_DISC_REPLY, peer.addr, 0),
				 all);
			fallthrough;
		case TIPC_DISC_PEER:
			found(&peer);
			break;
		default:
			break;
		}
		kfree_skb(skb);
		return;
	}
	if (!have_link || tipc_get(msg, TIPC_F_PREV_NODE) != link_to.config.peer) {
		kfree_skb(skb);
		return;
	}
	if (tipc_get(msg, TIPC_F_NONSEQ)) {
		say("not numbered: user %u", tipc_get(msg, TIPC_F_USER));
		kfree_skb(skb);
		return;
	}
	if (tipc_get(msg, TIPC_F_USER) == TIPC_U_LINK_PROTOCOL)
		link_to.sendq.bcast_ack = tipc_get(msg, TIPC_F_LAST_BCAST);
	tipc_link_rcv(&link_to, skb, &io, now_ns());
}

static void open_device(void)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(TIPC_ETHERTYPE) };
	socklen_t len = sizeof(ll);

	sock = socket(AF_PACKET, SOCK_RAW, htons(TIPC_ETHERTYPE));
	if (sock < 0)
		die("socket");
	ll.sll_ifindex = if_nametoindex(device);
	if (bind(sock, (struct sockaddr *)&ll, sizeof(ll)))
		die(device);
	if (getsockname(sock, (struct sockaddr *)&ll, &len))
		die("getsockname");
	memcpy(mac, ll.sll_addr, ETH_ALEN);
}

static void read_frame(void)
{
	struct sockaddr_ll from;
	socklen_t len = sizeof(from);
	struct sk_buff *skb;
	ssize_t n;

	skb = alloc_skb(2 + FRAME_MAX, GFP_KERNEL);
	/* What is behind the Ethernet header is aligned. */
	skb_reserve(skb, 2);
	n = recvfrom(sock, skb->data, FRAME_MAX, MSG_DONTWAIT,
		     (struct sockaddr *)&from, &len);
	if (n < ETH_HLEN || from.sll_pkttype == PACKET_OUTGOING) {
		kfree_skb(skb);
		return;
	}
	skb_put(skb, n);
	skb_pull(skb, ETH_HLEN);
	receive(skb);
}

static void summary(void)
{
	const struct tipc_sendq_stats *tx = &link_to.sendq.stats;
	const struct tipc_recvq_stats *rx = &link_to.recvq.stats;

	printf("up %u down %u, sent %u, returned %u, wrong %u\n", ups, downs,
	       sent, returned, wrong);
	printf("sent: %llu packets, %llu fragments, %llu bundles of %llu, ",
	       tx->packets, tx->fragments, tx->bundles, tx->bundled);
	printf("%llu again, window %u, %llu times smaller, rtt %llu us\n",
	       tx->retransmits, link_to.sendq.window, tx->shrinks,
	       link_to.sendq.rtt / 1000);
	printf("received: %llu packets, %llu fragments, %llu bundles of %llu, ",
	       rx->packets, rx->fragments, rx->bundles, rx->bundled);
	printf("%llu early, %llu double, %llu wrong\n", rx->early,
	       rx->duplicates, rx->wrong);
	printf("states: %llu and %llu, probes: %llu and %llu, ",
	       link_to.stats.sent, link_to.stats.received,
	       link_to.stats.probes_sent, link_to.stats.probes_received);
	printf("gaps: %llu and %llu, refused: %llu\n",
	       link_to.stats.gaps_sent, link_to.stats.gaps_received,
	       link_to.stats.refused);
}

int main(int argc, char **argv)
{
	static const u8 all[ETH_ALEN] = { 255, 255, 255, 255, 255, 255 };
	struct pollfd pfd = { .events = POLLIN };
	struct sk_buff *skb;
	u64 end, due, now;

	if (argc < 3) {
		fprintf(stderr, "Usage: tipc_peer DEVICE SECONDS [MESSAGES [SIZE [WINDOW]]]\n");
		return 2;
	}
	device = argv[1];
	end = now_ns() + atof(argv[2]) * 1e9;
	if (argc > 3)
		messages = atoi(argv[3]);
	if (argc > 4)
		longest = atoi(argv[4]);
	if (argc > 5)
		window = atoi(argv[5]);
	open_device();

	memcpy(self.id, "tipc_peer", 9);
	self.netid = TIPC_NETID_DEFAULT;
	self.caps = TIPC_CAP_SYN | TIPC_CAP_BCAST_SYNCH |
		    TIPC_CAP_BCAST_STATE_NACK | TIPC_CAP_BLOCK_FLOWCTL |
		    TIPC_CAP_NODE_ID128 | TIPC_CAP_LINK_PROTO_SEQNO;
	self.signature = now_ns() & 0x7fff;
	disc.media[3] = 1;
	memcpy(disc.media + 4, mac, ETH_ALEN);
	tipc_link_io_init(&io);
	tipc_disc_start(&disc, &self, now_ns());

	pfd.fd = sock;
	while ((now = now_ns()) < end && (!messages || returned < messages)) {
		due = end < disc.next ? end : disc.next;
		if (!self.addr && self.trial_end < due)
			due = self.trial_end;
		if (have_link && tipc_link_due(&link_to) < due)
			due = tipc_link_due(&link_to);
		if (due > now)
			poll(&pfd, 1, (due - now + 999999) / 1000000);
		else
			pfd.revents = POLLIN;
		if (pfd.revents)
			read_frame();
		now = now_ns();
		skb = tipc_disc_tick(&disc, &self, now);
		transmit(skb, all);
		if (have_link && tipc_link_due(&link_to) <= now)
			tipc_link_tick(&link_to, &io, now);
		settle();
	}
	summary();
	if (have_link) {
		tipc_link_stop(&link_to, &io);
		while ((skb = __skb_dequeue(&io.out)))
			transmit(skb, peer_mac);
		__skb_queue_purge(&io.in);
		tipc_link_clear(&link_to);
	}
	return !ups || wrong || returned < messages;
}
