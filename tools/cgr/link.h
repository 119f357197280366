/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Links of kind "mfib", the devices of FIBs, and what is enslaved to them.
 */
#ifndef CGR_LINK_H
#define CGR_LINK_H

#include <linux/types.h>

struct arg_num;
struct arg_str;
struct args;
struct cgr;

int link_add(struct cgr *c, const struct args *a, const struct arg_str *name,
	     const struct arg_num *fib);
int link_del(struct cgr *c, const char *name);
int link_enslave(struct cgr *c, const struct args *a,
		 const struct arg_str *name, __u32 master, int word);

#endif /* CGR_LINK_H */
