/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CGR_NETNS_H
#define CGR_NETNS_H

struct cgr_error;

int netns_enter(const char *name, struct cgr_error *err);

#endif /* CGR_NETNS_H */
