// SPDX-License-Identifier: GPL-2.0
/*
 * White-box tests of the command: words, values, lines, output, decoders.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

#include "address.h"
#include "args.h"
#include "attr.h"
#include "batch.h"
#include "certificate.h"
#include "decode.h"
#include "error.h"
#include "extack.h"
#include "ktap.h"
#include "print.h"
#include "proto.h"
#include "restore_line.h"
#include "route_spec.h"
#include "value.h"

static struct protos protos;
static struct restore_line parser;
static struct route_spec spec;

static int line(const char *text)
{
	static char buf[RESTORE_BYTES + 1];
	size_t len = strlen(text);

	memcpy(buf, text, len);
	buf[len] = 'x';
	memset(&spec, 0x55, sizeof(spec));
	error_clear(&parser.err);
	parser.protos = &protos;
	return restore_line_parse(&parser, buf, len, &spec);
}

static bool wrong(const char *text, unsigned int column, const char *why)
{
	if (line(text) != -1)
		return false;
	if (restore_line_column(&parser, parser.err.word, NULL) == column &&
	    strstr(parser.err.text, why))
		return true;
	printf("# \"%s\": column %u: %s\n", text,
	       restore_line_column(&parser, parser.err.word, NULL), parser.err.text);
	return false;
}

static bool dst(int family, const char *addr, int plen)
{
	__u8 data[16] = { };

	inet_pton(family, addr, data);
	return spec.dst.family == family && spec.dst.plen == plen &&
	       !memcmp(data, spec.dst.data, addr_len(family));
}

static void keyword__unique_prefix(void)
{
	static const struct keyword table[] = {
		{ "add", 1 }, { "append", 2 }, { "a", 3 }, { "del", 4 },
		{ "delete", 4 }, { }
	};
	struct cgr_error err = { };

	CHECK(keyword_match(table, "add", &err) == 1);
	CHECK(keyword_match(table, "ad", &err) == 1);
	CHECK(keyword_match(table, "a", &err) == 3);
	CHECK(keyword_match(table, "d", &err) == 4);
	CHECK(keyword_match(table + 1, "ap", &err) == 2);
	CHECK(keyword_match(table, "adds", &err) == KEYWORD_NONE);
	CHECK(keyword_match(table, "", &err) == KEYWORD_NONE);
	CHECK(!err.text[0]);
}

static void keyword__ambiguous(void)
{
	static const struct keyword table[] = {
		{ "add", 1 }, { "append", 2 }, { "change", 3 }, { }
	};
	struct cgr_error err = { };

	CHECK(keyword_match(table, "a", &err) == KEYWORD_AMBIGUOUS);
	CHECK(strstr(err.text, "ambiguous: add, append"));
}

static void parse_u32__limits(void)
{
	__u32 v;

	CHECK(!parse_u32("0", &v) && v == 0);
	CHECK(!parse_u32("4294967295", &v) && v == 0xffffffff);
	CHECK(!parse_u32("0xFf", &v) && v == 255);
	CHECK(parse_u32("4294967296", &v));
	CHECK(parse_u32("99999999999999999999999", &v));
	CHECK(parse_u32("", &v));
	CHECK(parse_u32("0x", &v));
	CHECK(parse_u32("-1", &v));
	CHECK(parse_u32("+1", &v));
	CHECK(parse_u32("1 ", &v));
	CHECK(parse_u32("1a", &v));
}

static void parse_prefix__agrees_with_inet_pton(void)
{
	static const char alphabet[] = "0123456789abcdef:..:/";
	int i;

	for (i = 0; i < 300000; i++) {
		struct arg_addr addr;
		char text[24];
		__u8 data[16];
		unsigned int n = 1 + random_below(18), j;
		int mine, theirs;

		for (j = 0; j < n; j++)
			text[j] = alphabet[random_below(i & 1 ? 12 : 20)];
		for (j = 0; i & 1 && j < n; j++) {
			if (text[j] > '9')
				text[j] = '.';
		}
		text[n] = '\0';
		mine = parse_prefix(text, n, &addr);
		theirs = inet_pton(AF_INET, text, data) == 1 ? AF_INET :
			inet_pton(AF_INET6, text, data) == 1 ? AF_INET6 : 0;
		if (strchr(text, '/'))
			continue;
		if (mine != (theirs ? 0 : -1))
			printf("# %s: %d\n", text, mine);
		CHECK(mine == (theirs ? 0 : -1));
		CHECK(mine || (addr.family == theirs &&
			       !memcmp(addr.data, data, addr_len(theirs))));
	}
}

static void parse_prefix__lengths(void)
{
	struct arg_addr addr;

	CHECK(!parse_prefix("10.0.0.0/8", 10, &addr) && addr.plen == 8);
	CHECK(!parse_prefix("10.0.0.0/0", 10, &addr) && addr.plen == 0);
	CHECK(!parse_prefix("10.0.0.0", 8, &addr) && addr.plen == 32);
	CHECK(!parse_prefix("::/128", 6, &addr) && addr.plen == 128);
	CHECK(parse_prefix("10.0.0.0/33", 11, &addr));
	CHECK(parse_prefix("::/129", 6, &addr));
	CHECK(parse_prefix("10.0.0.0/", 9, &addr));
	CHECK(parse_prefix("10.0.0.0/08", 11, &addr));
	CHECK(parse_prefix("10.0.0.0/8x", 11, &addr));
	CHECK(parse_prefix("10.0.0.0/-1", 11, &addr));
	CHECK(parse_prefix("fe80::1\0x", 9, &addr));
	CHECK(parse_prefix("10/8", 4, &addr));
	CHECK(parse_prefix("", 0, &addr));
}

static void line__common(void)
{
	parser.fib = 10;
	CHECK(line("10.0.0.0/8 nhid 3") == 1);
	CHECK(dst(AF_INET, "10.0.0.0", 8) && spec.nhid.val == 3);
	CHECK(spec.fib.val == 10 && !spec.via.word && !spec.metric.word);
	CHECK(line("  2001:db8::/32\tnhid  4294967295\r") == 1);
	CHECK(dst(AF_INET6, "2001:db8::", 32));
	CHECK(spec.nhid.val == 0xffffffff);
	CHECK(line("192.0.2.1 nhid 1") == 1 && dst(AF_INET, "192.0.2.1", 32));
}

/* What the short cut takes, the grammar must take as well, and as the same. */
static void line__common_agrees(void)
{
	static const char *const prefixes[] = {
		"10.0.0.0/8", "10.0.0.0", "::/0", "2001:db8::/32", "10.0.0.0/",
		"10.0.0.0/33", "default", "10/8", "::g", "0.0.0.0/0",
	};
	static const char *const keys[] = { "nhid", "nhi", "nhidx", "n", "" };
	static const char *const ids[] = {
		"1", "0", "01", "4294967295", "4294967296", "0x10", "1x", "",
		"1 1", "12 # c", "1 metric 5", "1 fib 3",
	};
	static const char *const blanks[] = { " ", "\t", "  " };
	unsigned int n, total;

	parser.fib = 10;
	total = ARRAY_SIZE(prefixes) * ARRAY_SIZE(keys) * ARRAY_SIZE(ids) *
		ARRAY_SIZE(blanks);
	for (n = 0; n < total; n++) {
		unsigned int p = n % ARRAY_SIZE(prefixes);
		unsigned int k = n / ARRAY_SIZE(prefixes) % ARRAY_SIZE(keys);
		unsigned int i = n / ARRAY_SIZE(prefixes) / ARRAY_SIZE(keys) %
			ARRAY_SIZE(ids);
		unsigned int b = n % ARRAY_SIZE(blanks);
		struct route_spec quick, full;
		char text[128], copy[128];
		int ret, ret_full, len;

		len = sprintf(text, "%s%s%s%s%s", prefixes[p], blanks[b],
			      keys[k], blanks[b], ids[i]);
		strcpy(copy, text);
		memset(&quick, 0, sizeof(quick));
		memset(&full, 0, sizeof(full));
		ret = restore_line_parse(&parser, text, len, &quick);
		ret_full = restore_line_parse_words(&parser, copy, len, &full);
		CHECK(ret == ret_full);
		if (ret != 1)
			continue;
		CHECK(quick.dst.family == full.dst.family);
		CHECK(quick.dst.plen == full.dst.plen);
		CHECK(!memcmp(quick.dst.data, full.dst.data,
			      addr_len(full.dst.family)));
		CHECK(quick.nhid.val == full.nhid.val);
		CHECK(quick.nhid.word == full.nhid.word);
		CHECK(quick.dst.word == full.dst.word);
		CHECK(quick.fib.val == full.fib.val);
		CHECK(quick.metric.word == full.metric.word);
	}
}

