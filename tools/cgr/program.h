/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which files of a tree are programs, for those who sign and those who check.
 */
#ifndef CGR_PROGRAM_H
#define CGR_PROGRAM_H

#include <stdbool.h>
#include <sys/stat.h>

bool program_by_name(const char *path, const struct stat *st);
bool program_by_content(int fd, const struct stat *st);

#endif /* CGR_PROGRAM_H */
