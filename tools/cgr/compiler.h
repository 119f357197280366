/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CGR_COMPILER_H
#define CGR_COMPILER_H

#define __unused	__attribute((unused))
#define __printf(a, b)	__attribute((format(printf, a, b)))

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#endif /* CGR_COMPILER_H */
