/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The topology server: programs connect to the service {1, 1} and subscribe to
 * services, nodes and links.
 */
#ifndef _TIPC_TOP_H
#define _TIPC_TOP_H

struct tipc_net;

int tipc_top_start(struct tipc_net *tn);
void tipc_top_close(struct tipc_net *tn);
void tipc_top_stop(struct tipc_net *tn);

#endif /* _TIPC_TOP_H */
