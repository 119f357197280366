// SPDX-License-Identifier: GPL-2.0
/*
 * Lookup bench: mfib's longest-prefix match, compiled into this module, against
 * fib_table_lookup() and fib6_table_lookup().
 *
 * A program opens /dev/cgr-lpmbench, writes the addresses to look up, 16 bytes
 * each (IPv4 takes the first four), fills tables of mfib's with an ioctl, those
 * of the kernel by rtnetlink, and asks for runs with another ioctl.
 *
 * A run is timed in chunks of addresses, each copied into the processor's cache
 * before, as addresses of packets just received are there. Each lookup's answer
 * is used, but what it points to is not looked at.
 */
#include <linux/bottom_half.h>
#include <linux/in6.h>
#include <linux/ktime.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include <net/ipv6_stubs.h>
#include <net/net_namespace.h>

#include "lpm.h"

#define LPMBENCH_CHUNK		512
#define LPMBENCH_MAX_KEYS	BIT(20)

/* Who looks up. */
enum lpmbench_who {
	LPMBENCH_MFIB,
	LPMBENCH_MFIB_BULK,
	LPMBENCH_KERNEL,
};

/**
 * struct lpmbench_route - a route
 * @addr: address, network byte order
 * @len: length of the prefix
 * @value: what a lookup answers
 */
struct lpmbench_route {
	__u8 addr[16];
	__u32 len;
	__u32 value;
};

/**
 * struct lpmbench_fill - tables of mfib's in place of those that were there
 * @routes: address of an array of &struct lpmbench_route
 * @count: how many
 * @tables: how many tables to make, each with all of the routes
 * @width: 32 or 128
 * @ns: set to the time it took
 */
struct lpmbench_fill {
	__u64 routes;
	__u32 count;
	__u32 tables;
	__u32 width;
	__u32 pad;
	__u64 ns;
};

/**
 * struct lpmbench_run - a run over all addresses
 * @netns: file descriptor of the network namespace of the kernel's tables
 * @who: &enum lpmbench_who
 * @width: 32 or 128
 * @tables: how many tables; the addresses are looked up in any of them by turns
 *	that look random. mfib looks up in one table only when in bulk
 * @first: number of the first of the kernel's tables
 * @gateway: subtracted from the last 32 bits of a route's gateway: the kernel's
 *	answer; it is 1 if the route has no gateway
 * @answers: address of an array of __u32, one per address, to put the answers
 *	into, 0 for none; nothing is timed then
 * @times: address of an array of __u64 for the ns that each chunk took
 */
struct lpmbench_run {
	__s32 netns;
	__u32 who;
	__u32 width;
	__u32 tables;
	__u32 first;
	__u32 gateway;
	__u64 answers;
	__u64 times;
};

#define LPMBENCH_IOC_FILL	_IOWR('c', 2, struct lpmbench_fill)
#define LPMBENCH_IOC_RUN	_IOW('c', 3, struct lpmbench_run)

/**
 * struct lpmbench_chunk - what a chunk works with
 * @n: number of addresses
 * @key4: IPv4 addresses
 * @key6: IPv6 addresses
 * @addr: pointers to either
 * @table: where to look each of them up
 * @answer: what came of it
 */
struct lpmbench_chunk {
	unsigned int n;
	union {
		__be32 key4[LPMBENCH_CHUNK];
		struct in6_addr key6[LPMBENCH_CHUNK];
	};
	const u8 *addr[LPMBENCH_CHUNK];
	const void *table[LPMBENCH_CHUNK];
	u32 answer[LPMBENCH_CHUNK];
};

/**
 * struct lpmbench - an open file
 * @lock: one request at a time
 * @keys: addresses
 * @count: how many
 * @lpm: tables of mfib's
 * @lpms: how many
 * @sink: so that no lookup is optimised away
 * @clock: what it takes to read the clock, in ns
 * @chunk: scratch
 */
struct lpmbench {
	struct mutex lock; /* see above */
	struct in6_addr *keys;
	size_t count;
	struct mfib_lpm **lpm;
	u32 lpms;
	unsigned long sink;
	u64 clock;
	struct lpmbench_chunk chunk;
};

/* The kernel's tables and what is common to the lookups in them. */
struct kernel_tables {
	struct net *net;
	void **table;
	u32 gateway;
};

