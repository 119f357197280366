// SPDX-License-Identifier: GPL-2.0
#include "table.h"

#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t random_state;

void *alloc(unsigned long n, unsigned long size)
{
	void *p = calloc(n, size);

	if (!p)
		err(1, "calloc");
	return p;
}

/* Clears what is behind a prefix. */
void truncate_addr(uint8_t *addr, unsigned int len)
{
	unsigned int byte = len / 8;

	if (byte == 16)
		return;
	addr[byte] &= ~(0xff >> len % 8);
	memset(addr + byte + 1, 0, 16 - byte - 1);
}

/* An address in a prefix. */
void random_host(const struct prefix *p, unsigned int width, uint8_t *addr)
{
	uint64_t bits[2] = { random_u64(), random_u64() };
	uint8_t *host = (uint8_t *)bits;
	unsigned int i;

	truncate_addr(host, width);
	memcpy(addr, p->addr, 16);
	for (i = p->len / 8; i < width / 8; i++)
		addr[i] |= i == p->len / 8 ? host[i] & (0xff >> p->len % 8) : host[i];
}

static int prefix_cmp(const void *a, const void *b)
{
	const struct prefix *p = a, *q = b;
	int order = memcmp(p->addr, q->addr, sizeof(p->addr));

	return order ? order : p->len - q->len;
}

/* Sorts the prefixes and draws the order to add them in, always the same. */
static void finish(struct table *t)
{
	unsigned int i, j, x;

	qsort(t->p, t->n, sizeof(*t->p), prefix_cmp);
	for (i = 1; i < t->n; i++)
		if (!prefix_cmp(&t->p[i - 1], &t->p[i]))
			errx(1, "the same prefix twice");
	free(t->order);
	t->order = alloc(t->n, sizeof(*t->order));
	random_state = 42;
	for (i = 0; i < t->n; i++) {
		j = random_below(i + 1);
		x = t->order[j];
		t->order[j] = i;
		if (j != i)
			t->order[i] = x;
	}
}

/**
 * table_read() - read a file of tests/data/libloc
 * @t: filled in
 * @path: file with a route a line, `PREFIX/LENGTH nhid NUMBER`
 */
void table_read(struct table *t, const char *path)
{
	FILE *file = fopen(path, "r");
	unsigned int room = 0, len;
	char line[256], addr[64];
	struct prefix *p;

	if (!file)
		err(1, "%s", path);
	*t = (struct table){ .width = 32 };
	while (fgets(line, sizeof(line), file)) {
		if (*line == '#')
			continue;
		if (t->n == room) {
			room = room ? 2 * room : 1 << 16;
			t->p = realloc(t->p, room * sizeof(*t->p));
			if (!t->p)
				err(1, "realloc");
		}
		p = &t->p[t->n++];
		memset(p, 0, sizeof(*p));
		if (strchr(line, ':'))
			t->width = 128;
		if (sscanf(line, "%63[^/]/%u nhid %u", addr, &len, &p->value) != 3 ||
		    len > t->width || !p->value ||
		    inet_pton(t->width == 32 ? AF_INET : AF_INET6, addr, p->addr) != 1)
			errx(1, "%s: no route: %s", path, line);
		p->len = len;
		if (p->value > t->values)
			t->values = p->value;
	}
	fclose(file);
	if (!t->n)
		errx(1, "%s: no routes", path);
	finish(t);
}

/**
 * table_sample() - leave a random part of the routes
 * @t: the table
 * @n: how many to leave
 */
void table_sample(struct table *t, unsigned int n)
{
	struct prefix *p = alloc(n, sizeof(*p));
	unsigned int i;

	if (n > t->n)
		errx(1, "only %u routes", t->n);
	for (i = 0; i < n; i++)
		p[i] = t->p[t->order[i]];
	free(t->p);
	t->p = p;
	t->n = n;
	finish(t);
}

static uint64_t hash(const struct prefix *p)
{
	uint64_t half[2];

	memcpy(half, p->addr, sizeof(half));
	return ((half[0] + p->len) * 0x9e3779b97f4a7c15ULL ^ half[1]) *
	       0xbf58476d1ce4e5b9ULL >> 32;
}

/* Puts a prefix into a hash table of 2^n pointers, true if it was not there. */
static bool put(struct prefix **slots, unsigned long mask, struct prefix *p)
{
	uint64_t i = hash(p) & mask;

	for (; slots[i]; i = (i + 1) & mask)
		if (!prefix_cmp(slots[i], p))
			return false;
	slots[i] = p;
	return true;
}

/**
 * table_double() - add a route for each route
 * @t: the table
 *
 * This table is synthetic. The new prefix is of the length of the other and the
 * next one to it that is free: the lengths, and where the space is populated,
 * stay as they are. Its next hop is that of any route.
 */
void table_double(struct table *t)
{
	unsigned long mask = (1UL << (66 - __builtin_clzl(t->n))) - 1;
	struct prefix **slots = alloc(mask + 1, sizeof(*slots));
	struct prefix *p = alloc(2 * t->n, sizeof(*p)), *q = p + t->n;
	unsigned int i, bit, far, end;

	memcpy(p, t->p, t->n * sizeof(*p));
	for (i = 0; i < t->n; i++)
		put(slots, mask, &p[i]);
	random_state = 43;
	for (i = 0; i < t->n; i++) {
		end = p[i].len < 31 ? 1U << p[i].len : 1U << 31;
		for (far = 1; far < end; far++) {
			*q = p[i];
			for (bit = 0; bit < 32 && far >> bit; bit++)
				if (far >> bit & 1)
					q->addr[(p[i].len - bit - 1) / 8] ^=
						0x80 >> (p[i].len - bit - 1) % 8;
			q->value = p[random_below(t->n)].value;
			if (put(slots, mask, q)) {
				q++;
				break;
			}
		}
	}
	free(slots);
	free(t->p);
	t->p = p;
	t->n = q - p;
	finish(t);
}

/**
 * table_mix() - give each route any next hop
 * @t: the table
 */
void table_mix(struct table *t)
{
	unsigned int i;

	random_state = 44;
	for (i = 0; i < t->n; i++)
		t->p[i].value = 1 + random_below(t->values);
}

void table_free(struct table *t)
{
	free(t->p);
	free(t->order);
}

static const struct prefix *find(const struct table *t, const uint8_t *addr,
				 unsigned int len)
{
	struct prefix key = { .len = len };

	memcpy(key.addr, addr, sizeof(key.addr));
	truncate_addr(key.addr, len);
	return bsearch(&key, t->p, t->n, sizeof(key), prefix_cmp);
}

bool table_has(const struct table *t, const uint8_t *addr, unsigned int len)
{
	return find(t, addr, len);
}

/**
 * table_match() - find the longest match, in the simplest way
 * @t: the table
 * @addr: 16 bytes, zeros behind an IPv4 address
 *
 * Return: its next hop, 0 if there is none.
 */
uint32_t table_match(const struct table *t, const uint8_t *addr)
{
	const struct prefix *p;
	int len;

	for (len = t->width; len >= 0; len--) {
		p = find(t, addr, len);
		if (p)
			return p->value;
	}
	return 0;
}
