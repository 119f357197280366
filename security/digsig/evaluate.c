// SPDX-License-Identifier: GPL-2.0
#include "evaluate.h"

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>

#include "cache.h"
#include "event.h"
#include "fsrule.h"
#include "hold.h"
#include "mode.h"
#include "trace.h"
#include "verify.h"

/* A file that is written to again and again is not verified forever. */
#define TRIES	3

static atomic64_t denied[DIGSIG_HOOKS];
static atomic64_t would_deny[DIGSIG_HOOKS];

/*
 * The inode that has the data of a file as it was opened. An overlay opens the
 * file of a layer, and keeps to that for mappings even when the file has been
 * copied up since.
 */
static struct inode *opened_inode(struct file *file)
{
	while (file_inode(file)->i_sb->s_magic == OVERLAYFS_SUPER_MAGIC)
		file = file->private_data;
	return file_inode(file);
}

/* The name of what a request is about; NULL if it is no file. */
static const struct path *path_of(const struct digsig_request *request)
{
	if (request->path || !request->file)
		return request->path;
	return &request->file->f_path;
}

static bool is_exempt(const struct digsig_request *request)
{
	const struct path *path = path_of(request);

	/* These are about what lies behind the file. */
	if (request->hook == DIGSIG_HOOK_DEVICE ||
	    request->hook == DIGSIG_HOOK_MEMORY)
		return false;
	return path && digsig_fs_exempt(path);
}

static enum digsig_cause error_cause(int err)
{
	switch (err) {
	case -ENOMEM:
		return DIGSIG_CAUSE_NO_MEMORY;
	case -ETXTBSY:
		return DIGSIG_CAUSE_OPEN_FOR_WRITING;
	default:
		return DIGSIG_CAUSE_CHANGED;
	}
}

/* Verifies a file, and remembers that it is good. */
static void verify_cached(struct file *file, struct inode *inode,
			  struct digsig_verdict *verdict)
{
	struct digsig_cache_entry *entry;
	int tries;

	for (tries = 0; tries < TRIES; tries++) {
		entry = digsig_cache_begin(inode);
		if (!entry) {
			verdict->cause = DIGSIG_CAUSE_NONE;
			return;
		}
		if (IS_ERR(entry)) {
			verdict->cause = error_cause(PTR_ERR(entry));
			return;
		}
		digsig_verify_file(file, verdict);
		if (digsig_cache_end(entry,
				     verdict->cause == DIGSIG_CAUSE_NONE))
			return;
	}
	verdict->cause = DIGSIG_CAUSE_CHANGED;
}

/* What there is to say about a file before it is read. */
static enum digsig_cause look(struct file *file, struct inode *inode,
			      bool *cache)
{
	if (!S_ISREG(inode->i_mode) || inode->i_sb->s_flags & SB_KERNMOUNT)
		return DIGSIG_CAUSE_MEMORY_FILE;
	if (!digsig_fs_trusted(&file->f_path, inode, cache))
		return DIGSIG_CAUSE_FILESYSTEM;
	if (opened_inode(file) != inode)
		return DIGSIG_CAUSE_CHANGED;
	return DIGSIG_CAUSE_NONE;
}

static void judge(const struct digsig_request *request, struct inode *inode,
		  struct digsig_verdict *verdict)
{
	struct file *file = request->file;
	bool cache;

	verdict->cause = look(file, inode, &cache);
	if (verdict->cause != DIGSIG_CAUSE_NONE)
		return;
	if (atomic_read(&inode->i_writecount) > 0) {
		verdict->cause = DIGSIG_CAUSE_OPEN_FOR_WRITING;
		return;
	}
	if (cache && digsig_cache_hit(inode))
		return;
	if (request->cached) {
		verdict->cause = DIGSIG_CAUSE_UNVERIFIED;
		return;
	}
	if (cache)
		verify_cached(file, inode, verdict);
	else
		digsig_verify_file(file, verdict);
	/* An overlay may have copied it up while it was read. */
	if (verdict->cause == DIGSIG_CAUSE_NONE &&
	    d_real_inode(file->f_path.dentry) != inode)
		verdict->cause = DIGSIG_CAUSE_CHANGED;
}

/* Whether a file is to be held, so that nobody can open it for writing. */
static bool to_hold(bool hold, enum digsig_mode mode, const struct inode *inode)
{
	return hold && mode == DIGSIG_MODE_ENFORCE && S_ISREG(inode->i_mode);
}

static bool is_known(struct file *file, bool hold, enum digsig_mode mode)
{
	struct inode *inode = d_real_inode(file->f_path.dentry);

	if (opened_inode(file) != inode)
		return false;
	if (!to_hold(hold, mode, inode))
		return atomic_read(&inode->i_writecount) <= 0 &&
		       digsig_cache_hit(inode);
	if (!digsig_hold(inode))
		return false;
	if (digsig_cache_hit(inode))
		return !digsig_hold_until_return(file, inode,
						 GFP_NOWAIT | __GFP_NOWARN);
	digsig_release(inode);
	return false;
}

