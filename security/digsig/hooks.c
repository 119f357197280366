// SPDX-License-Identifier: GPL-2.0
/*
 * The security framework calls a function bpf_lsm_NAME() for each of its
 * hooks, if "bpf" is among the kernel's lsm=. They are empty, there for BPF
 * programs to be attached. Some are redirected to the functions below.
 *
 * ftrace does not know when a task leaves our functions. They are short or in
 * an SRCU section, see digsig_hooks_remove().
 */
#include "hooks.h"

#include <linux/binfmts.h>
#include <linux/fs.h>
#include <linux/kernel_read_file.h>
#include <linux/lsm_hooks.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/security.h>
#include <uapi/linux/shm.h>
#include <linux/srcu.h>
#include <linux/string.h>

#include "cache.h"
#include "device.h"
#include "evaluate.h"
#include "fsrule.h"
#include "hold.h"
#include "mode.h"
#include "redirect.h"
#include "running.h"
#include "selftest.h"

DEFINE_STATIC_SRCU(inside);

static int evaluate(const struct digsig_request *request)
{
	int idx, err;

	if (digsig_mode(request->hook) == DIGSIG_MODE_OFF)
		return 0;
	idx = srcu_read_lock(&inside);
	err = digsig_evaluate(request);
	srcu_read_unlock(&inside, idx);
	return err;
}

#define EVALUATE(...) evaluate(&(struct digsig_request) { __VA_ARGS__ })

/* A file, which mostly is known: then no request is made at all. */
static __always_inline int evaluate_file(enum digsig_hook hook,
					 struct file *file, bool cached,
					 bool hold)
{
	if (likely(digsig_known(hook, file, hold)))
		return 0;
	return EVALUATE(.hook = hook, .file = file, .cached = cached,
			.hold = hold);
}

static int on_exec(struct linux_binprm *bprm)
{
	if (digsig_test_seen(DIGSIG_STUB_EXEC, file_inode(bprm->file)))
		return -ECANCELED;
	/* For a script this is called again, with the interpreter. */
	return evaluate_file(memcmp(bprm->buf, "#!", 2) ? DIGSIG_HOOK_EXEC :
							 DIGSIG_HOOK_SCRIPT,
			     bprm->file, false, false);
}

static int on_mmap(struct file *file, unsigned long reqprot,
		   unsigned long prot, unsigned long flags)
{
	if (!(prot & PROT_EXEC))
		return 0;
	if (!file)
		return EVALUATE(.hook = DIGSIG_HOOK_ANON,
				.cause = DIGSIG_CAUSE_ANONYMOUS);
	if (digsig_test_seen(DIGSIG_STUB_MMAP, file_inode(file)))
		return -ECANCELED;
	if (prot & PROT_WRITE)
		return EVALUATE(.hook = DIGSIG_HOOK_MMAP, .file = file,
				.cause = DIGSIG_CAUSE_WRITABLE);
	return evaluate_file(DIGSIG_HOOK_MMAP, file, false, true);
}

/* mmap_lock is held. */
static int on_mprotect(struct vm_area_struct *vma, unsigned long reqprot,
		       unsigned long prot)
{
	bool was;

	if (!(prot & PROT_EXEC))
		return 0;
	if (digsig_test_seen(DIGSIG_STUB_MPROTECT, vma))
		return -ECANCELED;
	/* Nothing new if it is executable, and does not become writable. */
	was = vma->vm_flags & VM_EXEC &&
	      (vma->vm_flags & VM_WRITE || !(prot & PROT_WRITE));
	if (was)
		return 0;
	if (!vma->vm_file)
		return EVALUATE(.hook = DIGSIG_HOOK_ANON,
				.cause = DIGSIG_CAUSE_ANONYMOUS);
	if (prot & PROT_WRITE)
		return EVALUATE(.hook = DIGSIG_HOOK_MPROTECT,
				.file = vma->vm_file,
				.cause = DIGSIG_CAUSE_WRITABLE);
	/* Its pages may be private copies that were written to. */
	if (vma->anon_vma)
		return EVALUATE(.hook = DIGSIG_HOOK_MPROTECT,
				.file = vma->vm_file,
				.cause = DIGSIG_CAUSE_MODIFIED);
	return evaluate_file(DIGSIG_HOOK_MPROTECT, vma->vm_file, true, true);
}

/* Under RCU. */
static int on_shmat(struct kern_ipc_perm *perm, char __user *addr, int flags)
{
	if (digsig_test_seen(DIGSIG_STUB_SHMAT, perm))
		return -ECANCELED;
	if (!(flags & SHM_EXEC))
		return 0;
	return EVALUATE(.hook = DIGSIG_HOOK_SHM,
			.cause = DIGSIG_CAUSE_MEMORY_FILE);
}

