/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family: what its objects share.
 */
#ifndef _MFIB_NETLINK_H
#define _MFIB_NETLINK_H

#include <linux/mfib.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "dst.h"
#include "prefix.h"

struct mfib_fib;
struct mfib_info;
struct mfib_net;
struct mfib_nexthop;
struct mfib_nexthop_match;
struct mfib_nexthop_spec;
struct mfib_route_filter;

/**
 * struct mfib_nl_dump - where a dump of objects with ids is
 * @id: the next object has this id, or a higher one
 * @done: there is none
 */
struct mfib_nl_dump {
	unsigned long id;
	bool done;
};

/**
 * struct mfib_nl_route - a route as it goes into a message
 * @fib: its FIB
 * @prefix: its prefix
 * @info: the rest of it
 * @active: whether it forwards
 */
struct mfib_nl_route {
	const struct mfib_fib *fib;
	const struct mfib_prefix *prefix;
	const struct mfib_info *info;
	bool active;
};

/**
 * struct mfib_nl_place - where a request wants packets to go
 * @ifindex: the attribute that names the device, NULL if there is none
 * @gateway: that of the gateway, likewise
 * @fib_id: that of the FIB to look them up in, likewise
 * @mtu: MTU of the path
 */
struct mfib_nl_place {
	const struct nlattr *ifindex;
	const struct nlattr *gateway;
	const struct nlattr *fib_id;
	struct mfib_mtu mtu;
};

extern struct genl_family mfib_genl_family;

/* Policies, by object. */
extern const struct nla_policy mfib_fib_policy[MFIB_FIB_A_MAX + 1];
extern const struct nla_policy mfib_port_policy[MFIB_PORT_A_MAX + 1];
extern const struct nla_policy mfib_group_policy[MFIB_GROUP_A_MAX + 1];
extern const struct nla_policy mfib_member_policy[MFIB_MEMBER_A_MAX + 1];
extern const struct nla_policy mfib_nexthop_policy[MFIB_NEXTHOP_A_MAX + 1];
extern const struct nla_policy mfib_route_policy[MFIB_ROUTE_A_MAX + 1];

/* nl_fib.c */
int mfib_nl_fib_new(struct sk_buff *skb, struct genl_info *info);
int mfib_nl_fib_del(struct sk_buff *skb, struct genl_info *info);
int mfib_nl_fib_get(struct sk_buff *skb, struct genl_info *info);
int mfib_nl_fib_dump(struct sk_buff *skb, struct netlink_callback *cb);
int mfib_nl_fib_put(struct sk_buff *skb, struct mfib_net *mnet,
		    const void *object);
int mfib_nl_fib_check(struct sk_buff *skb, struct genl_info *info);

/* nl_port.c */
int mfib_nl_port_set(struct sk_buff *skb, struct genl_info *info);
int mfib_nl_port_put(struct sk_buff *skb, struct mfib_net *mnet,
		     const void *object);
int mfib_nl_port_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* nl_nexthop.c */
int mfib_nl_nexthop_new(struct sk_buff *skb, struct genl_info *info);
int mfib_nl_nexthop_del(struct sk_buff *skb, struct genl_info *info);
int mfib_nl_nexthop_get(struct sk_buff *skb, struct genl_info *info);
int mfib_nl_nexthop_dump(struct sk_buff *skb, struct netlink_callback *cb);
int mfib_nl_nexthop_spec(struct mfib_net *mnet,
			 const struct mfib_nl_place *place,
			 struct mfib_nexthop_spec *spec,
			 struct netlink_ext_ack *extack);
const struct nlattr *mfib_nl_place_first(struct nlattr *const tb[]);
int mfib_nl_place(struct nlattr *const tb[], struct mfib_nl_place *place,
		  struct netlink_ext_ack *extack);
int mfib_nl_nexthop_match(struct nlattr *const tb[],
			  struct mfib_nexthop_match *match,
			  struct netlink_ext_ack *extack);
