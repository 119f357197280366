// SPDX-License-Identifier: GPL-2.0
#include "elf.h"

#include <linux/elf.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "format.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NATIVE_DATA	ELFDATA2LSB
#else
#define NATIVE_DATA	ELFDATA2MSB
#endif

/* As many entries of a table are read at once. */
#define ENTRIES		8
#define CHUNK		(ENTRIES * sizeof(struct elf64_shdr))

/* What we need of the headers, in a form for both classes. */
struct elf {
	const struct digsig_file *file;
	bool is64;
	u64 phoff;
	u64 shoff;
	u32 phentsize;
	u32 phnum;
	u32 shentsize;
	u32 shnum;
};

struct section {
	u32 type;
	u64 flags;
	u64 offset;
	u64 size;
};

static int bad(struct digsig_note *note, const char *why)
{
	note->why = why;
	return -EBADMSG;
}

static int nothing(struct digsig_note *note, int err, const char *why)
{
	note->why = why;
	return err;
}

/* Whether @count entries of @size bytes at @pos are within @limit bytes. */
static bool within(u64 pos, u64 count, u64 size, u64 limit)
{
	return pos <= limit && count <= (limit - pos) / size;
}

/* Where something ends, or the highest number if that wraps. */
static u64 end_of(u64 pos, u64 size)
{
	return size > ~0ULL - pos ? ~0ULL : pos + size;
}

static int read_header(struct elf *elf, struct digsig_note *note)
{
	const struct digsig_file *file = elf->file;
	union {
		unsigned char ident[EI_NIDENT];
		struct elf32_hdr h32;
		struct elf64_hdr h64;
	} header;
	u32 size = min_t(u64, sizeof(header), file->size);
	int err;

	memset(&header, 0, sizeof(header));
	if (size < SELFMAG)
		return nothing(note, -ENOEXEC, "not an ELF file");
	err = file->read(file->ctx, &header, 0, size);
	if (err)
		return err;
	if (memcmp(header.ident, ELFMAG, SELFMAG))
		return nothing(note, -ENOEXEC, "not an ELF file");
	if (size > EI_DATA && header.ident[EI_DATA] != NATIVE_DATA)
		return nothing(note, -ENOEXEC,
			       "an ELF file of another byte order");

	if (header.ident[EI_CLASS] == ELFCLASS64) {
		if (size < sizeof(header.h64))
			return bad(note, "the ELF header is cut short");
		elf->is64 = true;
		elf->phoff = header.h64.e_phoff;
		elf->shoff = header.h64.e_shoff;
		elf->phentsize = header.h64.e_phentsize;
		elf->phnum = header.h64.e_phnum;
		elf->shentsize = header.h64.e_shentsize;
		elf->shnum = header.h64.e_shnum;
	} else if (header.ident[EI_CLASS] == ELFCLASS32) {
		if (size < sizeof(header.h32))
			return bad(note, "the ELF header is cut short");
		elf->phoff = header.h32.e_phoff;
		elf->shoff = header.h32.e_shoff;
		elf->phentsize = header.h32.e_phentsize;
		elf->phnum = header.h32.e_phnum;
		elf->shentsize = header.h32.e_shentsize;
		elf->shnum = header.h32.e_shnum;
	} else {
		return bad(note, "the ELF file is neither of 32 nor of 64 bits");
	}
	return 0;
}

static void get_section(const struct elf *elf, const void *entry,
			struct section *section)
{
	struct elf64_shdr h64;
	struct elf32_shdr h32;

	if (elf->is64) {
		memcpy(&h64, entry, sizeof(h64));
		section->type = h64.sh_type;
		section->flags = h64.sh_flags;
		section->offset = h64.sh_offset;
		section->size = h64.sh_size;
	} else {
		memcpy(&h32, entry, sizeof(h32));
		section->type = h32.sh_type;
		section->flags = h32.sh_flags;
		section->offset = h32.sh_offset;
		section->size = h32.sh_size;
	}
}

/* Sees to it that the table is all there; its length may be in section 0. */
static int check_table(struct elf *elf, struct digsig_note *note)
{
	u32 want = elf->is64 ? sizeof(struct elf64_shdr) : sizeof(struct elf32_shdr);
	const struct digsig_file *file = elf->file;
	struct section first;
	u8 entry[sizeof(struct elf64_shdr)];
	int err;

	if (!elf->shoff)
		return nothing(note, -ENODATA, "not signed");
	if (elf->shentsize != want)
		return bad(note, "the section headers are of a wrong size");
	if (elf->shnum > DIGSIG_SECTIONS_MAX)
		return bad(note, "the number of sections is a reserved one");
	if (!within(elf->shoff, 1, want, file->size))
		return bad(note, "the section headers are outside of the file");
	if (!elf->shnum) {
		err = file->read(file->ctx, entry, elf->shoff, want);
		if (err)
			return err;
		get_section(elf, entry, &first);
		if (first.size > DIGSIG_SECTIONS_MAX)
			return bad(note, "there are more than 65279 sections");
		elf->shnum = first.size;
	}
	if (!within(elf->shoff, elf->shnum, want, file->size))
		return bad(note, "the section headers are outside of the file");
	return 0;
}

/* 1 if the note in a section is ours, 0 if not; fills in its size. */
static int is_ours(const struct elf *elf, const struct section *section,
		   struct digsig_note *note)
{
	const struct digsig_file *file = elf->file;
	u8 head[DIGSIG_NOTE_HEAD];
	struct elf32_note nhdr;	/* of the same form in both classes */
	int err;

