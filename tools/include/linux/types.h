/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What code of the kernel's that is compiled into a tool needs besides the
 * system's headers, as in the kernel's own tools/include.
 */
#ifndef _TOOLS_LINUX_TYPES_H
#define _TOOLS_LINUX_TYPES_H

#include_next <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef unsigned long long u64;

#endif /* _TOOLS_LINUX_TYPES_H */
