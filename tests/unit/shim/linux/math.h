/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_MATH_H
#define _SHIM_LINUX_MATH_H

/* For n above 0. */
#define DIV_ROUND_UP(n, d)	(((n) - 1) / (d) + 1)

#endif /* _SHIM_LINUX_MATH_H */
