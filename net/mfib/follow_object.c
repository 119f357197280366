// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's next-hop objects, as far as followed routes use them.
 *
 * Each is a next hop or group here that changes in place when the object does, so
 * that a million routes move at once. It is read when a route first needs it, and
 * read again after the kernel has told of a change: it tells before it makes it,
 * with the RTNL held.
 */
#include "follow.h"

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/nexthop.h>

#include "alias.h"
#include "device.h"
#include "group.h"
#include "net.h"
#include "nexthop.h"

/* What an object is to FIBs. */
enum kind {
	HOP,		/* a next hop, or a group */
	BLACKHOLE,
	TRAP,		/* nothing that they could forward to */
};

/* Holds a reference to @nh, which is NULL unless it is a HOP. Routes may use it
 * when it has been @read.
 */
struct object {
	u32 id;
	enum kind kind;
	bool read;
	bool stale;
	struct mfib_nexthop *nh;
};

static struct object *find(struct mfib_net *mnet, u32 id)
{
	return xa_load(&mnet->follow.objects, id);
}

static void drop(struct mfib_net *mnet, struct object *object)
{
	xa_erase(&mnet->follow.objects, object->id);
	if (object->nh)
		mfib_nexthop_put(object->nh);
	kfree(object);
}

/* Makes another next hop of an object. Routes are followed again if they cannot
 * simply go along.
 */
static void become(struct mfib_net *mnet, struct object *object,
		   enum kind kind, struct mfib_nexthop *nh)
{
	if (object->read && (object->kind != kind || object->nh != nh))
		mfib_follow_again(mnet);
	object->kind = kind;
	if (object->nh)
		mfib_nexthop_put(object->nh);
	object->nh = nh;
	if (nh)
		nh->object = object->id;
}

static int load_hop(struct mfib_net *mnet, struct object *object,
		    const struct nh_info *nhi)
{
	const struct fib_nh_common *nhc = &nhi->fib_nhc;
	struct mfib_nexthop_spec spec = { .dev = nhc->nhc_dev };
	struct mfib_nexthop *nh = object->nh;
	int err;

	if (nhi->reject_nh || nhi->fdb_nh || nhc->nhc_lwtstate || !spec.dev) {
		become(mnet, object, nhi->reject_nh ? BLACKHOLE : TRAP, NULL);
		return 0;
	}
	spec.gw.family = nhc->nhc_gw_family;
	if (spec.gw.family == AF_INET)
		memcpy(spec.gw.addr, &nhc->nhc_gw.ipv4, sizeof(__be32));
	else if (spec.gw.family)
		memcpy(spec.gw.addr, &nhc->nhc_gw.ipv6, sizeof(spec.gw.addr));

	if (nh && (nh->dev == spec.dev ||
		   mfib_port_is_beside(nh->dev, spec.dev) ||
		   !(nh->routes || mfib_group_has_routes(nh)))) {
		err = mfib_nexthop_replace(nh, &spec, NULL);
		if (!err || err == -ENOMEM)
			return err;
	}
	nh = mfib_nexthop_alloc(mnet, 0, &spec, NULL);
	if (nh == ERR_PTR(-ENOMEM))
		return -ENOMEM;
	if (IS_ERR(nh))
		become(mnet, object, TRAP, NULL);
	else
		become(mnet, object, HOP, nh);
	return 0;
}

static int load(struct mfib_net *mnet, u32 id);

/* Weights are up to 65536 there. */
static void scale_weights(struct mfib_group_spec *spec, const u32 *weight)
{
	u32 i, most = 1;

	for (i = 0; i < spec->n; i++)
		most = max(most, weight[i]);
	for (i = 0; i < spec->n; i++)
		spec->member[i].weight = most <= MFIB_GROUP_WEIGHT ? weight[i] :
			max_t(u32, 1, weight[i] * MFIB_GROUP_WEIGHT / most);
}

/* Returns the kind of the group, or -ENOMEM. */
static int read_members(struct mfib_net *mnet, const struct nh_group *nhg,
			struct mfib_group_spec *spec)
{
	u32 weight[MFIB_GROUP_MEMBERS];
	const struct object *member;
	u32 i, id;
	int err;

