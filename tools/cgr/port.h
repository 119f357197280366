/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CGR_PORT_H
#define CGR_PORT_H

#include <linux/types.h>

struct cgr;
struct port;

/**
 * struct port_list - ports, sorted by FIB
 * @nr: number of ports
 * @size: room for so many
 * @port: the ports
 */
struct port_list {
	unsigned int nr;
	unsigned int size;
	struct port *port;
};

void port_print(struct cgr *c, const struct port *port);
int port_list_read(struct cgr *c, struct port_list *list);
void port_list_print(struct cgr *c, const struct port_list *list, __u32 fib);
void port_list_free(struct port_list *list);

#endif /* CGR_PORT_H */
