// SPDX-License-Identifier: GPL-2.0
/*
 * The objects of the family "mfib", as the module would keep them.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "fake.h"

#define FIBS		64
#define ROUTES		4096
#define NEXTHOPS	256
#define DEV_OF_FIB	1000
#define MEMBERS		64
#define BUCKETS		64

/* The routes of a FIB's draft are those of the FIB with this in its id. */
#define DRAFT		0x40000000

/* A member is an id, or that of a route. */
struct member {
	__u32 id;
	__u32 ifindex;
	int gw_len;
	__u8 gw[16];
	__u16 weight;
	bool backup;
};

struct nexthop {
	__u32 id;
	__u32 ifindex;
	__u32 fib;
	int gw_len;
	__u8 gw[16];
	__u32 mtu;
	bool mtu_locked;
	bool dead;
	bool is_group;
	__u32 buckets;
	unsigned int nr_members;
	struct member member[MEMBERS];
};

struct route {
	__u32 fib;
	int len;
	__u8 dst[16];
	__u8 plen;
	__u32 metric;
	__u8 type;
	__u8 proto;
	__u32 generation;
	__u32 flags;
	bool has_nh;
	struct nexthop nh;
};

static struct {
	__u32 id;
	__u32 max;
	__u32 warn;
	__u8 follow;
	__u8 rpf;
	bool dev;
	bool draft;
} fibs[FIBS];
static unsigned int nr_fibs;
static struct nexthop nexthops[NEXTHOPS];
static unsigned int nr_nexthops;
static struct route routes[ROUTES];
static unsigned int nr_routes;

static int find_fib(const struct nlattr *id)
{
	unsigned int i;

	for (i = 0; i < nr_fibs; i++) {
		if (fibs[i].id == fake_get_u32(id))
			return i;
	}
	return fake_refuse(-ENOENT, id, "There is no FIB with this id");
}

static int fib_new(const struct attrs *a)
{
	struct attrs fib;
	int i;

	fake_parse_nest(&fib, a->tb[MFIB_A_FIB]);
	i = find_fib(fib.tb[MFIB_FIB_A_ID]);
	if (i >= 0 && !(fake_req->nlmsg_flags & NLM_F_REPLACE))
		return fake_refuse(-EEXIST, fib.tb[MFIB_FIB_A_ID],
			      "The FIB exists already");
	if (i < 0) {
		if (!(fake_req->nlmsg_flags & NLM_F_CREATE))
			return i;
		fake_forgive();
		REQUIRE(nr_fibs < FIBS);
		i = nr_fibs++;
		fibs[i].id = fake_get_u32(fib.tb[MFIB_FIB_A_ID]);
		fibs[i].dev = false;
		fibs[i].draft = false;
		fibs[i].max = 0;
		fibs[i].warn = 0;
		fibs[i].follow = MFIB_FOLLOW_CONNECTED;
	}
	if (fib.tb[MFIB_FIB_A_MAX_ROUTES])
		fibs[i].max = fake_get_u32(fib.tb[MFIB_FIB_A_MAX_ROUTES]);
	if (fib.tb[MFIB_FIB_A_WARN_ROUTES])
		fibs[i].warn = fake_get_u32(fib.tb[MFIB_FIB_A_WARN_ROUTES]);
	if (fib.tb[MFIB_FIB_A_FOLLOW])
		fibs[i].follow = fake_get_u8(fib.tb[MFIB_FIB_A_FOLLOW]);
	if (fibs[i].max == 666)
		return fake_refuse(-EINVAL, fib.tb[MFIB_FIB_A_MAX_ROUTES],
			      "This limit is refused");
	return 0;
}

static int fib_del(const struct attrs *a)
{
	struct attrs fib;
	int i;

	fake_parse_nest(&fib, a->tb[MFIB_A_FIB]);
	i = find_fib(fib.tb[MFIB_FIB_A_ID]);
	if (i < 0)
		return i;
	fibs[i] = fibs[--nr_fibs];
	return 0;
}

static void put_stats(int type, __u64 base)
{
	struct nlattr *nest = fake_put(type, NULL, 0);
	int i;

	for (i = MFIB_STAT_A_PAD + 1; i <= MFIB_STAT_A_MAX; i++)
		fake_put_u64(i, base + i);
	fake_put_end(nest);
}

static void put_tree(int type, __u32 prefixes, __u8 form)
{
	struct nlattr *nest = fake_put(type, NULL, 0);

	fake_put_u32(MFIB_TREE_A_PREFIXES, prefixes);
	fake_put_u32(MFIB_TREE_A_NODES, 7);
	fake_put_u32(MFIB_TREE_A_DEPTH, 3);
	fake_put_u8(MFIB_TREE_A_FORM, form);
	fake_put_u64(MFIB_TREE_A_LOOKUP_BYTES, 1ULL << 40);
	fake_put_u64(MFIB_TREE_A_WRITER_BYTES, 600);
	fake_put_u64(MFIB_TREE_A_RETIRED_BYTES, 16);
	fake_put_end(nest);
}

static unsigned int routes_of(__u32 fib)
{
	unsigned int i, n = 0;

	for (i = 0; i < nr_routes; i++)
		n += routes[i].fib == fib;
	return n;
}

