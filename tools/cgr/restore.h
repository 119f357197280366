/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CGR_RESTORE_H
#define CGR_RESTORE_H

#include "args.h"

struct cgr;
struct cgr_cmd;

extern const struct param restore_params[];

int restore_run(struct cgr *c, const struct cgr_cmd *cmd, struct args *a);

#endif /* CGR_RESTORE_H */
