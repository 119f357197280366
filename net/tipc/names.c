// SPDX-License-Identifier: GPL-2.0
#include "names.h"

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/tipc.h>

#include "service.h"
#include "subs.h"

/**
 * tipc_names_init() - make an empty table
 * @names: the table
 */
void tipc_names_init(struct tipc_names *names)
{
	spin_lock_init(&names->lock);
	names->changes = 0;
	xa_init(&names->services);
}

/**
 * tipc_names_destroy() - give up a table
 * @names: the table; nothing is published, nobody subscribed or looking up
 */
void tipc_names_destroy(struct tipc_names *names)
{
	WARN_ON_ONCE(!xa_empty(&names->services));
	xa_destroy(&names->services);
}

static struct tipc_binding *find_binding(struct tipc_service *service,
					 bool near, u32 lower, u32 upper)
{
	return tipc_binding_of(tipc_span_find(tipc_bindings(service, near),
					      lower, upper));
}

/* The same, of a type that there may be no service of. Under the table's lock. */
static struct tipc_binding *find_range(struct tipc_names *names, bool near,
				       u32 type, u32 lower, u32 upper)
{
	struct tipc_service *service = xa_load(&names->services, type);

	return service ? find_binding(service, near, lower, upper) : NULL;
}

static int publish(struct tipc_service *service, struct tipc_publ *publ)
{
	struct tipc_binding *binding;
	int err;

	binding = find_binding(service, publ->near, publ->lower, publ->upper);
	if (binding) {
		err = tipc_binding_add(binding, publ);
		if (err)
			return err;
	} else {
		binding = kzalloc(sizeof(*binding),
				  GFP_ATOMIC | __GFP_ACCOUNT);
		if (!binding)
			return -ENOMEM;
		binding->span.lower = publ->lower;
		binding->span.upper = publ->upper;
		binding->publs = RB_ROOT;
		tipc_binding_add(binding, publ);
		binding->turn = publ;
		tipc_span_add(tipc_bindings(service, publ->near),
			      &binding->span);
	}
	tipc_subs_tell(service, publ, TIPC_PUBLISHED);
	return 0;
}

/**
 * tipc_names_add() - add a publication and tell who wants to know
 * @names: the table
 * @publ: the publication; the owner has set all fields that are not the table's
 *
 * Context: any but hard interrupts; takes the table's locks.
 * Return: 0, -EEXIST if the same socket has published the same range with the
 * same key, -ENOMEM.
 */
int tipc_names_add(struct tipc_names *names, struct tipc_publ *publ)
{
	struct tipc_service *service;
	int err = -ENOMEM;

	spin_lock_bh(&names->lock);
	service = tipc_service_get(names, publ->type);
	if (service) {
		spin_lock(&service->lock);
		err = publish(service, publ);
		spin_unlock(&service->lock);
		if (err)
			tipc_service_put(names, service);
		else
			WRITE_ONCE(names->changes, names->changes + 1);
	}
	spin_unlock_bh(&names->lock);
	return err;
}

static void withdraw(struct tipc_names *names, struct tipc_publ *publ)
{
	struct tipc_service *service = xa_load(&names->services, publ->type);
	struct tipc_binding *binding = publ->binding;

	spin_lock(&service->lock);
	tipc_subs_tell(service, publ, TIPC_WITHDRAWN);
	if (binding->turn == publ)
		binding->turn = tipc_publ_next(publ);
	rb_erase(&publ->of_binding, &binding->publs);
	publ->binding = NULL;
	if (RB_EMPTY_ROOT(&binding->publs)) {
		tipc_span_del(tipc_bindings(service, publ->near), &binding->span);
		kfree(binding);
	} else if (!binding->turn) {
		binding->turn = tipc_binding_first(binding);
	}
	spin_unlock(&service->lock);
	tipc_service_put(names, service);
	WRITE_ONCE(names->changes, names->changes + 1);
}

/**
 * tipc_names_del() - remove a publication and tell who wants to know
 * @names: the table
 * @publ: the publication, the caller's again afterwards
 *
 * Takes O(log n), however many there are in all, of the service or of the range.
 *
 * Context: any but hard interrupts; takes the table's locks.
 */
void tipc_names_del(struct tipc_names *names, struct tipc_publ *publ)
{
	spin_lock_bh(&names->lock);
	withdraw(names, publ);
	spin_unlock_bh(&names->lock);
}

