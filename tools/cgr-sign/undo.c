// SPDX-License-Identifier: GPL-2.0
#include "undo.h"

#include <string.h>

static const u8 magic[8] = "\177DIGUND";

static void put(u8 *to, u64 value, int bytes)
{
	for (; bytes; bytes--, value >>= 8)
		*to++ = value;
}

static u64 get(const u8 *from, int bytes)
{
	u64 value = 0;

	while (bytes--)
		value = value << 8 | from[bytes];
	return value;
}

/**
 * undo_parse() - understand a block
 * @block: UNDO_SIZE bytes
 * @pos: where they are in the file
 * @undo: set to what they say
 *
 * Return: whether it is one, and at the place where it would be put.
 */
bool undo_parse(const u8 *block, u64 pos, struct undo *undo)
{
	if (memcmp(block, magic, sizeof(magic)) || get(block + 30, 2))
		return false;
	memset(undo, 0, sizeof(*undo));
	undo->size = get(block + 8, 8);
	undo->header.e_shoff = get(block + 16, 8);
	undo->header.e_shentsize = get(block + 24, 2);
	undo->header.e_shnum = get(block + 26, 2);
	undo->header.e_shstrndx = get(block + 28, 2);
	return undo->size <= pos && undo_place(undo->size) == pos;
}

/**
 * undo_build() - write a block
 * @block: where to, UNDO_SIZE bytes
 * @size: size of the file before
 * @header: its header before
 */
void undo_build(u8 *block, u64 size, const struct elf64_hdr *header)
{
	memcpy(block, magic, sizeof(magic));
	put(block + 8, size, 8);
	put(block + 16, header->e_shoff, 8);
	put(block + 24, header->e_shentsize, 2);
	put(block + 26, header->e_shnum, 2);
	put(block + 28, header->e_shstrndx, 2);
	put(block + 30, 0, 2);
}