	if (section->offset > file->size ||
	    (section->offset == file->size && section->size))
		return bad(note, "a note is outside of the file");
	if (section->size < sizeof(head) ||
	    file->size - section->offset < sizeof(head))
		return 0;
	err = file->read(file->ctx, head, section->offset, sizeof(head));
	if (err)
		return err;
	memcpy(&nhdr, head, sizeof(nhdr));
	if (nhdr.n_namesz != DIGSIG_NOTE_NAMESZ ||
	    memcmp(head + sizeof(nhdr), DIGSIG_NOTE_NAME, DIGSIG_NOTE_NAMESZ))
		return 0;

	if (nhdr.n_type != DIGSIG_NOTE_TYPE)
		return bad(note, "the signature's note is of an unknown type");
	if (head[sizeof(head) - 1])
		return bad(note, "the signature's note has data in its padding");
	if (section->flags & SHF_ALLOC)
		return bad(note, "the signature's section is a loaded one");
	if (end_of(section->offset, section->size) < file->size)
		return bad(note, "there is data behind the signature");
	if (end_of(section->offset, section->size) > file->size)
		return bad(note, "the signature is cut short");
	if (nhdr.n_descsz != section->size - sizeof(head) ||
	    nhdr.n_descsz % 4)
		return bad(note, "the signature's note has a wrong length");
	if (nhdr.n_descsz <= DIGSIG_HEADER_SIZE)
		return bad(note, "the signature record is cut short");
	if (nhdr.n_descsz > DIGSIG_RECORD_MAX)
		return bad(note, "the signature record is too long");
	note->size = nhdr.n_descsz;
	return 1;
}

/* Looks for the section; @reach is where the last of the others ends. */
static int find_section(const struct elf *elf, struct digsig_note *note,
			u64 *reach)
{
	const struct digsig_file *file = elf->file;
	struct section section;
	bool found = false;
	u8 chunk[CHUNK];
	u32 i, at;
	int err;

	*reach = end_of(elf->shoff, (u64)elf->shnum * elf->shentsize);
	for (i = 0; i < elf->shnum; i++) {
		at = i % ENTRIES;
		if (!at) {
			err = file->read(file->ctx, chunk,
					 elf->shoff + (u64)i * elf->shentsize,
					 min_t(u32, ENTRIES, elf->shnum - i) *
					 elf->shentsize);
			if (err)
				return err;
		}
		get_section(elf, chunk + at * elf->shentsize, &section);
		if (section.type == SHT_NULL || section.type == SHT_NOBITS)
			continue;
		if (section.type == SHT_NOTE) {
			err = is_ours(elf, &section, note);
			if (err < 0)
				return err;
			if (err && found)
				return bad(note, "there are two signatures");
			if (err) {
				found = true;
				note->start = section.offset;
				continue;
			}
		}
		if (section.size)
			*reach = max(*reach, end_of(section.offset,
						    section.size));
	}
	if (!found)
		return nothing(note, -ENODATA, "not signed");
	return 0;
}

/* Nothing of what a signature covers, and nobody digests, may be run. */
static int check_segments(const struct elf *elf, struct digsig_note *note)
{
	u32 want = elf->is64 ? sizeof(struct elf64_phdr) : sizeof(struct elf32_phdr);
	const struct digsig_file *file = elf->file;
	u8 chunk[CHUNK];
	struct elf64_phdr h64;
	struct elf32_phdr h32;
	u32 i, at;
	u64 end;
	int err;

	if (!elf->phnum)
		return 0;
	if (elf->phentsize != want)
		return bad(note, "the program headers are of a wrong size");
	if (elf->phnum == PN_XNUM)
		return bad(note, "there are more than 65534 program headers");
	if (!within(elf->phoff, elf->phnum, want, note->start))
		return bad(note, "the program headers are not in what is signed");
	for (i = 0; i < elf->phnum; i++) {
		at = i % ENTRIES;
		if (!at) {
			err = file->read(file->ctx, chunk,
					 elf->phoff + (u64)i * want,
					 min_t(u32, ENTRIES, elf->phnum - i) *
					 want);
			if (err)
				return err;
		}
		if (elf->is64) {
			memcpy(&h64, chunk + at * want, want);
			end = h64.p_filesz ?
			      end_of(h64.p_offset, h64.p_filesz) : 0;
		} else {
			memcpy(&h32, chunk + at * want, want);
			end = h32.p_filesz ?
			      end_of(h32.p_offset, h32.p_filesz) : 0;
		}
		if (end > note->start)
			return bad(note, "a segment reaches into the signature");
	}
	return 0;
}

/**
 * digsig_elf_find() - find the signature of an ELF file
 * @file: any file
 * @note: filled in; @note->why is set on all errors that are not of the reader
 *
 * The headers are seen to be in the part that is digested, and no section or
 * segment but the signature's own to have bytes outside of it.
 *
 * Context: any in which @file->read may be called; uses 1 KB of stack.
 * Return: 0; -ENOEXEC if it is no ELF file of this machine's byte order; -ENODATA
 *	if it is not signed; -EBADMSG if its headers or the signature's note are
 *	malformed; else the error of @file->read.
 */
int digsig_elf_find(const struct digsig_file *file, struct digsig_note *note)
{
	struct elf elf = { .file = file };
	u64 reach;
	int err;

	memset(note, 0, sizeof(*note));
	err = read_header(&elf, note);
	if (err)
		return err;
	err = check_table(&elf, note);
	if (err)
		return err;
	err = find_section(&elf, note, &reach);
	if (err)
		return err;
	if (reach > note->start)
		return bad(note, "a section or its header reaches into the signature");
	err = check_segments(&elf, note);
	if (err)
		return err;
	note->record = note->start + DIGSIG_NOTE_HEAD;
	return 0;
}
