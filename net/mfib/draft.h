/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Drafts: what will replace the routes of a FIB, all at once.
 *
 * A draft is a FIB that no packet finds. It has the port devices and the limit of
 * the FIB that it is of, and what that follows from the kernel. Its owner, a
 * netlink socket, fills it; when it is committed, the FIB gets its trees with
 * one store per family. Whoever is in the old trees stays there until a grace
 * period is over: an address is looked up in the old routes or in the new ones.
 *
 * The FIB holds its draft, and takes it along when it is destroyed. It is
 * discarded when its owner is closed, too.
 */
#ifndef _MFIB_DRAFT_H
#define _MFIB_DRAFT_H

#include <linux/types.h>

struct mfib_fib;
struct netlink_ext_ack;

int mfib_draft_begin(struct mfib_fib *fib, u32 owner,
		     struct netlink_ext_ack *extack);
void mfib_draft_discard(struct mfib_fib *fib);
void mfib_draft_commit(struct mfib_fib *fib);

int mfib_drafts_setup(void);
void mfib_drafts_teardown(void);

#endif /* _MFIB_DRAFT_H */
