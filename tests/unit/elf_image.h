/* SPDX-License-Identifier: GPL-2.0 */
/* ELF files made by hand, signed as cgr-sign does it, in memory. */
#ifndef _ELF_IMAGE_H
#define _ELF_IMAGE_H

#include <linux/elf.h>
#include <linux/kernel.h>
#include <stdlib.h>
#include <string.h>

#include "elf.h"
#include "format.h"
#include "ktap.h"

/* Behind the signature, for tests to write to. */
#define IMAGE_SPARE	32768
#define IMAGE_CMS	200

struct image {
	bool is64;
	u8 *data;
	u64 size;
	/* where things are */
	u64 phdr, shdr, note;
	u32 phnum, shnum;
	/* of the reader */
	unsigned long reads, bytes, fail;
};

static inline int image_read(void *ctx, void *buf, u64 pos, u32 len)
{
	struct image *image = ctx;

	if (pos > image->size || len > image->size - pos || !len)
		abort();
	image->reads++;
	image->bytes += len;
	if (image->fail && !--image->fail)
		return -5;
	memcpy(buf, image->data + pos, len);
	return 0;
}

static inline u32 image_shentsize(const struct image *image)
{
	return image->is64 ? sizeof(struct elf64_shdr) :
			     sizeof(struct elf32_shdr);
}

static inline u32 image_phentsize(const struct image *image)
{
	return image->is64 ? sizeof(struct elf64_phdr) :
			     sizeof(struct elf32_phdr);
}

/* Fields of the headers, as the specification has them. */
enum image_field {
	E_PHOFF, E_SHOFF, E_PHENTSIZE, E_PHNUM, E_SHENTSIZE, E_SHNUM,
	P_TYPE, P_OFFSET, P_FILESZ,
	SH_TYPE, SH_FLAGS, SH_OFFSET, SH_SIZE,
};

/* Where a field is: offset and size for 32 bits, and for 64. */
static const u8 image_fields[][4] = {
	[E_PHOFF] = { 28, 4, 32, 8 },
	[E_SHOFF] = { 32, 4, 40, 8 },
	[E_PHENTSIZE] = { 42, 2, 54, 2 },
	[E_PHNUM] = { 44, 2, 56, 2 },
	[E_SHENTSIZE] = { 46, 2, 58, 2 },
	[E_SHNUM] = { 48, 2, 60, 2 },
	[P_TYPE] = { 0, 4, 0, 4 },
	[P_OFFSET] = { 4, 4, 8, 8 },
	[P_FILESZ] = { 16, 4, 32, 8 },
	[SH_TYPE] = { 4, 4, 4, 4 },
	[SH_FLAGS] = { 8, 4, 8, 8 },
	[SH_OFFSET] = { 16, 4, 24, 8 },
	[SH_SIZE] = { 20, 4, 32, 8 },
};

/* Sets a field of the header (@i is 0), a segment or a section. */
static inline void image_set(struct image *image, enum image_field field, u32 i,
			     u64 v)
{
	const u8 *where = image_fields[field] + 2 * image->is64;
	u8 *at = image->data;

	if (field >= SH_TYPE)
		at += image->shdr + (u64)i * image_shentsize(image);
	else if (field >= P_TYPE)
		at += image->phdr + (u64)i * image_phentsize(image);
	memcpy(at + where[0], &v, where[1]);
}

/* A note as it is in a file; @name has 7 bytes with its 0. */
static inline u32 image_note(u8 *to, const char *name, u32 descsz)
{
	struct elf32_note nhdr = {
		.n_namesz = DIGSIG_NOTE_NAMESZ,
		.n_descsz = descsz,
		.n_type = DIGSIG_NOTE_TYPE,
	};

	memcpy(to, &nhdr, sizeof(nhdr));
	memset(to + sizeof(nhdr), 0, 8);
	memcpy(to + sizeof(nhdr), name, DIGSIG_NOTE_NAMESZ);
	return DIGSIG_NOTE_HEAD + descsz;
}

/*
 * A signed file: header, @phnum segments, 64 bytes of contents, @shnum section
 * headers of which 0 is empty, 1 some contents, 2 another note, the last the
 * signature; and the signature.
 */
static inline void image_make(struct image *image, bool is64, u32 phnum,
			      u32 shnum)
{
	u8 cms[IMAGE_CMS];
	u32 size, i;
	u64 body;

	free(image->data);
	memset(image, 0, sizeof(*image));
	image->is64 = is64;
	image->phnum = phnum;
	image->shnum = shnum;
	image->phdr = is64 ? sizeof(struct elf64_hdr) : sizeof(struct elf32_hdr);
	body = image->phdr + phnum * image_phentsize(image);
	image->shdr = body + 64;
	image->note = image->shdr + (u64)shnum * image_shentsize(image);
	image->data = calloc(1, image->note + IMAGE_SPARE);

	memcpy(image->data, ELFMAG, SELFMAG);
	image->data[EI_CLASS] = is64 ? ELFCLASS64 : ELFCLASS32;
	image->data[EI_DATA] = ELFDATA2LSB;
	image->data[EI_VERSION] = EV_CURRENT;
	image_set(image, E_PHOFF, 0, image->phdr);
	image_set(image, E_PHNUM, 0, phnum);
	image_set(image, E_PHENTSIZE, 0, image_phentsize(image));
	image_set(image, E_SHOFF, 0, image->shdr);
	image_set(image, E_SHNUM, 0, shnum);
	image_set(image, E_SHENTSIZE, 0, image_shentsize(image));
	for (i = 0; i < phnum; i++) {
		image_set(image, P_TYPE, i, PT_LOAD);
		image_set(image, P_FILESZ, i, body);
	}

	image_note(image->data + body, "others", 20);
	for (i = 1; i + 1 < shnum; i++) {
		image_set(image, SH_TYPE, i, i == 2 ? SHT_NOTE : SHT_PROGBITS);
		image_set(image, SH_FLAGS, i, SHF_ALLOC);
		image_set(image, SH_OFFSET, i, body);
		image_set(image, SH_SIZE, i, 40);
	}
	for (i = 0; i < sizeof(cms); i++)
		cms[i] = random_u64();
	size = digsig_record_size(sizeof(cms));
	image_note(image->data + image->note, DIGSIG_NOTE_NAME, size);
	digsig_record_build(image->data + image->note + DIGSIG_NOTE_HEAD, size,
			    DIGSIG_ELF, DIGSIG_SHA256, cms, sizeof(cms));
	image_set(image, SH_TYPE, shnum - 1, SHT_NOTE);
	image_set(image, SH_OFFSET, shnum - 1, image->note);
	image_set(image, SH_SIZE, shnum - 1, DIGSIG_NOTE_HEAD + size);
	image->size = image->note + DIGSIG_NOTE_HEAD + size;
}

static inline int image_find(struct image *image, struct digsig_note *note)
{
	struct digsig_file file = {
		.read = image_read,
		.ctx = image,
		.size = image->size,
	};

	image->reads = 0;
	image->bytes = 0;
	return digsig_elf_find(&file, note);
}

#endif /* _ELF_IMAGE_H */
