// SPDX-License-Identifier: GPL-2.0
#include "port.h"

#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/sched.h> /* rhashtable_init() of 6.12 needs it */

/* Random numbers that are taken before one gives up: none of 4 billion. */
#define TRIES	1000

static inline u32 hash_ref(const void *key, u32 len, u32 seed)
{
	return jhash_1word(*(const u32 *)key, seed);
}

static inline int compare_ref(struct rhashtable_compare_arg *arg,
			      const void *obj)
{
	const struct tipc_port *port = obj;

	return port->ref != *(const u32 *)arg->key;
}

static const struct rhashtable_params port_params = {
	.head_offset		= offsetof(struct tipc_port, hash),
	.key_offset		= offsetof(struct tipc_port, ref),
	.key_len		= sizeof_field(struct tipc_port, ref),
	.hashfn			= hash_ref,
	.obj_cmpfn		= compare_ref,
	.automatic_shrinking	= true,
};

/**
 * tipc_ports_init() - make an empty table of ports
 * @ports: the table
 *
 * Return: 0 or -ENOMEM.
 */
int tipc_ports_init(struct tipc_ports *ports)
{
	atomic_set(&ports->changes, 0);
	return rhashtable_init(&ports->table, &port_params);
}

/**
 * tipc_ports_destroy() - give up a table of ports
 * @ports: the table, empty
 */
void tipc_ports_destroy(struct tipc_ports *ports)
{
	WARN_ON_ONCE(atomic_read(&ports->table.nelems));
	rhashtable_destroy(&ports->table);
}

/**
 * tipc_port_add() - give a port a number; messages may arrive from now on
 * @ports: the table
 * @port: the port, its @ops is set
 *
 * Numbers are random, so that who is late does not reach another one's port.
 *
 * Return: 0, -EADDRINUSE, -ENOMEM.
 */
int tipc_port_add(struct tipc_ports *ports, struct tipc_port *port)
{
	unsigned int try;
	int err;

	for (try = 0; try < TRIES; try++) {
		port->ref = get_random_u32();
		if (!port->ref)
			continue;
		err = rhashtable_insert_fast(&ports->table, &port->hash,
					     port_params);
		if (err == -EBUSY)
			err = -ENOMEM;
		if (err == -EEXIST)
			continue;
		atomic_inc(&ports->changes);
		return err;
	}
	return -EADDRINUSE;
}

/**
 * tipc_port_del() - take a port's number away
 * @ports: the table
 * @port: the port; until a grace period is over messages may still arrive
 */
void tipc_port_del(struct tipc_ports *ports, struct tipc_port *port)
{
	rhashtable_remove_fast(&ports->table, &port->hash, port_params);
	atomic_inc(&ports->changes);
}

/**
 * tipc_port_find() - find a port by its number
 * @ports: the table
 * @ref: the number
 *
 * Context: RCU.
 * Return: the port, NULL if there is none.
 */
struct tipc_port *tipc_port_find(struct tipc_ports *ports, u32 ref)
{
	return rhashtable_lookup(&ports->table, &ref, port_params);
}
