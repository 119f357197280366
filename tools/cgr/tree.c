// SPDX-License-Identifier: GPL-2.0
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "program.h"

/* One that cannot be opened is taken too, so that it is reported. */
static bool wanted(const FTSENT *e)
{
	bool program;
	int fd;

	if (program_by_name(e->fts_path, e->fts_statp))
		return true;
	fd = open(e->fts_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0)
		return true;
	program = program_by_content(fd, e->fts_statp);
	close(fd);
	return program;
}

static int append(struct tree_list *list, const char *path)
{
	if (list->nr == list->size) {
		size_t size = list->size ? 2 * list->size : 256;
		char **grown = realloc(list->path, size * sizeof(*grown));

		if (!grown)
			return -1;
		list->path = grown;
		list->size = size;
	}
	list->path[list->nr] = strdup(path);
	return list->path[list->nr++] ? 0 : -1;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/**
 * tree_read() - find the files of a tree
 * @list: set, also on failure
 * @path: its root
 * @all: take every regular file
 * @err: set on failure
 *
 * Neither are symbolic links followed nor is the filesystem left.
 *
 * Return: 0 or -1
 */
int tree_read(struct tree_list *list, const char *path, bool all,
	      struct cgr_error *err)
{
	char *paths[2] = { (char *)path };
	int ret = 0;
	FTSENT *e;
	FTS *fts;

	memset(list, 0, sizeof(*list));
	fts = fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR |
		       FTS_XDEV, by_name);
	while (fts && !ret) {
		errno = 0;
		e = fts_read(fts);
		if (!e)
			break;
		errno = e->fts_errno;
		if (e->fts_info == FTS_F && (all || wanted(e)))
			ret = append(list, e->fts_path);
		else if ((e->fts_info == FTS_DNR || e->fts_info == FTS_ERR ||
			  e->fts_info == FTS_NS) && errno != ENOENT)
			break;
		errno = 0;
	}
	if (ret || !fts || errno) {
		error_set(err, 0, "cannot read the directory \"%.400s\": %s",
			  path, ret ? "out of memory" : strerror(errno));
		ret = -1;
	}
	if (fts)
		fts_close(fts);
	return ret;
}

/**
 * tree_free() - give a list back
 * @list: files
 */
void tree_free(struct tree_list *list)
{
	while (list->nr)
		free(list->path[--list->nr]);
	free(list->path);
	memset(list, 0, sizeof(*list));
}
