/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Printing what the kernel tells, as it happens.
 */
#ifndef CGR_LISTEN_H
#define CGR_LISTEN_H

#include <stdbool.h>

struct cgr;
struct nl_sock;
struct talk;

int listen_run(struct cgr *c, struct nl_sock *sk, struct talk *talk,
	       int (*received)(void *arg, bool lost));

#endif /* CGR_LISTEN_H */
