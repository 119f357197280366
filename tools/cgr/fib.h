/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CGR_FIB_H
#define CGR_FIB_H

struct cgr;
struct fib;

void fib_print(struct cgr *c, const struct fib *fib);

#endif /* CGR_FIB_H */
