/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Subscriptions, as the binding table sees them; users see names.h.
 */
#ifndef _TIPC_SUBS_H
#define _TIPC_SUBS_H

#include <linux/types.h>

struct tipc_publ;
struct tipc_service;

void tipc_subs_tell(struct tipc_service *service, const struct tipc_publ *publ,
		    u32 event);

#endif /* _TIPC_SUBS_H */
