// SPDX-License-Identifier: GPL-2.0
/*
 * cgr tipc: objects as they are shown.
 */
#include "tipc.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <linux/tipc.h>
#include <linux/tipc_cgr.h>
#include <linux/tipc_netlink.h>
#include <netlink/attr.h>
#include <netlink/netlink.h>

#include "cgr.h"
#include "object.h"
#include "tipc_decode.h"

static const char *const bearer_stats[TIPC_CGR_BEARER_STAT_MAX + 1] = {
	[TIPC_CGR_BEARER_STAT_RX] = "rx",
	[TIPC_CGR_BEARER_STAT_TX] = "tx",
	[TIPC_CGR_BEARER_STAT_RX_DISC] = "rx_discovery",
	[TIPC_CGR_BEARER_STAT_DUPLICATE] = "duplicate_nodes",
	[TIPC_CGR_BEARER_STAT_DROP_MALFORMED] = "drop_malformed",
	[TIPC_CGR_BEARER_STAT_DROP_FOREIGN] = "drop_foreign",
	[TIPC_CGR_BEARER_STAT_DROP_UNKNOWN] = "drop_unknown",
	[TIPC_CGR_BEARER_STAT_DROP_BROADCAST] = "drop_broadcast",
	[TIPC_CGR_BEARER_STAT_DROP_MEMORY] = "drop_memory",
	[TIPC_CGR_BEARER_STAT_DROP_TX] = "drop_tx",
};

static const char *const link_stats[TIPC_CGR_LINK_STAT_MAX + 1] = {
	[TIPC_CGR_LINK_STAT_TX_PACKETS] = "tx_packets",
	[TIPC_CGR_LINK_STAT_TX_MESSAGES] = "tx_messages",
	[TIPC_CGR_LINK_STAT_TX_FRAGMENTS] = "tx_fragments",
	[TIPC_CGR_LINK_STAT_TX_FRAGMENTED] = "tx_fragmented",
	[TIPC_CGR_LINK_STAT_TX_BUNDLES] = "tx_bundles",
	[TIPC_CGR_LINK_STAT_TX_BUNDLED] = "tx_bundled",
	[TIPC_CGR_LINK_STAT_TX_RETRANSMITS] = "tx_retransmits",
	[TIPC_CGR_LINK_STAT_TX_REFUSED] = "tx_refused",
	[TIPC_CGR_LINK_STAT_TX_SHRINKS] = "tx_shrinks",
	[TIPC_CGR_LINK_STAT_TX_STATES] = "tx_states",
	[TIPC_CGR_LINK_STAT_TX_PROBES] = "tx_probes",
	[TIPC_CGR_LINK_STAT_TX_GAPS] = "tx_gaps",
	[TIPC_CGR_LINK_STAT_RX_PACKETS] = "rx_packets",
	[TIPC_CGR_LINK_STAT_RX_MESSAGES] = "rx_messages",
	[TIPC_CGR_LINK_STAT_RX_FRAGMENTS] = "rx_fragments",
	[TIPC_CGR_LINK_STAT_RX_FRAGMENTED] = "rx_fragmented",
	[TIPC_CGR_LINK_STAT_RX_BUNDLES] = "rx_bundles",
	[TIPC_CGR_LINK_STAT_RX_BUNDLED] = "rx_bundled",
	[TIPC_CGR_LINK_STAT_RX_EARLY] = "rx_early",
	[TIPC_CGR_LINK_STAT_RX_STATES] = "rx_states",
	[TIPC_CGR_LINK_STAT_RX_PROBES] = "rx_probes",
	[TIPC_CGR_LINK_STAT_RX_GAPS] = "rx_gaps",
	[TIPC_CGR_LINK_STAT_DROP_DUPLICATE] = "drop_duplicate",
	[TIPC_CGR_LINK_STAT_DROP_TOO_FAR] = "drop_too_far",
	[TIPC_CGR_LINK_STAT_DROP_WRONG] = "drop_wrong",
	[TIPC_CGR_LINK_STAT_DROP_MEMORY] = "drop_memory",
	[TIPC_CGR_LINK_STAT_DROP_STALE] = "drop_stale",
	[TIPC_CGR_LINK_STAT_DROP_UNWANTED] = "drop_unwanted",
	[TIPC_CGR_LINK_STAT_NAMES_REFUSED] = "names_refused",
	[TIPC_CGR_LINK_STAT_UPS] = "ups",
};

