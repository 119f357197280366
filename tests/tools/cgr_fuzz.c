// SPDX-License-Identifier: GPL-2.0
/*
 * cgr-fuzz SECONDS [SEED] - mutated input for the parser of lines and for the
 * decoders of replies. Built with sanitizers, so that it ends at the first
 * mistake.
 */
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "batch.h"
#include "certificate.h"
#include "decode.h"
#include "digsig_decode.h"
#include "error.h"
#include "extack.h"
#include "ktap.h"
#include "proto.h"
#include "restore_line.h"
#include "route_spec.h"
#include "tipc_decode.h"

static const char *const lines[] = {
	"10.0.0.0/8 nhid 3",
	"2001:db8::/32 via fe80::1 dev eth1",
	"blackhole 192.0.2.0/24 # comment",
	"default via inet6 fe80::1 dev eth1 metric 20 proto static fib 10",
	"unreachable ::/0 metric 4294967295 protocol 109",
	"10.0.0.0/8 nexthop via 10.0.0.1 dev p0 weight 2 nexthop dev p1 fib 3",
	"10.0.0.0/8 proto 4 # c\n\tnexthop via 10.0.0.1 dev p0 weight 2 linkdown \\\tnexthop dev p1",
	"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33",
};

static void fuzz_line(struct protos *protos)
{
	struct restore_line l = { .protos = protos, .fib = random_below(2) };
	const char *from = lines[random_below(ARRAY_SIZE(lines))];
	unsigned int len = strlen(from), i;
	struct nl_msg *msg;
	struct route_spec spec;
	char *words[8], *buf;
	int ret;

	/* Of the exact size, so that the sanitizer sees a step too far. */
	buf = malloc(len + 1);
	memcpy(buf, from, len);
	for (i = random_below(6); i; i--) {
		unsigned int at = random_below(len);

		switch (random_below(3)) {
		case 0:
			buf[at] = random_u64();
			break;
		case 1:
			buf[at] = " \t#/:.0\0x\n\\"[random_below(11)];
			break;
		default:
			memmove(buf + at, buf + len / 2, len - (at > len / 2 ? at : len / 2));
		}
	}
	len -= random_below(len);
	l.family = random_below(4) ? AF_UNSPEC : AF_INET6;
	restore_line_goes_on(buf, buf + len, len & 1);
	ret = restore_line_parse(&l, buf, len, &spec);
	if (ret < 0 && restore_line_column(&l, l.err.word, NULL) > len + 1)
		abort();
	if (ret < 0 && !l.err.text[0])
		abort();
	if (ret > 0) {
		msg = nlmsg_alloc();
		if (route_put(msg, NULL, &spec) ||
		    nlmsg_datalen(nlmsg_hdr(msg)) > (int)route_put_max(&spec))
			abort();
		nlmsg_free(msg);
	}
	buf[len] = '\0';
	batch_split(buf, words, ARRAY_SIZE(words), &l.err);
	free(buf);
}

static void put_random(struct nl_msg *msg, int depth)
{
	unsigned int n = random_below(8);

	while (n--) {
		struct nlattr *nest;
		__u8 data[20];
		unsigned int len = random_below(5) * 4, i;

		if (depth && !random_below(4)) {
			nest = nla_nest_start(msg, random_below(16));
			put_random(msg, depth - 1);
			nla_nest_end(msg, nest);
			continue;
		}
		for (i = 0; i < sizeof(data); i++)
			data[i] = random_u64();
		nla_put(msg, random_below(16), len, data);
	}
}

/* Texts that are read to their end. */
static volatile size_t texts;

