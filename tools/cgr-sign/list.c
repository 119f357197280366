// SPDX-License-Identifier: GPL-2.0
#include "list.h"

#include <errno.h>
#include <fts.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "result.h"

/* A file, which may have several names or be named several times. */
struct inode {
	dev_t dev;
	ino_t ino;
	size_t index;
};

static int compare(const void *a, const void *b)
{
	const struct inode *x = a, *y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return x->ino == y->ino ? 0 : x->ino < y->ino ? -1 : 1;
}

/* Where in the list a file is, or will be. */
static struct inode *find(struct list *list, const struct stat *st)
{
	struct inode *inode = malloc(sizeof(*inode)), **found;

	if (!inode)
		return NULL;
	inode->dev = st->st_dev;
	inode->ino = st->st_ino;
	inode->index = list->nr;
	found = tsearch(inode, &list->seen, compare);
	if (!found || *found != inode)
		free(inode);
	return found ? *found : NULL;
}

static int append(struct list *list, const char *path, bool named,
		  const struct stat *st, struct result *r)
{
	struct item *items = list->items;
	size_t size = list->size ? 2 * list->size : 256;
	struct inode *inode = find(list, st);
	char *copy;

	if (!inode)
		return result_fail(r, "out of memory");
	if (inode->index < list->nr) {
		items[inode->index].named |= named;
		return 0;
	}
	if (list->nr == list->size) {
		items = realloc(items, size * sizeof(*items));
		if (!items)
			return result_fail(r, "out of memory");
		list->items = items;
		list->size = size;
	}
	copy = strdup(path);
	if (!copy)
		return result_fail(r, "out of memory");
	items[list->nr++] = (struct item){ .path = copy, .named = named };
	return 0;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Does not follow symbolic links, nor leave the filesystem. */
static int add_tree(struct list *list, const char *path, struct result *r)
{
	char *paths[2] = { (char *)path };
	FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV,
			    by_name);
	FTSENT *e;
	int err = 0;

	if (!fts)
		return result_errno(r, "cannot walk %s", path);
	while (!err) {
		errno = 0;
		e = fts_read(fts);
		if (!e)
			break;
		errno = e->fts_errno;
		if (e->fts_info == FTS_F)
			err = append(list, e->fts_path, false, e->fts_statp, r);
		else if ((e->fts_info == FTS_DNR || e->fts_info == FTS_ERR ||
			  e->fts_info == FTS_NS) && errno != ENOENT)
			err = result_errno(r, "cannot read %s", e->fts_path);
	}
	if (!err && errno)
		err = result_errno(r, "cannot walk %s", path);
	fts_close(fts);
	return err;
}

/**
 * list_add() - add a file, or the files of a tree
 * @list: the list
 * @path: its path; a symbolic link is followed
 * @r: set on failure
 *
 * Return: 0 or -1.
 */
int list_add(struct list *list, const char *path, struct result *r)
{
	char *real = NULL;
	struct stat st;
	int err;

	err = lstat(path, &st);
	if (!err && S_ISLNK(st.st_mode)) {
		real = realpath(path, NULL);
		err = real ? lstat(real, &st) : -1;
	}
	if (err)
		err = result_errno(r, "cannot find %s", path);
	else if (S_ISDIR(st.st_mode))
		err = add_tree(list, real ? real : path, r);
	else
		err = append(list, real ? real : path, true, &st, r);
	free(real);
	return err;
}

/**
 * list_free() - free a list
 * @list: the list
 */
void list_free(struct list *list)
{
	size_t i;

	for (i = 0; i < list->nr; i++) {
		free(list->items[i].path);
		free(list->items[i].result);
	}
	free(list->items);
	tdestroy(list->seen, free);
	memset(list, 0, sizeof(*list));
}
