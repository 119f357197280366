// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "selftest.h"

#include <linux/cred.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernel_read_file.h>
#include <linux/kmod.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/security.h>
#include <linux/shmem_fs.h>
#include <linux/vmalloc.h>

DEFINE_STATIC_KEY_FALSE(digsig_testing);

/* The unsigned file of the test, and the task that runs it. */
static const struct inode *test_inode;
static const struct task_struct *test_task;
static unsigned long seen;

/**
 * digsig_test_matches() - note that a hook was called, if by the self-test
 * @stub: the hook
 * @object: what it was called about
 *
 * Context: any.
 * Return: whether it was by the self-test.
 */
bool digsig_test_matches(enum digsig_stub stub, const void *object)
{
	if (object != test_inode && object != test_task)
		return false;
	set_bit(stub, &seen);
	return true;
}

static void test_exec(struct file *file)
{
	char path[40];
	char *argv[2] = { path };
	char *envp[1] = {};
	int fd = get_unused_fd_flags(O_CLOEXEC);

	if (fd < 0)
		return;
	fd_install(fd, get_file(file));
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", task_tgid_nr(current),
		 fd);
	call_usermodehelper(path, argv, envp, UMH_WAIT_EXEC);
	close_fd(fd);
}

static void test_read(struct file *file)
{
	void *buf = NULL;

	if (kernel_read_file(file, 0, &buf, PAGE_SIZE, NULL,
			     READING_FIRMWARE) >= 0)
		vfree(buf);
}

static void test_load(void)
{
	char byte = 0;

	security_kernel_load_data(LOADING_FIRMWARE, true);
	security_kernel_post_load_data(&byte, 1, LOADING_FIRMWARE, "selftest");
}

static void test_open(struct file *file)
{
	struct file *opened = dentry_open(&file->f_path, O_RDWR,
					  current_cred());

	if (!IS_ERR(opened))
		fput(opened);
}

static void test_mmap(struct file *file)
{
	unsigned long at = vm_mmap(file, 0, PAGE_SIZE, PROT_READ | PROT_EXEC,
				   MAP_PRIVATE, 0);

	if (!IS_ERR_VALUE(at))
		vm_munmap(at, PAGE_SIZE);
}

/*
 * Nothing that a module may call leads to these. The kernel reaches them the
 * same way as the others, so it is enough that they are redirected.
 */
static void test_directly(enum digsig_stub stub)
{
	void *object = current;
	union {
		void *address;
		int (*mprotect)(void *vma, unsigned long reqprot,
				unsigned long prot);
		int (*shmat)(void *perm, char __user *addr, int flags);
		int (*ptrace)(void *child, unsigned int mode);
		int (*traceme)(void *parent);
		void (*freed)(void *object);
	} call = { .address = digsig_stub_address(stub) };

	switch (stub) {
	case DIGSIG_STUB_MPROTECT:
		call.mprotect(object, PROT_EXEC, PROT_EXEC);
		break;
	case DIGSIG_STUB_SHMAT:
		call.shmat(object, NULL, 0);
		break;
	case DIGSIG_STUB_PTRACE:
		call.ptrace(object, 0);
		break;
	case DIGSIG_STUB_TRACEME:
		call.traceme(object);
		break;
	default:
		call.freed(object);
	}
}

/**
 * digsig_selftest() - see each hook called, about an unsigned file
 *
 * The file is in memory and was never in a folder. Executing it, mapping it
 * and so on is refused by the hook under test; if that is not called, the
 * kernel refuses most of it itself.
 *
 * Context: process context, in a process that has memory, before there is
 * anything that relies on the hooks.
 * Return: 0; -EOPNOTSUPP if one is not called, and the log says which;
 * -ENOMEM.
 */
int digsig_selftest(void)
{
	static const char text[] = "not signed\n";
	static const enum digsig_stub direct[] = {
		DIGSIG_STUB_MPROTECT, DIGSIG_STUB_SHMAT, DIGSIG_STUB_PTRACE,
		DIGSIG_STUB_TRACEME, DIGSIG_STUB_INODE_FREE,
		DIGSIG_STUB_SB_FREE,
	};
	struct file *file;
	loff_t pos = 0;
	int err = 0, i;

	file = shmem_file_setup("digsig-selftest", sizeof(text), 0);
	if (IS_ERR(file))
		return PTR_ERR(file);
	if (kernel_write(file, text, sizeof(text), &pos) != sizeof(text)) {
		fput(file);
		return -EIO;
	}
	test_inode = file_inode(file);
	static_branch_enable(&digsig_testing);
	/* It looks into our process, which is no part of the test yet. */
	test_exec(file);
	test_task = current;
	test_mmap(file);
	test_read(file);
	test_load();
	test_open(file);
	vfs_truncate(&file->f_path, 0);
	for (i = 0; i < ARRAY_SIZE(direct); i++)
		test_directly(direct[i]);
	static_branch_disable(&digsig_testing);
	test_inode = NULL;
	test_task = NULL;
	fput(file);
	for (i = 0; i < DIGSIG_STUBS; i++) {
		if (test_bit(i, &seen))
			continue;
		pr_err("the kernel does not call %s(): is bpf in /sys/kernel/security/lsm? (boot with lsm=...,bpf)\n",
		       digsig_stub_name(i));
		err = -EOPNOTSUPP;
	}
	return err;
}
