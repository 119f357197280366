/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets: what the engine of tipc uses of struct sk_buff. The data is in a
 * buffer that clones share. A packet may have a part that is not linear: bytes
 * that are elsewhere until they are pulled (shim_skb_split() puts them there), and
 * a list of packets whose data follows. Pulling moves the linear part, always, so
 * that whoever kept a pointer into it is found out by the address sanitizer.
 */
#ifndef _SHIM_LINUX_SKBUFF_H
#define _SHIM_LINUX_SKBUFF_H

#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>

struct shim_buf;

struct sk_buff {
	struct sk_buff *next;
	struct sk_buff *prev;
	char cb[48] __attribute__((aligned(8)));
	unsigned int len;
	unsigned int data_len;
	unsigned int truesize;
	unsigned char *head;
	unsigned char *data;
	unsigned char *end;
	struct shim_buf *buf;
};

struct sk_buff_head {
	struct sk_buff *next;
	struct sk_buff *prev;
	u32 qlen;
};

struct skb_shared_info {
	struct sk_buff *frag_list;
};

/* Number of packets there are, clones included. */
extern long shim_skbs;

struct sk_buff *shim_skb_alloc(unsigned int size, gfp_t gfp);
struct sk_buff *alloc_skb_with_frags(unsigned long linear, unsigned long rest,
				     int order, int *err, gfp_t gfp);
struct sk_buff *skb_clone(struct sk_buff *skb, gfp_t gfp);
struct sk_buff *skb_copy(const struct sk_buff *skb, gfp_t gfp);
struct sk_buff *pskb_copy(struct sk_buff *skb, gfp_t gfp);
void kfree_skb(struct sk_buff *skb);
int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len);
int skb_store_bits(struct sk_buff *skb, int offset, const void *from, int len);
bool shim_skb_pull_tail(struct sk_buff *skb, unsigned int delta);
int pskb_trim(struct sk_buff *skb, unsigned int len);
void *skb_put(struct sk_buff *skb, unsigned int len);
void *skb_push(struct sk_buff *skb, unsigned int len);
void *skb_pull(struct sk_buff *skb, unsigned int len);
int skb_tailroom(const struct sk_buff *skb);
bool skb_cloned(const struct sk_buff *skb);
void __skb_header_release(struct sk_buff *skb);
struct skb_shared_info *skb_shinfo(const struct sk_buff *skb);
void shim_skb_split(struct sk_buff *skb, unsigned int linear);

#define PAGE_ALLOC_COSTLY_ORDER	3

#define alloc_skb(size, gfp)	shim_skb_alloc(size, gfp)
#define alloc_skb_fclone(size, gfp)	shim_skb_alloc(size, gfp)
#define consume_skb(skb)	kfree_skb(skb)

static inline unsigned int skb_headroom(const struct sk_buff *skb)
{
	return skb->data - skb->head;
}

static inline unsigned int skb_headlen(const struct sk_buff *skb)
{
	return skb->len - skb->data_len;
}

static inline bool skb_is_nonlinear(const struct sk_buff *skb)
{
	return skb->data_len;
}

static inline void skb_reserve(struct sk_buff *skb, int len)
{
	skb->data += len;
}

static inline bool pskb_may_pull(struct sk_buff *skb, unsigned int len)
{
	if (len <= skb_headlen(skb))
		return true;
	return len <= skb->len &&
	       shim_skb_pull_tail(skb, len - skb_headlen(skb));
}

static inline int skb_linearize(struct sk_buff *skb)
{
	return pskb_may_pull(skb, skb->len) ? 0 : -ENOMEM;
}

static inline void skb_trim(struct sk_buff *skb, unsigned int len)
{
	if (len < skb->len)
		pskb_trim(skb, len);
}

static inline void *skb_put_data(struct sk_buff *skb, const void *data,
				 unsigned int len)
{
	return memcpy(skb_put(skb, len), data, len);
}

static inline void *skb_put_zero(struct sk_buff *skb, unsigned int len)
{
	return memset(skb_put(skb, len), 0, len);
}

/* Queues. */
#define shim_queue(list)	((struct sk_buff *)(list))

static inline void __skb_queue_head_init(struct sk_buff_head *list)
{
	list->next = shim_queue(list);
	list->prev = shim_queue(list);
	list->qlen = 0;
}

