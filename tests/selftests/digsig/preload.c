// SPDX-License-Identifier: GPL-2.0
/*
 * preload - makes any program exit with a status of its own.
 */
#include <unistd.h>

static void __attribute__((constructor)) preload(void)
{
	_exit(42);
}
