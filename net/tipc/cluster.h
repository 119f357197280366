/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The binding table and the rest of the cluster: what other nodes have published,
 * and what they are to know of this one. What nodes call is in upper.h.
 */
#ifndef _TIPC_CLUSTER_H
#define _TIPC_CLUSTER_H

struct tipc_net;
struct tipc_publ;

void tipc_cluster_init(struct tipc_net *tn);
void tipc_cluster_stop(struct tipc_net *tn);
int tipc_publish(struct tipc_net *tn, struct tipc_publ *publ);
void tipc_withdraw(struct tipc_net *tn, struct tipc_publ *publ);

#endif /* _TIPC_CLUSTER_H */
