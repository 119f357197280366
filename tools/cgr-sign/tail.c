// SPDX-License-Identifier: GPL-2.0
#include "tail.h"

#include <stdlib.h>
#include <string.h>

#include "class.h"
#include "elf.h"
#include "image.h"
#include "result.h"
#include "undo.h"

/* The linker leaves the section out. */
#define SHF_EXCLUDE	0x80000000U

/* The names of sections are copied; nobody has as many. */
#define NAMES_MAX	(64U << 20)

static const char names_new[] = "\0.digsig.undo\0.note.digsig\0.shstrtab";

enum {
	NAME_UNDO = 1,
	NAME_NOTE = NAME_UNDO + sizeof(".digsig.undo"),
	NAME_NAMES = NAME_NOTE + sizeof(".note.digsig"),
};

static u64 align8(u64 n)
{
	return (n + 7) & ~7ULL;
}

/* Lays out the parts; section headers are those of the image and ours. */
struct layout {
	u64 undo;
	u64 names;
	u32 names_old;
	u32 names_size;
	u64 table;
	u32 shnum;
	u64 note;
	u64 end;
};

static int check_names(const struct image *image, struct result *r)
{
	const struct elf64_shdr *s = &image->sections[image->names];

	if (!image->names)
		return 0;
	if (s->sh_type != SHT_STRTAB || s->sh_flags & SHF_ALLOC ||
	    s->sh_size > NAMES_MAX)
		return result_advise(r, "the names of its sections are at an unusual place",
				     ADVICE_XATTR);
	return 0;
}

static int lay_out(struct layout *l, const struct image *image,
		   u32 record_size, struct result *r)
{
	if (check_names(image, r))
		return -1;
	l->shnum = image->shnum ? image->shnum + 2 : 3;
	if (!image->names)
		l->shnum++;
	if (l->shnum > DIGSIG_SECTIONS_MAX)
		return result_advise(r, "it has too many sections for two more",
				     ADVICE_XATTR);
	l->names_old = image->names ? image->sections[image->names].sh_size : 0;
	l->names_size = l->names_old + sizeof(names_new);
	l->undo = undo_place(image->size);
	l->names = l->undo + UNDO_SIZE;
	l->table = align8(l->names + l->names_size);
	l->note = l->table + (u64)l->shnum * SHDR_SIZE(image->is64);
	l->end = l->note + DIGSIG_NOTE_HEAD + record_size;
	if (!image->is64 && l->end > 0x7fffffff)
		return result_advise(r, "it is too big for a signature in it",
				     ADVICE_XATTR);
	return 0;
}

static void put_sections(const struct tail *tail, const struct image *image,
			 const struct layout *l)
{
	u8 *to = tail->data + l->table - tail->start;
	u32 size = SHDR_SIZE(image->is64), i;
	/* What is linked of a signed object is another file. */
	u32 flags = image->header.e_type == ET_REL ? SHF_EXCLUDE : 0;
	struct elf64_shdr s;

	memset(&s, 0, sizeof(s));
	if (!image->shnum)
		to += size;
	for (i = 0; i < image->shnum; i++) {
		s = image->sections[i];
		if (image->names && i == image->names) {
			s.sh_offset = l->names;
			s.sh_size = l->names_size;
		} else if (!image->names) {
			s.sh_name = 0;
		}
		if (!i && s.sh_size)	/* was the number of sections */
			s.sh_size = 0;
		shdr_store(image->is64, to, &s);
		to += size;
	}
	if (!image->names) {
		s = (struct elf64_shdr){
			.sh_name = NAME_NAMES,
			.sh_type = SHT_STRTAB,
			.sh_offset = l->names,
			.sh_size = l->names_size,
			.sh_addralign = 1,
		};
		shdr_store(image->is64, to, &s);
		to += size;
	}
	s = (struct elf64_shdr){
		.sh_name = l->names_old + NAME_UNDO,
		.sh_type = SHT_PROGBITS,
		.sh_flags = flags,
		.sh_offset = l->undo,
		.sh_size = UNDO_SIZE,
		.sh_addralign = UNDO_ALIGN,
	};
	shdr_store(image->is64, to, &s);
	s = (struct elf64_shdr){
		.sh_name = l->names_old + NAME_NOTE,
		.sh_type = SHT_NOTE,
		.sh_flags = flags,
		.sh_offset = l->note,
		.sh_size = l->end - l->note,
		.sh_addralign = 4,
	};
	shdr_store(image->is64, to + size, &s);
}

static void put_header(struct tail *tail, const struct image *image,
		       const struct layout *l)
{
	struct elf64_hdr h = image->header;

	h.e_shoff = l->table;
	h.e_shentsize = SHDR_SIZE(image->is64);
	h.e_shnum = l->shnum;
	if (!image->names)
		h.e_shstrndx = l->shnum - 3;
	memcpy(tail->header, image->raw, sizeof(tail->header));
	tail->header_size = EHDR_SIZE(image->is64);
	ehdr_store(image->is64, tail->header, &h);
}

/**
 * tail_build() - make what is appended, but for the record
 * @tail: set; to be freed with tail_free()
 * @image: the file without signature
 * @record_size: size of the record
 * @r: set on failure
 *
 * Return: 0 or -1.
 */
int tail_build(struct tail *tail, const struct image *image, u32 record_size,
	       struct result *r)
{
	struct elf64_note nhdr = {
		.n_namesz = DIGSIG_NOTE_NAMESZ,
		.n_descsz = record_size,
		.n_type = DIGSIG_NOTE_TYPE,
	};
	struct layout l = {};
	u8 *names;

	memset(tail, 0, sizeof(*tail));
	if (lay_out(&l, image, record_size, r))
		return -1;
	tail->start = image->size;
	tail->size = l.end - image->size;
	tail->note = l.note - image->size;
	tail->record = tail->note + DIGSIG_NOTE_HEAD;
	tail->data = calloc(1, tail->size);
	if (!tail->data)
		return result_fail(r, "out of memory");

	undo_build(tail->data + l.undo - tail->start, image->size,
		   &image->header);
	names = tail->data + l.names - tail->start;
	if (l.names_old &&
	    file_read(image->fd, names,
		      image->sections[image->names].sh_offset, l.names_old)) {
		tail_free(tail);
		return result_errno(r, "it cannot be read");
	}
	memcpy(names + l.names_old, names_new, sizeof(names_new));
	put_sections(tail, image, &l);
	put_header(tail, image, &l);
	memcpy(tail->data + tail->note, &nhdr, sizeof(nhdr));
	memcpy(tail->data + tail->note + sizeof(nhdr), DIGSIG_NOTE_NAME,
	       DIGSIG_NOTE_NAMESZ);
	return 0;
}

/**
 * tail_free() - free what tail_build() allocated
 * @tail: the tail
 */
void tail_free(struct tail *tail)
{
	free(tail->data);
	tail->data = NULL;
}