static void line__grammar(void)
{
	parser.fib = 10;
	CHECK(line("blackhole 192.0.2.0/24") == 1);
	CHECK(spec.type.val == RTN_BLACKHOLE && dst(AF_INET, "192.0.2.0", 24));
	CHECK(line("local 192.0.2.0/24") == 1 && spec.type.val == RTN_LOCAL);
	CHECK(line("throw default") == 1 && spec.type.val == RTN_THROW);
	CHECK(line("2001:db8::/32 via fe80::1 dev eth1") == 1);
	CHECK(spec.via.family == AF_INET6 && !strcmp(spec.dev.val, "eth1"));
	CHECK(line("10.0.0.0/8 via inet6 fe80::1 dev eth1 metric 20") == 1);
	CHECK(spec.via.said && spec.metric.val == 20);
	CHECK(line("10.0.0.0/8 nhid 1 proto static fib 11") == 1);
	CHECK(spec.proto.val == RTPROT_STATIC && spec.fib.val == 11);
	CHECK(line("10.0.0.0/8 nhid 1 proto mfib") == 1);
	CHECK(spec.proto.val == 109);
	CHECK(line("10.0.0.0/8 nhid 1 proto 200") == 1 && spec.proto.val == 200);
	CHECK(line("10.0.0.0/8 nhid 1 generation 9") == 1);
	CHECK(spec.generation.val == 9);
	CHECK(line("default via 10.0.0.1") == 1 && dst(AF_INET, "0.0.0.0", 0));
	CHECK(line("default via fe80::1 dev x") == 1);
	CHECK(dst(AF_INET6, "::", 0));
	CHECK(line("default via inet6 fe80::1 dev x") == 1);
	CHECK(dst(AF_INET, "0.0.0.0", 0));
	CHECK(line("default nhid 1") == 1 && spec.dst.family == AF_INET);
	parser.family = AF_INET6;
	CHECK(line("default nhid 1") == 1 && spec.dst.family == AF_INET6);
	parser.family = AF_UNSPEC;
	CHECK(line("unr 10.0.0.0/8 # comment") == 1);
	CHECK(spec.type.val == RTN_UNREACHABLE);
	CHECK(line("nhid 1 10.0.0.0/8") == 1 && spec.nhid.val == 1);
}

