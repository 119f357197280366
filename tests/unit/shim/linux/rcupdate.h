/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_RCUPDATE_H
#define _SHIM_LINUX_RCUPDATE_H

#include <linux/compiler.h>

#define rcu_read_lock()		shim_read_lock()
#define rcu_read_unlock()	shim_read_unlock()

#define rcu_dereference_check(p, c)					\
({									\
	shim_step();							\
	(void)(c);							\
	__atomic_load_n(&(p), __ATOMIC_ACQUIRE);			\
})
#define rcu_dereference_protected(p, c)	((void)(c), (p))
#define rcu_assign_pointer(p, v) __atomic_store_n(&(p), (v), __ATOMIC_RELEASE)
#define RCU_INIT_POINTER(p, v)	WRITE_ONCE(p, v)
#define kvfree_rcu_mightsleep(p) shim_free_rcu(p)
#define kfree_rcu(p, field)						\
({									\
	typeof(p) shim_p = (p);						\
									\
	(void)offsetof(typeof(*shim_p), field);				\
	shim_free_rcu(shim_p);						\
})

#define call_rcu(rcu, func)	shim_call_rcu(rcu, func)

#define start_poll_synchronize_rcu()	shim_start_poll()
#define poll_state_synchronize_rcu(c)	shim_poll(c)
#define cond_synchronize_rcu(c)		shim_wait(c)

#endif /* _SHIM_LINUX_RCUPDATE_H */
