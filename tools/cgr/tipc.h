/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cgr tipc: what its files share.
 */
#ifndef CGR_TIPC_H
#define CGR_TIPC_H

struct args;
struct cgr;
struct cgr_cmd;

int tipc_show(struct cgr *c, const struct cgr_cmd *cmd);

#endif /* CGR_TIPC_H */
