/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cgr digsig: what its files share.
 */
#ifndef CGR_DIGSIG_H
#define CGR_DIGSIG_H

#include "args.h"

struct cgr;
struct cgr_cmd;
struct digsig_bytes;
struct nlattr;
struct nlmsghdr;

extern const struct param digsig_key_params[];
extern const struct param digsig_revoke_params[];
extern const struct param digsig_policy_params[];
extern const struct param digsig_check_params[];
extern const struct param digsig_monitor_params[];

int digsig_key(struct cgr *c, const struct cgr_cmd *cmd, struct args *a);
int digsig_revoke(struct cgr *c, const struct cgr_cmd *cmd, struct args *a);
int digsig_policy(struct cgr *c, const struct cgr_cmd *cmd, struct args *a);
int digsig_check(struct cgr *c, const struct cgr_cmd *cmd, struct args *a);
int digsig_monitor(struct cgr *c, const struct cgr_cmd *cmd, struct args *a);

int digsig_ask(struct cgr *c, int cmd, int flags,
	       int (*attr)(struct nlattr *attr, const struct nlmsghdr *hdr,
			   void *arg),
	       void *arg);
int digsig_ask_file(struct cgr *c, const struct args *a, const char *path,
		    int word,
		    int (*attr)(struct nlattr *attr, const struct nlmsghdr *hdr,
				void *arg),
		    void *arg);
void digsig_print_bytes(struct cgr *c, const char *key, const char *fmt,
			const struct digsig_bytes *bytes);

#endif /* CGR_DIGSIG_H */
