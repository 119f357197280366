/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Connections to other nodes, by node.
 */
#ifndef _TIPC_CONNS_H
#define _TIPC_CONNS_H

#include <linux/types.h>

struct tipc_conn;
struct tipc_net;

void tipc_conns_init(struct tipc_net *tn);
void tipc_conns_stop(struct tipc_net *tn);
void tipc_conns_set_peer(struct tipc_net *tn, struct tipc_conn *conn, u32 node,
			 u32 port);
void tipc_conns_forget(struct tipc_net *tn, struct tipc_conn *conn);

#endif /* _TIPC_CONNS_H */
