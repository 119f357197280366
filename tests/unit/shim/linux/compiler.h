/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_COMPILER_H
#define _SHIM_LINUX_COMPILER_H

#include <sys/cdefs.h>
#include "../shim.h"

#define __rcu
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

#define noinline	__attribute__((noinline))
#define fallthrough	__attribute__((__fallthrough__))

/*
 * The kernel orders a load behind the one that its address comes from. The tool
 * that looks for races knows neither of that nor of barriers on their own, which
 * on x86 need no instruction.
 */
#ifdef __SANITIZE_THREAD__
#define SHIM_LOAD	__ATOMIC_ACQUIRE
#define SHIM_STORE	__ATOMIC_RELEASE
#define smp_rmb()	({ asm volatile("" : : : "memory"); }) /* see above */
#define smp_wmb()	({ asm volatile("" : : : "memory"); }) /* see above */
#else
#define SHIM_LOAD	__ATOMIC_RELAXED
#define SHIM_STORE	__ATOMIC_RELAXED
#define smp_rmb()	__atomic_thread_fence(__ATOMIC_ACQUIRE) /* see above */
#define smp_wmb()	__atomic_thread_fence(__ATOMIC_RELEASE) /* see above */
#endif

#define READ_ONCE(x)							\
({									\
	shim_step();							\
	__atomic_load_n(&(x), SHIM_LOAD);				\
})
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), (v), SHIM_STORE)
/* These pair with what the code under test pairs them with. */
#define smp_store_release(p, v)	__atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define smp_load_acquire(p)	/* see above */				\
({									\
	shim_step();							\
	__atomic_load_n((p), __ATOMIC_ACQUIRE);				\
})

#endif /* _SHIM_LINUX_COMPILER_H */