/* What ip-route(8) and cgr-route(8) show, as it is. */
static void line__shown(void)
{
	parser.fib = 10;
	CHECK(line("default via 10.2.0.2 dev p0 proto static src 10.2.0.1 metric 20 onlink ") == 1);
	CHECK(!strcmp(spec.dev.val, "p0") && spec.metric.val == 20);
	CHECK(spec.proto.val == RTPROT_STATIC && spec.via.data[3] == 2);
	CHECK(line("10.2.0.0/24 dev p0 proto kernel scope link src 10.2.0.1 linkdown") == 1);
	CHECK(spec.dev.word && !spec.via.word && dst(AF_INET, "10.2.0.0", 24));
	CHECK(line("10.0.0.0/8 nhid 7 via inet6 fe80::1 dev p0 proto bgp metric 20 offload") == 1);
	CHECK(!spec.nhid.word && spec.via.said && spec.proto.val == RTPROT_BGP);
	CHECK(line("10.0.0.0/8 nhid 7 dev p0 proto static scope link dead inactive") == 1);
	CHECK(!spec.nhid.word && !strcmp(spec.dev.val, "p0"));
	CHECK(line("unreachable 2001:db8::/32 dev lo proto static metric 1024 error -113") == 1);
	CHECK(spec.type.val == RTN_UNREACHABLE && !spec.dev.word);
	CHECK(line("2001:db8:1::/48 via fe80::1 dev trap metric 1024 rt_trap pref medium") == 1);
	CHECK(!strcmp(spec.dev.val, "trap") && spec.metric.val == 1024);
	CHECK(line("10.0.0.0/8 dev src proto static") == 1);
	CHECK(!strcmp(spec.dev.val, "src"));
	CHECK(wrong("10.0.0.0/8 dev p0 scope", 19, "unknown word"));
	CHECK(line("10.0.0.0/8 nhid 7 via 10.2.0.2 dev p0 mtu lock 1400 rt_offload") == 1);
	CHECK(!spec.nhid.word && spec.mtu.val == 1400 && spec.mtu.locked);
	CHECK(line("10.0.0.0/8 dev p0 scope link mtu 68") == 1);
	CHECK(spec.mtu.val == 68 && !spec.mtu.locked);
	CHECK(wrong("10.0.0.0/8 dev p0 src 10.0.0.1 advmss 1400", 32, "unknown word"));
	CHECK(wrong("2001:db8::/32 dev p0 expires 30sec", 22, "unknown word"));
	CHECK(wrong("blackhole 10.0.0.0/8 dev", 22, "needs DEV"));
	CHECK(wrong("scope link", 1, "is not an IP prefix"));
}

static bool hop(unsigned int i, const char *via, const char *dev, __u32 weight)
{
	const struct hop *hop = &spec.hops.hop[i];
	char text[INET6_ADDRSTRLEN] = "";

	if (i >= spec.hops.nr)
		return false;
	if (hop->via.word)
		inet_ntop(hop->via.family, hop->via.data, text, sizeof(text));
	return !strcmp(text, via) && !strcmp(hop->dev.val, dev) &&
	       (hop->weight.word ? hop->weight.val : 1) == weight;
}

