/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words for what digsig numbers.
 */
#ifndef CGR_DIGSIG_NAMES_H
#define CGR_DIGSIG_NAMES_H

#include "args.h"

extern const struct keyword digsig_modes[];
extern const struct keyword digsig_hooks[];
extern const struct keyword digsig_causes[];
extern const struct keyword digsig_places[];
extern const struct keyword digsig_rules[];

const char *digsig_name(const struct keyword *table, int num);
const char *digsig_advice(int cause);

#endif /* CGR_DIGSIG_NAMES_H */
