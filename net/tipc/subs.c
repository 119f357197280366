// SPDX-License-Identifier: GPL-2.0
/*
 * Who wants to know who serves which addresses.
 */
#include "subs.h"

#include <linux/errno.h>
#include <linux/tipc.h>

#include "names.h"
#include "service.h"

/* Whether nobody else, near or far, is bound to just this range. */
static bool is_only(struct tipc_service *service, const struct tipc_publ *publ)
{
	struct tipc_binding *binding = publ->binding;
	const struct rb_node *root = binding->publs.rb_node;

	if (root->rb_left || root->rb_right)
		return false;
	return !tipc_span_find(tipc_bindings(service, !publ->near), publ->lower,
			       publ->upper);
}

/**
 * tipc_subs_tell() - tell who wants to know that somebody is bound, or no more
 * @service: the service
 * @publ: the publication, in the table
 * @event: %TIPC_PUBLISHED or %TIPC_WITHDRAWN
 *
 * Context: the service's lock.
 */
void tipc_subs_tell(struct tipc_service *service, const struct tipc_publ *publ,
		    u32 event)
{
	u32 lower = publ->lower, upper = publ->upper;
	bool only = is_only(service, publ);
	struct tipc_span *span;

	for (span = tipc_span_first(&service->subs, lower, upper); span;
	     span = tipc_span_next(span, lower, upper)) {
		struct tipc_sub *sub = container_of(span, struct tipc_sub,
						    span);

		if (sub->filter & (only ? TIPC_SUB_PORTS | TIPC_SUB_SERVICE :
				   TIPC_SUB_PORTS))
			sub->event(sub, event, publ);
	}
}

/* Tells a new subscriber what there is. */
static void tell_all(struct tipc_service *service, struct tipc_sub *sub,
		     bool near)
{
	struct rb_root *root = tipc_bindings(service, near);
	u32 lower = sub->span.lower, upper = sub->span.upper;
	struct tipc_span *span;
	struct rb_node *rb;

	if (!sub->filter)
		return;
	for (span = tipc_span_first(root, lower, upper); span;
	     span = tipc_span_next(span, lower, upper)) {
		bool ports = sub->filter & TIPC_SUB_PORTS;

		if (!ports && !near &&
		    tipc_span_find(&service->near, span->lower, span->upper))
			continue;
		rb = rb_first(&tipc_binding_of(span)->publs);
		do {
			sub->event(sub, TIPC_PUBLISHED, tipc_publ_of(rb));
			rb = rb_next(rb);
		} while (rb && ports);
	}
}

/**
 * tipc_names_subscribe() - have somebody told who serves a range
 * @names: the table
 * @sub: the subscription; it is told at once of all there is
 *
 * Context: any but hard interrupts; takes the table's locks.
 * Return: 0 or -ENOMEM.
 */
int tipc_names_subscribe(struct tipc_names *names, struct tipc_sub *sub)
{
	struct tipc_service *service;
	int err = -ENOMEM;

	spin_lock_bh(&names->lock);
	service = tipc_service_get(names, sub->type);
	if (service) {
		spin_lock(&service->lock);
		tell_all(service, sub, true);
		tell_all(service, sub, false);
		tipc_span_add(&service->subs, &sub->span);
		spin_unlock(&service->lock);
		err = 0;
	}
	spin_unlock_bh(&names->lock);
	return err;
}

/**
 * tipc_names_unsubscribe() - end a subscription
 * @names: the table
 * @sub: the subscription; not called any more once this returns
 *
 * Context: any but hard interrupts; takes the table's locks.
 */
void tipc_names_unsubscribe(struct tipc_names *names, struct tipc_sub *sub)
{
	struct tipc_service *service;

	spin_lock_bh(&names->lock);
	service = xa_load(&names->services, sub->type);
	spin_lock(&service->lock);
	tipc_span_del(&service->subs, &sub->span);
	spin_unlock(&service->lock);
	tipc_service_put(names, service);
	spin_unlock_bh(&names->lock);
}