/* What ip-route(8) shows of several next hops, and with -o. */
static void line__shown_hops(void)
{
	parser.fib = 10;
	CHECK(line("10.0.0.0/8 proto static metric 20\n"
		   "\tnexthop via 10.2.0.2 dev p0 weight 2 onlink\n"
		   "\tnexthop via inet6 fe80::1 dev p1 weight 1 dead linkdown ") == 1);
	CHECK(spec.hops.nr == 2 && spec.metric.val == 20);
	CHECK(hop(0, "10.2.0.2", "p0", 2) && hop(1, "fe80::1", "p1", 1));
	CHECK(line("2001:db8::/32 metric 1024 pref medium\r\n"
		   "\tnexthop via fe80::1 dev p0 weight 1 \r\n"
		   "\tnexthop dev onlink weight 3 onlink unresolved \r") == 1);
	CHECK(hop(0, "fe80::1", "p0", 1) && hop(1, "", "onlink", 3));
	CHECK(line("10.0.0.0/8 nhid 3 \\\tnexthop dev p0 \\\tnexthop dev p1 dead ") == 1);
	CHECK(spec.hops.nr == 2 && !spec.nhid.word && hop(1, "", "p1", 1));
	CHECK(line("10.0.0.0/8 metric 20\\\tnexthop dev p0\\\tnexthop dev p1") == 1);
	CHECK(hop(0, "", "p0", 1) && hop(1, "", "p1", 1));
	CHECK(line("10.0.0.0/8 # one\n\tnexthop dev p0 # two\n\tnexthop dev p\\ # three") == 1);
	CHECK(hop(0, "", "p0", 1) && hop(1, "", "p\\", 1));
	CHECK(line("10.0.0.0/8 nhid 3 dev nexthop") == 1 && !spec.hops.nr);
}

static bool wrong_at(const char *text, unsigned long number, unsigned int column)
{
	unsigned long at = 1;

	return line(text) == -1 && number &&
	       restore_line_column(&parser, parser.err.word, &at) == column &&
	       at == number;
}

static void line__hops_errors(void)
{
	parser.fib = 10;
	CHECK(wrong_at("10.0.0.0/8 metrik 2\n\tnexthop dev p0", 1, 12));
	CHECK(wrong_at("10.0.0.0/8\n\tnexthop dev p0\n  nexthop via x dev p1", 3, 15));
	CHECK(wrong_at("10.0.0.0/8\n\tnexthop dev p0 weight", 2, 17));
	CHECK(wrong_at("10.0.0.0/8\n\tnexthop dev p0\n\tnexthop\n\tnexthop dev p2", 3, 2));
	CHECK(wrong_at("# comment\n\tnexthop dev p0", 2, 16));
	CHECK(wrong_at("10.0.0.0/8 via 10.0.0.1 \\\tnexthop dev p0", 1, 12));
	CHECK(wrong("10.0.0.0/8 dev p0 weight 2", 19, "unknown word"));
}

static int goes_on(const char *text, bool last)
{
	return restore_line_goes_on(text, text + strlen(text), last);
}

static void line__goes_on(void)
{
	static const char *const no[] = {
		"1", "n", "nexthop dev p0", "\n", "\tx", "\tnexthops", "\tnh",
		" \t nexthip dev",
	};
	static const char *const yes[] = {
		"\tnexthop dev p0", " nexthop\tdev", "   nexthop\n",
	};
	static const char *const unknown[] = {
		"", "\t", " \tn", "\tnextho",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(no); i++)
		CHECK(!goes_on(no[i], false) && !goes_on(no[i], true));
	for (i = 0; i < ARRAY_SIZE(yes); i++)
		CHECK(goes_on(yes[i], false) == 1 && goes_on(yes[i], true) == 1);
	for (i = 0; i < ARRAY_SIZE(unknown); i++)
		CHECK(goes_on(unknown[i], false) == -1 && !goes_on(unknown[i], true));
	CHECK(goes_on("\tnexthop", false) == -1);
	CHECK(goes_on("\tnexthop", true) == 1);
}

static void line__empty(void)
{
	CHECK(!line(""));
	CHECK(!line(" \t\r"));
	CHECK(!line("# 10.0.0.0/8 nhid 3"));
	CHECK(!line("   #"));
}

static void line__errors(void)
{
	static char many[2 * RESTORE_WORDS + 2];
	unsigned int i;

	parser.fib = 10;
	CHECK(wrong("10.0.0.0/33 nhid 3", 1, "is not an IP prefix"));
	CHECK(wrong("10.0.0.0/8 nhid", 12, "needs ID"));
	CHECK(wrong("10.0.0.0/8 nhid x", 17, "not a valid ID"));
	CHECK(wrong("10.0.0.0/8 nhid 0", 17, "begins at 1"));
	CHECK(wrong("10.0.0.0/8 nhid 4294967296", 17, "not a valid ID"));
	CHECK(wrong("10.0.0.0/8  xyz 3", 13, "unknown word"));
	CHECK(wrong("10.0.0.0/8 nhid 3 nhid 4", 19, "one too many"));
	CHECK(wrong("10.0.0.0/8 nhid 3 10.0.0.0/8", 19, "unknown word"));
	CHECK(wrong("nhid 3", 7, "PREFIX is missing"));
	CHECK(wrong("10.0.0.0/8 proto nonesuch", 18, "routing protocol"));
	CHECK(wrong("10.0.0.0/8 proto 256", 18, "routing protocol"));
	CHECK(wrong("10.0.0.0/8 via fe80::1 dev x", 16, "via inet6"));
	CHECK(wrong("10.0.0.0/8 via inet6 10.0.0.1", 22, "IPv6 address"));
	CHECK(wrong("10.0.0.0/8 via inet6", 16, "needs"));
	CHECK(wrong("10.0.0.0/8 dev a/b", 16, "device name"));
	CHECK(wrong("10.0.0.0/8 dev abcdefghijklmnop", 16, "device name"));
	CHECK(wrong("p 10.0.0.0/8", 1, "ambiguous: prohibit, proto"));
	memset(many, ' ', sizeof(many));
	for (i = 0; i < sizeof(many); i += 2)
		many[i] = 'x';
	many[sizeof(many) - 1] = '\0';
	CHECK(wrong(many, 2 * RESTORE_WORDS - 1, "more than 800 words"));
	parser.fib = 0;
	CHECK(wrong("10.0.0.0/8 nhid 3", 18, "fib FIB is missing"));
	parser.fib = 10;
	parser.family = AF_INET;
	CHECK(wrong("::/0 nhid 3", 1, "not an IPv4 prefix"));
	parser.family = AF_UNSPEC;
}

