/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CGR_FIB_H
#define CGR_FIB_H

#include "decode.h"

struct arg_num;
struct args;
struct cgr;

/**
 * struct fib_list - FIBs by number
 * @nr: number of FIBs
 * @size: room for so many
 * @fib: the FIBs
 */
struct fib_list {
	unsigned int nr;
	unsigned int size;
	struct fib *fib;
};

void fib_print(struct cgr *c, const struct fib *fib);
int fib_read(struct cgr *c, const struct args *a, const struct arg_num *id,
	     struct fib *fib);
int fib_list_read(struct cgr *c, struct fib_list *list);
void fib_list_free(struct fib_list *list);

#endif /* CGR_FIB_H */
