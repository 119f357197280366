/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files to work on, in the order of their names.
 */
#ifndef SIGN_LIST_H
#define SIGN_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct result;

/**
 * struct item - a file
 * @path: its path
 * @named: whether it was named on the command line, not found in a tree
 * @result: what came of it; NULL if nothing
 */
struct item {
	char *path;
	bool named;
	struct result *result;
};

/**
 * struct list - the files
 * @items: each once, even if it has several names or is in several trees
 * @nr: their number
 * @size: how many there is room for
 * @seen: which inodes they are
 */
struct list {
	struct item *items;
	size_t nr;
	size_t size;
	void *seen;
};

int list_add(struct list *list, const char *path, struct result *r);
void list_free(struct list *list);

#endif /* SIGN_LIST_H */
