/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An ELF file as it is, or was, without a signature.
 */
#ifndef SIGN_IMAGE_H
#define SIGN_IMAGE_H

#include <linux/types.h>
#include <linux/elf.h>

struct result;

/**
 * enum image_kind - what a file can have
 * @IMAGE_OK: a signature in it
 * @IMAGE_OTHER: none in it, since it is no ELF file or of a form that there is
 *	no room in
 * @IMAGE_STALE: none but the one it has, which cannot be removed without a trace
 */
enum image_kind {
	IMAGE_OK,
	IMAGE_OTHER,
	IMAGE_STALE,
};

/**
 * struct image - an ELF file
 * @fd: the file
 * @now: its size
 * @size: that of the part that is not signature
 * @signature: whether it has one in it, or the rest of one
 * @is64: its class
 * @raw: its header, as it is without signature
 * @header: the same
 * @shnum: number of sections
 * @names: number of the section that names them, 0 if there is none
 * @sections: the section headers
 */
struct image {
	int fd;
	u64 now;
	u64 size;
	bool signature;
	bool is64;
	u8 raw[sizeof(struct elf64_hdr)];
	struct elf64_hdr header;
	u32 shnum;
	u32 names;
	struct elf64_shdr *sections;
};

enum image_kind image_read(struct image *image, int fd, u64 size,
			   struct result *r);
void image_free(struct image *image);

int file_read(int fd, void *buf, u64 pos, u64 len);

#endif /* SIGN_IMAGE_H */
