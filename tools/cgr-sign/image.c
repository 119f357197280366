// SPDX-License-Identifier: GPL-2.0
#include "image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/minmax.h>

#include "class.h"
#include "elf.h"
#include "result.h"
#include "undo.h"

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NATIVE_DATA	ELFDATA2LSB
#else
#define NATIVE_DATA	ELFDATA2MSB
#endif

/* Zeros up to the next multiple of this are nobody's. */
#define TAIL_PADDING	4096U

/**
 * file_read() - read all of a part of a file
 * @fd: the file
 * @buf: where to
 * @pos: first byte
 * @len: bytes
 *
 * Return: 0, or -1 with errno set; EIO if the file ends before.
 */
int file_read(int fd, void *buf, u64 pos, u64 len)
{
	ssize_t n;

	while (len) {
		n = pread(fd, buf, len, pos);
		if (n < 0 && errno == EINTR)
			continue;
		if (!n)
			errno = EIO;
		if (n <= 0)
			return -1;
		buf = (u8 *)buf + n;
		pos += n;
		len -= n;
	}
	return 0;
}

static enum image_kind other(struct result *r, const char *why)
{
	result_advise(r, why, ADVICE_XATTR);
	return IMAGE_OTHER;
}

static enum image_kind unreadable(struct result *r)
{
	result_errno(r, "it cannot be read");
	return IMAGE_STALE;
}

/* Where something ends; the highest number if that wraps. */
static u64 end_of(u64 pos, u64 size)
{
	return size > ~0ULL - pos ? ~0ULL : pos + size;
}

/* The section headers that the header names, if they are there. */
static bool read_sections(struct image *image)
{
	u32 size = SHDR_SIZE(image->is64), i;
	struct elf64_hdr *h = &image->header;
	struct elf64_shdr first;
	u8 *raw;

	free(image->sections);
	image->sections = NULL;
	image->shnum = h->e_shoff ? h->e_shnum : 0;
	image->names = 0;
	if (!h->e_shoff)
		return true;
	if (h->e_shentsize != size || h->e_shnum > DIGSIG_SECTIONS_MAX ||
	    end_of(h->e_shoff, size) > image->size)
		return false;
	raw = malloc(size);
	if (!raw || file_read(image->fd, raw, h->e_shoff, size)) {
		free(raw);
		return false;
	}
	shdr_load(image->is64, raw, &first);
	free(raw);
	if (!h->e_shnum && first.sh_size <= DIGSIG_SECTIONS_MAX)
		image->shnum = first.sh_size;
	if (!image->shnum)
		return !first.sh_size;
	if (end_of(h->e_shoff, (u64)image->shnum * size) > image->size)
		return false;

	raw = malloc((size_t)image->shnum * size);
	image->sections = calloc(image->shnum, sizeof(*image->sections));
	if (!raw || !image->sections ||
	    file_read(image->fd, raw, h->e_shoff, (u64)image->shnum * size)) {
		free(raw);
		return false;
	}
	for (i = 0; i < image->shnum; i++)
		shdr_load(image->is64, raw + (size_t)i * size,
			  &image->sections[i]);
	free(raw);
	image->names = h->e_shstrndx == SHN_XINDEX ?
		       image->sections[0].sh_link : h->e_shstrndx;
	return image->names < image->shnum;
}

/* Whether a section is a note of ours, in whatever state. */
static bool is_note(const struct image *image, const struct elf64_shdr *s)
{
	u8 head[DIGSIG_NOTE_HEAD];

	return s->sh_type == SHT_NOTE && s->sh_size >= sizeof(head) &&
	       end_of(s->sh_offset, sizeof(head)) <= image->now &&
	       !file_read(image->fd, head, s->sh_offset, sizeof(head)) &&
	       !memcmp(head + sizeof(struct elf64_note), DIGSIG_NOTE_NAME,
		       DIGSIG_NOTE_NAMESZ);
}

static bool find_undo(const struct image *image, struct undo *undo)
{
	u8 block[UNDO_SIZE];
	u32 i;

	for (i = 0; i < image->shnum; i++) {
		const struct elf64_shdr *s = &image->sections[i];

		if (s->sh_type == SHT_PROGBITS && s->sh_size == UNDO_SIZE &&
		    end_of(s->sh_offset, UNDO_SIZE) <= image->now &&
		    !file_read(image->fd, block, s->sh_offset, UNDO_SIZE) &&
		    undo_parse(block, s->sh_offset, undo))
			return true;
	}
	return false;
}

/* Go back to how the file was. */
static bool undo_signature(struct image *image, const struct undo *undo)
{
	image->signature = true;
	image->size = undo->size;
	ehdr_store(image->is64, image->raw, &undo->header);
	ehdr_load(image->is64, image->raw, &image->header);
	return read_sections(image);
}

