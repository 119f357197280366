// SPDX-License-Identifier: GPL-2.0
/*
 * rtload [-m|-n] [-s] [-u COUNT] TABLE[-LAST] DEVICE GATEWAY FILE - adds routes
 * to one of the kernel's own tables, many to a system call, or to all from TABLE
 * to LAST.
 *
 * Each line of FILE is "PREFIX nhid N", as tests/data/libloc makes them; the
 * route's gateway is GATEWAY + N. If GATEWAY is all zeroes the routes have none.
 * A "%" in the name of DEVICE stands for the number of the table.
 *
 * -m	adds them to mfib's FIB of that number. The route's next hop is the one
 *	with number N, or that of the table if routes have no gateway
 * -n	the kernel's routes name next hop objects, which are there, in place of
 *	gateways
 * -u	the routes are there: withdraws and announces random ones, COUNT changes
 *	with a message each
 * -s	a single change to a system call
 *
 * Prints the number of routes added, or of changes made, and the nanoseconds
 * that the system calls took.
 *
 * It exists because `ip -batch` takes an hour of a slow guest for a table of the
 * size of the Internet's, and so that the kernel's interface and mfib's can be
 * compared without the programs in front of them.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/types.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/mfib.h>

#define BATCH	512	/* routes to a system call */

struct route {
	unsigned char dst[16];
	__u32 nhid;
	unsigned char len;
};

struct loader {
	int sock;
	int family;
	int width;		/* bytes of an address */
	bool mfib;
	bool objects;		/* next hop objects */
	bool apart;		/* a message for each route of mfib */
	__u16 genl;		/* number of mfib's netlink family */
	__u32 table;
	__u32 ifindex;
	bool via;		/* routes have gateways */
	unsigned char gateway[16];
	size_t used;		/* of buf */
	char buf[BATCH * 96];
	struct nlmsghdr *last;	/* in buf */
	unsigned int queued;
	__u32 seq;
	unsigned long long ns;
	unsigned int count;
	struct route *route;
};

static struct rtattr *put_attr(struct loader *l, int type, const void *data,
			       int len)
{
	struct rtattr *attr = (void *)(l->buf + l->used);

	attr->rta_type = type;
	attr->rta_len = RTA_LENGTH(len);
	memcpy(RTA_DATA(attr), data, len);
	l->used += RTA_ALIGN(attr->rta_len);
	return attr;
}

static struct rtattr *start_nest(struct loader *l, int type)
{
	return put_attr(l, type | NLA_F_NESTED, "", 0);
}

static void end_nest(const struct loader *l, struct rtattr *nest)
{
	nest->rta_len = l->buf + l->used - (char *)nest;
}

static void put_header(struct loader *l, int type, int flags, int size)
{
	struct nlmsghdr *n = (void *)(l->buf + l->used);

	memset(n, 0, NLMSG_SPACE(size));
	n->nlmsg_type = type;
	n->nlmsg_flags = NLM_F_REQUEST | flags;
	n->nlmsg_seq = ++l->seq;
	n->nlmsg_len = NLMSG_LENGTH(size);
	l->used += NLMSG_SPACE(size);
	l->last = n;
}

static void put_genl_header(struct loader *l, int type, int flags, int cmd)
{
	struct genlmsghdr *g;

	put_header(l, type, flags, sizeof(*g));
	g = NLMSG_DATA(l->last);
	g->cmd = cmd;
	g->version = 1;
}

static void end_message(struct loader *l)
{
	l->last->nlmsg_len = l->buf + l->used - (char *)l->last;
}

/* A message of its own. */
static void put_kernel_route(struct loader *l, const struct route *route,
			     bool add)
{
	struct rtmsg *r;

	put_header(l, add ? RTM_NEWROUTE : RTM_DELROUTE,
		   add ? NLM_F_CREATE | NLM_F_EXCL : 0, sizeof(*r));
	r = NLMSG_DATA(l->last);
	r->rtm_family = l->family;
	r->rtm_dst_len = route->len;
	r->rtm_protocol = RTPROT_STATIC;
	r->rtm_type = RTN_UNICAST;
	r->rtm_scope = l->via ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	put_attr(l, RTA_DST, route->dst, l->width);
	put_attr(l, RTA_TABLE, &l->table, 4);
	if (add && l->objects)
		put_attr(l, RTA_NH_ID, &route->nhid, 4);
	else if (add)
		put_attr(l, RTA_OIF, &l->ifindex, 4);
	if (add && l->via && !l->objects) {
		unsigned char gateway[16];
		__u32 low;

		memcpy(gateway, l->gateway, sizeof(gateway));
		memcpy(&low, gateway + l->width - 4, 4);
		low = htonl(ntohl(low) + route->nhid);
		memcpy(gateway + l->width - 4, &low, 4);
		put_attr(l, RTA_GATEWAY, gateway, l->width);
	}
	end_message(l);
}