static void fib_show(unsigned int i, bool dump)
{
	struct nlmsghdr *hdr = fake_begin_reply(dump);
	struct nlattr *nest = fake_put(MFIB_A_FIB, NULL, 0);
	unsigned int r, n4 = 0, n6 = 0;

	for (r = 0; r < nr_routes; r++) {
		n4 += routes[r].fib == fibs[i].id && routes[r].len == 4;
		n6 += routes[r].fib == fibs[i].id && routes[r].len == 16;
	}
	fake_put_u32(MFIB_FIB_A_ID, fibs[i].id);
	fake_put_u32(MFIB_FIB_A_MAX_ROUTES, fibs[i].max);
	fake_put_u32(MFIB_FIB_A_WARN_ROUTES, fibs[i].warn);
	fake_put_u8(MFIB_FIB_A_FOLLOW, fibs[i].follow);
	fake_put_u32(MFIB_FIB_A_ROUTES4, n4);
	fake_put_u32(MFIB_FIB_A_ROUTES6, n6);
	fake_put_u64(MFIB_FIB_A_BYTES, 4096);
	fake_put_u32(MFIB_FIB_A_FLAGS,
		     (fibs[i].max && n4 + n6 >= fibs[i].max ?
		      MFIB_FIB_F_FULL : 0) |
		     (fibs[i].warn && n4 + n6 >= fibs[i].warn ?
		      MFIB_FIB_F_HIGH : 0));
	if (fibs[i].draft)
		fake_put_u32(MFIB_FIB_A_DRAFT, routes_of(fibs[i].id | DRAFT));
	if (fibs[i].dev) {
		fake_put_u32(MFIB_FIB_A_IFINDEX, DEV_OF_FIB + fibs[i].id);
		put_stats(MFIB_FIB_A_STATS, 1ULL << 40);
	}
	/* The form of FIB 13's trees is from a later kernel, FIB 12 has none. */
	if (fibs[i].id != 12) {
		put_tree(MFIB_FIB_A_TREE4, n4,
			 fibs[i].id == 13 ? 200 : fibs[i].id % 3);
		put_tree(MFIB_FIB_A_TREE6, n6, MFIB_TREE_FORM_ARRAY);
	}
	fake_put_end(nest);
	fake_end(hdr);
}

static int fib_get(const struct attrs *a, bool dump)
{
	struct attrs fib;
	unsigned int i;
	int n;

	if (!dump) {
		fake_parse_nest(&fib, a->tb[MFIB_A_FIB]);
		n = find_fib(fib.tb[MFIB_FIB_A_ID]);
		if (n >= 0)
			fib_show(n, false);
		return n < 0 ? n : 0;
	}
	for (i = 0; i < nr_fibs; i++)
		fib_show(i, true);
	return 0;
}

/* Those with the ids 66 and 67 are damaged, 68 has gone, 69 lacks memory. */
static int fib_check(const struct attrs *a)
{
	struct attrs fib;
	int i;

	fake_parse_nest(&fib, a->tb[MFIB_A_FIB]);
	REQUIRE(!fib.tb[MFIB_FIB_A_MAX_ROUTES]);
	i = find_fib(fib.tb[MFIB_FIB_A_ID]);
	if (i < 0)
		return i;
	switch (fibs[i].id) {
	case 66:
	case 67:
		return fake_refuse(-EUCLEAN, NULL, "The tree is damaged");
	case 68:
		return fake_refuse(-ENOENT, fib.tb[MFIB_FIB_A_ID],
				   "There is no FIB with this id");
	case 69:
		return fake_refuse(-ENOMEM, NULL, NULL);
	}
	return 0;
}

/* "lo" stands for the port of the first FIB. */
static int port_set(const struct nlattr *nest)
{
	struct attrs a;

	REQUIRE(nest);
	fake_parse_nest(&a, nest);
	REQUIRE(a.tb[MFIB_PORT_A_IFINDEX] && a.tb[MFIB_PORT_A_RPF]);
	if (!nr_fibs || fake_get_u32(a.tb[MFIB_PORT_A_IFINDEX]) != 1)
		return fake_refuse(-ENODEV, a.tb[MFIB_PORT_A_IFINDEX],
				   "The device is not a port of a FIB");
	fibs[0].rpf = fake_get_u8(a.tb[MFIB_PORT_A_RPF]);
	return 0;
}

static int port_get(const struct attrs *a)
{
	const struct nlattr *only = a->tb[MFIB_A_FIB_ID];
	unsigned int i;

	if (only && find_fib(only) < 0)
		return -ENOENT;
	for (i = 0; i < nr_fibs; i++) {
		struct nlmsghdr *hdr;
		struct nlattr *nest;

		if (!fibs[i].dev || (only && fibs[i].id != fake_get_u32(only)))
			continue;
		hdr = fake_begin_reply(true);
		nest = fake_put(MFIB_A_PORT, NULL, 0);
		fake_put_u32(MFIB_PORT_A_FIB_ID, fibs[i].id);
		fake_put_u32(MFIB_PORT_A_IFINDEX, 2000 + fibs[i].id);
		fake_put_u8(MFIB_PORT_A_RPF, fibs[i].rpf);
		put_stats(MFIB_PORT_A_STATS, 100);
		fake_put_end(nest);
		fake_end(hdr);
	}
	return 0;
}

static struct nexthop *find_nexthop(__u32 id)
{
	unsigned int i;

	for (i = 0; i < nr_nexthops; i++) {
		if (nexthops[i].id == id)
			return &nexthops[i];
	}
	return NULL;
}

static int parse_gateway(__u8 *gw, const struct nlattr *nla)
{
	int len = nla->nla_len - NLA_HDRLEN;

	REQUIRE(len == 4 || len == 16);
	memcpy(gw, nla + 1, len);
	return len;
}