/* Which hook something that the kernel reads belongs to. */
static bool hook_of_read(enum kernel_read_file_id id, enum digsig_hook *hook)
{
	switch (id) {
	case READING_MODULE:
		*hook = DIGSIG_HOOK_MODULE;
		return true;
	case READING_KEXEC_IMAGE:
		*hook = DIGSIG_HOOK_KEXEC;
		return true;
	case READING_KEXEC_INITRAMFS:
		*hook = DIGSIG_HOOK_INITRAMFS;
		return true;
	case READING_FIRMWARE:
		*hook = DIGSIG_HOOK_FIRMWARE;
		return true;
	default:
		return false;
	}
}

static int on_read(struct file *file, enum kernel_read_file_id id,
		   bool contents)
{
	enum digsig_hook hook;

	/* The self-test wants to see that it is called again afterwards. */
	if (digsig_test_seen(DIGSIG_STUB_READ, file_inode(file)))
		return 0;
	/* What comes as a whole is verified when it is there. */
	if (contents || !hook_of_read(id, &hook))
		return 0;
	return evaluate_file(hook, file, false, false);
}

static int on_post_read(struct file *file, char *buf, loff_t size,
			enum kernel_read_file_id id)
{
	enum digsig_hook hook;

	if (digsig_test_seen(DIGSIG_STUB_POST_READ, file_inode(file)))
		return -ECANCELED;
	if (!hook_of_read(id, &hook))
		return 0;
	return EVALUATE(.hook = hook, .file = file, .buf = buf, .size = size);
}

static bool hook_of_load(enum kernel_load_data_id id, enum digsig_hook *hook)
{
	switch (id) {
	case LOADING_MODULE:
		*hook = DIGSIG_HOOK_MODULE;
		return true;
	case LOADING_KEXEC_IMAGE:
		*hook = DIGSIG_HOOK_KEXEC;
		return true;
	case LOADING_KEXEC_INITRAMFS:
		*hook = DIGSIG_HOOK_INITRAMFS;
		return true;
	case LOADING_FIRMWARE:
		*hook = DIGSIG_HOOK_FIRMWARE;
		return true;
	default:
		return false;
	}
}

static int on_load(enum kernel_load_data_id id, bool contents)
{
	enum digsig_hook hook;

	if (digsig_test_seen(DIGSIG_STUB_LOAD, current))
		return 0;
	if (contents || !hook_of_load(id, &hook))
		return 0;
	return EVALUATE(.hook = hook, .cause = DIGSIG_CAUSE_NO_FILE);
}

static int on_post_load(char *buf, loff_t size, enum kernel_load_data_id id,
			char *description)
{
	enum digsig_hook hook;

	if (digsig_test_seen(DIGSIG_STUB_POST_LOAD, current))
		return -ECANCELED;
	if (!hook_of_load(id, &hook))
		return 0;
	return EVALUATE(.hook = hook, .buf = buf, .size = size);
}

static int write_to(const struct path *path, struct inode *inode)
{
	int err = 0;

	if (digsig_image_in_use(inode))
		err = EVALUATE(.hook = DIGSIG_HOOK_DEVICE, .path = path,
			       .cause = DIGSIG_CAUSE_DEVICE);
	if (!err && digsig_runs(inode))
		err = EVALUATE(.hook = DIGSIG_HOOK_WRITE, .path = path,
			       .cause = DIGSIG_CAUSE_RUNNING);
	digsig_cache_drop(inode);
	return err;
}

static int on_open(struct file *file)
{
	struct inode *inode = file_inode(file);
	int err, idx;

	if (!(file->f_mode & FMODE_WRITE))
		return 0;
	if (digsig_test_seen(DIGSIG_STUB_OPEN, inode))
		return -ECANCELED;
	if (S_ISBLK(inode->i_mode)) {
		if (!digsig_device_in_use(inode))
			return 0;
		return EVALUATE(.hook = DIGSIG_HOOK_DEVICE,
				.path = &file->f_path,
				.cause = DIGSIG_CAUSE_DEVICE);
	}
	if (!S_ISREG(inode->i_mode))
		return 0;
	if (inode->i_sb->s_magic == PROC_SUPER_MAGIC) {
		if (strcmp(file->f_path.dentry->d_name.name, "mem"))
			return 0;
		return EVALUATE(.hook = DIGSIG_HOOK_MEMORY,
				.path = &file->f_path,
				.cause = DIGSIG_CAUSE_TRACED);
	}
	/* An overlay opens the file below, which comes here as well. */
	if (inode->i_sb->s_magic == OVERLAYFS_SUPER_MAGIC)
		return 0;
	idx = srcu_read_lock(&inside);
	err = write_to(&file->f_path, inode);
	srcu_read_unlock(&inside, idx);
	return err;
}