/* In the message of the routes before, if it may be. */
static void put_mfib_route(struct loader *l, const struct route *route,
			   bool add)
{
	__u8 protocol = RTPROT_STATIC;
	__u32 nhid = l->via ? route->nhid : l->table;
	struct rtattr *nest, *hop;

	if (!l->queued || l->apart) {
		put_genl_header(l, l->genl, add ? NLM_F_CREATE | NLM_F_EXCL : 0,
				add ? MFIB_CMD_ROUTE_NEW : MFIB_CMD_ROUTE_DEL);
		put_attr(l, MFIB_A_FIB_ID, &l->table, 4);
	}
	nest = start_nest(l, MFIB_A_ROUTE);
	put_attr(l, MFIB_ROUTE_A_DST, route->dst, l->width);
	put_attr(l, MFIB_ROUTE_A_PLEN, &route->len, 1);
	if (add) {
		put_attr(l, MFIB_ROUTE_A_PROTOCOL, &protocol, 1);
		hop = start_nest(l, MFIB_ROUTE_A_NEXTHOP);
		put_attr(l, MFIB_NEXTHOP_A_ID, &nhid, 4);
		end_nest(l, hop);
	}
	end_nest(l, nest);
	end_message(l);
}

static unsigned long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* Waits for the answer to the last one; any error comes before that. */
static void wait_for_ack(const struct loader *l)
{
	union {
		struct nlmsghdr header;
		char data[8192];
	} buf;
	struct nlmsghdr *n;
	struct nlmsgerr *e;
	int len;

	for (;;) {
		len = recv(l->sock, &buf, sizeof(buf), 0);
		if (len < 0)
			err(1, "recv");
		for (n = &buf.header; NLMSG_OK(n, (unsigned int)len);
		     n = NLMSG_NEXT(n, len)) {
			if (n->nlmsg_type != NLMSG_ERROR)
				continue;
			e = NLMSG_DATA(n);
			if (e->error)
				errx(1, "request %u: %s", n->nlmsg_seq,
				     strerror(-e->error));
			if (n->nlmsg_seq == l->seq)
				return;
		}
	}
}

static void flush(struct loader *l)
{
	unsigned long long start;

	if (!l->used)
		return;
	l->last->nlmsg_flags |= NLM_F_ACK;
	start = now();
	if (send(l->sock, l->buf, l->used, 0) != (ssize_t)l->used)
		err(1, "send");
	wait_for_ack(l);
	l->ns += now() - start;
	l->used = 0;
	l->queued = 0;
}

static void put_route(struct loader *l, const struct route *route, bool add)
{
	if (l->mfib)
		put_mfib_route(l, route, add);
	else
		put_kernel_route(l, route, add);
	l->queued++;
}

static void find_family(struct loader *l)
{
	union {
		struct nlmsghdr header;
		char data[8192];
	} buf;
	struct rtattr *attr;
	int len;

	put_genl_header(l, GENL_ID_CTRL, 0, CTRL_CMD_GETFAMILY);
	put_attr(l, CTRL_ATTR_FAMILY_NAME, MFIB_GENL_NAME,
		 sizeof(MFIB_GENL_NAME));
	end_message(l);
	if (send(l->sock, l->buf, l->used, 0) != (ssize_t)l->used)
		err(1, "send");
	l->used = 0;
	len = recv(l->sock, &buf, sizeof(buf), 0);
	if (len < 0)
		err(1, "recv");
	if (!NLMSG_OK(&buf.header, (unsigned int)len) ||
	    buf.header.nlmsg_type != GENL_ID_CTRL)
		errx(1, "mfib is not loaded");
	attr = (void *)((char *)NLMSG_DATA(&buf.header) + GENL_HDRLEN);
	len = buf.header.nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);
	for (; RTA_OK(attr, len); attr = RTA_NEXT(attr, len)) {
		if (attr->rta_type == CTRL_ATTR_FAMILY_ID)
			memcpy(&l->genl, RTA_DATA(attr), 2);
	}
}

