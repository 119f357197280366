/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The options before the object.
 */
#ifndef CGR_OPTION_H
#define CGR_OPTION_H

#include <stdio.h>

struct cgr_error;
struct cgr_options;

#define OPTION_ERROR	(-1)
#define OPTION_HELP	(-2)
#define OPTION_VERSION	(-3)

int option_parse(struct cgr_options *opt, char **argv, int argc,
		 struct cgr_error *err);
void option_usage(FILE *f);

#endif /* CGR_OPTION_H */
