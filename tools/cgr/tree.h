/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of a tree that may be run or loaded.
 */
#ifndef CGR_TREE_H
#define CGR_TREE_H

#include <stdbool.h>
#include <stddef.h>

struct cgr_error;

/**
 * struct tree_list - files, in the order of their names
 * @path: their paths
 * @nr: their number
 * @size: how many there is room for
 */
struct tree_list {
	char **path;
	size_t nr;
	size_t size;
};

int tree_read(struct tree_list *list, const char *path, bool all,
	      struct cgr_error *err);
void tree_free(struct tree_list *list);

#endif /* CGR_TREE_H */
