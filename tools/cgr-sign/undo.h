/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a signature in an ELF file says about the file as it was before, so that
 * it can be removed without a trace: contents of the section .digsig.undo, which
 * is the first that was appended.
 *
 *	0	8	"\177DIGUND\0"
 *	8	8	size of the file
 *	16	8	e_shoff
 *	24	2	e_shentsize
 *	26	2	e_shnum
 *	28	2	e_shstrndx
 *	30	2	0
 *
 * Numbers are little-endian.
 */
#ifndef SIGN_UNDO_H
#define SIGN_UNDO_H

#include <linux/types.h>
#include <linux/elf.h>

#define UNDO_SIZE	32U
#define UNDO_ALIGN	8U

/**
 * struct undo - what the file was like
 * @size: its size
 * @header: has e_shoff, e_shentsize, e_shnum and e_shstrndx
 */
struct undo {
	u64 size;
	struct elf64_hdr header;
};

bool undo_parse(const u8 *block, u64 pos, struct undo *undo);
void undo_build(u8 *block, u64 size, const struct elf64_hdr *header);

/**
 * undo_place() - where the block is
 * @size: size of the file before
 *
 * Return: its first byte.
 */
static inline u64 undo_place(u64 size)
{
	return (size + UNDO_ALIGN - 1) & ~(u64)(UNDO_ALIGN - 1);
}

#endif /* SIGN_UNDO_H */