static const char *const states[] = { "down", "ready", "up", "broken" };
static const char *const ends[] = { "silence", "peer", "stuck", "flood", "owner" };

static const char *name_of(const char *const *names, unsigned int nr,
			   unsigned long long num)
{
	return num < nr ? names[num] : "unknown";
}

/* Keys of JSON as words of the text. */
static void spell(char *fmt)
{
	for (; *fmt != ' '; fmt++) {
		if (*fmt == '_')
			*fmt = '-';
	}
}

/* The key is the word in front of the number. */
static void put_num(struct printer *p, const char *key, __u64 num)
{
	char fmt[64];

	snprintf(fmt, sizeof(fmt), "%s %%llu", key);
	spell(fmt);
	print_num(p, PRINT_ANY, key, fmt, num);
}

static void put_hex(struct printer *p, const char *key, __u32 num)
{
	char text[9], fmt[64];

	snprintf(text, sizeof(text), "%08x", num);
	snprintf(fmt, sizeof(fmt), "%s %%s", key);
	spell(fmt);
	print_str(p, PRINT_ANY, key, fmt, text);
}

/* An identity is text, or else hexadecimal. */
static void put_id(struct printer *p, const char *key, const __u8 *id)
{
	char text[2 * TIPC_ID_LEN + 1] = "", fmt[64];
	int i, len = id ? strnlen((const char *)id, TIPC_ID_LEN) : 0;
	bool plain = true;

	if (!id)
		return;
	for (i = 0; i < TIPC_ID_LEN; i++)
		plain = plain && (i < len ? isgraph(id[i]) : !id[i]);
	for (i = 0; i < TIPC_ID_LEN; i++)
		sprintf(text + 2 * i, "%02x", id[i]);
	if (plain)
		snprintf(text, sizeof(text), "%.*s", len, id);
	if (!*text)
		return;
	snprintf(fmt, sizeof(fmt), "%s %%s", key);
	print_foreign(p, PRINT_ANY, key, fmt, text);
}

static void put_stats(struct cgr *c, const struct tipc_object *obj,
		      const char *const *names, int max)
{
	struct printer *p = &c->out;
	char group = 0;
	int i;

	if (!c->opt.stats)
		return;
	print_object(p, "stats");
	for (i = 1; i <= max; i++) {
		if (!names[i] || !obj->sub_has[i])
			continue;
		/* A line for each group that begins alike. */
		if (group != names[i][0])
			print_indent(p, 1);
		group = names[i][0];
		put_num(p, names[i], obj->sub[i]);
	}
	print_close(p);
}

static void show_node(struct cgr *c, const struct tipc_object *obj)
{
	struct printer *p = &c->out;

	put_id(p, "identity", obj->id[TIPC_CGR_NODE_A_ID]);
	put_hex(p, "address", obj->num[TIPC_CGR_NODE_A_ADDR]);
	if (obj->has[TIPC_CGR_NODE_A_TRIAL])
		put_hex(p, "trial", obj->num[TIPC_CGR_NODE_A_TRIAL]);
	put_num(p, "netid", obj->num[TIPC_CGR_NODE_A_NETID]);
	put_num(p, "bearers", obj->num[TIPC_CGR_NODE_A_BEARERS]);
	put_num(p, "peers", obj->num[TIPC_CGR_NODE_A_PEERS]);
	put_num(p, "up", obj->num[TIPC_CGR_NODE_A_PEERS_UP]);
	put_num(p, "sockets", obj->num[TIPC_CGR_NODE_A_SOCKETS]);
	if (c->opt.details)
		put_hex(p, "capabilities", obj->num[TIPC_CGR_NODE_A_CAPS]);
}