static inline bool skb_queue_empty(const struct sk_buff_head *list)
{
	return list->next == shim_queue(list);
}

static inline u32 skb_queue_len(const struct sk_buff_head *list)
{
	return list->qlen;
}

static inline struct sk_buff *skb_peek(const struct sk_buff_head *list)
{
	return skb_queue_empty(list) ? NULL : list->next;
}

static inline struct sk_buff *skb_peek_tail(const struct sk_buff_head *list)
{
	return skb_queue_empty(list) ? NULL : list->prev;
}

static inline bool skb_queue_is_last(const struct sk_buff_head *list,
				     const struct sk_buff *skb)
{
	return skb->next == shim_queue(list);
}

/* Puts @skb behind @prev, which may be the list itself. */
static inline void shim_queue_insert(struct sk_buff *skb, struct sk_buff *prev,
				     struct sk_buff_head *list)
{
	skb->prev = prev;
	skb->next = prev->next;
	prev->next->prev = skb;
	prev->next = skb;
	list->qlen++;
}

static inline void __skb_queue_tail(struct sk_buff_head *list,
				    struct sk_buff *skb)
{
	shim_queue_insert(skb, list->prev, list);
}

static inline void __skb_queue_head(struct sk_buff_head *list,
				    struct sk_buff *skb)
{
	shim_queue_insert(skb, shim_queue(list), list);
}

static inline void __skb_queue_after(struct sk_buff_head *list,
				     struct sk_buff *prev, struct sk_buff *skb)
{
	shim_queue_insert(skb, prev, list);
}

static inline void __skb_queue_before(struct sk_buff_head *list,
				      struct sk_buff *next,
				      struct sk_buff *skb)
{
	shim_queue_insert(skb, next->prev, list);
}

static inline void __skb_unlink(struct sk_buff *skb, struct sk_buff_head *list)
{
	skb->prev->next = skb->next;
	skb->next->prev = skb->prev;
	skb->next = NULL;
	skb->prev = NULL;
	list->qlen--;
}

static inline struct sk_buff *__skb_dequeue(struct sk_buff_head *list)
{
	struct sk_buff *skb = skb_peek(list);

	if (skb)
		__skb_unlink(skb, list);
	return skb;
}

static inline void __skb_queue_purge(struct sk_buff_head *list)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(list)))
		kfree_skb(skb);
}

static inline void skb_queue_splice_tail_init(struct sk_buff_head *list,
					      struct sk_buff_head *to)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(list)))
		__skb_queue_tail(to, skb);
}

/* A walk: which packet is next, and who wants to know where it is. */
struct shim_walk {
	struct sk_buff **pos;
	struct sk_buff *next;
	const struct sk_buff *end;
};

static inline struct shim_walk shim_walk(struct sk_buff *first,
					 const void *end, struct sk_buff **pos)
{
	return (struct shim_walk){ .pos = pos, .next = first, .end = end };
}

static inline bool shim_walk_on(struct shim_walk *walk)
{
	*walk->pos = walk->next;
	if (walk->next == walk->end)
		return false;
	walk->next = walk->next->next;
	return true;
}

/* Both allow that the packet is unlinked. */
#define skb_queue_walk(list, skb)					\
	for (struct shim_walk shim_w =					\
	     shim_walk_list(list, &(skb)); shim_walk_on(&shim_w);)

#define skb_queue_walk_safe(list, skb, tmp)				\
	for (struct shim_walk shim_w =					\
	     shim_walk_safe(list, &(skb), &(tmp)); shim_walk_on(&shim_w);)

#define skb_walk_frags(skb, pos)					\
	for (struct shim_walk shim_w =					\
	     shim_walk(skb_shinfo(skb)->frag_list, NULL, &(pos));	\
	     shim_walk_on(&shim_w);)

static inline struct shim_walk shim_walk_list(const struct sk_buff_head *list,
					      struct sk_buff **pos)
{
	return shim_walk(list->next, list, pos);
}

static inline struct shim_walk shim_walk_safe(const struct sk_buff_head *list,
					      struct sk_buff **pos,
					      struct sk_buff **next)
{
	*next = NULL;
	return shim_walk_list(list, pos);
}

#endif /* _SHIM_LINUX_SKBUFF_H */
