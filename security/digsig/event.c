// SPDX-License-Identifier: GPL-2.0
#include "event.h"

#include <linux/audit.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/llist.h>
#include <linux/path.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "mode.h"
#include "netlink.h"
#include "verify.h"

/* So many of a hook are reported at once, and in each interval. */
#define BURST		100
#define INTERVAL	(5 * HZ)

static const char * const hook_names[] = {
	[DIGSIG_HOOK_EXEC]	= "exec",
	[DIGSIG_HOOK_MMAP]	= "mmap",
	[DIGSIG_HOOK_MPROTECT]	= "mprotect",
	[DIGSIG_HOOK_SHM]	= "shm",
	[DIGSIG_HOOK_MODULE]	= "module",
	[DIGSIG_HOOK_KEXEC]	= "kexec",
	[DIGSIG_HOOK_WRITE]	= "write",
	[DIGSIG_HOOK_MEMORY]	= "memory",
	[DIGSIG_HOOK_DEVICE]	= "device",
	[DIGSIG_HOOK_SCRIPT]	= "script",
	[DIGSIG_HOOK_ANON]	= "anon",
	[DIGSIG_HOOK_FIRMWARE]	= "firmware",
	[DIGSIG_HOOK_INITRAMFS]	= "initramfs",
};

static const char * const cause_names[] = {
	[DIGSIG_CAUSE_NONE]		= "none",
	[DIGSIG_CAUSE_UNSIGNED]		= "unsigned",
	[DIGSIG_CAUSE_MALFORMED]	= "malformed",
	[DIGSIG_CAUSE_TAMPERED]		= "tampered",
	[DIGSIG_CAUSE_NO_KEY]		= "no-key",
	[DIGSIG_CAUSE_REVOKED_KEY]	= "revoked-key",
	[DIGSIG_CAUSE_REVOKED_FILE]	= "revoked-file",
	[DIGSIG_CAUSE_BAD_CMS]		= "bad-cms",
	[DIGSIG_CAUSE_ALGORITHM]	= "algorithm",
	[DIGSIG_CAUSE_OPEN_FOR_WRITING]	= "open-for-writing",
	[DIGSIG_CAUSE_CHANGED]		= "changed",
	[DIGSIG_CAUSE_FILESYSTEM]	= "filesystem",
	[DIGSIG_CAUSE_MEMORY_FILE]	= "memory-file",
	[DIGSIG_CAUSE_NO_FILE]		= "no-file",
	[DIGSIG_CAUSE_ANONYMOUS]	= "anonymous",
	[DIGSIG_CAUSE_WRITABLE]		= "writable",
	[DIGSIG_CAUSE_MODIFIED]		= "modified",
	[DIGSIG_CAUSE_UNVERIFIED]	= "unverified",
	[DIGSIG_CAUSE_RUNNING]		= "running",
	[DIGSIG_CAUSE_TRACED]		= "traced",
	[DIGSIG_CAUSE_DEVICE]		= "device",
	[DIGSIG_CAUSE_IO]		= "io",
	[DIGSIG_CAUSE_NO_MEMORY]	= "no-memory",
};

static const char * const place_names[] = {
	[DIGSIG_PLACEMENT_NONE]		= "none",
	[DIGSIG_PLACEMENT_ELF]		= "elf",
	[DIGSIG_PLACEMENT_FILE]		= "file",
	[DIGSIG_PLACEMENT_FSVERITY]	= "fsverity",
};

/**
 * struct event - something to report
 * @node: in the queue
 * @report: what the netlink notification says
 * @path: the file's name, in @name; empty if there is none
 * @name: where the name was written to
 */
struct event {
	struct llist_node node;
	struct digsig_report report;
	const char *path;
	char name[];
};

/* Some of these are for callers with spinlocks held and interrupts off. */
static LLIST_HEAD(queue);
static atomic64_t events;
static atomic64_t lost;
static struct ratelimit_state limits[DIGSIG_HOOKS];

/**
 * digsig_hook_name() - name of a hook
 * @hook: the hook
 *
 * Context: any.
 * Return: a constant.
 */
const char *digsig_hook_name(enum digsig_hook hook)
{
	return hook_names[hook];
}

/**
 * digsig_cause_name() - name of a cause
 * @cause: the cause
 *
 * Context: any.
 * Return: a constant.
 */
const char *digsig_cause_name(enum digsig_cause cause)
{
	return cause_names[cause];
}

/**
 * digsig_place_name() - name of a place of signatures
 * @place: the place
 *
 * Context: any.
 * Return: a constant.
 */
const char *digsig_place_name(enum digsig_place place)
{
	return place_names[place];
}