static void show_bearer(struct cgr *c, const struct tipc_object *obj)
{
	struct printer *p = &c->out;

	if (obj->text[TIPC_CGR_BEARER_A_NAME])
		print_foreign(p, PRINT_ANY, "bearer", "bearer %s",
			      obj->text[TIPC_CGR_BEARER_A_NAME]);
	put_num(p, "peers", obj->num[TIPC_CGR_BEARER_A_PEERS]);
	put_num(p, "mtu", obj->num[TIPC_CGR_BEARER_A_MTU]);
	put_num(p, "priority", obj->num[TIPC_CGR_BEARER_A_PRIORITY]);
	put_num(p, "tolerance", obj->num[TIPC_CGR_BEARER_A_TOLERANCE]);
	put_num(p, "window", obj->num[TIPC_CGR_BEARER_A_WINDOW]);
	if (c->opt.details) {
		put_num(p, "number", obj->num[TIPC_CGR_BEARER_A_NUMBER]);
		put_hex(p, "domain", obj->num[TIPC_CGR_BEARER_A_DOMAIN]);
	}
	put_stats(c, obj, bearer_stats, TIPC_CGR_BEARER_STAT_MAX);
}

static __u64 entry(const struct tipc_object *obj, int type, unsigned int i)
{
	__u64 num;

	memcpy(&num, (const char *)obj->array[type] + i * sizeof(num),
	       sizeof(num));
	return num;
}

/* Times in a line of text are as short as they can be. */
static void time_text(char *text, __u64 ns)
{
	if (ns < 1000000)
		sprintf(text, "%lluus", ns / 1000);
	else if (ns < 1000000000)
		sprintf(text, "%llums", ns / 1000000);
	else
		sprintf(text, "%llus", ns / 1000000000);
}

/* What has been acknowledged, by how long that took. */
static void put_latency(struct cgr *c, const struct tipc_object *obj)
{
	unsigned int i, len = obj->array_len[TIPC_CGR_LINK_A_LATENCY];
	__u64 below = TIPC_CGR_LATENCY_MIN, num;
	char text[64], limit[32];
	struct printer *p = &c->out;

	print_indent(p, 1);
	print_str(p, PRINT_TEXT, NULL, "%s", "latency");
	print_array(p, "latency");
	for (i = 0; i < len; i++, below *= 2) {
		num = entry(obj, TIPC_CGR_LINK_A_LATENCY, i);
		if (!num)
			continue;
		time_text(limit, i < len - 1 ? below : below / 2);
		sprintf(text, "%s%s %llu", i < len - 1 ? "<" : ">=", limit, num);
		print_object(p, NULL);
		print_str(p, PRINT_TEXT, NULL, "%s", text);
		if (i < len - 1)
			print_num(p, PRINT_JSON, "below_ns", "", below);
		print_num(p, PRINT_JSON, "packets", "", num);
		print_close(p);
	}
	print_close(p);
}

/* What has been acknowledged, by how often it was sent. */
static void put_sends(struct cgr *c, const struct tipc_object *obj)
{
	unsigned int i, len = obj->array_len[TIPC_CGR_LINK_A_SENDS];
	struct printer *p = &c->out;
	char text[64];
	__u64 num;

	print_indent(p, 1);
	print_str(p, PRINT_TEXT, NULL, "%s", "sends");
	print_array(p, "sends");
	for (i = 0; i < len; i++) {
		num = entry(obj, TIPC_CGR_LINK_A_SENDS, i);
		if (!num)
			continue;
		sprintf(text, "%s%u %llu", i < len - 1 ? "" : ">=", i + 1, num);
		print_object(p, NULL);
		print_str(p, PRINT_TEXT, NULL, "%s", text);
		print_num(p, PRINT_JSON, "times", "", i + 1);
		print_num(p, PRINT_JSON, "packets", "", num);
		print_close(p);
	}
	print_close(p);
}

