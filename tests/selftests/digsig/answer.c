// SPDX-License-Identifier: GPL-2.0
/*
 * answer - exits with a status that nothing else has. The text is for tests to
 * tamper with.
 */
#include <stdlib.h>

static const volatile char text[] = "the answer is 42";

int main(void)
{
	return atoi((const char *)text + 14);
}
