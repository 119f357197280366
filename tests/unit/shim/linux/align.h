/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_ALIGN_H
#define _SHIM_LINUX_ALIGN_H

/* For a power of two. */
#define ALIGN(x, a)	__ALIGN_MASK(x, (typeof(x))(a) - 1)
#define __ALIGN_MASK(x, mask)						\
({									\
	typeof(x) __mask = (mask);					\
									\
	((x) + __mask) & ~__mask;					\
})

#endif /* _SHIM_LINUX_ALIGN_H */