	if (nhg->fdb_nh || !nhg->num_nh || nhg->num_nh > MFIB_GROUP_MEMBERS)
		return TRAP;
	for (i = 0; i < nhg->num_nh; i++) {
		id = nhg->nh_entries[i].nh->id;
		if (!find(mnet, id)) {
			err = load(mnet, id);
			if (err)
				return err;
		}
		member = find(mnet, id);
		if (!member || member->kind != HOP)
			return member ? member->kind : TRAP;
		spec->member[i].nh = member->nh;
		weight[i] = nhg->nh_entries[i].weight;
	}
	spec->n = nhg->num_nh;
	scale_weights(spec, weight);
	return HOP;
}

/* Whether the routes of a group may go to what it is to be. */
static bool may_replace(const struct mfib_nexthop *nh,
			const struct mfib_group_spec *spec)
{
	const struct mfib_nexthop *any = mfib_group_any(nh);
	u32 i;

	for (i = 0; i < spec->n && nh->routes; i++)
		if (!any || !mfib_port_is_beside(any->dev,
						 spec->member[i].nh->dev))
			return false;
	return true;
}

static int load_group(struct mfib_net *mnet, struct object *object,
		      const struct nh_group *nhg)
{
	struct mfib_group_spec *spec = kzalloc(sizeof(*spec), GFP_KERNEL);
	struct mfib_nexthop *nh = object->nh;
	int err;

	if (!spec)
		return -ENOMEM;
	err = read_members(mnet, nhg, spec);
	if (err != HOP) {
		if (err > 0)
			become(mnet, object, err, NULL);
		goto free;
	}
	if (nh && may_replace(nh, spec)) {
		err = mfib_group_replace(nh, spec, NULL);
		if (!err || err == -ENOMEM)
			goto free;
	}
	nh = mfib_group_alloc(mnet, 0, spec, object->nh, NULL);
	err = 0;
	if (nh == ERR_PTR(-ENOMEM))
		err = -ENOMEM;
	else if (IS_ERR(nh))
		become(mnet, object, TRAP, NULL);
	else
		become(mnet, object, HOP, nh);
free:
	kfree(spec);
	return err < 0 ? err : 0;
}

/* Reads an object, for the first time or anew. */
static int load(struct mfib_net *mnet, u32 id)
{
	struct nexthop *nexthop = nexthop_find_by_id(mnet->net, id);
	struct object *object = find(mnet, id);
	int err;

	if (!nexthop)
		return 0;
	if (!object) {
		object = kzalloc(sizeof(*object), GFP_KERNEL);
		if (!object)
			return -ENOMEM;
		object->id = id;
		object->kind = TRAP;
		err = xa_err(xa_store(&mnet->follow.objects, id, object,
				      GFP_KERNEL));
		if (err) {
			kfree(object);
			return err;
		}
	}
	err = nexthop->is_group ?
	      load_group(mnet, object, rtnl_dereference(nexthop->nh_grp)) :
	      load_hop(mnet, object, rtnl_dereference(nexthop->nh_info));
	object->stale = err;
	if (!err)
		object->read = true;
	return err;
}

static bool is_group(struct mfib_net *mnet, u32 id)
{
	const struct nexthop *nexthop = nexthop_find_by_id(mnet->net, id);

	return nexthop && nexthop->is_group;
}

/* Reads what has changed: groups when their members are known. */
static int load_stale(struct mfib_net *mnet)
{
	struct mfib_nexthop *before;
	struct object *object;
	bool all = false;
	unsigned long id;
	int err = 0;

	xa_for_each(&mnet->follow.objects, id, object) {
		if (!object->stale || is_group(mnet, id))
			continue;
		before = object->nh;
		err = load(mnet, id) ?: err;
		if (object->nh != before)
			all = true;
	}
	xa_for_each(&mnet->follow.objects, id, object)
		if (is_group(mnet, id) && (object->stale || all))
			err = load(mnet, id) ?: err;
	return err;
}

static bool lacks_objects(struct mfib_net *mnet, const struct list_head *events)
{
	const struct mfib_follow_event *event;
	bool lacks = READ_ONCE(mnet->follow.stale);

	mfib_lock(mnet);
	list_for_each_entry(event, events, node)
		if (event->object && event->there &&
		    !find(mnet, event->object))
			lacks = true;
	mfib_unlock(mnet);
	return lacks;
}

