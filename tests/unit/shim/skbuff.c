// SPDX-License-Identifier: GPL-2.0
#include <linux/skbuff.h>

#include <linux/errno.h>

#include <stdlib.h>

long shim_skbs;

/* What clones share: the linear part, and what is behind it. */
struct shim_buf {
	struct skb_shared_info info;
	unsigned int refs;
	unsigned int rest_len;
	unsigned char *rest;
	unsigned char linear[];
};

static void fail(void)
{
	abort();
}

static struct shim_buf *buf_alloc(unsigned int size, gfp_t gfp)
{
	struct shim_buf *buf = kmalloc(sizeof(*buf) + size, gfp);

	if (buf) {
		buf->info.frag_list = NULL;
		buf->refs = 1;
		buf->rest = NULL;
		buf->rest_len = 0;
	}
	return buf;
}

static void buf_put(struct shim_buf *buf)
{
	struct sk_buff *skb, *next;

	if (--buf->refs)
		return;
	for (skb = buf->info.frag_list; skb; skb = next) {
		next = skb->next;
		kfree_skb(skb);
	}
	free(buf->rest);
	kfree(buf);
}

struct sk_buff *shim_skb_alloc(unsigned int size, gfp_t gfp)
{
	struct sk_buff *skb = kzalloc(sizeof(*skb), gfp);

	if (!skb)
		return NULL;
	skb->buf = buf_alloc(size, gfp);
	if (!skb->buf) {
		kfree(skb);
		return NULL;
	}
	skb->head = skb->buf->linear;
	skb->data = skb->head;
	skb->end = skb->head + size;
	skb->truesize = sizeof(*skb) + sizeof(*skb->buf) + size;
	shim_skbs++;
	return skb;
}

/* As in the kernel, the lengths are the caller's to set. */
struct sk_buff *alloc_skb_with_frags(unsigned long linear, unsigned long rest,
				     int order, int *err, gfp_t gfp)
{
	struct sk_buff *skb = shim_skb_alloc(linear, gfp);

	(void)order;
	*err = -ENOBUFS;
	if (!skb)
		return NULL;
	skb->buf->rest = malloc(rest + 1);
	if (!skb->buf->rest)
		fail();
	memset(skb->buf->rest, 0xa5, rest);
	skb->buf->rest_len = rest;
	skb->truesize += rest;
	return skb;
}

int skb_store_bits(struct sk_buff *skb, int offset, const void *from, int len)
{
	int linear = skb_headlen(skb), n;

	if (offset < 0 || len < 0 || (unsigned int)offset + len > skb->len)
		return -EFAULT;
	if (offset < linear) {
		n = linear - offset < len ? linear - offset : len;
		memcpy(skb->data + offset, from, n);
		from = (const char *)from + n;
		offset += n;
		len -= n;
	}
	if (!len)
		return 0;
	if (offset - linear + len > (int)skb->buf->rest_len)
		fail();
	memcpy(skb->buf->rest + (offset - linear), from, len);
	return 0;
}

struct skb_shared_info *skb_shinfo(const struct sk_buff *skb)
{
	return &skb->buf->info;
}

bool skb_cloned(const struct sk_buff *skb)
{
	return skb->buf->refs > 1;
}

/* Who keeps a packet gives up the room in front of it: only who is alone may. */
void __skb_header_release(struct sk_buff *skb)
{
	if (skb_cloned(skb))
		fail();
}

int skb_tailroom(const struct sk_buff *skb)
{
	return skb->data_len ? 0 : skb->end - skb->data - skb->len;
}

void *skb_put(struct sk_buff *skb, unsigned int len)
{
	unsigned char *p = skb->data + skb->len;

	if (len > (unsigned int)skb_tailroom(skb))
		fail();
	skb->len += len;
	return p;
}

void *skb_push(struct sk_buff *skb, unsigned int len)
{
	if (len > skb_headroom(skb))
		fail();
	skb->data -= len;
	skb->len += len;
	return skb->data;
}

void *skb_pull(struct sk_buff *skb, unsigned int len)
{
	if (len > skb->len)
		return NULL;
	if (len > skb_headlen(skb))
		fail();
	skb->data += len;
	skb->len -= len;
	return skb->data;
}

