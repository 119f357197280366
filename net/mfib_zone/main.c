// SPDX-License-Identifier: GPL-2.0
/*
 * mfib_zone: a conntrack zone for each FIB of mfib.
 */
#include <linux/module.h>

#include "zone.h"

static int __init mfib_zone_init(void)
{
	return mfib_zones_setup();
}

static void __exit mfib_zone_exit(void)
{
	mfib_zones_teardown();
}

module_init(mfib_zone_init);
module_exit(mfib_zone_exit);

MODULE_DESCRIPTION("A conntrack zone for each FIB of mfib");
MODULE_AUTHOR("The cgr authors");
MODULE_LICENSE("GPL");
