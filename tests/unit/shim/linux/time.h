/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_TIME_H
#define _SHIM_LINUX_TIME_H

#include <linux/types.h>
#include <time.h>

static inline long long mktime64(unsigned int year, unsigned int mon,
				 unsigned int day, unsigned int hour,
				 unsigned int min, unsigned int sec)
{
	struct tm tm = {
		.tm_year = year - 1900, .tm_mon = mon - 1, .tm_mday = day,
		.tm_hour = hour, .tm_min = min, .tm_sec = sec,
	};

	return timegm(&tm);
}

#endif /* _SHIM_LINUX_TIME_H */