static void parse_member(struct member *m, const struct attrs *a)
{
	REQUIRE(!!a->tb[MFIB_MEMBER_A_ID] ==
		!(a->tb[MFIB_MEMBER_A_IFINDEX] || a->tb[MFIB_MEMBER_A_GATEWAY]));
	memset(m, 0, sizeof(*m));
	if (a->tb[MFIB_MEMBER_A_ID])
		m->id = fake_get_u32(a->tb[MFIB_MEMBER_A_ID]);
	if (a->tb[MFIB_MEMBER_A_GATEWAY])
		m->gw_len = parse_gateway(m->gw, a->tb[MFIB_MEMBER_A_GATEWAY]);
	m->ifindex = m->id ? 0 : 1;
	if (a->tb[MFIB_MEMBER_A_IFINDEX])
		m->ifindex = fake_get_u32(a->tb[MFIB_MEMBER_A_IFINDEX]);
	m->weight = 1;
	if (a->tb[MFIB_MEMBER_A_WEIGHT])
		memcpy(&m->weight, a->tb[MFIB_MEMBER_A_WEIGHT] + 1,
		       sizeof(m->weight));
	REQUIRE(m->weight && m->weight <= 256);
	m->backup = a->tb[MFIB_MEMBER_A_BACKUP];
}

static void parse_group(struct nexthop *nh, const struct nlattr *group)
{
	const struct nlattr *nla = group + 1;
	const char *end = (const char *)group + group->nla_len;
	struct attrs a;

	nh->is_group = true;
	while ((const char *)nla < end) {
		REQUIRE((nla->nla_type & NLA_TYPE_MASK) ==
			MFIB_GROUP_A_MEMBER && nh->nr_members < MEMBERS);
		fake_parse_nest(&a, nla);
		parse_member(&nh->member[nh->nr_members++], &a);
		nla = (const void *)((const char *)nla +
				     NLA_ALIGN(nla->nla_len));
	}
}

static void parse_nexthop(struct nexthop *nh, const struct attrs *a)
{
	const struct nlattr *gw = a->tb[MFIB_NEXTHOP_A_GATEWAY];

	memset(nh, 0, sizeof(*nh));
	if (a->tb[MFIB_NEXTHOP_A_ID])
		nh->id = fake_get_u32(a->tb[MFIB_NEXTHOP_A_ID]);
	if (a->tb[MFIB_NEXTHOP_A_IFINDEX])
		nh->ifindex = fake_get_u32(a->tb[MFIB_NEXTHOP_A_IFINDEX]);
	if (a->tb[MFIB_NEXTHOP_A_FIB_ID]) {
		nh->fib = fake_get_u32(a->tb[MFIB_NEXTHOP_A_FIB_ID]);
		nh->ifindex = 1;
	}
	if (a->tb[MFIB_NEXTHOP_A_MTU])
		nh->mtu = fake_get_u32(a->tb[MFIB_NEXTHOP_A_MTU]);
	nh->mtu_locked = a->tb[MFIB_NEXTHOP_A_MTU_LOCKED];
	REQUIRE(nh->mtu || !nh->mtu_locked);
	if (gw) {
		nh->gw_len = parse_gateway(nh->gw, gw);
		/* Gateways that end in 66 are dead. */
		nh->dead = nh->gw[nh->gw_len - 1] == 0x66;
	}
	nh->buckets = BUCKETS;
	if (a->tb[MFIB_NEXTHOP_A_BUCKETS])
		nh->buckets = fake_get_u32(a->tb[MFIB_NEXTHOP_A_BUCKETS]);
	if (a->tb[MFIB_NEXTHOP_A_GROUP])
		parse_group(nh, a->tb[MFIB_NEXTHOP_A_GROUP]);
}

static int nexthop_new(const struct nlattr *nest)
{
	struct nexthop nh, *old;
	struct attrs a;
	unsigned int i;

	fake_parse_nest(&a, nest);
	parse_nexthop(&nh, &a);
	REQUIRE(nh.id && !nh.ifindex == nh.is_group);
	for (i = 0; i < nh.nr_members; i++)
		if (!find_nexthop(nh.member[i].id))
			return fake_refuse(-ENOENT, a.tb[MFIB_NEXTHOP_A_GROUP],
					   "There is no next hop with this id");
	old = find_nexthop(nh.id);
	if (old && !(fake_req->nlmsg_flags & NLM_F_REPLACE))
		return fake_refuse(-EEXIST, a.tb[MFIB_NEXTHOP_A_ID],
			      "There is a next hop with this id");
	if (!old) {
		REQUIRE(nr_nexthops < NEXTHOPS);
		old = &nexthops[nr_nexthops++];
	}
	*old = nh;
	return 0;
}

static int nexthop_del(const struct nlattr *nest)
{
	struct nexthop *nh;
	struct attrs a;

	fake_parse_nest(&a, nest);
	nh = find_nexthop(fake_get_u32(a.tb[MFIB_NEXTHOP_A_ID]));
	if (!nh)
		return fake_refuse(-ENOENT, a.tb[MFIB_NEXTHOP_A_ID],
			      "There is no next hop with this id.");
	*nh = nexthops[--nr_nexthops];
	return 0;
}

/* The first member has all. */
static void put_group(const struct nexthop *nh)
{
	struct nlattr *nest, *member;
	unsigned int i;

	fake_put_u32(MFIB_NEXTHOP_A_BUCKETS, nh->buckets);
	nest = fake_put(MFIB_NEXTHOP_A_GROUP, NULL, 0);
	for (i = 0; i < nh->nr_members; i++) {
		member = fake_put(MFIB_GROUP_A_MEMBER, NULL, 0);
		fake_put_u32(MFIB_MEMBER_A_ID, nh->member[i].id);
		fake_put(MFIB_MEMBER_A_WEIGHT, &nh->member[i].weight,
			 sizeof(nh->member[i].weight));
		if (nh->member[i].backup)
			fake_put(MFIB_MEMBER_A_BACKUP, NULL, 0);
		fake_put_u32(MFIB_MEMBER_A_FLAGS,
			     i ? MFIB_NEXTHOP_F_LINKDOWN : 0);
		fake_put_u32(MFIB_MEMBER_A_BUCKETS, i ? 0 : nh->buckets);
		fake_put_end(member);
	}
	fake_put_end(nest);
}

