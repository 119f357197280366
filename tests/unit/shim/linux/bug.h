/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_BUG_H
#define _SHIM_LINUX_BUG_H

#include "../shim.h"

#define WARN_ON_ONCE(c)							\
({									\
	bool shim_warn = !!(c);						\
									\
	if (shim_warn)							\
		shim_warnings++;					\
	shim_warn;							\
})

#endif /* _SHIM_LINUX_BUG_H */
