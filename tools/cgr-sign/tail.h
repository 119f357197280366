/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is appended to an ELF file to sign it, in this order: zeros up to a
 * multiple of 8, the section .digsig.undo, the names of the sections, the section
 * headers, the section .note.digsig.
 */
#ifndef SIGN_TAIL_H
#define SIGN_TAIL_H

#include <linux/types.h>
#include <linux/elf.h>

struct image;
struct result;

/**
 * struct tail - what is appended
 * @header: the ELF header that goes with it
 * @header_size: its size
 * @start: where in the file it begins
 * @data: the bytes; the record in the note is still to be written
 * @size: their number
 * @note: which of them begins the note
 * @record: which of them begins the record, which goes up to the end
 */
struct tail {
	u8 header[sizeof(struct elf64_hdr)];
	u32 header_size;
	u64 start;
	u8 *data;
	u64 size;
	u64 note;
	u64 record;
};

int tail_build(struct tail *tail, const struct image *image, u32 record_size,
	       struct result *r);
void tail_free(struct tail *tail);

#endif /* SIGN_TAIL_H */
