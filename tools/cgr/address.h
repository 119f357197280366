/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses and prefixes as text.
 */
#ifndef CGR_ADDRESS_H
#define CGR_ADDRESS_H

#include <linux/types.h>
#include <netinet/in.h>

#define PREFIX_TEXT_MAX	(INET6_ADDRSTRLEN + 4)

char *addr_text(char *to, int family, const __u8 *addr);
char *prefix_text(char *to, int family, const __u8 *addr, __u8 len);

#endif /* CGR_ADDRESS_H */
