/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Headers of ELF files of 32 bits and of 64, in the form that the latter have.
 */
#ifndef SIGN_CLASS_H
#define SIGN_CLASS_H

#include <linux/types.h>
#include <linux/elf.h>

/* Number of a section that is said elsewhere. */
#define SHN_XINDEX	0xffff

/* Bytes of a header in the file. */
#define EHDR_SIZE(is64)	((is64) ? 64U : 52U)
#define SHDR_SIZE(is64)	((is64) ? 64U : 40U)
#define PHDR_SIZE(is64)	((is64) ? 56U : 32U)

void ehdr_load(bool is64, const u8 *from, struct elf64_hdr *h);
void ehdr_store(bool is64, u8 *to, const struct elf64_hdr *h);
void shdr_load(bool is64, const u8 *from, struct elf64_shdr *h);
void shdr_store(bool is64, u8 *to, const struct elf64_shdr *h);
void phdr_load(bool is64, const u8 *from, struct elf64_phdr *h);

#endif /* SIGN_CLASS_H */
