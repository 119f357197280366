/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CGR_BATCH_H
#define CGR_BATCH_H

struct cgr;
struct cgr_error;

#define BATCH_WORDS	640	/* 64 next hops */

int batch_split(char *line, char **words, int max, struct cgr_error *err);
int batch_run(struct cgr *c, const char *path);

#endif /* CGR_BATCH_H */