/**
 * tipc_names_take() - find a publication by its contents and withdraw it
 * @names: the table
 * @like: all fields that are not the table's or the owner's are as in it
 *
 * Context: any but hard interrupts; takes the table's locks.
 * Return: the publication, the caller's again; NULL if there is none like this.
 */
struct tipc_publ *tipc_names_take(struct tipc_names *names,
				  const struct tipc_publ *like)
{
	struct tipc_publ *publ = NULL;
	struct tipc_binding *binding;

	spin_lock_bh(&names->lock);
	binding = find_range(names, like->near, like->type, like->lower,
			     like->upper);
	if (binding)
		publ = tipc_binding_find(binding, like->node, like->port,
					 like->key);
	if (publ)
		withdraw(names, publ);
	spin_unlock_bh(&names->lock);
	return publ;
}

/**
 * tipc_names_own() - what a socket of this node has published
 * @names: the table
 * @range: a service range
 * @scope: %TIPC_NODE_SCOPE or %TIPC_CLUSTER_SCOPE
 * @port: the socket; the caller sees to it that it does not withdraw meanwhile
 *
 * Takes O(log n), as tipc_names_del() does, and O(m) if the socket is bound to
 * the range with the other scope as well, m times.
 *
 * Context: any but hard interrupts; takes the table's lock.
 * Return: the publication, or NULL. If there are several, that with the lowest key.
 */
struct tipc_publ *tipc_names_own(struct tipc_names *names,
				 const struct tipc_service_range *range,
				 u8 scope, u32 port)
{
	struct tipc_publ *publ = NULL;
	struct tipc_binding *binding;

	spin_lock_bh(&names->lock);
	binding = find_range(names, true, range->type, range->lower,
			     range->upper);
	if (binding)
		publ = tipc_binding_from(binding, 0, port, 0);
	while (publ && publ->port == port && publ->scope != scope)
		publ = tipc_publ_next(publ);
	if (publ && publ->port != port)
		publ = NULL;
	spin_unlock_bh(&names->lock);
	return publ;
}

/* Who is to answer for a range, if the one that does is to be on @node. */
static struct tipc_publ *take_turn(struct tipc_binding *binding, u32 node)
{
	struct tipc_publ *publ = binding->turn;

	if (node && publ->node != node) {
		publ = tipc_binding_from(binding, node, 0, 0);
		if (!publ || publ->node != node)
			return NULL;
	}
	binding->turn = tipc_publ_next(publ) ?: tipc_binding_first(binding);
	return publ;
}

static struct tipc_publ *find_near(struct tipc_service *service, u32 instance)
{
	struct tipc_span *span;

	span = tipc_span_first(&service->near, instance, instance);
	return span ? take_turn(tipc_binding_of(span), 0) : NULL;
}

static struct tipc_publ *find_far(struct tipc_service *service, u32 instance,
				  u32 node)
{
	struct tipc_publ *publ;
	struct tipc_span *span;

	for (span = tipc_span_first(&service->far, instance, instance); span;
	     span = tipc_span_next(span, instance, instance)) {
		publ = take_turn(tipc_binding_of(span), node);
		if (publ)
			return publ;
	}
	return NULL;
}

/**
 * tipc_names_lookup() - find a socket that serves a service address
 * @names: the table
 * @type: service type
 * @instance: service instance
 * @node: only sockets of that other node; 0 for any, the closest first
 * @near_only: only sockets of this node
 * @dest: the socket found
 *
 * Sockets bound to the same range take turns. Of ranges that overlap, the one
 * that begins first answers, and of those the widest.
 *
 * Context: any but hard interrupts; takes the lock of the service.
 * Return: whether there is one.
 */
bool tipc_names_lookup(struct tipc_names *names, u32 type, u32 instance,
		       u32 node, bool near_only, struct tipc_dest *dest)
{
	struct tipc_publ *publ = NULL;
	struct tipc_service *service;

	rcu_read_lock();
	service = xa_load(&names->services, type);
	if (service) {
		spin_lock_bh(&service->lock);
		if (!node)
			publ = find_near(service, instance);
		if (!publ && !near_only)
			publ = find_far(service, instance, node);
		if (publ) {
			dest->near = publ->near;
			dest->node = publ->node;
			dest->port = publ->port;
		}
		spin_unlock_bh(&service->lock);
	}
	rcu_read_unlock();
	return publ;
}

