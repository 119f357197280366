// SPDX-License-Identifier: GPL-2.0
/*
 * The families TIPCv2 and "tipc_cgr": one bearer at most, one link, and what was
 * last set.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/tipc_cgr.h>
#include <linux/tipc_netlink.h>
#include <string.h>

#include "fake.h"

static const __u8 peer_id[16] = "beta";
static const char link_name[] = "alpha:eth0-beta:eth1";

static __u8 id[16];
static __u32 addr, netid = 4711;
static char bearer[64];
static __u32 prio = 10, tol = 1500, win = 50;
static bool gone;

static const char *text(const struct nlattr *nla)
{
	REQUIRE(nla);
	REQUIRE(!((const char *)nla)[nla->nla_len - 1]);
	return (const char *)(nla + 1);
}

static int set_props(const struct nlattr *nest)
{
	struct attrs p;

	REQUIRE(nest);
	fake_parse_nest(&p, nest);
	if (p.tb[TIPC_NLA_PROP_TOL] &&
	    fake_get_u32(p.tb[TIPC_NLA_PROP_TOL]) > 30000)
		return fake_refuse(-ERANGE, p.tb[TIPC_NLA_PROP_TOL],
				   "integer out of range");
	if (p.tb[TIPC_NLA_PROP_PRIO])
		prio = fake_get_u32(p.tb[TIPC_NLA_PROP_PRIO]);
	if (p.tb[TIPC_NLA_PROP_TOL])
		tol = fake_get_u32(p.tb[TIPC_NLA_PROP_TOL]);
	if (p.tb[TIPC_NLA_PROP_WIN])
		win = fake_get_u32(p.tb[TIPC_NLA_PROP_WIN]);
	return 0;
}

static int change_bearer(const struct attrs *a, int cmd)
{
	struct attrs b;
	const char *name;

	fake_parse_nest(&b, a->tb[TIPC_NLA_BEARER]);
	name = text(b.tb[TIPC_NLA_BEARER_NAME]);
	if (cmd == TIPC_NL_BEARER_ENABLE && !strcmp(name, "eth:none"))
		return fake_refuse(-ENODEV, b.tb[TIPC_NLA_BEARER_NAME],
				   "There is no such device");
	if (cmd != TIPC_NL_BEARER_ENABLE && strcmp(name, bearer))
		return fake_refuse(-EINVAL, b.tb[TIPC_NLA_BEARER_NAME],
				   "The device is no bearer");
	snprintf(bearer, sizeof(bearer), "%s",
		 cmd == TIPC_NL_BEARER_DISABLE ? "" : name);
	return set_props(b.tb[TIPC_NLA_BEARER_PROP]);
}

static int change_link(const struct attrs *a, int cmd)
{
	struct attrs l;

	fake_parse_nest(&l, a->tb[TIPC_NLA_LINK]);
	if (strcmp(text(l.tb[TIPC_NLA_LINK_NAME]), link_name))
		return fake_refuse(-EINVAL, l.tb[TIPC_NLA_LINK_NAME],
				   "There is no such link");
	return cmd == TIPC_NL_LINK_SET ? set_props(l.tb[TIPC_NLA_LINK_PROP]) : 0;
}

static int net_set(const struct attrs *a)
{
	struct attrs n;

	fake_parse_nest(&n, a->tb[TIPC_NLA_NET]);
	if (n.tb[TIPC_NLA_NET_ID])
		netid = fake_get_u32(n.tb[TIPC_NLA_NET_ID]);
	if (n.tb[TIPC_NLA_NET_ADDR])
		addr = fake_get_u32(n.tb[TIPC_NLA_NET_ADDR]);
	if (n.tb[TIPC_NLA_NET_NODEID]) {
		memcpy(id, n.tb[TIPC_NLA_NET_NODEID] + 1, 8);
		memcpy(id + 8, n.tb[TIPC_NLA_NET_NODEID_W1] + 1, 8);
	}
	return 0;
}

static int peer_remove(const struct attrs *a)
{
	struct attrs n;

	fake_parse_nest(&n, a->tb[TIPC_NLA_NET]);
	if (n.tb[TIPC_NLA_NET_NODEID] ?
	    memcmp(n.tb[TIPC_NLA_NET_NODEID] + 1, peer_id, 8) :
	    fake_get_u32(n.tb[TIPC_NLA_NET_ADDR]) != 0x1001002)
		return fake_refuse(-ENXIO, NULL, "There is no such node");
	gone = true;
	return 0;
}

static void put_props(int type)
{
	struct nlattr *nest = fake_put(type, NULL, 0);

	fake_put_u32(TIPC_NLA_PROP_PRIO, prio);
	fake_put_u32(TIPC_NLA_PROP_TOL, tol);
	fake_put_u32(TIPC_NLA_PROP_WIN, win);
	fake_put_end(nest);
}

static void node_dump(void)
{
	struct nlmsghdr *hdr;
	struct nlattr *nest;

	if (gone)
		return;
	hdr = fake_begin_reply(true);
	nest = fake_put(TIPC_NLA_NODE, NULL, 0);
	fake_put_u32(TIPC_NLA_NODE_ADDR, 0x1001002);
	fake_put(TIPC_NLA_NODE_ID, peer_id, sizeof(peer_id));
	fake_put(TIPC_NLA_NODE_UP, NULL, 0);
	fake_put_end(nest);
	fake_end(hdr);
}

static void media_dump(void)
{
	struct nlmsghdr *hdr = fake_begin_reply(true);
	struct nlattr *nest = fake_put(TIPC_NLA_MEDIA, NULL, 0);

	fake_put(TIPC_NLA_MEDIA_NAME, "eth", 4);
	put_props(TIPC_NLA_MEDIA_PROP);
	fake_put_end(nest);
	fake_end(hdr);
}

static void names_dump(void)
{
	struct nlmsghdr *hdr = fake_begin_reply(true);
	struct nlattr *nest = fake_put(TIPC_NLA_NAME_TABLE, NULL, 0);
	struct nlattr *publ = fake_put(TIPC_NLA_NAME_TABLE_PUBL, NULL, 0);
	int i;

	for (i = TIPC_NLA_PUBL_TYPE; i <= TIPC_NLA_PUBL_MAX; i++)
		fake_put_u32(i, i == TIPC_NLA_PUBL_SCOPE ? 3 : 100 * i);
	fake_put_end(publ);
	fake_put_end(nest);
	fake_end(hdr);
}

static void sock_dump(void)
{
	struct nlmsghdr *hdr = fake_begin_reply(true);
	struct nlattr *nest = fake_put(TIPC_NLA_SOCK, NULL, 0), *conn;

	fake_put_u32(TIPC_NLA_SOCK_REF, 17);
	fake_put(TIPC_NLA_SOCK_HAS_PUBL, NULL, 0);
	fake_put_end(nest);
	nest = fake_put(TIPC_NLA_SOCK, NULL, 0);
	fake_put_u32(TIPC_NLA_SOCK_REF, 18);
	conn = fake_put(TIPC_NLA_SOCK_CON, NULL, 0);
	fake_put_u32(TIPC_NLA_CON_NODE, 0x1001002);
	fake_put_u32(TIPC_NLA_CON_SOCK, 19);
	fake_put(TIPC_NLA_CON_FLAG, NULL, 0);
	fake_put_u32(TIPC_NLA_CON_TYPE, 1000);
	fake_put_u32(TIPC_NLA_CON_INST, 5);
	fake_put_end(conn);
	fake_put_end(nest);
	fake_end(hdr);
}

static void put_stats(int type, int max)
{
	struct nlattr *nest = fake_put(type, NULL, 0);
	int i;

	for (i = 2; i <= max; i++)
		fake_put_u64(i, 1000 + i);
	fake_put_end(nest);
}

static void cgr_node(void)
{
	struct nlmsghdr *hdr = fake_begin_reply(false);
	struct nlattr *nest = fake_put(TIPC_CGR_A_NODE, NULL, 0);

	fake_put_u32(TIPC_CGR_NODE_A_ADDR, addr);
	fake_put(TIPC_CGR_NODE_A_ID, id, sizeof(id));
	fake_put_u32(TIPC_CGR_NODE_A_NETID, netid);
	fake_put_u32(TIPC_CGR_NODE_A_CAPS, 0x6b);
	fake_put_u32(TIPC_CGR_NODE_A_SOCKETS, 3);
	fake_put_u32(TIPC_CGR_NODE_A_BEARERS, !!*bearer);
	fake_put_u32(TIPC_CGR_NODE_A_PEERS, 1);
	fake_put_u32(TIPC_CGR_NODE_A_PEERS_UP, 1);
	fake_put_end(nest);
	fake_end(hdr);
}

static void cgr_bearer(void)
{
	struct nlmsghdr *hdr;
	struct nlattr *nest;

	if (!*bearer)
		return;
	hdr = fake_begin_reply(true);
	nest = fake_put(TIPC_CGR_A_BEARER, NULL, 0);
	fake_put(TIPC_CGR_BEARER_A_NAME, bearer, strlen(bearer) + 1);
	fake_put_u32(TIPC_CGR_BEARER_A_NUMBER, 0);
	fake_put_u32(TIPC_CGR_BEARER_A_MTU, 1500);
	fake_put_u32(TIPC_CGR_BEARER_A_PRIORITY, prio);
	fake_put_u32(TIPC_CGR_BEARER_A_TOLERANCE, tol);
	fake_put_u32(TIPC_CGR_BEARER_A_WINDOW, win);
	fake_put_u32(TIPC_CGR_BEARER_A_PEERS, 1);
	put_stats(TIPC_CGR_BEARER_A_STATS, TIPC_CGR_BEARER_STAT_MAX);
	fake_put_end(nest);
	fake_end(hdr);
}

static void cgr_link(void)
{
	static const __u64 latency[TIPC_CGR_LATENCIES] = {
		[4] = 700, [7] = 60, [18] = 5, [TIPC_CGR_LATENCIES - 1] = 2 };
	static const __u64 sends[TIPC_CGR_SENDS] = {
		767, 20, [TIPC_CGR_SENDS - 1] = 1 };
	struct nlmsghdr *hdr = fake_begin_reply(true);
	struct nlattr *nest = fake_put(TIPC_CGR_A_LINK, NULL, 0);

	fake_put(TIPC_CGR_LINK_A_NAME, link_name, sizeof(link_name));
	fake_put_u32(TIPC_CGR_LINK_A_PEER, 0x1001002);
	fake_put(TIPC_CGR_LINK_A_PEER_ID, peer_id, sizeof(peer_id));
	fake_put_u32(TIPC_CGR_LINK_A_PEER_CAPS, 0xfff);
	fake_put(TIPC_CGR_LINK_A_BEARER, "eth:eth0", 9);
	fake_put_u8(TIPC_CGR_LINK_A_STATE, TIPC_CGR_LINK_STATE_UP);
	fake_put_u8(TIPC_CGR_LINK_A_END, TIPC_CGR_LINK_END_STUCK);
	fake_put_u32(TIPC_CGR_LINK_A_MTU, 1500);
	fake_put_u32(TIPC_CGR_LINK_A_PRIORITY, prio);
	fake_put_u32(TIPC_CGR_LINK_A_TOLERANCE, tol);
	fake_put_u32(TIPC_CGR_LINK_A_WINDOW, win);
	fake_put_u32(TIPC_CGR_LINK_A_WINDOW_SET, win);
	fake_put_u64(TIPC_CGR_LINK_A_RTT, 123456);
	put_stats(TIPC_CGR_LINK_A_STATS, TIPC_CGR_LINK_STAT_MAX);
	fake_put(TIPC_CGR_LINK_A_LATENCY, latency, sizeof(latency));
	fake_put(TIPC_CGR_LINK_A_SENDS, sends, sizeof(sends));
	fake_put_end(nest);
	fake_end(hdr);
}

static int v2(int cmd, const struct attrs *a)
{
	switch (cmd) {
	case TIPC_NL_BEARER_ENABLE:
	case TIPC_NL_BEARER_DISABLE:
	case TIPC_NL_BEARER_SET:
		return change_bearer(a, cmd);
	case TIPC_NL_LINK_SET:
	case TIPC_NL_LINK_RESET_STATS:
		return change_link(a, cmd);
	case TIPC_NL_MEDIA_SET:
		fake_parse_nest((struct attrs *)a, a->tb[TIPC_NLA_MEDIA]);
		return set_props(a->tb[TIPC_NLA_MEDIA_PROP]);
	case TIPC_NL_NET_SET:
		return net_set(a);
	case TIPC_NL_PEER_REMOVE:
		return peer_remove(a);
	case TIPC_NL_NODE_GET:
		node_dump();
		return 0;
	case TIPC_NL_MEDIA_GET:
		media_dump();
		return 0;
	case TIPC_NL_NAME_TABLE_GET:
		names_dump();
		return 0;
	case TIPC_NL_SOCK_GET:
		sock_dump();
		return 0;
	}
	REQUIRE(!"a command");
	return 0;
}

void fake_tipc(void)
{
	const struct genlmsghdr *genl = (const void *)(fake_req + 1);
	bool dump = (fake_req->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	struct attrs a;
	int err = 0;

	fake_parse(&a, (const char *)genl + GENL_HDRLEN,
		   fake_req->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN);
	if (fake_req->nlmsg_type == FAKE_TIPC)
		err = v2(genl->cmd, &a);
	else if (genl->cmd == TIPC_CGR_CMD_NODE_GET)
		cgr_node();
	else if (genl->cmd == TIPC_CGR_CMD_BEARER_GET)
		cgr_bearer();
	else
		cgr_link();
	if (dump)
		fake_done(0);
	else
		fake_acknowledge(err);
}
