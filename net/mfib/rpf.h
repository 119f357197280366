/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reverse paths: whether a FIB would send to the source of a packet, and by
 * which port.
 */
#ifndef _MFIB_RPF_H
#define _MFIB_RPF_H

#include "prefix.h"

struct mfib_fib;
struct mfib_port;
struct net_device;

bool mfib_rpf_passes(const struct mfib_fib *fib, const struct mfib_port *port,
		     struct net_device *master, enum mfib_family family,
		     const void *saddr);

#endif /* _MFIB_RPF_H */