static int match(const struct rb_root *root, u32 lower, u32 upper,
		 tipc_publ_fn fn, void *arg)
{
	struct tipc_span *span;
	struct rb_node *rb;
	int ret;

	for (span = tipc_span_first(root, lower, upper); span;
	     span = tipc_span_next(span, lower, upper)) {
		for (rb = rb_first(&tipc_binding_of(span)->publs); rb;
		     rb = rb_next(rb)) {
			ret = fn(tipc_publ_of(rb), arg);
			if (ret)
				return ret;
		}
	}
	return 0;
}

/**
 * tipc_names_match() - visit who is bound to any part of a range
 * @names: the table
 * @near: of this node; else of other nodes
 * @type: service type
 * @lower: lower bound
 * @upper: upper bound
 * @fn: called for each publication, a socket may come up several times
 * @arg: for @fn
 *
 * Context: any but hard interrupts; @fn is called with the service locked.
 * Return: 0 or what @fn returned to end it.
 */
int tipc_names_match(struct tipc_names *names, bool near, u32 type, u32 lower,
		     u32 upper, tipc_publ_fn fn, void *arg)
{
	struct tipc_service *service;
	int ret = 0;

	rcu_read_lock();
	service = xa_load(&names->services, type);
	if (service) {
		spin_lock_bh(&service->lock);
		ret = match(tipc_bindings(service, near), lower, upper, fn, arg);
		spin_unlock_bh(&service->lock);
	}
	rcu_read_unlock();
	return ret;
}

static int walk_binding(struct tipc_binding *binding,
			struct tipc_names_pos *pos, tipc_publ_fn fn, void *arg)
{
	struct tipc_publ *publ;

	if (pos->lower != binding->span.lower ||
	    pos->upper != binding->span.upper) {
		pos->lower = binding->span.lower;
		pos->upper = binding->span.upper;
		pos->node = 0;
		pos->port = 0;
		pos->key = 0;
	}
	for (publ = tipc_binding_from(binding, pos->node, pos->port, pos->key); publ;
	     publ = tipc_publ_next(publ)) {
		int ret = fn(publ, arg);

		if (ret) {
			pos->node = publ->node;
			pos->port = publ->port;
			pos->key = publ->key;
			return ret;
		}
	}
	return 0;
}

static int walk_service(struct tipc_service *service,
			struct tipc_names_pos *pos, tipc_publ_fn fn, void *arg)
{
	struct tipc_span *span;
	struct rb_node *rb;
	int ret;

	while (1) {
		span = tipc_span_from(tipc_bindings(service, !pos->far), pos->lower,
				      pos->upper);
		for (rb = span ? &span->node : NULL; rb; rb = rb_next(rb)) {
			span = rb_entry(rb, struct tipc_span, node);
			ret = walk_binding(tipc_binding_of(span), pos, fn, arg);
			if (ret)
				return ret;
		}
		if (pos->far || pos->near_only)
			return 0;
		*pos = (struct tipc_names_pos){
			.begun = true, .type = service->type, .far = true,
			.upper = ~0U };
	}
}

/**
 * tipc_names_walk() - visit all publications in order
 * @names: the table
 * @pos: where to begin; where @fn has ended it, for it to come again
 * @fn: called for each publication
 * @arg: for @fn
 *
 * Order is by type, near before far, then by lower bound. What is published or
 * withdrawn between two calls may be visited or not, all else is once.
 *
 * Context: any but hard interrupts; @fn is called with one service locked.
 * Return: 0 at the end of the table, or what @fn returned.
 */
int tipc_names_walk(struct tipc_names *names, struct tipc_names_pos *pos,
		    tipc_publ_fn fn, void *arg)
{
	struct tipc_service *service;
	unsigned long type = pos->type;
	int ret = 0;

	rcu_read_lock();
	for (service = xa_find(&names->services, &type, ULONG_MAX, XA_PRESENT);
	     service; service = xa_find_after(&names->services, &type,
					      ULONG_MAX, XA_PRESENT)) {
		spin_lock_bh(&service->lock);
		if (!pos->begun || pos->type != type)
			*pos = (struct tipc_names_pos){
				.near_only = pos->near_only, .begun = true,
				.type = type, .upper = ~0U };
		ret = walk_service(service, pos, fn, arg);
		spin_unlock_bh(&service->lock);
		if (ret)
			break;
	}
	rcu_read_unlock();
	return ret;
}
