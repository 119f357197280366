/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What digsig_elf_find() must find, said as simply as possible: the whole file is
 * in memory, numbers cannot wrap, and each rule is looked at on its own.
 */
#ifndef _ELF_MODEL_H
#define _ELF_MODEL_H

#include <errno.h>

#include "elf_image.h"

typedef unsigned __int128 wide;

struct model_section {
	u32 type;
	wide flags, offset, size;
};

static inline wide model_field(const u8 *at, bool is64, enum image_field field)
{
	const u8 *where = image_fields[field] + 2 * is64;
	wide v = 0;
	int i;

	for (i = where[1] - 1; i >= 0; i--)
		v = v << 8 | at[where[0] + i];
	return v;
}

static inline struct model_section model_get(const u8 *at, bool is64)
{
	struct model_section s;

	s.type = model_field(at, is64, SH_TYPE);
	s.flags = model_field(at, is64, SH_FLAGS);
	s.offset = model_field(at, is64, SH_OFFSET);
	s.size = model_field(at, is64, SH_SIZE);
	return s;
}

static inline bool model_named(const u8 *data, wide size,
			       const struct model_section *s)
{
	static const u8 name[] = { 7, 0, 0, 0 };

	return s->type == SHT_NOTE && s->size >= 20 && s->offset + 20 <= size &&
	       !memcmp(data + (u64)s->offset, name, 4) &&
	       !memcmp(data + (u64)s->offset + 12, "digsig", 7);
}

/* As digsig_elf_find(), without the reason. */
static inline int model_find(const u8 *data, u64 size, u64 *start)
{
	bool is64 = size > 4 && data[4] == 2;
	wide shoff, shnum, shent, phoff, phnum, phent, end, begin;
	struct model_section s;
	unsigned int i, found = 0, broken = 0;
	u32 word[3];

	if (size < 4 || memcmp(data, "\177ELF", 4))
		return -ENOEXEC;
	if (size > 5 && data[5] != 1)
		return -ENOEXEC;
	if (size < (is64 ? 64 : 52) || data[4] < 1 || data[4] > 2)
		return -EBADMSG;
	shoff = model_field(data, is64, E_SHOFF);
	shnum = model_field(data, is64, E_SHNUM);
	shent = model_field(data, is64, E_SHENTSIZE);
	phoff = model_field(data, is64, E_PHOFF);
	phnum = model_field(data, is64, E_PHNUM);
	phent = model_field(data, is64, E_PHENTSIZE);

	if (!shoff)
		return -ENODATA;
	if (shent != (is64 ? 64 : 40) || shnum >= 0xff00 || shoff + shent > size)
		return -EBADMSG;
	if (!shnum)
		shnum = model_get(data + (u64)shoff, is64).size;
	if (shnum >= 0xff00 || shoff + shnum * shent > size)
		return -EBADMSG;

	/* all sections with the name, and all that makes one of them wrong */
	for (i = 0; i < shnum; i++) {
		s = model_get(data + (u64)(shoff + i * shent), is64);
		if (s.type == SHT_NOTE &&
		    (s.offset > size || (s.offset == size && s.size)))
			broken++;
		if (!model_named(data, size, &s))
			continue;
		found++;
		*start = s.offset;
		memcpy(word, data + *start, 12);
		broken += s.offset + s.size != size;
		broken += s.size != 20 + (wide)word[1];
		broken += word[1] % 4 || word[1] <= 16 || word[1] > 16448;
		broken += word[2] != 1 || data[*start + 19] || s.flags & 2;
	}
	if (broken || found > 1)
		return -EBADMSG;
	if (!found)
		return -ENODATA;

	/* nothing else may be in what is not signed */
	if (shoff + shnum * shent > *start)
		return -EBADMSG;
	for (i = 0; i < shnum; i++) {
		s = model_get(data + (u64)(shoff + i * shent), is64);
		if (s.type != SHT_NULL && s.type != SHT_NOBITS && s.size &&
		    s.offset + s.size > *start && !model_named(data, size, &s))
			return -EBADMSG;
	}
	if (!phnum)
		return 0;
	if (phent != (is64 ? 56 : 32) || phnum == 0xffff ||
	    phoff + phnum * phent > *start)
		return -EBADMSG;
	for (i = 0; i < phnum; i++) {
		const u8 *p = data + (u64)(phoff + i * phent);

		begin = model_field(p, is64, P_OFFSET);
		end = begin + model_field(p, is64, P_FILESZ);
		if (end > begin && end > *start)
			return -EBADMSG;
	}
	return 0;
}

#endif /* _ELF_MODEL_H */