static void line__zero_byte(void)
{
	char text[] = "fe80::1\0 nhid 3x", word[] = "10.0.0.0/8 nh\0id 3x";

	parser.fib = 10;
	CHECK(restore_line_parse(&parser, text, 15, &spec) == -1);
	CHECK(restore_line_parse(&parser, word, 18, &spec) == -1);
}

static void batch__words(void)
{
	char text[] = " a 'b c' \"d # e\" f\"g\"h '' # i", *w[8];
	char open[] = "a 'b", many[] = "a b c";
	struct cgr_error err = { };

	CHECK(batch_split(text, w, 8, &err) == 5);
	CHECK(!strcmp(w[0], "a") && !strcmp(w[1], "b c"));
	CHECK(!strcmp(w[2], "d # e") && !strcmp(w[3], "fgh") && !*w[4]);
	CHECK(batch_split(open, w, 8, &err) == -1);
	CHECK(batch_split(many, w, 2, &err) == -1);
}

static void route_put__maps_words(void)
{
	struct nl_msg *msg = nlmsg_alloc();
	struct attr_map map = { };
	__u32 base;

	parser.fib = 10;
	CHECK(line("10.0.0.0/8 via inet6 fe80::1 dev eth1 metric 20") == 1);
	base = nlmsg_hdr(msg)->nlmsg_len;
	CHECK(!route_put(msg, &map, &spec));
	CHECK(attr_map_word(&map, base) == 1);		/* the nest */
	CHECK(attr_map_word(&map, base + 4) == 1);	/* DST */
	CHECK(attr_map_word(&map, base + 12) == 1);	/* PLEN */
	CHECK(attr_map_word(&map, base + 20) == 8);	/* METRIC */
	CHECK(attr_map_word(&map, base + 28) == 4);	/* NEXTHOP */
	CHECK(attr_map_word(&map, base + 32) == 6);	/* IFINDEX */
	CHECK(attr_map_word(&map, base + 40) == 4);	/* GATEWAY */
	CHECK(!attr_map_word(&map, base + 60));
	CHECK(!attr_map_word(&map, 16 - 4));
	CHECK(nlmsg_hdr(msg)->nlmsg_len - base <= ROUTE_PUT_MAX);
	nlmsg_free(msg);
}

static void route_put__maps_hops(void)
{
	struct nl_msg *msg = nlmsg_alloc();
	struct attr_map map = { };
	__u32 base;

	parser.fib = 10;
	CHECK(line("10.0.0.0/8 nexthop dev p0 weight 2 via 10.0.0.1 nexthop dev p1") == 1);
	base = nlmsg_hdr(msg)->nlmsg_len;
	CHECK(!route_put(msg, &map, &spec));
	CHECK(attr_map_word(&map, base) == 1);		/* the nest */
	CHECK(attr_map_word(&map, base + 20) == 2);	/* NEXTHOP */
	CHECK(attr_map_word(&map, base + 24) == 2);	/* GROUP */
	CHECK(attr_map_word(&map, base + 28) == 8);	/* MEMBER */
	CHECK(attr_map_word(&map, base + 32) == 4);	/* IFINDEX */
	CHECK(attr_map_word(&map, base + 40) == 8);	/* GATEWAY */
	CHECK(attr_map_word(&map, base + 48) == 6);	/* WEIGHT */
	CHECK(attr_map_word(&map, base + 56) == 11);	/* MEMBER */
	CHECK(nlmsg_hdr(msg)->nlmsg_len - base <= route_put_max(&spec));
	nlmsg_free(msg);
}

