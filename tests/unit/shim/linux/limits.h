/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_LIMITS_H
#define _SHIM_LINUX_LIMITS_H

#include_next <linux/limits.h>

#define U8_MAX	255
#define U16_MAX	65535

#endif /* _SHIM_LINUX_LIMITS_H */