/* Lookups that are timed: only that there is an answer matters. */
static noinline unsigned long time_mfib(const struct lpmbench_chunk *c)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < c->n; i++)
		sum += mfib_lpm_lookup(c->table[i], c->addr[i]);
	return sum;
}

static noinline unsigned long time_mfib_bulk(struct lpmbench_chunk *c)
{
	unsigned int i;

	for (i = 0; i < c->n; i += MFIB_LPM_BULK)
		mfib_lpm_lookup_bulk(c->table[0], c->addr[i], c->answer + i,
				     min(c->n - i, MFIB_LPM_BULK));
	return c->answer[c->n - 1];
}

static noinline unsigned long time_fib4(const struct lpmbench_chunk *c)
{
	struct fib_result res = {};
	struct flowi4 fl4 = {};
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < c->n; i++) {
		fl4.daddr = c->key4[i];
		if (!fib_table_lookup((void *)c->table[i], &fl4, &res,
				      FIB_LOOKUP_NOREF))
			sum += (unsigned long)res.nhc;
	}
	return sum;
}

static noinline unsigned long time_fib6(const struct lpmbench_chunk *c,
					struct net *net)
{
	struct fib6_result res = {};
	struct flowi6 fl6 = {};
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < c->n; i++) {
		fl6.daddr = c->key6[i];
		if (!ipv6_stub->fib6_table_lookup(net, (void *)c->table[i], 0,
						  &fl6, &res, 0))
			sum += (unsigned long)res.nh;
	}
	return sum;
}

/* The same lookups for their answers' sake. */
static void answer_mfib(struct lpmbench_chunk *c)
{
	unsigned int i;

	for (i = 0; i < c->n; i++)
		c->answer[i] = mfib_lpm_lookup(c->table[i], c->addr[i]);
}

static void answer_fib4(struct lpmbench_chunk *c, u32 gateway)
{
	struct fib_result res = {};
	struct flowi4 fl4 = {};
	unsigned int i;

	for (i = 0; i < c->n; i++) {
		fl4.daddr = c->key4[i];
		if (fib_table_lookup((void *)c->table[i], &fl4, &res,
				     FIB_LOOKUP_NOREF))
			c->answer[i] = 0;
		else if (!res.nhc->nhc_gw_family)
			c->answer[i] = 1;
		else
			c->answer[i] = ntohl(res.nhc->nhc_gw.ipv4) - gateway;
	}
}

static void answer_fib6(struct lpmbench_chunk *c, struct net *net, u32 gateway)
{
	struct fib6_result res = {};
	struct flowi6 fl6 = {};
	unsigned int i;

	for (i = 0; i < c->n; i++) {
		const struct in6_addr *gw;

		fl6.daddr = c->key6[i];
		ipv6_stub->fib6_table_lookup(net, (void *)c->table[i], 0, &fl6,
					     &res, 0);
		gw = &res.nh->fib_nh_gw6;
		c->answer[i] = res.f6i->fib6_flags & RTF_REJECT ? 0 :
			       ntohl(gw->s6_addr32[3]) - gateway;
	}
}

static void put_chunk(struct lpmbench *bench, size_t from,
		      const struct lpmbench_run *run, void *const *table)
{
	struct lpmbench_chunk *c = &bench->chunk;
	unsigned int i;

	c->n = min_t(size_t, bench->count - from, LPMBENCH_CHUNK);
	for (i = 0; i < c->n; i++) {
		const struct in6_addr *key = &bench->keys[from + i];

		if (run->width == 32) {
			c->key4[i] = key->s6_addr32[0];
			c->addr[i] = (const u8 *)&c->key4[i];
		} else {
			c->key6[i] = *key;
			c->addr[i] = c->key6[i].s6_addr;
		}
		/* Knuth's multiplicative hash of the number */
		c->table[i] = table[((from + i) * 2654435761U >> 8) %
				    run->tables];
	}
}

static u64 time_chunk(struct lpmbench *bench, const struct lpmbench_run *run,
		      const struct kernel_tables *k)
{
	struct lpmbench_chunk *c = &bench->chunk;
	u64 start = ktime_get_ns();

	switch (run->who) {
	case LPMBENCH_MFIB:
		bench->sink += time_mfib(c);
		break;
	case LPMBENCH_MFIB_BULK:
		bench->sink += time_mfib_bulk(c);
		break;
	default:
		if (run->width == 32)
			bench->sink += time_fib4(c);
		else
			bench->sink += time_fib6(c, k->net);
	}
	return ktime_get_ns() - start;
}