/* The last byte that sections and segments know of; 0 if some is beyond. */
static u64 find_end(const struct image *image)
{
	const struct elf64_hdr *h = &image->header;
	u32 size = PHDR_SIZE(image->is64), i;
	u64 end = EHDR_SIZE(image->is64);
	struct elf64_phdr p;
	u8 raw[sizeof(p)];

	if (h->e_phnum) {
		if (h->e_phentsize != size || h->e_phnum == PN_XNUM)
			return 0;
		end = max(end, end_of(h->e_phoff, (u64)h->e_phnum * size));
	}
	if (end > image->size)
		return 0;
	for (i = 0; i < h->e_phnum; i++) {
		if (file_read(image->fd, raw, h->e_phoff + i * size, size))
			return 0;
		phdr_load(image->is64, raw, &p);
		if (p.p_filesz)
			end = max(end, end_of(p.p_offset, p.p_filesz));
	}
	if (image->shnum)
		end = max(end, end_of(h->e_shoff, (u64)image->shnum *
				      SHDR_SIZE(image->is64)));
	for (i = 0; i < image->shnum; i++) {
		const struct elf64_shdr *s = &image->sections[i];

		if (s->sh_type != SHT_NULL && s->sh_type != SHT_NOBITS &&
		    s->sh_size)
			end = max(end, end_of(s->sh_offset, s->sh_size));
	}
	return end <= image->size ? end : 0;
}

/* Whether what is behind the end of an ELF file is padding. */
static bool is_padding(const struct image *image, u64 end)
{
	u64 len = image->size - end, i;
	u8 buf[TAIL_PADDING];

	if (len >= sizeof(buf) || file_read(image->fd, buf, end, len))
		return false;
	for (i = 0; i < len; i++)
		if (buf[i])
			return false;
	return true;
}

/* What was appended before signing was interrupted. */
static bool find_rest(struct image *image, u64 end)
{
	struct undo undo;
	u8 block[UNDO_SIZE];
	u64 pos;

	for (pos = undo_place(end); pos < end + TAIL_PADDING; pos += UNDO_ALIGN)
		if (image->size - end >= pos - end + UNDO_SIZE &&
		    !file_read(image->fd, block, pos, UNDO_SIZE) &&
		    undo_parse(block, pos, &undo) && undo.size >= end &&
		    undo.header.e_shoff == image->header.e_shoff)
			return undo_signature(image, &undo);
	return false;
}

static enum image_kind read_header(struct image *image, struct result *r)
{
	if (image->now < SELFMAG)
		return other(r, "it is no ELF file");
	if (file_read(image->fd, image->raw, 0,
		      min_t(u64, sizeof(image->raw), image->now)))
		return unreadable(r);
	if (memcmp(image->raw, ELFMAG, SELFMAG))
		return other(r, "it is no ELF file");
	image->is64 = image->raw[EI_CLASS] == ELFCLASS64;
	if ((!image->is64 && image->raw[EI_CLASS] != ELFCLASS32) ||
	    image->raw[EI_DATA] != NATIVE_DATA ||
	    image->now < EHDR_SIZE(image->is64))
		return other(r, "it is no ELF file of this machine's byte order");
	ehdr_load(image->is64, image->raw, &image->header);
	return IMAGE_OK;
}

/**
 * image_read() - look at a file, as it is without its signature
 * @image: set; to be freed with image_free()
 * @fd: the file
 * @size: its size
 * @r: set to what stands against a signature in it
 *
 * Return: whether there can be one.
 */
enum image_kind image_read(struct image *image, int fd, u64 size,
			   struct result *r)
{
	enum image_kind kind;
	struct undo undo;
	u64 end;
	u32 i;

	memset(image, 0, sizeof(*image));
	image->fd = fd;
	image->now = size;
	image->size = size;
	kind = read_header(image, r);
	if (kind != IMAGE_OK)
		return kind;
	if (!read_sections(image))
		return other(r, "its section headers are damaged or too many");
	for (i = 0; i < image->shnum && !image->signature; i++)
		image->signature = is_note(image, &image->sections[i]);
	if (image->signature &&
	    (!find_undo(image, &undo) || !undo_signature(image, &undo))) {
		result_advise(r, "it was changed after it was signed, and cannot be undone",
			      "do 'objcopy -R .note.digsig -R .digsig.undo FILE' first");
		return IMAGE_STALE;
	}
	end = find_end(image);
	if (!end)
		return other(r, "its headers name parts behind its end");
	if (!is_padding(image, end) && !find_rest(image, end))
		return other(r, "it has data behind what its headers describe");
	return IMAGE_OK;
}

/**
 * image_free() - free what image_read() allocated
 * @image: the file
 */
void image_free(struct image *image)
{
	free(image->sections);
	image->sections = NULL;
}
