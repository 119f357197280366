/* SPDX-License-Identifier: GPL-2.0 */
/* Memory of the bench in place of that of the tests. */
#ifndef _BENCH_LINUX_SLAB_H
#define _BENCH_LINUX_SLAB_H

#include_next <linux/slab.h>
#include "../../slab.h"

#undef kmalloc
#undef kzalloc
#undef kfree
#undef kvmalloc
#undef kvzalloc
#undef kvfree
#undef kmalloc_size_roundup

#define kmalloc(size, gfp)	((void)(gfp), slab_alloc(size))
#define kzalloc(size, gfp)	((void)(gfp), slab_zalloc(size))
#define kfree(p)		slab_free(p)
#define kvmalloc(size, gfp)	((void)(gfp), slab_alloc(size))
#define kvzalloc(size, gfp)	((void)(gfp), slab_zalloc(size))
#define kvfree(p)		slab_free(p)
#define kmalloc_size_roundup(n)	slab_roundup(n)

#endif /* _BENCH_LINUX_SLAB_H */
