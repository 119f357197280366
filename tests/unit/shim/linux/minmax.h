/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_MINMAX_H
#define _SHIM_LINUX_MINMAX_H

#define clamp_t(type, x, low, high)					\
({									\
	type shim_x = (x), shim_low = (low), shim_high = (high);	\
									\
	shim_x < shim_low ? shim_low :					\
	shim_x > shim_high ? shim_high : shim_x;			\
})

#define min(x, y)							\
({									\
	typeof(x) shim_x = (x);						\
	typeof(y) shim_y = (y);						\
									\
	shim_x < shim_y ? shim_x : shim_y;				\
})

#define min_t(type, x, y)	min((type)(x), (type)(y))
#define max_t(type, x, y)	max((type)(x), (type)(y))

#define max(x, y)							\
({									\
	typeof(x) shim_x = (x);						\
	typeof(y) shim_y = (y);						\
									\
	shim_x > shim_y ? shim_x : shim_y;				\
})

#define clamp(x, low, high)	clamp_t(typeof(x), x, low, high)

#endif /* _SHIM_LINUX_MINMAX_H */