/* The line with the most, of which every attribute has its word. */
static void route_put__most_hops_fit(void)
{
	static char text[RESTORE_BYTES];
	struct nl_msg *msg = nlmsg_alloc();
	struct attr_map map = { };
	int i, len;

	parser.fib = 10;
	len = sprintf(text, "::/0 metric 1 proto 4 generation 5");
	for (i = 0; i < HOPS_MAX; i++)
		len += sprintf(text + len, " nexthop via inet6 %s:%x dev %s weight 256",
			       "2001:db8:1111:2222:3333:4444:5555",
			       0x1000 + i, "abcdefghijklmno");
	CHECK(line(text) == 1 && spec.hops.nr == HOPS_MAX);
	CHECK(!route_put(msg, &map, &spec));
	CHECK(nlmsg_datalen(nlmsg_hdr(msg)) <= (int)route_put_max(&spec));
	CHECK(attr_map_word(&map, nlmsg_hdr(msg)->nlmsg_len - 4) ==
	      parser.nr);
	strcpy(text + len, " nexthop dev p0");
	CHECK(wrong(text, len + 2, "64 next hops at most"));
	nlmsg_free(msg);
}

static void route_put__largest_fits(void)
{
	struct nl_msg *msg = nlmsg_alloc();

	parser.fib = 10;
	CHECK(line("throw ::1 via ::1 dev p nhid 4 lookup 5 mtu lock 68 metric 2 foreign") == 1);
	spec.generation = spec.metric;
	spec.proto = spec.metric;
	CHECK(!route_put(msg, NULL, &spec));
	CHECK(nlmsg_datalen(nlmsg_hdr(msg)) <= ROUTE_PUT_MAX);
	nlmsg_free(msg);
}

/* Whether it is printed as C's library does; each word is likely to be zero. */
static bool addr_agrees(int family, const __u8 *addr)
{
	char ours[INET6_ADDRSTRLEN], libc[INET6_ADDRSTRLEN];
	const char *end = addr_text(ours, family, addr);

	inet_ntop(family, addr, libc, sizeof(libc));
	if (!strcmp(ours, libc) && end == ours + strlen(ours))
		return true;
	printf("# %s is not %s\n", ours, libc);
	return false;
}

static void addr_text__agrees_with_inet_ntop(void)
{
	static const char *const odd[] = {
		"::", "::1", "1::", "::1.2.3.4", "::ffff:1.2.3.4",
		"::fffe:1.2.3.4", "::ffff:0:0", "::1:0", "1::1.2.3.4",
		"::ffff:0:1.2.3.4", "0:1::", "1:0:1::", "1:0:0:2:0:0:0:3",
		"1:0:0:0:2:0:0:3", "0:0:1:0:0:1:0:0", "1:2:3:4:5:6:7:8",
		"0:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:0", "1:2:3:4:5:6::",
		"f:f0:f00:f000:a09:90a::ffff", "fe80::a0b:c0d:102:304",
	};
	__u8 addr[16];
	int i, j;

	for (i = 0; i < (int)ARRAY_SIZE(odd); i++) {
		inet_pton(AF_INET6, odd[i], addr);
		CHECK(addr_agrees(AF_INET6, addr));
	}
	for (i = 0; i < 256; i++) {
		memset(addr, i, sizeof(addr));
		CHECK(addr_agrees(AF_INET, addr));
	}
	srand(1);
	for (i = 0; i < 100000; i++) {
		for (j = 0; j < 16; j++)
			addr[j] = rand() >> rand() % 9;
		for (j = rand(); j; j >>= 8)
			memset(addr + j % 8 * 2, 0, 2);
		CHECK(addr_agrees(AF_INET6, addr));
		CHECK(addr_agrees(AF_INET, addr + 1));
	}
}

static void prefix_text__lengths(void)
{
	const __u8 addr[16] = { 10 };
	char text[PREFIX_TEXT_MAX];

	prefix_text(text, AF_INET, addr, 0);
	CHECK(!strcmp(text, "10.0.0.0/0"));
	prefix_text(text, AF_INET, addr, 31);
	CHECK(!strcmp(text, "10.0.0.0/31"));
	prefix_text(text, AF_INET, addr, 32);
	CHECK(!strcmp(text, "10.0.0.0"));
	prefix_text(text, AF_INET6, addr, 127);
	CHECK(!strcmp(text, "a00::/127"));
	prefix_text(text, AF_INET6, addr, 128);
	CHECK(!strcmp(text, "a00::"));
}

static char *out;
static size_t out_size;

static struct printer printer(bool json, bool pretty)
{
	return (struct printer){
		.f = open_memstream(&out, &out_size),
		.json = json, .pretty = pretty,
	};
}

static bool printed(struct printer *p, const char *want)
{
	bool same;

	fclose(p->f);
	same = !strcmp(out, want);
	if (!same)
		printf("# %s\n# %s\n", out, want);
	free(out);
	return same;
}

static void print_some(struct printer *p)
{
	print_array(p, NULL);
	print_object(p, NULL);
	print_str(p, PRINT_ANY, "dst", "%s", "10.0.0.0/8");
	print_num(p, PRINT_JSON, "fib", "fib %llu", 10);
	print_num(p, PRINT_ANY, "metric", "metric %llu", ~0U);
	print_array(p, "flags");
	print_close(p);
	print_close(p);
	print_line_end(p);
	print_finish(p);
}

static void print__text(void)
{
	struct printer p = printer(false, false);

	print_some(&p);
	CHECK(printed(&p, "10.0.0.0/8 metric 4294967295\n"));
}