/* Those of a route. Of a gateway that ends in 66 the device has no link. */
static void put_hops(const struct nexthop *nh)
{
	struct nlattr *nest = fake_put(MFIB_NEXTHOP_A_GROUP, NULL, 0), *member;
	unsigned int i;

	for (i = 0; i < nh->nr_members; i++) {
		const struct member *m = &nh->member[i];

		member = fake_put(MFIB_GROUP_A_MEMBER, NULL, 0);
		fake_put_u32(MFIB_MEMBER_A_IFINDEX, m->ifindex);
		if (m->gw_len)
			fake_put(MFIB_MEMBER_A_GATEWAY, m->gw, m->gw_len);
		fake_put(MFIB_MEMBER_A_WEIGHT, &m->weight, sizeof(m->weight));
		fake_put_u32(MFIB_MEMBER_A_FLAGS,
			     m->gw_len && m->gw[m->gw_len - 1] == 0x66 ?
			     MFIB_NEXTHOP_F_DEAD | MFIB_NEXTHOP_F_LINKDOWN : 0);
		fake_put_end(member);
	}
	fake_put_end(nest);
}

static void put_nexthop(int type, const struct nexthop *nh)
{
	struct nlattr *nest = fake_put(type, NULL, 0);

	if (nh->id)
		fake_put_u32(MFIB_NEXTHOP_A_ID, nh->id);
	if (nh->ifindex)
		fake_put_u32(MFIB_NEXTHOP_A_IFINDEX, nh->ifindex);
	if (nh->gw_len)
		fake_put(MFIB_NEXTHOP_A_GATEWAY, nh->gw, nh->gw_len);
	if (nh->fib)
		fake_put_u32(MFIB_NEXTHOP_A_FIB_ID, nh->fib);
	if (nh->mtu)
		fake_put_u32(MFIB_NEXTHOP_A_MTU, nh->mtu);
	if (nh->mtu_locked)
		fake_put(MFIB_NEXTHOP_A_MTU_LOCKED, NULL, 0);
	fake_put_u32(MFIB_NEXTHOP_A_FLAGS, nh->dead ? MFIB_NEXTHOP_F_DEAD : 0);
	fake_put_u32(MFIB_NEXTHOP_A_ROUTES, 12);
	if (nh->is_group && type == MFIB_A_NEXTHOP)
		put_group(nh);
	else if (nh->is_group && !nh->id)
		put_hops(nh);
	fake_put_end(nest);
}

static int nexthop_get(const struct attrs *a, bool dump)
{
	struct attrs nh;
	unsigned int i;
	__u32 id = 0;

	if (!dump) {
		fake_parse_nest(&nh, a->tb[MFIB_A_NEXTHOP]);
		id = fake_get_u32(nh.tb[MFIB_NEXTHOP_A_ID]);
		if (!find_nexthop(id))
			return fake_refuse(-ENOENT, nh.tb[MFIB_NEXTHOP_A_ID],
				      "There is no next hop with this id");
	}
	for (i = 0; i < nr_nexthops; i++) {
		struct nlmsghdr *hdr;

		if (!dump && nexthops[i].id != id)
			continue;
		hdr = fake_begin_reply(dump);
		put_nexthop(MFIB_A_NEXTHOP, &nexthops[i]);
		fake_end(hdr);
	}
	return 0;
}

static bool bits_equal(const __u8 *a, const __u8 *b, int bits)
{
	int i;

	for (i = 0; i < bits; i++) {
		if ((a[i / 8] ^ b[i / 8]) & 0x80 >> i % 8)
			return false;
	}
	return true;
}

static struct route *find_route(const struct route *r, bool any_metric)
{
	unsigned int i;

	for (i = 0; i < nr_routes; i++) {
		if (routes[i].fib == r->fib && routes[i].len == r->len &&
		    routes[i].plen == r->plen &&
		    (any_metric || routes[i].metric == r->metric) &&
		    bits_equal(routes[i].dst, r->dst, r->plen))
			return &routes[i];
	}
	return NULL;
}

static int parse_route(struct route *r, struct attrs *a, __u32 fib,
		       const struct nlattr *nest)
{
	const struct nlattr *dst;
	int i;

	memset(r, 0, sizeof(*r));
	fake_parse_nest(a, nest);
	dst = a->tb[MFIB_ROUTE_A_DST];
	REQUIRE(dst);
	r->fib = fib;
	r->len = dst->nla_len - NLA_HDRLEN;
	REQUIRE(r->len == 4 || r->len == 16);
	memcpy(r->dst, dst + 1, r->len);
	r->plen = 8 * r->len;
	if (a->tb[MFIB_ROUTE_A_PLEN])
		r->plen = fake_get_u8(a->tb[MFIB_ROUTE_A_PLEN]);
	for (i = r->plen; i < 8 * r->len; i++) {
		if (r->dst[i / 8] & 0x80 >> i % 8)
			return fake_refuse(-EINVAL, dst,
				      "The destination has bits set past the prefix length");
	}
	if (a->tb[MFIB_ROUTE_A_METRIC])
		r->metric = fake_get_u32(a->tb[MFIB_ROUTE_A_METRIC]);
	r->type = a->tb[MFIB_ROUTE_A_TYPE] ?
		fake_get_u8(a->tb[MFIB_ROUTE_A_TYPE]) : RTN_UNICAST;
	if (a->tb[MFIB_ROUTE_A_GENERATION])
		r->generation = fake_get_u32(a->tb[MFIB_ROUTE_A_GENERATION]);
	if (a->tb[MFIB_ROUTE_A_FLAGS])
		r->flags = fake_get_u32(a->tb[MFIB_ROUTE_A_FLAGS]);
	r->proto = a->tb[MFIB_ROUTE_A_PROTOCOL] ?
		fake_get_u8(a->tb[MFIB_ROUTE_A_PROTOCOL]) : RTPROT_BOOT;
	return 0;
}