static void answer_chunk(struct lpmbench *bench, const struct lpmbench_run *run,
			 const struct kernel_tables *k)
{
	struct lpmbench_chunk *c = &bench->chunk;

	switch (run->who) {
	case LPMBENCH_MFIB:
		answer_mfib(c);
		break;
	case LPMBENCH_MFIB_BULK:
		time_mfib_bulk(c);
		break;
	default:
		if (run->width == 32)
			answer_fib4(c, k->gateway);
		else
			answer_fib6(c, k->net, k->gateway);
	}
}

static int run_chunks(struct lpmbench *bench, const struct lpmbench_run *run,
		      const struct kernel_tables *k, void *const *table)
{
	u32 __user *answers = u64_to_user_ptr(run->answers);
	u64 __user *times = u64_to_user_ptr(run->times);
	size_t from;

	for (from = 0; from < bench->count; from += LPMBENCH_CHUNK) {
		u64 ns = 0;

		put_chunk(bench, from, run, table);
		local_bh_disable();
		rcu_read_lock();
		if (run->answers)
			answer_chunk(bench, run, k);
		else
			ns = time_chunk(bench, run, k);
		rcu_read_unlock();
		local_bh_enable();

		ns -= min(ns, bench->clock);
		if (run->answers ?
		    copy_to_user(answers + from, bench->chunk.answer,
				 bench->chunk.n * sizeof(*answers)) :
		    put_user(ns, times + from / LPMBENCH_CHUNK))
			return -EFAULT;
		cond_resched();
		if (signal_pending(current))
			return -EINTR;
	}
	return 0;
}

static int run_kernel(struct lpmbench *bench, const struct lpmbench_run *run)
{
	struct kernel_tables k = { .gateway = run->gateway };
	int err = 0;
	u32 i;

	k.table = kvcalloc(run->tables, sizeof(*k.table), GFP_KERNEL);
	if (!k.table)
		return -ENOMEM;
	k.net = get_net_ns_by_fd(run->netns);
	if (IS_ERR(k.net)) {
		kvfree(k.table);
		return PTR_ERR(k.net);
	}
	rtnl_lock();
	for (i = 0; i < run->tables && !err; i++) {
		if (run->width == 32)
			k.table[i] = fib_new_table(k.net, run->first + i);
		else
			k.table[i] = ipv6_stub->fib6_get_table(k.net,
							       run->first + i);
		if (!k.table[i])
			err = -ENOENT;
	}
	/* the RTNL keeps the tables */
	if (!err)
		err = run_chunks(bench, run, &k, k.table);
	rtnl_unlock();
	put_net(k.net);
	kvfree(k.table);
	return err;
}

static int run(struct lpmbench *bench, const struct lpmbench_run *run)
{
	if (!bench->count || !run->tables ||
	    (run->width != 32 && run->width != 128))
		return -EINVAL;
	switch (run->who) {
	case LPMBENCH_MFIB_BULK:
		if (run->tables != 1)
			return -EINVAL;
		fallthrough;
	case LPMBENCH_MFIB:
		if (run->tables > bench->lpms)
			return -EINVAL;
		return run_chunks(bench, run, NULL, (void **)bench->lpm);
	case LPMBENCH_KERNEL:
		return run_kernel(bench, run);
	default:
		return -EINVAL;
	}
}

static void empty(struct lpmbench *bench)
{
	while (bench->lpms)
		mfib_lpm_destroy(bench->lpm[--bench->lpms]);
	kvfree(bench->lpm);
	bench->lpm = NULL;
}

static int fill_one(struct lpmbench *bench, const struct lpmbench_fill *fill,
		    const struct lpmbench_route *route)
{
	struct mfib_lpm *lpm = mfib_lpm_create(fill->width);
	int err;
	u32 i;

	if (!lpm)
		return -ENOMEM;
	bench->lpm[bench->lpms++] = lpm;
	for (i = 0; i < fill->count; i++) {
		u32 old;

		err = mfib_lpm_insert(lpm, route[i].addr, route[i].len,
				      route[i].value, &old);
		if (err)
			return err;
		cond_resched();
		/* a program that loads routes lets grace periods pass as well */
		if (i % 512 == 511)
			synchronize_rcu();
	}
	return 0;
}

