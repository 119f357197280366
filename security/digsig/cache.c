// SPDX-License-Identifier: GPL-2.0
#include "cache.h"

#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/iversion.h>
#include <linux/percpu.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "trace.h"

/* When the cache is flushed, so many are freed at a time. */
#define BATCH	256

/* So many that were used since are spared in search of one to give up. */
#define SPARED	64

/**
 * struct digsig_cache_entry - a verdict, or one that is being found
 * @node: in the table
 * @inode: key; no reference, for the entry goes first
 * @order: in the list of all, the oldest first
 * @rcu: for freeing
 * @ctime: change time of the inode when the verification began
 * @version: its version then
 * @size: its size then
 * @epoch: the cache's then
 * @pending: the verification is under way; its task frees what is dropped
 * @dropped: no longer in the table
 * @used: hit since it was last looked at for eviction
 */
struct digsig_cache_entry {
	struct rhash_head node;
	const struct inode *inode;
	struct list_head order;
	struct rcu_head rcu;
	struct timespec64 ctime;
	u64 version;
	loff_t size;
	int epoch;
	bool pending;
	bool dropped;
	bool used;
};

/* Nobody chooses where an inode lies: this is enough, and takes little. */
static u32 hash_of(const void *key, u32 len, u32 seed)
{
	return hash_ptr(*(const struct inode * const *)key, 32) ^ seed;
}

static int compare(struct rhashtable_compare_arg *arg, const void *object)
{
	const struct inode * const *inode = arg->key;
	const struct digsig_cache_entry *entry = object;

	return entry->inode != *inode;
}

static const struct rhashtable_params params = {
	.head_offset	= offsetof(struct digsig_cache_entry, node),
	.key_offset	= offsetof(struct digsig_cache_entry, inode),
	.key_len	= sizeof(const struct inode *),
	.hashfn		= hash_of,
	.obj_cmpfn	= compare,
	.automatic_shrinking = true,
};

static struct rhashtable table;

/* Guards changes of the table, the order, and the flags of entries. */
static DEFINE_SPINLOCK(lock);
static LIST_HEAD(order);
static u32 entries;
static u32 max_entries;

static atomic_t epoch = ATOMIC_INIT(1);
static DECLARE_WAIT_QUEUE_HEAD(waiting);
static DEFINE_PER_CPU(u64, hits);

static inline struct digsig_cache_entry *find(const struct inode *inode)
{
	return rhashtable_lookup(&table, &inode, params);
}

static u64 version_of(const struct inode *inode)
{
	return IS_I_VERSION(inode) ? inode_peek_iversion(inode) : 0;
}

static bool same(const struct digsig_cache_entry *entry,
		 const struct inode *inode)
{
	struct timespec64 ctime = inode_get_ctime(inode);

	return entry->size == i_size_read(inode) &&
	       timespec64_equal(&entry->ctime, &ctime) &&
	       entry->version == version_of(inode);
}

static inline bool holds(const struct digsig_cache_entry *entry,
			 const struct inode *inode)
{
	return entry->epoch == atomic_read(&epoch) && same(entry, inode);
}

/* Takes an entry out. Under the lock. */
static void remove(struct digsig_cache_entry *entry)
{
	lockdep_assert_held(&lock);
	rhashtable_remove_fast(&table, &entry->node, params);
	list_del(&entry->order);
	entry->dropped = true;
	entries--;
	trace_digsig_cache(entry->inode, "drop");
	if (!entry->pending)
		kfree_rcu(entry, rcu);
}

/* Makes room for one more. Under the lock. */
static void evict(void)
{
	struct digsig_cache_entry *entry, *next;
	int spared = 0;

	lockdep_assert_held(&lock);
	if (entries < max_entries)
		return;
	list_for_each_entry_safe(entry, next, &order, order) {
		if (!entry->pending &&
		    (!READ_ONCE(entry->used) || spared >= SPARED)) {
			remove(entry);
			return;
		}
		WRITE_ONCE(entry->used, false);
		list_move_tail(&entry->order, &order);
		/* Those pending are as many as there are tasks, at most. */
		if (++spared > 2 * SPARED)
			return;
	}
}

static __always_inline bool is_good(const struct inode *inode, bool use)
{
	struct digsig_cache_entry *entry;
	bool good;

	rcu_read_lock();
	entry = find(inode);
	good = entry && !READ_ONCE(entry->pending) && holds(entry, inode);
	if (use && good && !READ_ONCE(entry->used))
		WRITE_ONCE(entry->used, true);
	rcu_read_unlock();
	return good;
}

/**
 * digsig_cache_hit() - whether there is a verdict that holds
 * @inode: a real inode, not one of an overlay
 *
 * Whoever relies on it must know that nobody writes to the inode.
 *
 * Context: any that may read under RCU.
 * Return: whether there is.
 */
bool digsig_cache_hit(struct inode *inode)
{
	bool hit = is_good(inode, true);

	if (hit) {
		this_cpu_inc(hits);
		trace_digsig_cache(inode, "hit");
	}
	return hit;
}

/**
 * digsig_cache_has() - as digsig_cache_hit(), and leaves no trace
 * @inode: a real inode
 *
 * Context: any that may read under RCU.
 * Return: whether there is a verdict that holds.
 */
bool digsig_cache_has(struct inode *inode)
{
	return is_good(inode, false);
}