static bool members_equal(const struct member *a, const struct member *b)
{
	return a->ifindex == b->ifindex && a->gw_len == b->gw_len &&
	       !memcmp(a->gw, b->gw, a->gw_len);
}

/* No gateway ends in 67, and none is there twice. */
static int check_hops(const struct nexthop *nh, const struct nlattr *group)
{
	const struct nlattr *nla = group + 1;
	unsigned int i, j;
	struct attrs a;

	for (i = 0; i < nh->nr_members; i++) {
		const struct member *m = &nh->member[i];

		REQUIRE(!m->id && !m->backup);
		fake_parse_nest(&a, nla);
		if (m->gw_len && m->gw[m->gw_len - 1] == 0x67)
			return fake_refuse(-EINVAL, a.tb[MFIB_MEMBER_A_GATEWAY],
					   "The gateway is not on the device");
		if (m->weight == 250)
			return fake_refuse(-EINVAL, a.tb[MFIB_MEMBER_A_WEIGHT],
					   "This weight is refused");
		for (j = 0; j < i; j++) {
			if (members_equal(&nh->member[j], m))
				return fake_refuse(-EEXIST, nla,
						   "The route has this next hop twice");
		}
		nla = (const void *)((const char *)nla +
				     NLA_ALIGN(nla->nla_len));
	}
	return 0;
}

/* A next hop with itself as the only member of a group. */
static void make_group(struct nexthop *nh)
{
	if (nh->is_group)
		return;
	nh->is_group = true;
	nh->nr_members = 1;
	nh->member[0] = (struct member){
		.ifindex = nh->ifindex, .gw_len = nh->gw_len, .weight = 1,
	};
	memcpy(nh->member[0].gw, nh->gw, sizeof(nh->gw));
	nh->ifindex = 0;
	nh->gw_len = 0;
}

/* nexthop: the attribute that new, or the group in it, comes from */
static int append_hops(struct route *r, const struct nexthop *new,
		       const struct nlattr *nexthop)
{
	struct nexthop nh = r->nh, add = *new;
	const struct nlattr *nla = nexthop;
	unsigned int i, j;

	if (nh.id || add.id)
		return fake_refuse(-EINVAL, nexthop,
				   "The next hop of this route has an id");
	/* beyond the headers of NEXTHOP and GROUP */
	if (add.is_group)
		nla += 2;
	make_group(&nh);
	make_group(&add);
	for (i = 0; i < add.nr_members; i++) {
		for (j = 0; j < nh.nr_members; j++) {
			if (members_equal(&nh.member[j], &add.member[i]))
				return fake_refuse(-EEXIST, nla,
						   "The route has this next hop twice");
		}
		REQUIRE(nh.nr_members < MEMBERS);
		nh.member[nh.nr_members++] = add.member[i];
		nla = (const void *)((const char *)nla +
				     NLA_ALIGN(nla->nla_len));
	}
	r->nh = nh;
	return 0;
}

static int route_new(__u32 fib, const struct nlattr *nest)
{
	const struct nlattr *nexthop;
	struct nexthop *nh;
	struct attrs a, n;
	struct route r, *old;
	int err;

	err = parse_route(&r, &a, fib, nest);
	if (err)
		return err;
	nexthop = a.tb[MFIB_ROUTE_A_NEXTHOP];
	if (nexthop && r.type != RTN_UNICAST)
		return fake_refuse(-EINVAL, nexthop,
			      "A route of this type has no next hop");
	if (!nexthop && r.type == RTN_UNICAST)
		return fake_refuse(-EINVAL, nest, "A unicast route needs a next hop");
	if (nexthop) {
		fake_parse_nest(&n, nexthop);
		parse_nexthop(&r.nh, &n);
		r.has_nh = true;
		if (r.nh.id) {
			nh = find_nexthop(r.nh.id);
			if (!nh)
				return fake_refuse(-ENOENT, n.tb[MFIB_NEXTHOP_A_ID],
					      "There is no next hop with this id");
			r.nh = *nh;
		} else if (r.nh.is_group) {
			REQUIRE(!r.nh.ifindex && !r.nh.gw_len);
			err = check_hops(&r.nh, n.tb[MFIB_NEXTHOP_A_GROUP]);
			if (err)
				return err;
		} else if (!r.nh.ifindex) {
			r.nh.ifindex = 1;
		}
	}
	if (getenv("FAKE_SINK"))
		return 0;
	old = find_route(&r, false);
	if (old && fake_req->nlmsg_flags & NLM_F_APPEND)
		return append_hops(old, &r.nh, nexthop);
	if (old && !(fake_req->nlmsg_flags & NLM_F_REPLACE))
		return fake_refuse(-EEXIST, nest, NULL);
	if (!old && !(fake_req->nlmsg_flags & NLM_F_CREATE))
		return fake_refuse(-ENOENT, nest, "The FIB has no such route");
	if (!old) {
		REQUIRE(nr_routes < ROUTES);
		old = &routes[nr_routes++];
	}
	*old = r;
	return 0;
}

static int route_del(__u32 fib, const struct nlattr *nest)
{
	struct route r, *old;
	struct attrs a;
	int err;

	err = parse_route(&r, &a, fib, nest);
	if (err)
		return err;
	old = find_route(&r, !a.tb[MFIB_ROUTE_A_METRIC]);
	if (!old)
		return fake_refuse(-ENOENT, NULL, "The FIB has no such route");
	*old = routes[--nr_routes];
	return 0;
}