/* As the kernel's own records have names: in hex unless they are harmless. */
static void audit_name(struct audit_buffer *ab, const char *key,
		       const char *name)
{
	const char *p;

	for (p = name; *p; p++) {
		if (*p == '"' || *p < 0x21 || *p > 0x7e)
			break;
	}
	if (!*p) {
		audit_log_format(ab, " %s=\"%s\"", key, name);
		return;
	}
	audit_log_format(ab, " %s=", key);
	for (p = name; *p; p++)
		audit_log_format(ab, "%02X", (u8)*p);
}

static bool audit_event(const struct digsig_report *report)
{
	struct audit_buffer *ab;

	ab = audit_log_start(NULL, GFP_KERNEL, AUDIT_INTEGRITY_DATA);
	if (!ab)
		return false;
	audit_log_format(ab, "lsm=digsig seq=%llu lost=%llu hook=%s cause=%s pid=%u uid=%u",
			 report->seq, digsig_event_lost(),
			 hook_names[report->hook], cause_names[report->cause],
			 report->pid, report->uid);
	audit_name(ab, "comm", report->comm);
	if (*report->path)
		audit_name(ab, "name", report->path);
	if (report->target)
		audit_log_format(ab, " target=%u", report->target);
	if (report->digest_size)
		audit_log_format(ab, " digest=%*phN", report->digest_size,
				 report->digest);
	audit_log_format(ab, " res=%d", report->mode != DIGSIG_MODE_ENFORCE);
	audit_log_end(ab);
	return true;
}

static void report_all(struct work_struct *work)
{
	struct llist_node *list = llist_reverse_order(llist_del_all(&queue));
	struct event *event, *next;

	llist_for_each_entry_safe(event, next, list, node) {
		bool reported = audit_event(&event->report);

		if (digsig_nl_report(&event->report) && !reported)
			atomic64_inc(&lost);
		kfree(event);
		cond_resched();
	}
}

static DECLARE_WORK(work, report_all);

static struct event *new_event(const struct path *path)
{
	struct event *event;

	if (!path) {
		event = kzalloc(sizeof(*event), GFP_ATOMIC | __GFP_NOWARN);
		if (event)
			event->path = "";
		return event;
	}
	event = kzalloc(sizeof(*event) + PATH_MAX, GFP_KERNEL | __GFP_NOWARN);
	if (!event)
		return NULL;
	event->path = d_path(path, event->name, PATH_MAX);
	if (IS_ERR(event->path))
		event->path = "(too long)";
	return event;
}

/**
 * digsig_event() - report what was denied, or would have been
 * @hook: the hook
 * @mode: its mode
 * @verdict: why
 * @path: the file, or NULL
 * @target: the other process, as in the initial namespace, or 0
 *
 * Reporting itself is left to a work item. What is too much at once is counted.
 *
 * Context: any if @path is NULL, else process context.
 */
void digsig_event(enum digsig_hook hook, enum digsig_mode mode,
		  const struct digsig_verdict *verdict,
		  const struct path *path, pid_t target)
{
	u64 seq = atomic64_inc_return(&events);
	struct event *event;

	event = __ratelimit(&limits[hook]) ? new_event(path) : NULL;
	if (!event) {
		atomic64_inc(&lost);
		return;
	}
	event->report = (struct digsig_report) {
		.seq = seq, .hook = hook, .mode = mode,
		.cause = verdict->cause,
		.pid = task_tgid_nr(current),
		.uid = from_kuid(&init_user_ns, current_uid()),
		.target = target,
		.path = event->path,
		.digest_size = verdict->size,
	};
	strscpy(event->report.comm, current->comm, sizeof(event->report.comm));
	memcpy(event->report.digest, verdict->digest, verdict->size);
	if (llist_add(&event->node, &queue))
		queue_work(system_unbound_wq, &work);
}

/**
 * digsig_event_count() - number of events
 *
 * Context: any.
 * Return: the number since the module was loaded.
 */
u64 digsig_event_count(void)
{
	return atomic64_read(&events);
}

/**
 * digsig_event_lost() - number of events that were not reported
 *
 * Context: any.
 * Return: the number since the module was loaded.
 */
u64 digsig_event_lost(void)
{
	return atomic64_read(&lost);
}

/**
 * digsig_event_setup() - prepare for events
 */
void digsig_event_setup(void)
{
	int i;

	BUILD_BUG_ON(ARRAY_SIZE(hook_names) != DIGSIG_HOOKS);
	for (i = 0; i < DIGSIG_HOOKS; i++) {
		ratelimit_state_init(&limits[i], INTERVAL, BURST);
		/* It would print that it suppresses something. */
		ratelimit_set_flags(&limits[i], RATELIMIT_MSG_ON_RELEASE);
	}
}

/**
 * digsig_event_teardown() - report what is left
 *
 * Context: process context; there are no more events, and netlink still works.
 */
void digsig_event_teardown(void)
{
	flush_work(&work);
}
