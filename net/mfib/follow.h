/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Following the kernel's own tables.
 */
#ifndef _MFIB_FOLLOW_H
#define _MFIB_FOLLOW_H

struct mfib_net;

int mfib_follow_setup(struct mfib_net *mnet);
void mfib_follow_teardown(struct mfib_net *mnet);

#endif /* _MFIB_FOLLOW_H */