static void put_route(const struct route *r)
{
	struct nlattr *nest;

	fake_put_u32(MFIB_A_FIB_ID, r->fib);
	nest = fake_put(MFIB_A_ROUTE, NULL, 0);
	fake_put(MFIB_ROUTE_A_DST, r->dst, r->len);
	fake_put_u8(MFIB_ROUTE_A_PLEN, r->plen);
	fake_put_u32(MFIB_ROUTE_A_METRIC, r->metric);
	fake_put_u8(MFIB_ROUTE_A_TYPE, r->type);
	fake_put_u8(MFIB_ROUTE_A_PROTOCOL, r->proto);
	fake_put_u32(MFIB_ROUTE_A_FLAGS, (r->nh.dead ? 0 : MFIB_ROUTE_F_ACTIVE) |
		r->flags | (r->nh.fib ? MFIB_ROUTE_F_FOREIGN : 0) |
		(r->proto == RTPROT_KERNEL ? MFIB_ROUTE_F_FOLLOWED : 0));
	if (r->generation)
		fake_put_u32(MFIB_ROUTE_A_GENERATION, r->generation);
	if (r->has_nh)
		put_nexthop(MFIB_ROUTE_A_NEXTHOP, &r->nh);
	fake_put_end(nest);
}

static void route_put(const struct route *r, bool dump)
{
	struct nlmsghdr *hdr = fake_begin_reply(dump);

	put_route(r);
	fake_end(hdr);
}

static bool hop_fits(const struct nexthop *nh, const struct nlattr *nest)
{
	struct nexthop wanted;
	struct attrs a;

	fake_parse_nest(&a, nest);
	parse_nexthop(&wanted, &a);
	return (!wanted.id || wanted.id == nh->id) &&
	       (!wanted.ifindex || wanted.ifindex == nh->ifindex) &&
	       (!wanted.fib || wanted.fib == nh->fib) &&
	       (!wanted.gw_len || (wanted.gw_len == nh->gw_len &&
				   !memcmp(wanted.gw, nh->gw, nh->gw_len)));
}

static bool prefix_fits(const struct route *r, const struct route *wanted,
			int select)
{
	if (r->len != wanted->len)
		return false;
	switch (select) {
	case MFIB_SELECT_COVERED:
		return r->plen >= wanted->plen &&
		       bits_equal(r->dst, wanted->dst, wanted->plen);
	case MFIB_SELECT_COVERING:
		return r->plen <= wanted->plen &&
		       bits_equal(r->dst, wanted->dst, r->plen);
	}
	return r->plen == wanted->plen &&
	       bits_equal(r->dst, wanted->dst, r->plen);
}

/* 1 if a filter lets a route through, 0 if not, negative if it is wrong. */
static int filtered(const struct route *r, const struct attrs *top)
{
	const struct nlattr *fib = top->tb[MFIB_A_FIB_ID];
	const struct nlattr *family = top->tb[MFIB_A_FAMILY];
	const struct nlattr *select = top->tb[MFIB_A_SELECT];
	struct attrs a = { };
	struct route wanted;
	int err;

	if (top->tb[MFIB_A_ROUTE])
		fake_parse_nest(&a, top->tb[MFIB_A_ROUTE]);
	if (a.tb[MFIB_ROUTE_A_DST]) {
		err = parse_route(&wanted, &a, 0, top->tb[MFIB_A_ROUTE]);
		if (err)
			return err;
		if (!prefix_fits(r, &wanted, select ? fake_get_u8(select) : 0))
			return 0;
	}
	return (!fib || r->fib == fake_get_u32(fib)) &&
	       (!family || fake_get_u8(family) ==
		(r->len == 4 ? AF_INET : AF_INET6)) &&
	       (!a.tb[MFIB_ROUTE_A_METRIC] ||
		r->metric == fake_get_u32(a.tb[MFIB_ROUTE_A_METRIC])) &&
	       (!a.tb[MFIB_ROUTE_A_TYPE] ||
		r->type == fake_get_u8(a.tb[MFIB_ROUTE_A_TYPE])) &&
	       (!a.tb[MFIB_ROUTE_A_PROTOCOL] ||
		r->proto == fake_get_u8(a.tb[MFIB_ROUTE_A_PROTOCOL])) &&
	       (!a.tb[MFIB_ROUTE_A_FLAGS] || r->flags || r->nh.fib) &&
	       (!a.tb[MFIB_ROUTE_A_GENERATION] ||
		(r->generation ==
		 fake_get_u32(a.tb[MFIB_ROUTE_A_GENERATION])) !=
		!!top->tb[MFIB_A_STALE]) &&
	       (!a.tb[MFIB_ROUTE_A_NEXTHOP] ||
		(r->has_nh && hop_fits(&r->nh, a.tb[MFIB_ROUTE_A_NEXTHOP])));
}

static int route_dump(const struct attrs *a)
{
	const struct nlattr *fib = a->tb[MFIB_A_FIB_ID];
	unsigned int i;
	int ret;

	if (fib && find_fib(fib) < 0)
		return -ENOENT;
	for (i = 0; i < nr_routes; i++) {
		ret = filtered(&routes[i], a);
		if (ret < 0)
			return ret;
		if (ret && !(routes[i].fib & DRAFT))
			route_put(&routes[i], true);
	}
	return 0;
}

static int route_flush(const struct attrs *a)
{
	unsigned int i;
	int ret;

	if (find_fib(a->tb[MFIB_A_FIB_ID]) < 0)
		return -ENOENT;
	fake_applied = 0;
	fake_has_applied = true;
	for (i = nr_routes; i--;) {
		ret = filtered(&routes[i], a);
		if (ret < 0)
			return ret;
		if (!ret || routes[i].proto == RTPROT_KERNEL)
			continue;
		memmove(&routes[i], &routes[i + 1],
			(--nr_routes - i) * sizeof(routes[0]));
		fake_applied++;
	}
	return 0;
}