static void show_link(struct cgr *c, const struct tipc_object *obj)
{
	bool up = obj->num[TIPC_CGR_LINK_A_STATE] == TIPC_CGR_LINK_STATE_UP;
	struct printer *p = &c->out;

	if (obj->text[TIPC_CGR_LINK_A_NAME])
		print_foreign(p, PRINT_ANY, "link", "link %s",
			      obj->text[TIPC_CGR_LINK_A_NAME]);
	print_str(p, PRINT_ANY, "state", "%s",
		  name_of(states, ARRAY_SIZE(states),
			  obj->num[TIPC_CGR_LINK_A_STATE]));
	/* It has broken if it came up, and is not up or came up again. */
	if (obj->sub[TIPC_CGR_LINK_STAT_UPS] > up)
		print_str(p, PRINT_ANY, "end", "end %s",
			  name_of(ends, ARRAY_SIZE(ends),
				  obj->num[TIPC_CGR_LINK_A_END]));
	put_num(p, "mtu", obj->num[TIPC_CGR_LINK_A_MTU]);
	put_num(p, "priority", obj->num[TIPC_CGR_LINK_A_PRIORITY]);
	put_num(p, "tolerance", obj->num[TIPC_CGR_LINK_A_TOLERANCE]);
	put_num(p, "window", obj->num[TIPC_CGR_LINK_A_WINDOW]);
	put_num(p, "rtt_ns", obj->num[TIPC_CGR_LINK_A_RTT]);
	if (c->opt.details) {
		print_indent(p, 1);
		put_hex(p, "peer", obj->num[TIPC_CGR_LINK_A_PEER]);
		put_id(p, "identity", obj->id[TIPC_CGR_LINK_A_PEER_ID]);
		put_hex(p, "capabilities",
			obj->num[TIPC_CGR_LINK_A_PEER_CAPS]);
		if (obj->text[TIPC_CGR_LINK_A_BEARER])
			print_foreign(p, PRINT_ANY, "bearer", "bearer %s",
				      obj->text[TIPC_CGR_LINK_A_BEARER]);
		put_num(p, "window_set",
			obj->num[TIPC_CGR_LINK_A_WINDOW_SET]);
		put_num(p, "in_flight", obj->num[TIPC_CGR_LINK_A_IN_FLIGHT]);
		put_num(p, "waiting", obj->num[TIPC_CGR_LINK_A_WAITING]);
	}
	put_stats(c, obj, link_stats, TIPC_CGR_LINK_STAT_MAX);
	if (c->opt.stats) {
		put_latency(c, obj);
		put_sends(c, obj);
	}
}

static void show_peer(struct cgr *c, const struct tipc_object *obj)
{
	struct printer *p = &c->out;

	put_id(p, "identity", obj->id[TIPC_NLA_NODE_ID]);
	put_hex(p, "address", obj->num[TIPC_NLA_NODE_ADDR]);
	print_str(p, PRINT_ANY, "state", "%s",
		  obj->has[TIPC_NLA_NODE_UP] ? "up" : "down");
}

static void show_media(struct cgr *c, const struct tipc_object *obj)
{
	struct printer *p = &c->out;

	if (obj->text[TIPC_NLA_MEDIA_NAME])
		print_foreign(p, PRINT_ANY, "media", "media %s",
			      obj->text[TIPC_NLA_MEDIA_NAME]);
	put_num(p, "priority", obj->sub[TIPC_NLA_PROP_PRIO]);
	put_num(p, "tolerance", obj->sub[TIPC_NLA_PROP_TOL]);
	put_num(p, "window", obj->sub[TIPC_NLA_PROP_WIN]);
}

static void show_name(struct cgr *c, const struct tipc_object *obj)
{
	struct printer *p = &c->out;

	put_num(p, "type", obj->sub[TIPC_NLA_PUBL_TYPE]);
	put_num(p, "lower", obj->sub[TIPC_NLA_PUBL_LOWER]);
	put_num(p, "upper", obj->sub[TIPC_NLA_PUBL_UPPER]);
	print_str(p, PRINT_ANY, "scope", "scope %s",
		  obj->sub[TIPC_NLA_PUBL_SCOPE] == TIPC_NODE_SCOPE ? "node" :
		  "cluster");
	put_hex(p, "node", obj->sub[TIPC_NLA_PUBL_NODE]);
	put_num(p, "socket", obj->sub[TIPC_NLA_PUBL_REF]);
	if (c->opt.details)
		put_num(p, "key", obj->sub[TIPC_NLA_PUBL_KEY]);
}

