/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TOOLS_ASM_BYTEORDER_H
#define _TOOLS_ASM_BYTEORDER_H

#include_next <asm/byteorder.h>

#define le32_to_cpu(x)	__le32_to_cpu(x)
#define cpu_to_le32(x)	__cpu_to_le32(x)

#endif /* _TOOLS_ASM_BYTEORDER_H */