static int route_lookup(const struct attrs *top)
{
	struct route r, *best = NULL;
	struct attrs a;
	unsigned int i;

	if (find_fib(top->tb[MFIB_A_FIB_ID]) < 0)
		return -ENOENT;
	parse_route(&r, &a, fake_get_u32(top->tb[MFIB_A_FIB_ID]),
		    top->tb[MFIB_A_ROUTE]);
	for (i = 0; i < nr_routes; i++) {
		if (routes[i].fib == r.fib && routes[i].len == r.len &&
		    bits_equal(routes[i].dst, r.dst, routes[i].plen) &&
		    (!best || routes[i].plen > best->plen))
			best = &routes[i];
	}
	if (!best)
		return fake_refuse(-ENETUNREACH, NULL,
			      "The FIB has no route to this address");
	route_put(best, false);
	return 0;
}

static void drop_routes(__u32 fib)
{
	unsigned int i, n = 0;

	for (i = 0; i < nr_routes; i++) {
		if (routes[i].fib != fib)
			routes[n++] = routes[i];
	}
	nr_routes = n;
}

static int draft(const struct attrs *a, int cmd)
{
	int i = find_fib(a->tb[MFIB_A_FIB_ID]);
	unsigned int r;

	if (i < 0)
		return i;
	if (cmd == MFIB_CMD_DRAFT_NEW && fibs[i].draft)
		return fake_refuse(-EBUSY, NULL, "Its routes are being replaced");
	REQUIRE(fibs[i].draft == (cmd != MFIB_CMD_DRAFT_NEW));
	fibs[i].draft = cmd == MFIB_CMD_DRAFT_NEW;
	if (cmd == MFIB_CMD_DRAFT_COMMIT) {
		drop_routes(fibs[i].id);
		for (r = 0; r < nr_routes; r++) {
			if (routes[r].fib == (fibs[i].id | DRAFT))
				routes[r].fib = fibs[i].id;
		}
	}
	drop_routes(fibs[i].id | DRAFT);
	return 0;
}

/* Every object of a message in turn. */
static int bulk(int type, int (*one)(__u32 fib, const struct nlattr *nest),
		const struct attrs *top)
{
	const char *s = (const char *)fake_req + NLMSG_HDRLEN + GENL_HDRLEN;
	const char *limit = (const char *)fake_req + fake_req->nlmsg_len;
	__u32 fib = 0;
	int err = 0;

	if (type == MFIB_A_ROUTE) {
		if (find_fib(top->tb[MFIB_A_FIB_ID]) < 0)
			return -ENOENT;
		fib = fake_get_u32(top->tb[MFIB_A_FIB_ID]);
		if (top->tb[MFIB_A_DRAFT]) {
			REQUIRE(fibs[find_fib(top->tb[MFIB_A_FIB_ID])].draft);
			fib |= DRAFT;
		}
	}
	fake_applied = 0;
	fake_has_applied = true;
	while (s < limit && !err) {
		const struct nlattr *nla = (const void *)s;

		if ((nla->nla_type & NLA_TYPE_MASK) == type) {
			err = one(fib, nla);
			fake_applied += !err;
		}
		s += NLA_ALIGN(nla->nla_len);
	}
	return err;
}

static int nexthop_new_one(__u32 fib, const struct nlattr *nest)
{
	(void)fib;
	return nexthop_new(nest);
}

static int nexthop_del_one(__u32 fib, const struct nlattr *nest)
{
	(void)fib;
	return nexthop_del(nest);
}

