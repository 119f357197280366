/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints. Documentation/digsig/abi.rst has their fields.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM digsig

#if !defined(_DIGSIG_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _DIGSIG_TRACE_H

#include <linux/dcache.h>
#include <linux/digsig.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/path.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "event.h"

/* A decision of a hook that is not off, about no file if path is NULL. */
TRACE_EVENT(digsig_verdict,
	TP_PROTO(enum digsig_hook hook, enum digsig_mode mode,
		 enum digsig_cause cause, const struct path *path),
	TP_ARGS(hook, mode, cause, path),
	TP_STRUCT__entry(
		__array(char, hook, DIGSIG_NAME_MAX)
		__array(char, cause, DIGSIG_NAME_MAX)
		__field(bool, denied)
		__field(dev_t, dev)
		__field(ino_t, ino)
	),
	TP_fast_assign(
		const struct inode *inode =
			path ? d_real_inode(path->dentry) : NULL;

		strscpy(__entry->hook, digsig_hook_name(hook),
			DIGSIG_NAME_MAX);
		strscpy(__entry->cause, digsig_cause_name(cause),
			DIGSIG_NAME_MAX);
		__entry->denied = mode == DIGSIG_MODE_ENFORCE &&
				  cause != DIGSIG_CAUSE_NONE;
		__entry->dev = inode ? inode->i_sb->s_dev : 0;
		__entry->ino = inode ? inode->i_ino : 0;
	),
	TP_printk("hook=%s cause=%s denied=%d dev=%d:%d ino=%lu",
		  __entry->hook, __entry->cause, __entry->denied,
		  MAJOR(__entry->dev), MINOR(__entry->dev), __entry->ino)
);

/* A signature was looked for, in a buffer that is of no file if it is NULL. */
TRACE_EVENT(digsig_verify,
	TP_PROTO(const struct file *file, u64 size, enum digsig_place place,
		 enum digsig_cause cause),
	TP_ARGS(file, size, place, cause),
	TP_STRUCT__entry(
		__field(u64, size)
		__array(char, place, DIGSIG_NAME_MAX)
		__array(char, cause, DIGSIG_NAME_MAX)
		__field(dev_t, dev)
		__field(ino_t, ino)
	),
	TP_fast_assign(
		const struct inode *inode =
			file ? d_real_inode(file->f_path.dentry) : NULL;

		__entry->size = size;
		strscpy(__entry->place, digsig_place_name(place),
			DIGSIG_NAME_MAX);
		strscpy(__entry->cause, digsig_cause_name(cause),
			DIGSIG_NAME_MAX);
		__entry->dev = inode ? inode->i_sb->s_dev : 0;
		__entry->ino = inode ? inode->i_ino : 0;
	),
	TP_printk("size=%llu place=%s cause=%s dev=%d:%d ino=%lu",
		  __entry->size, __entry->place, __entry->cause,
		  MAJOR(__entry->dev), MINOR(__entry->dev), __entry->ino)
);

/* What happened to the verdict about an inode. */
TRACE_EVENT(digsig_cache,
	TP_PROTO(const struct inode *inode, const char *what),
	TP_ARGS(inode, what),
	TP_STRUCT__entry(
		__array(char, what, DIGSIG_NAME_MAX)
		__field(dev_t, dev)
		__field(ino_t, ino)
	),
	TP_fast_assign(
		strscpy(__entry->what, what, DIGSIG_NAME_MAX);
		__entry->dev = inode->i_sb->s_dev;
		__entry->ino = inode->i_ino;
	),
	TP_printk("what=%s dev=%d:%d ino=%lu", __entry->what,
		  MAJOR(__entry->dev), MINOR(__entry->dev), __entry->ino)
);

#endif /* _DIGSIG_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
