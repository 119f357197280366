// SPDX-License-Identifier: GPL-2.0
/*
 * rtload TABLE DEVICE GATEWAY FILE - adds routes to one of the kernel's own
 * tables, many to a message.
 *
 * Each line of FILE is "PREFIX nhid N", as tests/data/libloc makes them; the
 * route's gateway is GATEWAY + N. Prints the number of routes. It exists
 * because `ip -batch` takes an hour of a slow guest for a table of the size of
 * the Internet's.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/types.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH	512	/* routes to a message */

struct loader {
	int sock;
	int family;
	int width;		/* bytes of an address */
	__u32 table;
	__u32 ifindex;
	unsigned char gateway[16];
	size_t used;		/* of buf */
	char buf[BATCH * 96];
	struct nlmsghdr *last;	/* in buf */
	unsigned int queued;
	__u32 seq;
};

static void put_attr(struct loader *l, int type, const void *data, int len)
{
	struct rtattr *attr = (void *)(l->buf + l->used);

	attr->rta_type = type;
	attr->rta_len = RTA_LENGTH(len);
	memcpy(RTA_DATA(attr), data, len);
	l->used += RTA_ALIGN(attr->rta_len);
}

static void put_route(struct loader *l, const unsigned char *dst, int len,
		      __u32 nhid)
{
	struct nlmsghdr *n = (void *)(l->buf + l->used);
	struct rtmsg *r = NLMSG_DATA(n);
	unsigned char gateway[16];
	__u32 low;

	memset(n, 0, NLMSG_SPACE(sizeof(*r)));
	n->nlmsg_type = RTM_NEWROUTE;
	n->nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL;
	n->nlmsg_seq = ++l->seq;
	r->rtm_family = l->family;
	r->rtm_dst_len = len;
	r->rtm_protocol = RTPROT_STATIC;
	r->rtm_type = RTN_UNICAST;
	l->used += NLMSG_SPACE(sizeof(*r));

	memcpy(gateway, l->gateway, sizeof(gateway));
	memcpy(&low, gateway + l->width - 4, 4);
	low = htonl(ntohl(low) + nhid);
	memcpy(gateway + l->width - 4, &low, 4);
	put_attr(l, RTA_DST, dst, l->width);
	put_attr(l, RTA_TABLE, &l->table, 4);
	put_attr(l, RTA_OIF, &l->ifindex, 4);
	put_attr(l, RTA_GATEWAY, gateway, l->width);
	n->nlmsg_len = (char *)l->buf + l->used - (char *)n;
	l->last = n;
	l->queued++;
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
				errx(1, "route %u: %s", n->nlmsg_seq,
				     strerror(-e->error));
			if (n->nlmsg_seq == l->seq)
				return;
		}
	}
}

static void flush(struct loader *l)
{
	if (!l->queued)
		return;
	l->last->nlmsg_flags |= NLM_F_ACK;
	if (send(l->sock, l->buf, l->used, 0) != (ssize_t)l->used)
		err(1, "send");
	wait_for_ack(l);
	l->used = 0;
	l->queued = 0;
}

static void add(struct loader *l, char *line)
{
	unsigned char dst[16] = {};
	char *slash = strchr(line, '/');
	unsigned int len, nhid;

	if (!slash || sscanf(slash, "/%u nhid %u", &len, &nhid) != 2)
		errx(1, "not a route: %s", line);
	*slash = '\0';
	if (inet_pton(l->family, line, dst) != 1)
		errx(1, "not an address: %s", line);
	put_route(l, dst, len, nhid);
	if (l->queued == BATCH)
		flush(l);
}

int main(int argc, char **argv)
{
	static struct loader l;
	int size = 1 << 20;
	char line[256];
	FILE *file;

	if (argc != 5)
		errx(2, "usage: rtload TABLE DEVICE GATEWAY FILE");
	l.table = strtoul(argv[1], NULL, 10);
	l.ifindex = if_nametoindex(argv[2]);
	if (!l.ifindex)
		err(1, "%s", argv[2]);
	l.family = strchr(argv[3], ':') ? AF_INET6 : AF_INET;
	l.width = l.family == AF_INET6 ? 16 : 4;
	if (inet_pton(l.family, argv[3], l.gateway) != 1)
		errx(2, "not an address: %s", argv[3]);
	file = fopen(argv[4], "r");
	if (!file)
		err(1, "%s", argv[4]);

	l.sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (l.sock < 0)
		err(1, "socket");
	setsockopt(l.sock, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	while (fgets(line, sizeof(line), file)) {
		if (*line != '#' && *line != '\n')
			add(&l, line);
	}
	if (ferror(file))
		err(1, "%s", argv[4]);
	flush(&l);
	printf("%u\n", l.seq);
	return 0;
}
