// SPDX-License-Identifier: GPL-2.0
#include "tipc_decode.h"

#include <string.h>
#include <linux/tipc_cgr.h>
#include <linux/tipc_netlink.h>
#include <netlink/attr.h>

#include "attr.h"

const struct tipc_layout tipc_node_layout = {
	.max = TIPC_CGR_NODE_A_MAX,
	.kind = {
		[TIPC_CGR_NODE_A_ADDR] = TIPC_KIND_U32,
		[TIPC_CGR_NODE_A_TRIAL] = TIPC_KIND_U32,
		[TIPC_CGR_NODE_A_ID] = TIPC_KIND_ID,
		[TIPC_CGR_NODE_A_NETID ... TIPC_CGR_NODE_A_PEERS_UP] =
			TIPC_KIND_U32,
	},
};

const struct tipc_layout tipc_bearer_layout = {
	.max = TIPC_CGR_BEARER_A_MAX,
	.kind = {
		[TIPC_CGR_BEARER_A_NAME] = TIPC_KIND_TEXT,
		[TIPC_CGR_BEARER_A_NUMBER ... TIPC_CGR_BEARER_A_PEERS] =
			TIPC_KIND_U32,
		[TIPC_CGR_BEARER_A_STATS] = TIPC_KIND_NEST64,
	},
	.sub_max = TIPC_CGR_BEARER_STAT_MAX,
};

const struct tipc_layout tipc_link_layout = {
	.max = TIPC_CGR_LINK_A_MAX,
	.kind = {
		[TIPC_CGR_LINK_A_NAME] = TIPC_KIND_TEXT,
		[TIPC_CGR_LINK_A_PEER] = TIPC_KIND_U32,
		[TIPC_CGR_LINK_A_PEER_ID] = TIPC_KIND_ID,
		[TIPC_CGR_LINK_A_PEER_CAPS] = TIPC_KIND_U32,
		[TIPC_CGR_LINK_A_BEARER] = TIPC_KIND_TEXT,
		[TIPC_CGR_LINK_A_STATE] = TIPC_KIND_U8,
		[TIPC_CGR_LINK_A_END] = TIPC_KIND_U8,
		[TIPC_CGR_LINK_A_MTU ... TIPC_CGR_LINK_A_IN_FLIGHT] =
			TIPC_KIND_U32,
		[TIPC_CGR_LINK_A_WAITING] = TIPC_KIND_U64,
		[TIPC_CGR_LINK_A_RTT] = TIPC_KIND_U64,
		[TIPC_CGR_LINK_A_STATS] = TIPC_KIND_NEST64,
		[TIPC_CGR_LINK_A_LATENCY] = TIPC_KIND_ARRAY64,
		[TIPC_CGR_LINK_A_SENDS] = TIPC_KIND_ARRAY64,
	},
	.sub_max = TIPC_CGR_LINK_STAT_MAX,
};

const struct tipc_layout tipc_peer_layout = {
	.max = TIPC_NLA_NODE_MAX,
	.kind = {
		[TIPC_NLA_NODE_ADDR] = TIPC_KIND_U32,
		[TIPC_NLA_NODE_UP] = TIPC_KIND_FLAG,
		[TIPC_NLA_NODE_ID] = TIPC_KIND_ID,
	},
};

const struct tipc_layout tipc_media_layout = {
	.max = TIPC_NLA_MEDIA_MAX,
	.kind = {
		[TIPC_NLA_MEDIA_NAME] = TIPC_KIND_TEXT,
		[TIPC_NLA_MEDIA_PROP] = TIPC_KIND_NEST32,
	},
	.sub_max = TIPC_NLA_PROP_MAX,
};

const struct tipc_layout tipc_name_layout = {
	.max = TIPC_NLA_NAME_TABLE_MAX,
	.kind = {
		[TIPC_NLA_NAME_TABLE_PUBL] = TIPC_KIND_NEST32,
	},
	.sub_max = TIPC_NLA_PUBL_MAX,
};

const struct tipc_layout tipc_sock_layout = {
	.max = TIPC_NLA_SOCK_MAX,
	.kind = {
		[TIPC_NLA_SOCK_ADDR] = TIPC_KIND_U32,
		[TIPC_NLA_SOCK_REF] = TIPC_KIND_U32,
		[TIPC_NLA_SOCK_CON] = TIPC_KIND_NEST32,
		[TIPC_NLA_SOCK_HAS_PUBL] = TIPC_KIND_FLAG,
	},
	.sub_max = TIPC_NLA_CON_MAX,
};

static int get_u32(struct nlattr *attr, __u64 *val)
{
	__u32 num = 0;

	if (attr_get_u32(attr, &num))
		return -1;
	*val = num;
	return 0;
}

static int get_u8(struct nlattr *attr, __u64 *val)
{
	__u8 num = 0;

	if (attr_get_u8(attr, &num))
		return -1;
	*val = num;
	return 0;
}

static int get_sub(struct nlattr *nest, const struct tipc_layout *layout,
		   bool wide, struct tipc_object *obj)
{
	struct nlattr *tb[TIPC_ATTRS_MAX];
	int i;

	if (nla_parse_nested(tb, layout->sub_max, nest, NULL))
		return -1;
	for (i = 1; i <= layout->sub_max; i++) {
		obj->sub_has[i] = tb[i];
		if (!tb[i] || !nla_len(tb[i]))
			continue;
		if (wide ? attr_get_u64(tb[i], &obj->sub[i]) :
			   get_u32(tb[i], &obj->sub[i]))
			return -1;
	}
	return 0;
}

static int get(struct nlattr *attr, int i, const struct tipc_layout *layout,
	       struct tipc_object *obj)
{
	switch (layout->kind[i]) {
	case TIPC_KIND_U8:
		return get_u8(attr, &obj->num[i]);
	case TIPC_KIND_U32:
		return get_u32(attr, &obj->num[i]);
	case TIPC_KIND_U64:
		return attr_get_u64(attr, &obj->num[i]);
	case TIPC_KIND_TEXT:
		if (nla_len(attr) < 1 ||
		    !memchr(nla_data(attr), 0, nla_len(attr)))
			return -1;
		obj->text[i] = nla_data(attr);
		return 0;
	case TIPC_KIND_ID:
		if (nla_len(attr) != TIPC_ID_LEN)
			return -1;
		obj->id[i] = nla_data(attr);
		return 0;
	case TIPC_KIND_ARRAY64:
		if (nla_len(attr) % sizeof(__u64))
			return -1;
		obj->array[i] = nla_data(attr);
		obj->array_len[i] = nla_len(attr) / sizeof(__u64);
		return 0;
	case TIPC_KIND_NEST32:
	case TIPC_KIND_NEST64:
		return get_sub(attr, layout,
			       layout->kind[i] == TIPC_KIND_NEST64, obj);
	default:
		return 0;
	}
}

/**
 * decode_tipc() - decode an object
 * @nest: the object
 * @layout: what it consists of
 * @obj: set; refers to @nest
 *
 * Return: 0, or -1 if it is malformed.
 */
int decode_tipc(struct nlattr *nest, const struct tipc_layout *layout,
		struct tipc_object *obj)
{
	struct nlattr *tb[TIPC_ATTRS_MAX];
	int i;

	memset(obj, 0, sizeof(*obj));
	if (nla_parse_nested(tb, layout->max, nest, NULL))
		return -1;
	for (i = 1; i <= layout->max; i++) {
		obj->has[i] = tb[i];
		if (tb[i] && get(tb[i], i, layout, obj))
			return -1;
	}
	return 0;
}