void fake_mfib(void)
{
	const struct genlmsghdr *genl = (const void *)(fake_req + 1);
	bool dump = (fake_req->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	struct attrs a;
	int err;

	REQUIRE(genl->version == MFIB_GENL_VERSION);
	fake_parse(&a, (const char *)genl + GENL_HDRLEN,
		   fake_req->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN);
	switch (genl->cmd) {
	case MFIB_CMD_FIB_NEW:
		err = fib_new(&a);
		break;
	case MFIB_CMD_FIB_DEL:
		err = fib_del(&a);
		break;
	case MFIB_CMD_FIB_GET:
		err = fib_get(&a, dump);
		break;
	case MFIB_CMD_FIB_CHECK:
		REQUIRE(!dump);
		err = fib_check(&a);
		break;
	case MFIB_CMD_PORT_GET:
		err = port_get(&a);
		break;
	case MFIB_CMD_PORT_SET:
		err = port_set(a.tb[MFIB_A_PORT]);
		break;
	case MFIB_CMD_NEXTHOP_NEW:
		err = bulk(MFIB_A_NEXTHOP, nexthop_new_one, &a);
		break;
	case MFIB_CMD_NEXTHOP_DEL:
		err = bulk(MFIB_A_NEXTHOP, nexthop_del_one, &a);
		break;
	case MFIB_CMD_NEXTHOP_GET:
		err = nexthop_get(&a, dump);
		break;
	case MFIB_CMD_ROUTE_NEW:
		err = bulk(MFIB_A_ROUTE, route_new, &a);
		break;
	case MFIB_CMD_ROUTE_DEL:
		err = fake_req->nlmsg_flags & NLM_F_BULK ? route_flush(&a) :
			bulk(MFIB_A_ROUTE, route_del, &a);
		break;
	case MFIB_CMD_ROUTE_GET:
		REQUIRE(dump);
		err = route_dump(&a);
		break;
	case MFIB_CMD_DRAFT_NEW:
	case MFIB_CMD_DRAFT_DEL:
	case MFIB_CMD_DRAFT_COMMIT:
		err = draft(&a, genl->cmd);
		break;
	case MFIB_CMD_ROUTE_LOOKUP:
		err = route_lookup(&a);
		break;
	default:
		err = -EOPNOTSUPP;
	}
	if (dump)
		fake_done(err);
	else
		fake_acknowledge(err);
}

void fake_link(void)
{
	struct attrs a, info, data;
	int i, err = 0;

	fake_parse(&a, (const char *)(fake_req + 1) + sizeof(struct ifinfomsg),
		   fake_req->nlmsg_len - NLMSG_HDRLEN - sizeof(struct ifinfomsg));
	if (fake_req->nlmsg_type == RTM_DELLINK) {
		for (i = 0; i < (int)nr_fibs; i++)
			fibs[i].dev = false;
		fake_acknowledge(0);
		return;
	}
	REQUIRE(fake_req->nlmsg_type == RTM_NEWLINK && a.tb[IFLA_IFNAME]);
	if (a.tb[IFLA_MASTER]) {
		__u32 master = fake_get_u32(a.tb[IFLA_MASTER]);

		for (i = 0; i < (int)nr_fibs; i++)
			REQUIRE(!master || master != DEV_OF_FIB + fibs[i].id ||
				fibs[i].dev);
		if (master == DEV_OF_FIB + 20)
			err = fake_refuse(-EBUSY, a.tb[IFLA_MASTER],
					  "The device has another master");
		fake_acknowledge(err);
		return;
	}
	fake_parse_nest(&info, a.tb[IFLA_LINKINFO]);
	REQUIRE(!memcmp(info.tb[IFLA_INFO_KIND] + 1, "mfib", 4));
	fake_parse_nest(&data, info.tb[IFLA_INFO_DATA]);
	i = find_fib(data.tb[IFLA_MFIB_ID]);
	REQUIRE(i >= 0);
	if (getenv("FAKE_NO_LINK"))
		err = fake_refuse(-EEXIST, a.tb[IFLA_IFNAME], NULL);
	else if (fibs[i].dev)
		err = fake_refuse(-EBUSY, data.tb[IFLA_MFIB_ID],
				  "The FIB has a device already");
	else
		fibs[i].dev = true;
	fake_acknowledge(err);
}

/* Some changes, which have nothing to do with what requests have made. The
 * fifth is told of without the one before it, the eighth could not be told.
 */
bool fake_mfib_event(void)
{
	static const int cmds[] = {
		MFIB_CMD_FIB_NEW_NTF, MFIB_CMD_PORT_NEW_NTF,
		MFIB_CMD_NEXTHOP_NEW_NTF, MFIB_CMD_ROUTE_NEW_NTF,
		MFIB_CMD_ROUTE_DEL_NTF, MFIB_CMD_ROUTE_DEL_NTF,
		MFIB_CMD_ROUTE_NEW_NTF, 0, MFIB_CMD_FIB_DEL_NTF,
		MFIB_CMD_ROUTE_DEL_NTF,
	};
	static const struct route route = {
		.fib = 10, .len = 4, .dst = { 10 }, .plen = 8,
		.type = RTN_BLACKHOLE, .proto = RTPROT_BOOT,
	}, route6 = {
		.fib = 20, .len = 16, .dst = { 0x20, 1, 0xd, 0xb8 }, .plen = 32,
		.type = RTN_UNICAST, .proto = RTPROT_STATIC, .has_nh = true,
		.nh = { .id = 4, .ifindex = 1 },
	}, hops = {
		.fib = 10, .len = 4, .dst = { 11 }, .plen = 8,
		.type = RTN_UNICAST, .proto = RTPROT_BOOT, .has_nh = true,
		.nh = {
			.is_group = true, .nr_members = 2,
			.member = {
				{ .ifindex = 1, .weight = 2, .gw_len = 4,
				  .gw = { 10, 2, 0, 0x66 } },
				{ .ifindex = 1, .weight = 1 },
			},
		},
	};
	/* what the stand-in's dumps have is 7 */
	static const __u64 seqs[] = { 3, 4, 5, 6, 8, 8, 9, 10, 8, 9 };
	const char *changes = getenv("FAKE_CHANGES");
	static unsigned int n;
	struct nlmsghdr *hdr;
	struct nlattr *nest;

	if (!changes)
		return false;
	if (n == (unsigned int)atoi(changes) || n == sizeof(seqs) / sizeof(*seqs))
		_exit(0);
	n++;
	if (!cmds[n - 1])
		return true;
	hdr = fake_begin_event(FAKE_FAMILY, cmds[n - 1]);
	fake_put_u64(MFIB_A_SEQ, seqs[n - 1]);
	switch (cmds[n - 1]) {
	case MFIB_CMD_FIB_NEW_NTF:
	case MFIB_CMD_FIB_DEL_NTF:
		nest = fake_put(MFIB_A_FIB, NULL, 0);
		fake_put_u32(MFIB_FIB_A_ID, 20);
		fake_put_u32(MFIB_FIB_A_MAX_ROUTES, 3);
		fake_put_u32(MFIB_FIB_A_ROUTES4, 3);
		fake_put_u32(MFIB_FIB_A_ROUTES6, 0);
		fake_put_u32(MFIB_FIB_A_FLAGS, MFIB_FIB_F_FULL);
		fake_put_end(nest);
		break;
	case MFIB_CMD_PORT_NEW_NTF:
		nest = fake_put(MFIB_A_PORT, NULL, 0);
		fake_put_u32(MFIB_PORT_A_FIB_ID, 10);
		fake_put_u32(MFIB_PORT_A_IFINDEX, 1);
		fake_put_end(nest);
		break;
	case MFIB_CMD_NEXTHOP_NEW_NTF:
		put_nexthop(MFIB_A_NEXTHOP, &route6.nh);
		break;
	default:
		put_route(n == 4 ? &route6 : n == 10 ? &hops : &route);
	}
	fake_end(hdr);
	return false;
}