static void read_routes(struct loader *l, const char *name)
{
	FILE *file = fopen(name, "r");
	unsigned int room = 0;
	char line[256];

	if (!file)
		err(1, "%s", name);
	while (fgets(line, sizeof(line), file)) {
		char *slash = strchr(line, '/');
		unsigned int len, nhid;
		struct route *r;

		if (*line == '#' || *line == '\n')
			continue;
		if (!slash || sscanf(slash, "/%u nhid %u", &len, &nhid) != 2)
			errx(1, "not a route: %s", line);
		*slash = '\0';
		if (l->count == room) {
			room = room ? 2 * room : 1024;
			l->route = reallocarray(l->route, room, sizeof(*r));
			if (!l->route)
				err(1, "%s", name);
		}
		r = &l->route[l->count++];
		memset(r, 0, sizeof(*r));
		if (inet_pton(l->family, line, r->dst) != 1)
			errx(1, "not an address: %s", line);
		r->len = len;
		r->nhid = nhid;
	}
	if (ferror(file) || !l->count)
		err(1, "%s", name);
	fclose(file);
}

static void add_all(struct loader *l)
{
	unsigned int i;

	for (i = 0; i < l->count; i++) {
		put_route(l, &l->route[i], true);
		if (l->queued == BATCH)
			flush(l);
	}
	flush(l);
}

static void update(struct loader *l, unsigned int changes, bool single)
{
	unsigned int i;

	srandom(1);
	l->apart = true;
	for (i = 0; i < changes; i += 2) {
		const struct route *r = &l->route[random() % l->count];

		put_route(l, r, false);
		if (single)
			flush(l);
		put_route(l, r, true);
		if (single || l->queued == BATCH)
			flush(l);
	}
	flush(l);
	printf("%u %llu\n", i, l->ns);
}

static void pick_device(struct loader *l, const char *name)
{
	const char *percent = strchr(name, '%');
	char number[IFNAMSIZ + 12];

	if (percent) {
		snprintf(number, sizeof(number), "%.*s%u%s",
			 (int)(percent - name), name, l->table, percent + 1);
		name = number;
	}
	l->ifindex = if_nametoindex(name);
	if (!l->ifindex)
		err(1, "%s", name);
}

int main(int argc, char **argv)
{
	unsigned int updates = 0, last, tables = 0;
	static const unsigned char none[16];
	static struct loader l;
	int size = 1 << 20;
	bool single = false;
	int option;

	while ((option = getopt(argc, argv, "mnsu:")) != -1) {
		if (option == 'm')
			l.mfib = true;
		else if (option == 'n')
			l.objects = true;
		else if (option == 's')
			single = true;
		else if (option == 'u')
			updates = strtoul(optarg, NULL, 10);
		else
			return 2;
	}
	argv += optind;
	if (argc - optind != 4 ||
	    sscanf(argv[0], "%u-%u", &l.table, &last) < 1)
		errx(2, "usage: rtload [-m|-n] [-s] [-u COUNT] TABLE[-LAST] DEVICE GATEWAY FILE");
	if (!strchr(argv[0], '-'))
		last = l.table;
	l.family = strchr(argv[2], ':') ? AF_INET6 : AF_INET;
	l.width = l.family == AF_INET6 ? 16 : 4;
	if (inet_pton(l.family, argv[2], l.gateway) != 1)
		errx(2, "not an address: %s", argv[2]);
	l.via = memcmp(l.gateway, none, sizeof(none));
	read_routes(&l, argv[3]);

	l.sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
			l.mfib ? NETLINK_GENERIC : NETLINK_ROUTE);
	if (l.sock < 0)
		err(1, "socket");
	setsockopt(l.sock, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	if (l.mfib)
		find_family(&l);
	for (; l.table <= last; l.table++, tables++) {
		pick_device(&l, argv[1]);
		if (updates)
			update(&l, updates, single);
		else
			add_all(&l);
	}
	if (!updates)
		printf("%llu %llu\n", (unsigned long long)l.count * tables,
		       l.ns);
	return 0;
}