static int fill(struct lpmbench *bench, struct lpmbench_fill *fill)
{
	struct lpmbench_route *route;
	int err = 0;
	u64 start;
	u32 i;

	if (fill->width != 32 && fill->width != 128)
		return -EINVAL;
	empty(bench);
	if (!fill->tables)
		return 0;
	route = vmemdup_user(u64_to_user_ptr(fill->routes),
			     array_size(fill->count, sizeof(*route)));
	if (IS_ERR(route))
		return PTR_ERR(route);
	for (i = 0; i < fill->count; i++) {
		if (route[i].len > fill->width || !route[i].value)
			err = -EINVAL;
	}
	bench->lpm = kvcalloc(fill->tables, sizeof(*bench->lpm), GFP_KERNEL);
	if (!bench->lpm)
		err = -ENOMEM;
	start = ktime_get_ns();
	for (i = 0; i < fill->tables && !err; i++)
		err = fill_one(bench, fill, route);
	fill->ns = ktime_get_ns() - start;
	kvfree(route);
	return err;
}

static long lpmbench_ioctl(struct file *file, unsigned int cmd,
			   unsigned long arg)
{
	struct lpmbench *bench = file->private_data;
	void __user *user = (void __user *)arg;
	struct lpmbench_fill f;
	struct lpmbench_run r;
	int err;

	err = mutex_lock_interruptible(&bench->lock);
	if (err)
		return err;
	switch (cmd) {
	case LPMBENCH_IOC_FILL:
		err = -EFAULT;
		if (copy_from_user(&f, user, sizeof(f)))
			break;
		err = fill(bench, &f);
		if (!err && copy_to_user(user, &f, sizeof(f)))
			err = -EFAULT;
		break;
	case LPMBENCH_IOC_RUN:
		err = -EFAULT;
		if (!copy_from_user(&r, user, sizeof(r)))
			err = run(bench, &r);
		break;
	default:
		err = -ENOTTY;
	}
	mutex_unlock(&bench->lock);
	return err;
}

static ssize_t lpmbench_write(struct file *file, const char __user *buf,
			      size_t len, loff_t *pos)
{
	struct lpmbench *bench = file->private_data;
	struct in6_addr *keys;
	int err;

	if (!len || len % sizeof(*keys) ||
	    len / sizeof(*keys) > LPMBENCH_MAX_KEYS)
		return -EINVAL;
	keys = vmemdup_user(buf, len);
	if (IS_ERR(keys))
		return PTR_ERR(keys);
	err = mutex_lock_interruptible(&bench->lock);
	if (err) {
		kvfree(keys);
		return err;
	}
	swap(bench->keys, keys);
	bench->count = len / sizeof(*keys);
	mutex_unlock(&bench->lock);
	kvfree(keys);
	return len;
}

/* The clock may be too coarse to time a single reading. */
static u64 clock_cost(void)
{
	u64 start = ktime_get_ns(), end = start;
	int i;

	for (i = 0; i < 4096; i++)
		end = ktime_get_ns();
	return (end - start) / 4096;
}

static int lpmbench_open(struct inode *inode, struct file *file)
{
	struct lpmbench *bench = kvzalloc(sizeof(*bench), GFP_KERNEL);

	if (!bench)
		return -ENOMEM;
	mutex_init(&bench->lock);
	bench->clock = clock_cost();
	file->private_data = bench;
	return nonseekable_open(inode, file);
}

static int lpmbench_release(struct inode *inode, struct file *file)
{
	struct lpmbench *bench = file->private_data;

	empty(bench);
	kvfree(bench->keys);
	kvfree(bench);
	return 0;
}

static const struct file_operations lpmbench_fops = {
	.owner		= THIS_MODULE,
	.open		= lpmbench_open,
	.release	= lpmbench_release,
	.write		= lpmbench_write,
	.unlocked_ioctl	= lpmbench_ioctl,
};

static struct miscdevice lpmbench_dev = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "cgr-lpmbench",
	.fops	= &lpmbench_fops,
	.mode	= 0600,
};

static int __init lpmbench_init(void)
{
	return misc_register(&lpmbench_dev);
}

static void __exit lpmbench_exit(void)
{
	misc_deregister(&lpmbench_dev);
	/* lpm.h may free memory with functions of its own */
	rcu_barrier();
}

module_init(lpmbench_init);
module_exit(lpmbench_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("cgr: lookup bench");