static void print__json(void)
{
	struct printer p = printer(true, false);
	const char *want;

	print_some(&p);
	want = "[{\"dst\":\"10.0.0.0/8\",\"fib\":10,\"metric\":4294967295,\"flags\":[]}]\n";
	CHECK(printed(&p, want));
	p = printer(true, true);
	print_some(&p);
	CHECK(printed(&p, "[\n    {\n        \"dst\": \"10.0.0.0/8\",\n"
		      "        \"fib\": 10,\n"
		      "        \"metric\": 4294967295,\n"
		      "        \"flags\": []\n    }\n]\n"));
}

#define BAD1		"\\ufffd"
#define BAD(text)	"\"" text "\""
#define LATIN		"\"\xc3\xa9" BAD1 BAD1 BAD1 "\""
#define EMOJI		"\"\xf0\x9f\x98\x80" BAD1 BAD1 "\""

static void print__json_strings(void)
{
	struct printer p = printer(true, false);

	print_array(&p, NULL);
	print_str(&p, PRINT_ANY, NULL, "%s", "a\"b\\c\x01\x7f");
	print_str(&p, PRINT_ANY, NULL, "%s", "\xc3\xa9\xff\xc0\x80");
	print_str(&p, PRINT_ANY, NULL, "%s", "\xf0\x9f\x98\x80\xe2\x82");
	print_str(&p, PRINT_ANY, NULL, "%s", "\xed\xa0\x80");
	print_str(&p, PRINT_ANY, NULL, "%s", "\xf4\x90\x80\x80");
	print_finish(&p);
	CHECK(printed(&p, "[\"a\\\"b\\\\c\\u0001\\u007f\"," LATIN "," EMOJI ","
		      BAD(BAD1 BAD1 BAD1) "," BAD(BAD1 BAD1 BAD1 BAD1) "]\n"));
}

static void print__formats(void)
{
	struct printer p = printer(false, false);

	print_num(&p, PRINT_ANY, NULL, "%llu routes deleted", 0);
	print_num(&p, PRINT_ANY, NULL, "id %llu.", ~0ULL);
	print_num(&p, PRINT_ANY, NULL, "%-4llu", 10);
	print_num(&p, PRINT_ANY, NULL, "%4llu", 10);
	print_str(&p, PRINT_ANY, NULL, "via %s.", "50%s");
	print_str(&p, PRINT_ANY, NULL, "alone", "");
	CHECK(printed(&p, "0 routes deleted id 18446744073709551615. 10     10 via 50%s. alone"));
}

#define PINK(text)	"\033[35m" text "\033[0m"
#define BLUE(text)	"\033[34m" text "\033[0m"
#define RED(text)	"\033[31m" text "\033[0m"

static void print__colors(void)
{
	struct printer p = printer(false, false);

	unsetenv("COLORFGBG");
	print_colors(&p);
	print_str(&p, PRINT_ANY, "dst", "%s", "10.0.0.0/8");
	print_str(&p, PRINT_ANY, "gateway", "via inet6 %s", "fe80::1");
	print_str(&p, PRINT_ANY, "dst", "%s", "default");
	print_str(&p, PRINT_ANY, NULL, "%s", "dead");
	print_str(&p, PRINT_ANY, "protocol", "proto %s", "static");
	CHECK(printed(&p, PINK("10.0.0.0/8") " via inet6 " BLUE("fe80::1")
		      " default " RED("dead") " proto static"));
}

static void print__finish_closes_all(void)
{
	struct printer p = printer(true, false);

	print_array(&p, NULL);
	print_object(&p, NULL);
	print_array(&p, "flags");
	print_finish(&p);
	CHECK(printed(&p, "[{\"flags\":[]}]\n"));
}

static void extack__decodes(void)
{
	struct nl_msg *msg = nlmsg_alloc_simple(NLMSG_ERROR, NLM_F_CAPPED |
						NLM_F_ACK_TLVS);
	struct nlmsgerr e = { .error = -ENOENT };
	struct cgr_error err;
	struct extack ext;

	nlmsg_append(msg, &e, sizeof(e), 4);
	nla_put_string(msg, NLMSGERR_ATTR_MSG, "There is none.");
	nla_put_u32(msg, NLMSGERR_ATTR_OFFS, 24);
	nla_put_u32(msg, NLMSGERR_ATTR_COOKIE, 5);
	CHECK(!extack_decode(nlmsg_hdr(msg), &ext));
	CHECK(ext.error == ENOENT && ext.offs == 24 && ext.applied == 5);
	extack_error(&ext, NULL, NULL, &err);
	CHECK(!strcmp(err.text, "There is none"));
	nlmsg_hdr(msg)->nlmsg_len = NLMSG_HDRLEN + 4;
	CHECK(extack_decode(nlmsg_hdr(msg), &ext) == -1);
	nlmsg_free(msg);
}

