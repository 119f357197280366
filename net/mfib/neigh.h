/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Gateways that do not answer.
 */
#ifndef _MFIB_NEIGH_H
#define _MFIB_NEIGH_H

struct mfib_net;

void mfib_neigh_net_setup(struct mfib_net *mnet);
void mfib_neigh_net_teardown(struct mfib_net *mnet);

int mfib_neigh_setup(void);
void mfib_neigh_teardown(void);

#endif /* _MFIB_NEIGH_H */