static bool is_pending(const struct inode *inode)
{
	struct digsig_cache_entry *entry;
	bool pending;

	rcu_read_lock();
	entry = find(inode);
	pending = entry && READ_ONCE(entry->pending);
	rcu_read_unlock();
	return pending;
}

/**
 * digsig_cache_begin() - begin to verify an inode
 * @inode: a real inode
 *
 * From here on a change of the inode is noticed. Of several tasks that want to
 * verify the same inode one does, and the others wait for it.
 *
 * Context: process context, no locks that verification may need.
 * Return: to be given to digsig_cache_end(); NULL if somebody else found the
 * inode good in the meantime; -EINTR if the process is killed; -ENOMEM.
 */
struct digsig_cache_entry *digsig_cache_begin(struct inode *inode)
{
	struct digsig_cache_entry *entry, *old;
	int err;

	entry = kzalloc(sizeof(*entry), GFP_KERNEL);
	if (!entry)
		return ERR_PTR(-ENOMEM);
	entry->inode = inode;
	entry->pending = true;
	for (;;) {
		spin_lock(&lock);
		old = find(inode);
		if (!old || !old->pending)
			break;
		spin_unlock(&lock);
		err = wait_event_killable(waiting, !is_pending(inode));
		if (!err && digsig_cache_hit(inode))
			err = -EALREADY;
		if (err) {
			kfree(entry);
			return err == -EALREADY ? NULL : ERR_PTR(-EINTR);
		}
	}
	if (old)
		remove(old);
	evict();
	entry->epoch = atomic_read(&epoch);
	entry->size = i_size_read(inode);
	entry->ctime = inode_get_ctime(inode);
	/* Any change from here on counts the version up. */
	if (IS_I_VERSION(inode))
		entry->version = inode_query_iversion(inode);
	err = rhashtable_insert_fast(&table, &entry->node, params);
	if (!err) {
		list_add_tail(&entry->order, &order);
		entries++;
	}
	spin_unlock(&lock);
	if (err) {
		kfree(entry);
		return ERR_PTR(-ENOMEM);
	}
	return entry;
}

/**
 * digsig_cache_end() - end what digsig_cache_begin() began
 * @entry: what it returned; not to be used afterwards
 * @good: the signature is good, and is to be remembered
 *
 * Context: process context.
 * Return: whether the inode was not changed meanwhile.
 */
bool digsig_cache_end(struct digsig_cache_entry *entry, bool good)
{
	const struct inode *inode = entry->inode;
	bool unchanged;

	spin_lock(&lock);
	unchanged = !entry->dropped && same(entry, inode) &&
		    atomic_read(&inode->i_writecount) <= 0;
	WRITE_ONCE(entry->pending, false);
	if (entry->dropped)
		kfree_rcu(entry, rcu);
	else if (!good || !unchanged || !holds(entry, inode))
		remove(entry);
	else
		trace_digsig_cache(inode, "add");
	spin_unlock(&lock);
	wake_up_all(&waiting);
	return unchanged;
}

/**
 * digsig_cache_drop() - forget the verdict about an inode, found or pending
 * @inode: a real inode, or one that is being freed
 *
 * Context: any that may take a spinlock; does not allocate.
 */
void digsig_cache_drop(const struct inode *inode)
{
	struct digsig_cache_entry *entry;

	rcu_read_lock();
	entry = find(inode);
	rcu_read_unlock();
	if (likely(!entry))
		return;
	spin_lock(&lock);
	entry = find(inode);
	if (entry)
		remove(entry);
	spin_unlock(&lock);
	wake_up_all(&waiting);
}

/**
 * digsig_cache_flush() - forget all verdicts
 *
 * They are void at once; freeing them takes longer. One that is being found is
 * not remembered.
 *
 * Context: process context.
 */
void digsig_cache_flush(void)
{
	struct digsig_cache_entry *entry, *next;
	int now = atomic_inc_return(&epoch);
	bool more;

	do {
		int batch = 0;

		more = false;
		spin_lock(&lock);
		list_for_each_entry_safe(entry, next, &order, order) {
			if (entry->epoch == now || entry->pending)
				continue;
			if (batch++ == BATCH) {
				more = true;
				break;
			}
			remove(entry);
		}
		spin_unlock(&lock);
		cond_resched();
	} while (more);
	wake_up_all(&waiting);
}

/**
 * digsig_cache_stats() - state of the cache
 * @stats: filled in
 *
 * Context: any.
 */
void digsig_cache_stats(struct digsig_cache_stats *stats)
{
	int cpu;

	stats->entries = READ_ONCE(entries);
	stats->max = max_entries;
	stats->hits = 0;
	for_each_possible_cpu(cpu)
		stats->hits += per_cpu(hits, cpu);
}

/**
 * digsig_cache_setup() - make the cache
 * @max: the most verdicts there may be, at least 1
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int digsig_cache_setup(u32 max)
{
	if (!max)
		return -EINVAL;
	max_entries = max;
	return rhashtable_init(&table, &params);
}

static void free_entry(void *entry, void *unused)
{
	kfree(entry);
}

/**
 * digsig_cache_teardown() - free the cache
 *
 * Context: process context; nobody uses it any more.
 */
void digsig_cache_teardown(void)
{
	rhashtable_free_and_destroy(&table, free_entry, NULL);
	rcu_barrier();
}