static void judge_held(const struct digsig_request *request,
		       enum digsig_mode mode, struct digsig_verdict *verdict)
{
	struct inode *inode = d_real_inode(request->file->f_path.dentry);
	int err;

	if (!to_hold(request->hold, mode, inode)) {
		judge(request, inode, verdict);
		return;
	}
	if (!digsig_hold(inode)) {
		verdict->cause = DIGSIG_CAUSE_OPEN_FOR_WRITING;
		return;
	}
	judge(request, inode, verdict);
	if (verdict->cause != DIGSIG_CAUSE_NONE) {
		digsig_release(inode);
		return;
	}
	err = digsig_hold_until_return(request->file, inode, GFP_KERNEL);
	if (err)
		verdict->cause = error_cause(err);
}

static int deny(const struct digsig_request *request, enum digsig_mode mode,
		const struct digsig_verdict *verdict)
{
	atomic64_inc(mode == DIGSIG_MODE_ENFORCE ? &denied[request->hook] :
						   &would_deny[request->hook]);
	digsig_event(request->hook, mode, verdict, path_of(request),
		     request->target);
	if (mode != DIGSIG_MODE_ENFORCE)
		return 0;
	return verdict->cause == DIGSIG_CAUSE_RUNNING ? -ETXTBSY : -EPERM;
}

/**
 * digsig_known() - whether nothing need be decided about a file, for the hook is
 *	off or there is a verdict
 * @hook: what is about to happen; then it may
 * @file: the file
 * @hold: keep it from being opened for writing until the system call is over
 *
 * If there is a verdict nothing else is to be looked at: there are none but of
 * regular files on filesystems whose content is the kernel's.
 *
 * Context: that of digsig_evaluate(); does not sleep.
 * Return: whether it is so.
 */
bool digsig_known(enum digsig_hook hook, struct file *file, bool hold)
{
	enum digsig_mode mode = digsig_mode(hook);

	if (mode == DIGSIG_MODE_OFF)
		return true;
	if (!is_known(file, hold, mode))
		return false;
	trace_digsig_verdict(hook, mode, DIGSIG_CAUSE_NONE, &file->f_path);
	return true;
}

/**
 * digsig_evaluate() - decide about something that is about to happen
 * @request: what it is
 *
 * Context: process context without locks that reading a file takes; if @cached
 * is set mmap_lock may be held; if there is neither file nor path, any.
 * Return: 0, or -EPERM (-ETXTBSY if the file runs).
 */
int digsig_evaluate(const struct digsig_request *request)
{
	struct digsig_verdict verdict = { .cause = request->cause };
	enum digsig_mode mode = digsig_mode(request->hook);

	if (mode == DIGSIG_MODE_OFF || is_exempt(request))
		return 0;
	if (request->cause == DIGSIG_CAUSE_NONE) {
		if (request->buf)
			digsig_verify_buffer(request->buf, request->size,
					     request->file, &verdict);
		else
			judge_held(request, mode, &verdict);
	}
	trace_digsig_verdict(request->hook, mode, verdict.cause,
			     path_of(request));
	return verdict.cause == DIGSIG_CAUSE_NONE ?
	       0 : deny(request, mode, &verdict);
}

/**
 * digsig_check() - what would be decided about a file, without any effect
 * @file: the file, open for reading
 * @verdict: filled in
 * @flags: filled in, %DIGSIG_CHECK_F_EXEMPT and others
 *
 * Context: process context.
 */
void digsig_check(struct file *file, struct digsig_verdict *verdict,
		  u32 *flags)
{
	struct inode *inode = d_real_inode(file->f_path.dentry);
	bool cache;

	*verdict = (struct digsig_verdict) {};
	*flags = 0;
	if (digsig_fs_exempt(&file->f_path)) {
		*flags = DIGSIG_CHECK_F_EXEMPT;
		return;
	}
	verdict->cause = look(file, inode, &cache);
	if (verdict->cause != DIGSIG_CAUSE_NONE)
		return;
	if (cache && digsig_cache_has(inode))
		*flags = DIGSIG_CHECK_F_CACHED;
	if (atomic_read(&inode->i_writecount) > 0)
		verdict->cause = DIGSIG_CAUSE_OPEN_FOR_WRITING;
	else
		digsig_verify_file(file, verdict);
}

/**
 * digsig_hook_counters() - counters of a hook
 * @hook: the hook
 * @counters: filled in
 *
 * Context: any.
 */
void digsig_hook_counters(enum digsig_hook hook,
			  struct digsig_hook_counters *counters)
{
	counters->denied = atomic64_read(&denied[hook]);
	counters->would_deny = atomic64_read(&would_deny[hook]);
}
