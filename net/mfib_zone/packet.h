/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What becomes of packets: they get the zone of their FIB, and their connections
 * stay out of flowtables.
 */
#ifndef _MFIB_ZONE_PACKET_H
#define _MFIB_ZONE_PACKET_H

struct net;

int mfib_zone_hooks_register(struct net *net);
void mfib_zone_hooks_unregister(struct net *net);

#endif /* _MFIB_ZONE_PACKET_H */