struct sk_buff *skb_clone(struct sk_buff *skb, gfp_t gfp)
{
	struct sk_buff *clone = kmalloc(sizeof(*clone), gfp);

	if (!clone)
		return NULL;
	*clone = *skb;
	clone->next = NULL;
	clone->prev = NULL;
	clone->buf->refs++;
	shim_skbs++;
	return clone;
}

static struct sk_buff *copy(const struct sk_buff *skb, gfp_t gfp)
{
	struct sk_buff *to;

	to = shim_skb_alloc(skb_headroom(skb) + skb->len, gfp);
	if (!to)
		return NULL;
	skb_reserve(to, skb_headroom(skb));
	memcpy(to->cb, skb->cb, sizeof(to->cb));
	if (skb_copy_bits(skb, 0, skb_put(to, skb->len), skb->len))
		fail();
	return to;
}

struct sk_buff *skb_copy(const struct sk_buff *skb, gfp_t gfp)
{
	return copy(skb, gfp);
}

struct sk_buff *pskb_copy(struct sk_buff *skb, gfp_t gfp)
{
	return copy(skb, gfp);
}

void kfree_skb(struct sk_buff *skb)
{
	if (!skb)
		return;
	buf_put(skb->buf);
	shim_skbs--;
	kfree(skb);
}

int skb_copy_bits(const struct sk_buff *skb, int offset, void *to, int len)
{
	unsigned int part[2] = { skb_headlen(skb), skb->buf->rest_len };
	const unsigned char *from[2] = { skb->data, skb->buf->rest };
	const struct sk_buff *pos;
	int i, n;

	if (offset < 0 || len < 0 || (unsigned int)offset + len > skb->len)
		return -EFAULT;
	if (part[1] > skb->data_len)
		part[1] = skb->data_len;
	for (i = 0; i < 2 && len; i++) {
		if (offset < (int)part[i]) {
			n = (int)part[i] - offset < len ?
			    (int)part[i] - offset : len;
			memcpy(to, from[i] + offset, n);
			to = (char *)to + n;
			len -= n;
			offset = 0;
		} else {
			offset -= part[i];
		}
	}
	for (pos = skb->buf->info.frag_list; pos && len; pos = pos->next) {
		if (offset < (int)pos->len) {
			n = (int)pos->len - offset < len ?
			    (int)pos->len - offset : len;
			if (skb_copy_bits(pos, offset, to, n))
				return -EFAULT;
			to = (char *)to + n;
			len -= n;
			offset = 0;
		} else {
			offset -= pos->len;
		}
	}
	return len ? -EFAULT : 0;
}

/* Drops the buffer for one of which @linear bytes are linear, and the rest not. */
static bool rebuild(struct sk_buff *skb, unsigned int linear, gfp_t gfp)
{
	unsigned int room = skb_headroom(skb), rest = skb->len - linear;
	struct shim_buf *buf = buf_alloc(room + linear, gfp);

	if (!buf)
		return false;
	if (rest) {
		buf->rest = malloc(rest);
		if (!buf->rest || skb_copy_bits(skb, linear, buf->rest, rest))
			fail();
		buf->rest_len = rest;
	}
	if (skb_copy_bits(skb, 0, buf->linear + room, linear))
		fail();
	buf_put(skb->buf);
	skb->buf = buf;
	skb->head = buf->linear;
	skb->data = skb->head + room;
	skb->end = skb->data + linear;
	skb->data_len = rest;
	return true;
}

bool shim_skb_pull_tail(struct sk_buff *skb, unsigned int delta)
{
	return rebuild(skb, skb_headlen(skb) + delta, GFP_ATOMIC);
}

/* Leaves @linear bytes in the linear part. */
void shim_skb_split(struct sk_buff *skb, unsigned int linear)
{
	if (!rebuild(skb, linear, GFP_ATOMIC | __GFP_NOFAIL))
		fail();
}

int pskb_trim(struct sk_buff *skb, unsigned int len)
{
	if (len >= skb->len)
		return 0;
	if (skb->data_len) {
		unsigned int linear = skb_headlen(skb);

		skb->data_len = skb->len - linear;
		if (len <= linear) {
			skb->len = len;
			skb->data_len = 0;
			return 0;
		}
		skb->data_len -= skb->len - len;
	}
	skb->len = len;
	return 0;
}
