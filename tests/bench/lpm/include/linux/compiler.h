/* SPDX-License-Identifier: GPL-2.0 */
/* Loads are what they are in the kernel: tests have no chance to interfere. */
#ifndef _BENCH_LINUX_COMPILER_H
#define _BENCH_LINUX_COMPILER_H

#include_next <linux/compiler.h>

#define shim_step()	do { } while (0)

#endif /* _BENCH_LINUX_COMPILER_H */
