/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Distribution of names: the bindings of this node told to another one, and its
 * bindings taken into the name table.
 */
#ifndef _TIPC_DISTR_H
#define _TIPC_DISTR_H

#include <linux/types.h>

#include "upper.h"

struct net;
struct sk_buff;

/**
 * struct tipc_distr - what another node has been told
 * @cursor: all bindings up to here were told since it came up
 * @telling: there may be some behind
 * @reading: somebody is reading the next ones, for which he needs no lock
 * @disturbed: one that he may be reading has changed since
 * @walk: how far he is; his own
 * @end: he found no more; his own
 */
struct tipc_distr {
	struct tipc_name_cursor cursor;
	bool telling;
	bool reading;
	bool disturbed;
	struct tipc_name_cursor walk;
	bool end;
};

void tipc_distr_start(struct tipc_distr *distr);
bool tipc_distr_begin(struct tipc_distr *distr);
struct sk_buff *tipc_distr_read(struct tipc_distr *distr, struct net *net,
				u32 self, u32 peer, u32 mtu);
bool tipc_distr_commit(struct tipc_distr *distr);
bool tipc_distr_wanted(struct tipc_distr *distr,
		       const struct tipc_name_pub *pub);
struct sk_buff *tipc_distr_one(u32 self, u32 peer,
			       const struct tipc_name_pub *pub, bool withdraw);
u32 tipc_distr_rcv(struct net *net, u32 peer, const struct sk_buff *skb);

#endif /* _TIPC_DISTR_H */
