// SPDX-License-Identifier: GPL-2.0
#include "service.h"

#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/slab.h>

/* Below 0 if @publ comes before, 0 if it is the same, above 0 if behind. */
static int compare(const struct tipc_publ *publ, u32 node, u32 port, u32 key)
{
	if (publ->node != node)
		return publ->node < node ? -1 : 1;
	if (publ->port != port)
		return publ->port < port ? -1 : 1;
	if (publ->key != key)
		return publ->key < key ? -1 : 1;
	return 0;
}

/**
 * tipc_binding_from() - the first publication that does not come before one like
 *	this
 * @binding: the range
 * @node: node of the socket
 * @port: the socket
 * @key: tells apart what the socket has bound more than once
 *
 * Context: the service's lock.
 * Return: the publication, or NULL if all come before.
 */
struct tipc_publ *tipc_binding_from(const struct tipc_binding *binding,
				    u32 node, u32 port, u32 key)
{
	struct rb_node *rb = binding->publs.rb_node;
	struct tipc_publ *found = NULL;

	while (rb) {
		if (compare(tipc_publ_of(rb), node, port, key) < 0) {
			rb = rb->rb_right;
		} else {
			found = tipc_publ_of(rb);
			rb = rb->rb_left;
		}
	}
	return found;
}

/**
 * tipc_binding_find() - the publication that is like this
 * @binding: the range
 * @node: node of the socket
 * @port: the socket
 * @key: tells apart what the socket has bound more than once
 *
 * Context: the service's lock.
 * Return: the publication, or NULL.
 */
struct tipc_publ *tipc_binding_find(const struct tipc_binding *binding,
				    u32 node, u32 port, u32 key)
{
	struct tipc_publ *publ = tipc_binding_from(binding, node, port, key);

	return publ && !compare(publ, node, port, key) ? publ : NULL;
}

/**
 * tipc_binding_add() - bind somebody to a range
 * @binding: the range
 * @publ: the publication, of just this range
 *
 * Context: the service's lock.
 * Return: 0, -EEXIST if there is one like it.
 */
int tipc_binding_add(struct tipc_binding *binding, struct tipc_publ *publ)
{
	struct rb_node **link = &binding->publs.rb_node, *parent = NULL;

	while (*link) {
		int order = compare(tipc_publ_of(*link), publ->node, publ->port,
				    publ->key);

		if (!order)
			return -EEXIST;
		parent = *link;
		link = order > 0 ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&publ->of_binding, parent, link);
	rb_insert_color(&publ->of_binding, &binding->publs);
	publ->binding = binding;
	return 0;
}

/**
 * tipc_service_get() - find a service type, or make it
 * @names: the table
 * @type: the type
 *
 * Context: the table's lock.
 * Return: the service; NULL without memory.
 */
struct tipc_service *tipc_service_get(struct tipc_names *names, u32 type)
{
	struct tipc_service *service = xa_load(&names->services, type);

	lockdep_assert_held(&names->lock);
	if (service)
		return service;
	service = kzalloc(sizeof(*service), GFP_ATOMIC | __GFP_ACCOUNT);
	if (!service)
		return NULL;
	service->type = type;
	service->near = RB_ROOT;
	service->far = RB_ROOT;
	service->subs = RB_ROOT;
	spin_lock_init(&service->lock);
	if (xa_err(xa_store(&names->services, type, service, GFP_ATOMIC))) {
		kfree(service);
		return NULL;
	}
	return service;
}

/**
 * tipc_service_put() - forget a type of which nobody has anything to say
 * @names: the table
 * @service: the service; freed after a grace period, unless it is in use
 *
 * Context: the table's lock.
 */
void tipc_service_put(struct tipc_names *names, struct tipc_service *service)
{
	bool unused;

	lockdep_assert_held(&names->lock);
	spin_lock(&service->lock);
	unused = RB_EMPTY_ROOT(&service->near) &&
		 RB_EMPTY_ROOT(&service->far) && RB_EMPTY_ROOT(&service->subs);
	spin_unlock(&service->lock);
	if (!unused)
		return;
	xa_erase(&names->services, service->type);
	kfree_rcu(service, rcu);
}