static void attr_parse__stays_inside(void)
{
	struct {
		struct nlattr nest, one;
		__u32 val;
		struct nlattr two;
		__u32 behind;
	} m = {
		.nest = { sizeof(m) - 4, NLA_F_NESTED | 9 },
		.one = { 8, 1 }, .val = 5, .two = { 4, NLA_F_NESTED | 2 },
	};
	struct nlattr *tb[4];

	CHECK(!attr_parse(tb, 3, &m.nest));
	CHECK(!tb[0] && tb[1] == &m.one && tb[2] == &m.two && !tb[3]);
	CHECK(!attr_parse(tb, 1, &m.nest) && tb[1] == &m.one);
	m.two.nla_len = 5;
	CHECK(!attr_parse(tb, 3, &m.nest) && tb[1] && !tb[2]);
	m.two.nla_len = 3;
	CHECK(!attr_parse(tb, 3, &m.nest) && tb[1] && !tb[2]);
	m.nest.nla_len = 4 + 8 + 3;
	m.two.nla_len = 4;
	CHECK(!attr_parse(tb, 3, &m.nest) && tb[1] && !tb[2]);
	m.nest.nla_len = 3;
	CHECK(attr_parse(tb, 3, &m.nest) == -1 && !tb[1]);
}

static void decode__refuses_short(void)
{
	struct nl_msg *msg = nlmsg_alloc();
	struct nlattr *nest = nla_nest_start(msg, MFIB_A_ROUTE);
	struct route route;
	struct fib fib;

	nla_put_u8(msg, MFIB_FIB_A_ID, 1);
	nla_nest_end(msg, nest);
	CHECK(decode_route(nest, &route) == -1);
	CHECK(decode_fib(nest, &fib) == -1);
	nlmsg_free(msg);
}

static void proto__reads_names(void)
{
	static struct protos p;
	char text[] = "# comment\n200 two # x\n0x10\tsixteen\nx y\n256 big\n7\n"
		"1 a-name-that-is-longer-than-any-should-be\n";
	FILE *f = fmemopen(text, sizeof(text) - 1, "r");

	proto_read(&p, f);
	fclose(f);
	CHECK(!strcmp(p.name[200], "two") && !strcmp(p.name[16], "sixteen"));
	CHECK(!p.name[7][0] && !p.name[1][0]);
	CHECK(proto_number(&p, "") == -1);
}

static void certificate__pem(void)
{
	static unsigned char der[CERTIFICATE_MAX];
	static const char good[] =
		"Subject: x\n-----BEGIN CERTIFICATE-----\r\n"
		"AAEC\n Aw==\n-----END CERTIFICATE-----\n";
	static const char *const bad[] = {
		"", "text", "-----BEGIN CERTIFICATE-----\nAAEC\n",
		"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nAA*C\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nAAEC\n"
		"-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n",
		"-----BEGIN PRIVATE KEY-----\nAAEC\n-----END PRIVATE KEY-----\n",
	};
	unsigned int i;

	CHECK(certificate_decode(good, sizeof(good) - 1, der) == 4);
	CHECK(!memcmp(der, "\0\1\2\3", 4));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		CHECK(certificate_decode(bad[i], strlen(bad[i]), der) == -1);
	CHECK(certificate_decode("0\1\0", 3, der) == 3);
	CHECK(!memcmp(der, "0\1\0", 3));
}

static void print__foreign(void)
{
	struct printer p = { };
	char *buf;
	size_t size;

	p.f = open_memstream(&buf, &size);
	print_foreign(&p, PRINT_ANY, "k", "path %s", "a\\b\033[2J\n\302\205\303\244\377");
	fclose(p.f);
	CHECK(!strcmp(buf, "path a\\134b\\033[2J\\012\\302\\205\303\244\\377"));
	free(buf);
}

#define TEST(name)	{ #name, name }

int main(void)
{
	static const struct ktap_test tests[] = {
		TEST(keyword__unique_prefix),
		TEST(keyword__ambiguous),
		TEST(parse_u32__limits),
		TEST(parse_prefix__agrees_with_inet_pton),
		TEST(parse_prefix__lengths),
		TEST(line__common),
		TEST(line__common_agrees),
		TEST(line__grammar),
		TEST(line__shown),
		TEST(line__shown_hops),
		TEST(line__hops_errors),
		TEST(line__goes_on),
		TEST(line__empty),
		TEST(line__errors),
		TEST(line__zero_byte),
		TEST(batch__words),
		TEST(route_put__maps_words),
		TEST(route_put__maps_hops),
		TEST(route_put__most_hops_fit),
		TEST(route_put__largest_fits),
		TEST(addr_text__agrees_with_inet_ntop),
		TEST(prefix_text__lengths),
		TEST(print__text),
		TEST(print__json),
		TEST(print__json_strings),
		TEST(print__formats),
		TEST(print__colors),
		TEST(print__finish_closes_all),
		TEST(print__foreign),
		TEST(extack__decodes),
		TEST(attr_parse__stays_inside),
		TEST(decode__refuses_short),
		TEST(proto__reads_names),
		TEST(certificate__pem),
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