static int on_truncate(const struct path *path)
{
	struct inode *inode = d_real_inode(path->dentry);
	int err, idx;

	if (digsig_test_seen(DIGSIG_STUB_TRUNCATE, inode))
		return -ECANCELED;
	idx = srcu_read_lock(&inside);
	err = write_to(path, inode);
	srcu_read_unlock(&inside, idx);
	return err;
}

/* Under a spinlock. */
static int on_ptrace(struct task_struct *child, unsigned int mode)
{
	if (digsig_test_seen(DIGSIG_STUB_PTRACE, child))
		return -ECANCELED;
	if (!(mode & PTRACE_MODE_ATTACH))
		return 0;
	return EVALUATE(.hook = DIGSIG_HOOK_MEMORY,
			.cause = DIGSIG_CAUSE_TRACED,
			.target = task_tgid_nr(child));
}

/* Under a spinlock, interrupts are off. */
static int on_traceme(struct task_struct *parent)
{
	if (digsig_test_seen(DIGSIG_STUB_TRACEME, parent))
		return -ECANCELED;
	return EVALUATE(.hook = DIGSIG_HOOK_MEMORY,
			.cause = DIGSIG_CAUSE_TRACED,
			.target = task_tgid_nr(parent));
}

static void on_inode_free(struct inode *inode)
{
	if (!digsig_test_seen(DIGSIG_STUB_INODE_FREE, inode))
		digsig_cache_drop(inode);
}

static void on_sb_free(struct super_block *sb)
{
	if (!digsig_test_seen(DIGSIG_STUB_SB_FREE, sb))
		digsig_fsrule_unmounted(sb);
}

#define HOOK(_stub, _name, _to)						\
	[_stub] = { .name = "bpf_lsm_" #_name, .to._name = _to }

static struct digsig_redirection stubs[DIGSIG_STUBS] = {
	HOOK(DIGSIG_STUB_EXEC, bprm_check_security, on_exec),
	HOOK(DIGSIG_STUB_MMAP, mmap_file, on_mmap),
	HOOK(DIGSIG_STUB_MPROTECT, file_mprotect, on_mprotect),
	HOOK(DIGSIG_STUB_SHMAT, shm_shmat, on_shmat),
	HOOK(DIGSIG_STUB_READ, kernel_read_file, on_read),
	HOOK(DIGSIG_STUB_POST_READ, kernel_post_read_file, on_post_read),
	HOOK(DIGSIG_STUB_LOAD, kernel_load_data, on_load),
	HOOK(DIGSIG_STUB_POST_LOAD, kernel_post_load_data, on_post_load),
	HOOK(DIGSIG_STUB_OPEN, file_open, on_open),
	HOOK(DIGSIG_STUB_TRUNCATE, path_truncate, on_truncate),
	HOOK(DIGSIG_STUB_PTRACE, ptrace_access_check, on_ptrace),
	HOOK(DIGSIG_STUB_TRACEME, ptrace_traceme, on_traceme),
	HOOK(DIGSIG_STUB_INODE_FREE, inode_free_security, on_inode_free),
	HOOK(DIGSIG_STUB_SB_FREE, sb_free_security, on_sb_free),
};

/**
 * digsig_stub_name() - name of a function that is redirected
 * @stub: the function
 *
 * Context: any.
 * Return: a constant.
 */
const char *digsig_stub_name(enum digsig_stub stub)
{
	return stubs[stub].name;
}

/**
 * digsig_stub_address() - a function that is redirected, to be called
 * @stub: the function
 *
 * Context: any, after digsig_hooks_install().
 * Return: its address.
 */
void *digsig_stub_address(enum digsig_stub stub)
{
	return digsig_redirected(&stubs[stub]);
}

/**
 * digsig_hooks_install() - redirect the functions
 *
 * Context: process context.
 * Return: 0, or the error of digsig_redirect().
 */
int digsig_hooks_install(void)
{
	return digsig_redirect(stubs, ARRAY_SIZE(stubs));
}

/**
 * digsig_hooks_remove() - redirect them no longer
 *
 * When it returns no task is in any of our functions. A task that is in one
 * has not entered SRCU yet, or is in it, or has left it. The first and the
 * last do not sleep of their own accord, so that digsig_redirect_end() has
 * waited for those that then enter it, and synchronize_rcu_tasks() waits for
 * those that have left it.
 *
 * Context: process context.
 */
void digsig_hooks_remove(void)
{
	digsig_redirect_end();
	synchronize_srcu(&inside);
	digsig_hold_drain();
	synchronize_rcu_tasks();
}