/**
 * mfib_follow_objects_load() - read the objects that have changed, and those
 *	that routes are going to need
 * @mnet: the namespace
 * @events: these routes
 *
 * Context: process context; takes the RTNL if there is something to read.
 * Return: false if memory was short.
 */
bool mfib_follow_objects_load(struct mfib_net *mnet,
			      const struct list_head *events)
{
	const struct mfib_follow_event *event;
	int err = 0;

	if (!lacks_objects(mnet, events))
		return true;
	rtnl_lock();
	mfib_lock(mnet);
	if (mnet->follow.stale) {
		WRITE_ONCE(mnet->follow.stale, false);
		err = load_stale(mnet);
		mfib_alias_select(mnet);
	}
	list_for_each_entry(event, events, node)
		if (event->object && event->there &&
		    !find(mnet, event->object))
			err = load(mnet, event->object) ?: err;
	if (err)
		WRITE_ONCE(mnet->follow.stale, true);
	mfib_unlock(mnet);
	rtnl_unlock();
	return !err;
}

/**
 * mfib_follow_object() - where routes with an object go
 * @mnet: the namespace
 * @id: the object
 * @blackhole: set to whether they go nowhere
 *
 * Context: &mfib_net.lock.
 * Return: the next hop, no reference taken; NULL if there is none, and FIBs
 * cannot forward what goes there.
 */
struct mfib_nexthop *mfib_follow_object(struct mfib_net *mnet, u32 id,
					bool *blackhole)
{
	const struct object *object = find(mnet, id);

	*blackhole = object && object->kind == BLACKHOLE;
	return object ? object->nh : NULL;
}

static void changes(struct mfib_net *mnet, struct object *object)
{
	object->stale = true;
	WRITE_ONCE(mnet->follow.stale, true);
	queue_delayed_work(mfib_wq, &mnet->follow.work, 0);
}

static int nexthop_event(struct notifier_block *nb, unsigned long happened,
			 void *ptr)
{
	struct mfib_net *mnet = container_of(nb, struct mfib_net,
					     follow.nexthop_nb);
	const struct nh_notifier_info *info = ptr;
	struct object *object;
	unsigned long id;

	switch (happened) {
	case NEXTHOP_EVENT_REPLACE:
	case NEXTHOP_EVENT_DEL:
		if (!find(mnet, info->id))
			break;
		mfib_lock(mnet);
		object = find(mnet, info->id);
		if (object && happened == NEXTHOP_EVENT_DEL)
			drop(mnet, object);
		else if (object)
			changes(mnet, object);
		mfib_unlock(mnet);
		break;
	case NEXTHOP_EVENT_RES_TABLE_PRE_REPLACE:
		/* It does not tell which group. */
		mfib_lock(mnet);
		xa_for_each(&mnet->follow.objects, id, object)
			if (!object->nh ||
			    rcu_access_pointer(object->nh->group))
				changes(mnet, object);
		mfib_unlock(mnet);
		break;
	}
	return NOTIFY_DONE;
}

/**
 * mfib_follow_objects_setup() - prepare a namespace
 * @mnet: the namespace
 *
 * Context: process context, without the RTNL.
 * Return: 0 or a negative errno.
 */
int mfib_follow_objects_setup(struct mfib_net *mnet)
{
	xa_init(&mnet->follow.objects);
	mnet->follow.nexthop_nb.notifier_call = nexthop_event;
	return register_nexthop_notifier(mnet->net, &mnet->follow.nexthop_nb,
					 NULL);
}

/**
 * mfib_follow_objects_stop() - be told of no object any more
 * @mnet: the namespace
 *
 * Context: process context, without the RTNL.
 */
void mfib_follow_objects_stop(struct mfib_net *mnet)
{
	unregister_nexthop_notifier(mnet->net, &mnet->follow.nexthop_nb);
}

/**
 * mfib_follow_objects_teardown() - forget the objects of a namespace
 * @mnet: the namespace; nobody reads objects any more
 *
 * Context: process context.
 */
void mfib_follow_objects_teardown(struct mfib_net *mnet)
{
	struct object *object;
	unsigned long id;

	mfib_lock(mnet);
	xa_for_each(&mnet->follow.objects, id, object)
		drop(mnet, object);
	mfib_unlock(mnet);
	xa_destroy(&mnet->follow.objects);
}