int mfib_nl_nexthop_move(const struct mfib_nexthop *nh,
			 const struct net_device *to,
			 const struct nlattr *attr,
			 struct netlink_ext_ack *extack);
int mfib_nl_nexthop_put_all(struct sk_buff *skb, struct mfib_net *mnet,
			    const void *object);
int mfib_nl_nexthop_put_place(struct sk_buff *skb, int ifindex, int gateway,
			      const struct mfib_nexthop *nh);
int mfib_nl_nexthop_put(struct sk_buff *skb, int attr,
			const struct mfib_nexthop *nh);

/* nl_group.c */
int mfib_nl_group_set(struct mfib_net *mnet, struct mfib_nexthop *nh,
		      struct nlattr *tb[], struct netlink_ext_ack *extack);
int mfib_nl_group_put(struct sk_buff *skb, const struct mfib_nexthop *nh);

/* nl_hop.c */
struct mfib_nexthop *mfib_nl_hop(struct mfib_fib *fib,
				 const struct nlattr *nest,
				 const struct mfib_nexthop *to, bool is_foreign,
				 struct netlink_ext_ack *extack);
int mfib_nl_hop_match(const struct nlattr *nest,
		      struct mfib_nexthop_match *match,
		      struct netlink_ext_ack *extack);

/* nl_route.c */
int mfib_nl_route_new(struct sk_buff *skb, struct genl_info *info);
int mfib_nl_route_del(struct sk_buff *skb, struct genl_info *info);
int mfib_nl_route_get(struct sk_buff *skb, struct genl_info *info);
int mfib_nl_route_lookup(struct sk_buff *skb, struct genl_info *info);
int mfib_nl_route_put(struct sk_buff *skb, struct mfib_net *mnet,
		      const void *object);
int mfib_nl_route_filter(struct nlattr *const attrs[],
			 struct mfib_route_filter *filter,
			 struct netlink_ext_ack *extack);

/* nl_draft.c */
struct mfib_fib *mfib_nl_find_routes(struct genl_info *info,
				     struct mfib_net *mnet);
int mfib_nl_draft_new(struct sk_buff *skb, struct genl_info *info);
int mfib_nl_draft_del(struct sk_buff *skb, struct genl_info *info);
int mfib_nl_draft_commit(struct sk_buff *skb, struct genl_info *info);

/* nl_route_dump.c */
int mfib_nl_route_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* netlink.c */
struct mfib_net *mfib_nl_lock(struct genl_info *info);
struct mfib_fib *mfib_nl_find_fib(struct mfib_net *mnet,
				  const struct nlattr *id,
				  struct netlink_ext_ack *extack);
struct nlattr *mfib_nl_object(struct genl_info *info, int attr);
int mfib_nl_bulk(struct genl_info *info, int attr, int maxtype,
		 const struct nla_policy *policy,
		 int (*one)(struct mfib_net *mnet, struct mfib_fib *fib,
			    struct nlattr *tb[], u16 flags,
			    struct netlink_ext_ack *extack),
		 struct mfib_net *mnet, struct mfib_fib *fib);
int mfib_nl_fill(struct sk_buff *skb, void *hdr, struct mfib_net *mnet,
		 int (*put)(struct sk_buff *skb, struct mfib_net *mnet,
			    const void *object),
		 const void *object);
int mfib_nl_reply(struct genl_info *info, u8 cmd, struct mfib_net *mnet,
		  int (*put)(struct sk_buff *skb, struct mfib_net *mnet,
			     const void *object),
		  const void *object);
int mfib_nl_unfiltered(struct netlink_callback *cb, int attr);
int mfib_nl_dump_one(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		     struct mfib_net *mnet,
		     int (*put)(struct sk_buff *skb, struct mfib_net *mnet,
				const void *object),
		     const void *object);

int mfib_nl_setup(void);
void mfib_nl_teardown(void);

#endif /* _MFIB_NETLINK_H */