static void show_sock(struct cgr *c, const struct tipc_object *obj)
{
	struct printer *p = &c->out;

	put_num(p, "socket", obj->num[TIPC_NLA_SOCK_REF]);
	print_bool(p, "bound", obj->has[TIPC_NLA_SOCK_HAS_PUBL]);
	if (!obj->has[TIPC_NLA_SOCK_CON])
		return;
	put_hex(p, "peer_node", obj->sub[TIPC_NLA_CON_NODE]);
	put_num(p, "peer_socket", obj->sub[TIPC_NLA_CON_SOCK]);
	if (!obj->sub_has[TIPC_NLA_CON_FLAG])
		return;
	put_num(p, "type", obj->sub[TIPC_NLA_CON_TYPE]);
	put_num(p, "instance", obj->sub[TIPC_NLA_CON_INST]);
}

/* How the objects of a command are asked for, decoded and shown. */
struct view {
	const char *cmd;
	bool cgr;
	int genl;
	int flags;
	int attr;
	const struct tipc_layout *layout;
	void (*show)(struct cgr *c, const struct tipc_object *obj);
};

static const struct view views[] = {
	{ "show", true, TIPC_CGR_CMD_NODE_GET, 0, TIPC_CGR_A_NODE,
	  &tipc_node_layout, show_node },
	{ "node", true, TIPC_CGR_CMD_NODE_GET, 0, TIPC_CGR_A_NODE,
	  &tipc_node_layout, show_node },
	{ "bearer", true, TIPC_CGR_CMD_BEARER_GET, NLM_F_DUMP,
	  TIPC_CGR_A_BEARER, &tipc_bearer_layout, show_bearer },
	{ "link", true, TIPC_CGR_CMD_LINK_GET, NLM_F_DUMP, TIPC_CGR_A_LINK,
	  &tipc_link_layout, show_link },
	{ "peer", false, TIPC_NL_NODE_GET, NLM_F_DUMP, TIPC_NLA_NODE,
	  &tipc_peer_layout, show_peer },
	{ "media", false, TIPC_NL_MEDIA_GET, NLM_F_DUMP, TIPC_NLA_MEDIA,
	  &tipc_media_layout, show_media },
	{ "nametable", false, TIPC_NL_NAME_TABLE_GET, NLM_F_DUMP,
	  TIPC_NLA_NAME_TABLE, &tipc_name_layout, show_name },
	{ "socket", false, TIPC_NL_SOCK_GET, NLM_F_DUMP, TIPC_NLA_SOCK,
	  &tipc_sock_layout, show_sock },
};

struct showing {
	struct cgr *c;
	const struct view *view;
};

static int show_one(struct nlattr *attr, __unused const struct nlmsghdr *hdr,
		    void *arg)
{
	const struct showing *s = arg;
	struct tipc_object obj;

	if (nla_type(attr) != s->view->attr)
		return 0;
	if (decode_tipc(attr, s->view->layout, &obj))
		return -1;
	print_object(&s->c->out, NULL);
	s->view->show(s->c, &obj);
	print_close(&s->c->out);
	print_line_end(&s->c->out);
	return 0;
}

/**
 * tipc_show() - show all objects of a command
 * @c: context
 * @cmd: the command
 *
 * Return: enum cgr_status
 */
int tipc_show(struct cgr *c, const struct cgr_cmd *cmd)
{
	const struct view *view = views;
	struct showing s = { .c = c };
	struct request r;

	while (strcmp(view->cmd, cmd->name))
		view++;
	s.view = view;
	if (view->cgr ?
	    request_tipc_cgr(&r, &c->nl, view->genl, view->flags, &c->err) :
	    request_tipc(&r, &c->nl, view->genl, view->flags, &c->err))
		return CGR_KERNEL;
	return request_talk(&r, c->nl.tipc, NULL, show_one, &s, &c->err) ?
		CGR_KERNEL : CGR_OK;
}
