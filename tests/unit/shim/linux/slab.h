/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_SLAB_H
#define _SHIM_LINUX_SLAB_H

#include <linux/types.h>

#define GFP_KERNEL		1U
#define GFP_ATOMIC		64U
#define GFP_NOWAIT		2U
#define __GFP_ACCOUNT		4U
#define __GFP_NOWARN		8U
#define __GFP_NORETRY		16U
#define __GFP_NOFAIL		32U
#define GFP_KERNEL_ACCOUNT	(GFP_KERNEL | __GFP_ACCOUNT)

static inline void *shim_alloc_gfp(size_t size, gfp_t gfp, bool zero)
{
	unsigned long fail = shim_fail;
	void *p;

	if (gfp & __GFP_NOFAIL)
		shim_fail = 0;
	p = zero ? shim_zalloc(size) : shim_alloc(size);
	if (gfp & __GFP_NOFAIL)
		shim_fail = fail;
	return p;
}

#define kmalloc(size, gfp)	shim_alloc_gfp(size, gfp, false)
#define kzalloc(size, gfp)	shim_alloc_gfp(size, gfp, true)
#define kcalloc(n, size, gfp)	shim_alloc_gfp((n) * (size), gfp, true)
#define kfree(p)		shim_free(p)
#define kvmalloc(size, gfp)	shim_alloc_gfp(size, gfp, false)
#define kvzalloc(size, gfp)	shim_alloc_gfp(size, gfp, true)
#define kvfree(p)		shim_free(p)
#define kmalloc_size_roundup(n)	shim_roundup(n)

#endif /* _SHIM_LINUX_SLAB_H */
