/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_SLAB_H
#define _SHIM_LINUX_SLAB_H

#include <linux/types.h>

#define GFP_KERNEL		1U
#define GFP_NOWAIT		2U
#define __GFP_ACCOUNT		4U
#define __GFP_NOWARN		8U
#define GFP_KERNEL_ACCOUNT	(GFP_KERNEL | __GFP_ACCOUNT)

#define kmalloc(size, gfp)	((void)(gfp), shim_alloc(size))
#define kzalloc(size, gfp)	((void)(gfp), shim_zalloc(size))
#define kfree(p)		shim_free(p)
#define kmalloc_size_roundup(n)	shim_roundup(n)

#endif /* _SHIM_LINUX_SLAB_H */
