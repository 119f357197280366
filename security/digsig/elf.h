/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the signature of an ELF file is. Pure: compiles in user space too.
 *
 * The file is what an attacker wrote. Its section table may have up to 65,279
 * entries, all of which are looked at, some at a time; names are not: a section is
 * the signature's by its type and by the name in its note.
 */
#ifndef _DIGSIG_ELF_H
#define _DIGSIG_ELF_H

#include <linux/types.h>

#define DIGSIG_NOTE_NAME	"digsig"	/* and the 0 at its end */
#define DIGSIG_NOTE_NAMESZ	7
#define DIGSIG_NOTE_TYPE	1

/* In front of the record: the note's header, its name and one byte of padding. */
#define DIGSIG_NOTE_HEAD	20

/* One below SHN_LORESERVE. */
#define DIGSIG_SECTIONS_MAX	65279

/**
 * typedef digsig_read_fn - reads a part of a file
 * @ctx: of struct digsig_file
 * @buf: where to
 * @pos: first byte
 * @len: bytes, which are all within the file's size
 *
 * Return: 0 if all were read, else a negative errno.
 */
typedef int (*digsig_read_fn)(void *ctx, void *buf, u64 pos, u32 len);

/**
 * struct digsig_file - a file to look at
 * @read: reads from it
 * @ctx: given to @read
 * @size: its size in bytes
 */
struct digsig_file {
	digsig_read_fn read;
	void *ctx;
	u64 size;
};

/**
 * struct digsig_note - where the signature is
 * @start: where its note begins: the number of bytes that are digested
 * @record: where the record begins
 * @size: bytes of the record with its padding, up to the end of the file
 * @why: what is wrong, if something is; a constant
 */
struct digsig_note {
	u64 start;
	u64 record;
	u32 size;
	const char *why;
};

int digsig_elf_find(const struct digsig_file *file, struct digsig_note *note);

#endif /* _DIGSIG_ELF_H */
