// SPDX-License-Identifier: GPL-2.0
#include "program.h"

#include <string.h>
#include <unistd.h>
#include <linux/elf.h>

/* Compressed kernel modules, which have no mark of their own. */
static const char * const suffixes[] = {
	".ko.xz", ".ko.gz", ".ko.zst", NULL
};

/**
 * program_by_name() - whether a file is a program, by what need not be read
 * @path: its path
 * @st: its state
 *
 * Executable files that are not empty and compressed kernel modules are.
 *
 * Return: whether it is; else its content decides.
 */
bool program_by_name(const char *path, const struct stat *st)
{
	size_t len = strlen(path), i, n;

	if (st->st_mode & 0111)
		return st->st_size > 0;
	for (i = 0; suffixes[i]; i++) {
		n = strlen(suffixes[i]);
		if (len > n && !strcmp(path + len - n, suffixes[i]))
			return true;
	}
	return false;
}

/**
 * program_by_content() - whether a file is a program, by how it begins
 * @fd: the file, open for reading
 * @st: its state
 *
 * ELF files are: libraries, objects, kernel modules.
 *
 * Return: whether it is.
 */
bool program_by_content(int fd, const struct stat *st)
{
	char magic[SELFMAG];

	return st->st_size >= SELFMAG &&
	       pread(fd, magic, SELFMAG, 0) == SELFMAG &&
	       !memcmp(magic, ELFMAG, SELFMAG);
}
