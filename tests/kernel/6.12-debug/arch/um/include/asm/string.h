/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From 6.3 on, x86 relies on a compiler that calls memset() and its kin by
 * another name where KASAN should look, so that the plain names are for code
 * where it must not: the slab allocator fills redzones. GCC 12 has no such
 * option, and KASAN then takes the plain names for itself. Code without KASAN
 * gets the functions below them here, as on x86 before 6.3.
 */
#ifndef _ASM_UM_STRING_H
#define _ASM_UM_STRING_H

#include_next <asm/string.h>

#if defined(CONFIG_KASAN) && !defined(__SANITIZE_ADDRESS__)
#undef memcpy
#define memcpy(dst, src, len) __memcpy(dst, src, len)
#undef memmove
#define memmove(dst, src, len) __memmove(dst, src, len)
#undef memset
#define memset(s, c, n) __memset(s, c, n)
#endif

#endif
