// SPDX-License-Identifier: GPL-2.0
/*
 * ftrace redirects functions as it does for live patches. One ftrace_ops has
 * all of them: unregistering one takes grace periods that can last seconds.
 *
 * A function has one user of this kind (IPMODIFY). A second is refused, here
 * or there, with EBUSY. BPF programs that are attached to the function are of
 * another kind: they run first, and then call what ftrace would.
 *
 * PERMANENT keeps kernel.ftrace_enabled from switching it off.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "redirect.h"

#include <linux/cache.h>
#include <linux/ftrace.h>
#include <linux/hash.h>
#include <linux/kprobes.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/string.h>

/* The table is a quarter full at most, so that a search is one step or two. */
#define SLOTS		64
#define SLOT_BITS	ilog2(SLOTS)
#define MOST		(SLOTS / 4)

/* While a BPF program is attached or detached, ftrace says EAGAIN. */
#define TRIES		1000

/**
 * struct slot - where a function is redirected to
 * @ip: where ftrace calls us from; 0 ends a search
 * @to: where to
 */
struct slot {
	unsigned long ip;
	unsigned long to;
};

/* Nothing changes once the module is loaded. */
static struct slot slots[SLOTS] __ro_after_init;

static void notrace redirect(unsigned long ip, unsigned long parent_ip,
			     struct ftrace_ops *ops, struct ftrace_regs *regs)
{
	u32 at = hash_long(ip, SLOT_BITS);

	for (; slots[at].ip; at = (at + 1) % SLOTS) {
		if (slots[at].ip != ip)
			continue;
		ftrace_regs_set_instruction_pointer(regs, slots[at].to);
		return;
	}
}

static struct ftrace_ops ops = {
	.func	= redirect,
	.flags	= FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT,
};

static void fill(const struct digsig_redirection *all, int count)
{
	u32 at;
	int i;

	memset(slots, 0, sizeof(slots));
	for (i = 0; i < count; i++) {
		at = hash_long(all[i].ip, SLOT_BITS);
		while (slots[at].ip)
			at = (at + 1) % SLOTS;
		slots[at].ip = all[i].ip;
		/* Any member will do. */
		slots[at].to = (unsigned long)all[i].to.file_open;
	}
}

/*
 * Where functions are. A probe of a function's beginning is where ftrace has
 * its call, if there is one. These are never armed.
 */
static int find(struct digsig_redirection *all, int count)
{
	struct {
		struct kprobe probe[MOST];
		struct kprobe *list[MOST];
	} *probes;
	int i, err = 0;

	probes = kzalloc(sizeof(*probes), GFP_KERNEL);
	if (!probes)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		struct kprobe *probe = &probes->probe[i];

		probe->symbol_name = all[i].name;
		probe->flags = KPROBE_FLAG_DISABLED;
		err = register_kprobe(probe);
		if (err)
			break;
		probes->list[i] = probe;
		all[i].ip = (unsigned long)probe->addr;
	}
	unregister_kprobes(probes->list, i);
	if (!err) {
		for (i = 0; i < count; i++) {
			if (!kprobe_ftrace(&probes->probe[i])) {
				err = -ENODEV;
				break;
			}
		}
	}
	if (err)
		pr_err("cannot redirect %s(): not with this kernel (%d)\n",
		       all[i].name, err);
	kfree(probes);
	return err;
}

static int start(struct ftrace_ops *with, unsigned long *ips, int count)
{
	int tries = TRIES;
	int err = ftrace_set_filter_ips(with, ips, count, 0, 1);

	if (err)
		return err;
	do {
		err = register_ftrace_function(with);
	} while (err == -EAGAIN && --tries);
	return err;
}

static void notrace leave(unsigned long ip, unsigned long parent_ip,
			  struct ftrace_ops *ops, struct ftrace_regs *regs)
{
}

/* Somebody was there first: says where. It takes a grace period each. */
static void explain_busy(struct digsig_redirection *all, int count)
{
	static struct ftrace_ops attempt = {
		.func	= leave,
		.flags	= FTRACE_OPS_FL_IPMODIFY,
	};
	bool found = false;
	int i, err;

	for (i = 0; i < count; i++) {
		err = start(&attempt, &all[i].ip, 1);
		if (!err) {
			unregister_ftrace_function(&attempt);
		} else if (err == -EBUSY) {
			pr_err("%s() is redirected already, by a live patch or another module: remove that first (enabled_functions in tracefs has it with an I)\n",
			       all[i].name);
			found = true;
		}
	}
	ftrace_free_filter(&attempt);
	if (!found)
		pr_err("kernel.ftrace_enabled is 0: set it to 1 first\n");
}

/**
 * digsig_redirect() - redirect functions
 * @all: the functions; @ip of each is filled in
 * @count: number of them, at most 16
 *
 * Context: process context, once.
 * Return: 0; -EBUSY if somebody else redirects one, or ftrace is switched off;
 * -ENOENT, -ENODEV or -EINVAL if the kernel has no such function; -EAGAIN if
 * BPF programs come and go all the time; -ENOMEM. The log says which.
 */
int digsig_redirect(struct digsig_redirection *all, int count)
{
	unsigned long ips[MOST];
	int i, err;

	if (WARN_ON(count > MOST))
		return -E2BIG;
	err = find(all, count);
	if (err)
		return err;
	fill(all, count);
	for (i = 0; i < count; i++)
		ips[i] = all[i].ip;
	err = start(&ops, ips, count);
	if (!err)
		return 0;
	ftrace_free_filter(&ops);
	if (err == -EBUSY)
		explain_busy(all, count);
	else
		pr_err("cannot redirect functions (%d)\n", err);
	return err;
}

/**
 * digsig_redirect_end() - redirect them no longer
 *
 * ftrace waits until no task is on its way to one of our functions: for all
 * tasks to sleep of their own accord or be in user space. So a task that is in
 * one has done what it does before it first sleeps.
 *
 * Context: process context; what digsig_redirect() did.
 */
void digsig_redirect_end(void)
{
	unregister_ftrace_function(&ops);
	ftrace_free_filter(&ops);
}

/**
 * digsig_redirected() - a function that is redirected, to be called
 * @one: the function, after digsig_redirect()
 *
 * Context: any.
 * Return: its address.
 */
void *digsig_redirected(const struct digsig_redirection *one)
{
	static const u8 endbr[] = { 0xf3, 0x0f, 0x1e, 0xfa };
	u8 *ip = (u8 *)one->ip;

	/* In front of it is the landing pad of an indirect call. */
	if (!memcmp(ip - sizeof(endbr), endbr, sizeof(endbr)))
		ip -= sizeof(endbr);
	return ip;
}
