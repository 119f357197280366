/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What mfib keeps in the kernel's own routing tables.
 */
#ifndef _MFIB_KTABLE_H
#define _MFIB_KTABLE_H

struct mfib_fib;
struct mfib_net;
struct mfib_port;

void mfib_ktable_update(struct mfib_net *mnet, struct mfib_port *port);
void mfib_ktable_recheck(struct mfib_fib *fib);

void mfib_ktable_setup(struct mfib_net *mnet);
void mfib_ktable_teardown(struct mfib_net *mnet);

#endif /* _MFIB_KTABLE_H */
