/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TOOLS_LINUX_MINMAX_H
#define _TOOLS_LINUX_MINMAX_H

#define min(x, y)							\
({									\
	typeof(x) min_x = (x);						\
	typeof(y) min_y = (y);						\
									\
	min_x < min_y ? min_x : min_y;					\
})

#define max(x, y)							\
({									\
	typeof(x) max_x = (x);						\
	typeof(y) max_y = (y);						\
									\
	max_x > max_y ? max_x : max_y;					\
})

#define min_t(type, x, y)	min((type)(x), (type)(y))

#endif /* _TOOLS_LINUX_MINMAX_H */