static void fuzz_digsig(struct nlattr *attr)
{
	struct digsig_revocation revocation;
	struct digsig_hook_state hook;
	struct digsig_verdict verdict;
	struct digsig_status status;
	struct digsig_event event;
	struct digsig_key key;
	struct digsig_fs fs;

	decode_digsig_status(attr, &status);
	decode_digsig_hook(attr, &hook);
	if (!decode_digsig_fs(attr, &fs) && fs.type)
		texts += strlen(fs.type);
	if (!decode_digsig_key(attr, &key) && key.description)
		texts += strlen(key.description);
	decode_digsig_revocation(attr, &revocation);
	if (!decode_digsig_check(attr, &verdict) && verdict.why)
		texts += strlen(verdict.why);
	if (!decode_digsig_event(attr, &event))
		texts += strlen(event.comm);
}

static void fuzz_tipc(struct nlattr *attr)
{
	static const struct tipc_layout *const layouts[] = {
		&tipc_node_layout, &tipc_bearer_layout, &tipc_link_layout,
		&tipc_peer_layout, &tipc_media_layout, &tipc_name_layout,
		&tipc_sock_layout,
	};
	struct tipc_object obj;
	unsigned int i, j;

	for (i = 0; i < sizeof(layouts) / sizeof(*layouts); i++) {
		if (decode_tipc(attr, layouts[i], &obj))
			continue;
		for (j = 0; j < TIPC_ATTRS_MAX; j++) {
			if (obj.text[j])
				texts += strlen(obj.text[j]);
			if (obj.id[j])
				texts += obj.id[j][TIPC_ID_LEN - 1];
		}
	}
}

/* A file that may be a certificate. */
static void fuzz_certificate(void)
{
	static const char pem[] =
		"x\n-----BEGIN CERTIFICATE-----\nMIIB/+==\n-----END CERTIFICATE-----\n";
	static unsigned char der[CERTIFICATE_MAX];
	unsigned int len = random_below(sizeof(pem)), i;
	char *buf = malloc(len + 1);

	memcpy(buf, pem, len);
	for (i = random_below(4); i && len; i--)
		buf[random_below(len)] = random_below(2) ? random_u64() : '0';
	buf[len] = '\0';
	if (certificate_decode(buf, len, der) > (int)len)
		abort();
	free(buf);
}

static void fuzz_reply(void)
{
	struct nl_msg *msg = nlmsg_alloc_simple(random_below(2) ? NLMSG_ERROR :
						NLMSG_DONE,
						random_u64() & 0xffff);
	struct nlattr *attr;
	struct nexthop nexthop;
	struct member member;
	struct cgr_error err;
	struct extack ext;
	struct route route;
	struct port port;
	struct fib fib;
	unsigned int len, i;
	__u8 *copy;
	int rem;

	put_random(msg, 3);
	len = nlmsg_hdr(msg)->nlmsg_len;
	copy = malloc(len);
	memcpy(copy, nlmsg_hdr(msg), len);
	for (i = random_below(4); i && len > NLMSG_HDRLEN; i--)
		copy[NLMSG_HDRLEN + random_below(len - NLMSG_HDRLEN)] =
			random_u64();
	nla_for_each_attr(attr, (struct nlattr *)(copy + NLMSG_HDRLEN),
			  (int)len - NLMSG_HDRLEN, rem) {
		decode_fib(attr, &fib);
		decode_port(attr, &port);
		decode_nexthop(attr, &nexthop);
		decode_member(attr, &member);
		decode_route(attr, &route);
		fuzz_digsig(attr);
		fuzz_tipc(attr);
	}
	if (!extack_decode((struct nlmsghdr *)copy, &ext))
		extack_error(&ext, NULL, NULL, &err);
	free(copy);
	nlmsg_free(msg);
}

int main(int argc, char **argv)
{
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 10);
	static struct protos protos;
	unsigned long rounds = 0;

	ktap_random = argc > 2 ? strtoull(argv[2], NULL, 0) :
		(unsigned long long)time(NULL);
	printf("seed %llu\n", (unsigned long long)ktap_random);
	fflush(stdout);
	do {
		fuzz_line(&protos);
		fuzz_certificate();
		fuzz_reply();
	} while (++rounds % 1024 || time(NULL) < end);
	printf("%lu rounds\n", rounds);
	return 0;
}
