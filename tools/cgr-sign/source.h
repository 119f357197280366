/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file that is worked on, and what else there is to it than its bytes.
 */
#ifndef SIGN_SOURCE_H
#define SIGN_SOURCE_H

#include <linux/types.h>
#include <sys/stat.h>

struct result;

/**
 * struct source - an open file
 * @path: its path, without symbolic links in the last part
 * @fd: open for reading
 * @st: its state when it was opened
 * @verity: whether fs-verity protects it
 */
struct source {
	const char *path;
	int fd;
	struct stat st;
	bool verity;
};

int source_open(struct source *s, const char *path, struct result *r);
void source_close(struct source *s);
int source_same(const struct source *s, struct result *r);
int source_keep(const struct source *s, int fd, struct result *r);
int source_get_record(const struct source *s, u8 *buf, u32 *size,
		      struct result *r);
int source_set_record(const struct source *s, const u8 *buf, u32 size,
		      struct result *r);
int source_drop_record(const struct source *s, struct result *r);

#endif /* SIGN_SOURCE_H */
