/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family TIPCv2, and our own one with what TIPCv2 has no
 * attributes for. Each kind of object has a file nl_OBJECT.c.
 */
#ifndef _TIPC_NETLINK_H
#define _TIPC_NETLINK_H

#include <linux/tipc_netlink.h>
#include <net/genetlink.h>

struct rhashtable_iter;
struct sock;
struct tipc_sock;

extern struct genl_family tipc_genl_family;

int tipc_nl_setup(void);
void tipc_nl_teardown(void);
int tipc_nl_parse(struct nlattr **tb, int max, const struct nlattr *nest,
		  const struct nla_policy *policy,
		  struct netlink_ext_ack *extack);
int tipc_nl_object(struct genl_info *info, int type, struct nlattr **tb,
		   int max, const struct nla_policy *policy);
int tipc_nl_answer(struct genl_info *info, const struct genl_family *family,
		   int (*put)(struct sk_buff *skb, void *arg), void *arg);
void *tipc_nl_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct genl_family *family, u8 cmd,
		       int (*put)(struct sk_buff *skb, void *arg), void *arg);

/*
 * To be called at the begin and end of each step of a dump with the number of changes
 * there have been: if it is not the same at last as at first, the end of the dump
 * says so. The messages do not, for each is good, and readers stop at the first one
 * that does.
 */
static inline void tipc_nl_watch(struct netlink_callback *cb,
				 unsigned int changes)
{
	cb->seq = changes + 1 ?: 1;
	if (!cb->prev_seq)
		cb->prev_seq = cb->seq;
}

/* nl_bearer.c */
int tipc_nl_bearer_enable(struct sk_buff *skb, struct genl_info *info);
int tipc_nl_bearer_disable(struct sk_buff *skb, struct genl_info *info);
int tipc_nl_bearer_set(struct sk_buff *skb, struct genl_info *info);
int tipc_nl_bearer_get(struct sk_buff *skb, struct genl_info *info);
int tipc_nl_bearer_walk(struct sk_buff *skb, struct netlink_callback *cb,
			const struct genl_family *family, u8 cmd,
			int (*put)(struct sk_buff *skb, void *bearer));
int tipc_nl_bearer_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* nl_link.c */
int tipc_nl_link_get(struct sk_buff *skb, struct genl_info *info);
int tipc_nl_link_dump(struct sk_buff *skb, struct netlink_callback *cb);
int tipc_nl_link_set(struct sk_buff *skb, struct genl_info *info);
int tipc_nl_link_reset_stats(struct sk_buff *skb, struct genl_info *info);

/* nl_media.c */
int tipc_nl_media_get(struct sk_buff *skb, struct genl_info *info);
int tipc_nl_media_dump(struct sk_buff *skb, struct netlink_callback *cb);
int tipc_nl_media_set(struct sk_buff *skb, struct genl_info *info);

/* nl_names.c */
int tipc_nl_names_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* nl_net.c */
int tipc_nl_net_dump(struct sk_buff *skb, struct netlink_callback *cb);
int tipc_nl_net_set(struct sk_buff *skb, struct genl_info *info);
int tipc_nl_addr_legacy_get(struct sk_buff *skb, struct genl_info *info);

/* nl_node.c */
int tipc_nl_node_walk(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct genl_family *family, u8 cmd,
		      int (*put)(struct sk_buff *skb, void *node));
int tipc_nl_node_dump(struct sk_buff *skb, struct netlink_callback *cb);
int tipc_nl_peer_remove(struct sk_buff *skb, struct genl_info *info);

/* nl_refuse.c */
int tipc_nl_refuse(struct sk_buff *skb, struct genl_info *info);
int tipc_nl_refuse_dump(struct netlink_callback *cb);

/* nl_sock.c */
int tipc_nl_sock_start(struct netlink_callback *cb);
int tipc_nl_sock_done(struct netlink_callback *cb);
int tipc_nl_sock_dump(struct sk_buff *skb, struct netlink_callback *cb);
int tipc_nl_publ_dump(struct sk_buff *skb, struct netlink_callback *cb);
int tipc_nl_sock_walk(struct sk_buff *skb, struct netlink_callback *cb,
		      int (*fill)(struct sk_buff *skb,
				  struct netlink_callback *cb,
				  struct tipc_sock *tsk));
int tipc_nl_sock_put(struct sk_buff *skb, struct tipc_sock *tsk);

/* nl_cgr.c */
int tipc_nl_cgr_setup(void);
void tipc_nl_cgr_teardown(void);

/* diag.c */
int tipc_diag_setup(void);
void tipc_diag_teardown(void);

#endif /* _TIPC_NETLINK_H */
