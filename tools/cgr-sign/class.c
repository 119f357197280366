// SPDX-License-Identifier: GPL-2.0
#include "class.h"

#include <string.h>

/**
 * ehdr_load() - take an ELF header from a file
 * @is64: its class
 * @from: its bytes
 * @h: set to it
 */
void ehdr_load(bool is64, const u8 *from, struct elf64_hdr *h)
{
	struct elf32_hdr e;

	if (is64) {
		memcpy(h, from, sizeof(*h));
		return;
	}
	memcpy(&e, from, sizeof(e));
	memcpy(h->e_ident, e.e_ident, sizeof(h->e_ident));
	h->e_type = e.e_type;
	h->e_machine = e.e_machine;
	h->e_version = e.e_version;
	h->e_entry = e.e_entry;
	h->e_phoff = e.e_phoff;
	h->e_shoff = e.e_shoff;
	h->e_flags = e.e_flags;
	h->e_ehsize = e.e_ehsize;
	h->e_phentsize = e.e_phentsize;
	h->e_phnum = e.e_phnum;
	h->e_shentsize = e.e_shentsize;
	h->e_shnum = e.e_shnum;
	h->e_shstrndx = e.e_shstrndx;
}

/**
 * ehdr_store() - change where an ELF header says the sections are
 * @is64: its class
 * @to: its bytes, of which nothing else changes
 * @h: has e_shoff, e_shentsize, e_shnum and e_shstrndx
 */
void ehdr_store(bool is64, u8 *to, const struct elf64_hdr *h)
{
	struct elf64_hdr e64;
	struct elf32_hdr e32;

	if (is64) {
		memcpy(&e64, to, sizeof(e64));
		e64.e_shoff = h->e_shoff;
		e64.e_shentsize = h->e_shentsize;
		e64.e_shnum = h->e_shnum;
		e64.e_shstrndx = h->e_shstrndx;
		memcpy(to, &e64, sizeof(e64));
	} else {
		memcpy(&e32, to, sizeof(e32));
		e32.e_shoff = h->e_shoff;
		e32.e_shentsize = h->e_shentsize;
		e32.e_shnum = h->e_shnum;
		e32.e_shstrndx = h->e_shstrndx;
		memcpy(to, &e32, sizeof(e32));
	}
}

/**
 * shdr_load() - take a section header from a file
 * @is64: its class
 * @from: its bytes
 * @h: set to it
 */
void shdr_load(bool is64, const u8 *from, struct elf64_shdr *h)
{
	struct elf32_shdr s;

	if (is64) {
		memcpy(h, from, sizeof(*h));
		return;
	}
	memcpy(&s, from, sizeof(s));
	h->sh_name = s.sh_name;
	h->sh_type = s.sh_type;
	h->sh_flags = s.sh_flags;
	h->sh_addr = s.sh_addr;
	h->sh_offset = s.sh_offset;
	h->sh_size = s.sh_size;
	h->sh_link = s.sh_link;
	h->sh_info = s.sh_info;
	h->sh_addralign = s.sh_addralign;
	h->sh_entsize = s.sh_entsize;
}

/**
 * shdr_store() - write a section header
 * @is64: its class
 * @to: where to
 * @h: the header, with numbers that the class has room for
 */
void shdr_store(bool is64, u8 *to, const struct elf64_shdr *h)
{
	struct elf32_shdr s = {
		.sh_name = h->sh_name,
		.sh_type = h->sh_type,
		.sh_flags = h->sh_flags,
		.sh_addr = h->sh_addr,
		.sh_offset = h->sh_offset,
		.sh_size = h->sh_size,
		.sh_link = h->sh_link,
		.sh_info = h->sh_info,
		.sh_addralign = h->sh_addralign,
		.sh_entsize = h->sh_entsize,
	};

	if (is64)
		memcpy(to, h, sizeof(*h));
	else
		memcpy(to, &s, sizeof(s));
}

/**
 * phdr_load() - take a program header from a file
 * @is64: its class
 * @from: its bytes
 * @h: set to it
 */
void phdr_load(bool is64, const u8 *from, struct elf64_phdr *h)
{
	struct elf32_phdr p;

	if (is64) {
		memcpy(h, from, sizeof(*h));
		return;
	}
	memcpy(&p, from, sizeof(p));
	h->p_type = p.p_type;
	h->p_flags = p.p_flags;
	h->p_offset = p.p_offset;
	h->p_vaddr = p.p_vaddr;
	h->p_paddr = p.p_paddr;
	h->p_filesz = p.p_filesz;
	h->p_memsz = p.p_memsz;
	h->p_align = p.p_align;
}
