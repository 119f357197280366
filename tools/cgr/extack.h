/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Extended acknowledgments: what the kernel says about a failure.
 */
#ifndef CGR_EXTACK_H
#define CGR_EXTACK_H

#include <stdbool.h>
#include <linux/types.h>

struct attr_map;
struct cgr_error;
struct nlmsghdr;

/**
 * struct extack - an acknowledgment
 * @error: positive errno, 0 if all went well
 * @has_offs: there is @offs
 * @has_applied: there is @applied
 * @offs: offset of the failing attribute in the request
 * @applied: objects applied before the failing one
 * @msg: what the kernel says, empty if nothing
 */
struct extack {
	int error;
	bool has_offs;
	bool has_applied;
	__u32 offs;
	__u32 applied;
	char msg[256];
};

int extack_decode(const struct nlmsghdr *hdr, struct extack *ext);
int extack_error(const struct extack *ext, const struct attr_map *map,
		 char **words, struct cgr_error *err);

#endif /* CGR_EXTACK_H */
