/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happens to the devices that are bearers.
 */
#ifndef _TIPC_DEVICE_H
#define _TIPC_DEVICE_H

int tipc_device_setup(void);
void tipc_device_teardown(void);

#endif /* _TIPC_DEVICE_H */
