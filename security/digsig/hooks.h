/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where digsig is called from.
 */
#ifndef _DIGSIG_HOOKS_H
#define _DIGSIG_HOOKS_H

#include <linux/types.h>

struct task_struct;

/**
 * enum digsig_stub - functions of the kernel that are redirected
 * @DIGSIG_STUB_EXEC: a file is executed
 * @DIGSIG_STUB_MMAP: something is mapped
 * @DIGSIG_STUB_MPROTECT: a mapping's protection changes
 * @DIGSIG_STUB_SHMAT: shared memory is attached
 * @DIGSIG_STUB_READ: the kernel is about to read a file
 * @DIGSIG_STUB_POST_READ: it has read it
 * @DIGSIG_STUB_LOAD: the kernel is about to take data from memory
 * @DIGSIG_STUB_POST_LOAD: it has taken it
 * @DIGSIG_STUB_OPEN: a file is opened
 * @DIGSIG_STUB_TRUNCATE: a file is truncated
 * @DIGSIG_STUB_PTRACE: a process is about to be traced
 * @DIGSIG_STUB_TRACEME: a process asks to be traced
 * @DIGSIG_STUB_INODE_FREE: an inode goes from memory
 * @DIGSIG_STUB_SB_FREE: a filesystem is unmounted
 * @DIGSIG_STUBS: number of them
 */
enum digsig_stub {
	DIGSIG_STUB_EXEC,
	DIGSIG_STUB_MMAP,
	DIGSIG_STUB_MPROTECT,
	DIGSIG_STUB_SHMAT,
	DIGSIG_STUB_READ,
	DIGSIG_STUB_POST_READ,
	DIGSIG_STUB_LOAD,
	DIGSIG_STUB_POST_LOAD,
	DIGSIG_STUB_OPEN,
	DIGSIG_STUB_TRUNCATE,
	DIGSIG_STUB_PTRACE,
	DIGSIG_STUB_TRACEME,
	DIGSIG_STUB_INODE_FREE,
	DIGSIG_STUB_SB_FREE,
	DIGSIG_STUBS
};

const char *digsig_stub_name(enum digsig_stub stub);
void *digsig_stub_address(enum digsig_stub stub);
int digsig_hooks_install(void);
void digsig_hooks_remove(void);

#endif /* _DIGSIG_HOOKS_H */
