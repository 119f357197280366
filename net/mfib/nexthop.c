// SPDX-License-Identifier: GPL-2.0
#include "nexthop.h"

#include <linux/inetdevice.h>
#include <linux/netlink.h>
#include <linux/rhashtable.h>
#include <net/ip6_fib.h>
#include <net/route.h>

#include "device.h"
#include "group.h"
#include "net.h"
#include "notify.h"

/* What makes two anonymous next hops the same. */
struct shared_key {
	int ifindex;
	struct mfib_gateway gw;
	struct mfib_mtu mtu;
};

static u32 hash_key(const void *data, u32 len, u32 seed)
{
	const struct shared_key *key = data;

	return jhash(key->gw.addr, sizeof(key->gw.addr),
		     jhash_3words(key->ifindex, key->gw.family,
				  key->mtu.bytes, seed));
}

static u32 hash_nexthop(const void *data, u32 len, u32 seed)
{
	const struct mfib_nexthop *nh = data;
	const struct shared_key key = { nh->ifindex, nh->gw, nh->mtu };

	return hash_key(&key, 0, seed);
}

static int compare_key(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct shared_key *key = arg->key;
	const struct mfib_nexthop *nh = obj;

	return nh->ifindex != key->ifindex ||
	       nh->gw.family != key->gw.family ||
	       !mfib_mtu_is(&nh->mtu, &key->mtu) ||
	       memcmp(nh->gw.addr, key->gw.addr, sizeof(nh->gw.addr));
}

static const struct rhashtable_params shared_params = {
	.head_offset = offsetof(struct mfib_nexthop, shared),
	.key_len = sizeof(struct shared_key),
	.hashfn = hash_key,
	.obj_hashfn = hash_nexthop,
	.obj_cmpfn = compare_key,
	.automatic_shrinking = true,
};

static int check_mtu(const struct mfib_mtu *mtu, u8 families,
		     struct netlink_ext_ack *extack)
{
	if (!(families & BIT(MFIB_IPV6)) || !mtu->bytes ||
	    mtu->bytes >= IPV6_MIN_MTU)
		return 0;
	NL_SET_ERR_MSG(extack,
		       "An MTU of IPv6 routes is 1280 bytes at least");
	return -EINVAL;
}

static int check_spec(const struct mfib_nexthop_spec *spec,
		      struct netlink_ext_ack *extack)
{
	const struct mfib_gateway *gw = &spec->gw;
	__be32 addr;

	if (spec->dev->flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG(extack,
			       "A loopback device cannot be a next hop: name the device that packets leave through");
		return -EINVAL;
	}
	if (spec->dev->reg_state != NETREG_REGISTERED) {
		NL_SET_ERR_MSG(extack, "The device is being removed");
		return -ENODEV;
	}
	if (mfib_dev_is(spec->dev) && gw->family) {
		NL_SET_ERR_MSG(extack,
			       "A next hop in a FIB, by whose routes packets go on, has no gateway");
		return -EINVAL;
	}
	if (mfib_dev_is(spec->dev) && spec->mtu.bytes) {
		NL_SET_ERR_MSG(extack,
			       "A next hop in a FIB has no MTU: the routes there have");
		return -EINVAL;
	}
	switch (gw->family) {
	case AF_UNSPEC:
		return 0;
	case AF_INET:
		memcpy(&addr, gw->addr, sizeof(addr));
		if (!ipv4_is_zeronet(addr) && !ipv4_is_multicast(addr) &&
		    !ipv4_is_lbcast(addr) && !ipv4_is_loopback(addr))
			return 0;
		break;
	case AF_INET6:
		if (!ipv6_addr_any((const struct in6_addr *)gw->addr) &&
		    !ipv6_addr_is_multicast((const struct in6_addr *)gw->addr) &&
		    !ipv6_addr_loopback((const struct in6_addr *)gw->addr) &&
		    !ipv6_addr_v4mapped((const struct in6_addr *)gw->addr))
			return 0;
		break;
	}
	NL_SET_ERR_MSG(extack,
		       "The gateway is not a unicast address of another host");
	return -EINVAL;
}

/**
 * mfib_nexthop_alloc() - a next hop that nobody can find yet
 * @mnet: the namespace
 * @id: its id, 0 for none
 * @spec: what it is to be
 * @extack: says what is wrong
 *
 * Context: process context, &mfib_net.lock.
 * Return: a next hop that the caller holds a reference to; an error pointer:
 * -EINVAL, -ENODEV, -ENOMEM.
 */
struct mfib_nexthop *
mfib_nexthop_alloc(struct mfib_net *mnet, u32 id,
		   const struct mfib_nexthop_spec *spec,
		   struct netlink_ext_ack *extack)
{
	struct mfib_nexthop *nh;
	int err;

	err = check_spec(spec, extack);
	if (err)
		return ERR_PTR(err);
	nh = kzalloc(sizeof(*nh), GFP_KERNEL_ACCOUNT);
	if (!nh)
		return ERR_PTR(-ENOMEM);
	nh->id = id;
	nh->gw = spec->gw;
	nh->mtu = spec->mtu;
	nh->dev = spec->dev;
	netdev_hold(nh->dev, &nh->dev_tracker, GFP_KERNEL);
	nh->ifindex = nh->dev->ifindex;
	nh->is_lookup = mfib_dev_is(nh->dev);
	nh->dead = !(nh->dev->flags & IFF_UP);
	nh->linkdown = !netif_carrier_ok(nh->dev);
	nh->refs = 1;
	nh->mnet = mnet;
	mfib_nexthop_link(nh);
	return nh;
}

static void free_rcu_cb(struct rcu_head *rcu)
{
	struct mfib_nexthop *nh = container_of(rcu, struct mfib_nexthop, rcu);
	struct rtable *rt4 = rcu_dereference_protected(nh->rt4, true);
	struct rt6_info *rt6 = rcu_dereference_protected(nh->rt6, true);

	if (rt4)
		mfib_dst_kill(&rt4->dst);
	if (rt6)
		mfib_dst_kill(&rt6->dst);
	netdev_put(nh->dev, &nh->dev_tracker);
	mfib_group_free(rcu_dereference_protected(nh->group, true));
	kfree(nh);
}

/**
 * mfib_nexthop_hold() - take a reference
 * @nh: the next hop
 *
 * Context: &mfib_net.lock.
 */
void mfib_nexthop_hold(struct mfib_nexthop *nh)
{
	ASSERT_MFIB(nh->mnet);
	nh->refs++;
}

/**
 * mfib_nexthop_put() - give a reference back
 * @nh: the next hop
 *
 * Context: &mfib_net.lock.
 */
void mfib_nexthop_put(struct mfib_nexthop *nh)
{
	ASSERT_MFIB(nh->mnet);
	if (--nh->refs)
		return;
	if (rcu_access_pointer(nh->group))
		mfib_group_release(nh);
	else if (nh->is_shared)
		rhashtable_remove_fast(&nh->mnet->nexthops_shared, &nh->shared,
				       shared_params);
	hlist_del_init(&nh->by_dev);
	call_rcu(&nh->rcu, free_rcu_cb);
}

/**
 * mfib_nexthop_changed() - tell listeners and groups of a next hop's state
 * @nh: the next hop
 *
 * Context: process context, &mfib_net.lock.
 */
void mfib_nexthop_changed(struct mfib_nexthop *nh)
{
	mfib_notify_nexthop(nh);
	mfib_groups_update(nh);
}

/**
 * mfib_nexthop_matches() - whether a next hop is the one that is meant
 * @nh: the next hop, may be NULL
 * @match: what is meant
 */
bool mfib_nexthop_matches(const struct mfib_nexthop *nh,
			  const struct mfib_nexthop_match *match)
{
	if (match->id && !(nh && nh->id == match->id))
		return false;
	if (match->ifindex && !(nh && nh->ifindex == match->ifindex))
		return false;
	if (match->fib_id && !(nh && nh->is_lookup &&
			       mfib_dev_fib_id(nh->dev) == match->fib_id))
		return false;
	if (match->mtu.bytes &&
	    !(nh && mfib_mtu_is(mfib_nexthop_mtu(nh), &match->mtu)))
		return false;
	return !match->gw.family ||
	       (nh && nh->gw.family == match->gw.family &&
		!memcmp(nh->gw.addr, match->gw.addr, sizeof(nh->gw.addr)));
}

/**
 * mfib_nexthop_mtu() - how long packets to a next hop are at most
 * @nh: the next hop; those of a group without an id all have the same
 *
 * Context: &mfib_net.lock.
 */
const struct mfib_mtu *mfib_nexthop_mtu(const struct mfib_nexthop *nh)
{
	const struct mfib_nexthop *any = NULL;

	if (!nh->id && rcu_access_pointer(nh->group))
		any = mfib_group_any(nh);
	return any ? &any->mtu : &nh->mtu;
}

/**
 * mfib_nexthop_find() - a named next hop
 * @mnet: the namespace
 * @id: its id
 *
 * Context: &mfib_net.lock.
 * Return: the next hop, no reference taken; NULL if there is none.
 */
struct mfib_nexthop *mfib_nexthop_find(struct mfib_net *mnet, u32 id)
{
	ASSERT_MFIB(mnet);
	return xa_load(&mnet->nexthops, id);
}

/**
 * mfib_nexthop_share() - the anonymous next hop for a device, gateway and MTU
 * @mnet: the namespace
 * @spec: what it is to be
 * @extack: says what is wrong
 *
 * Context: process context, &mfib_net.lock.
 * Return: a next hop that the caller holds a reference to; an error pointer:
 * -EINVAL, -ENODEV, -ENOMEM.
 */
struct mfib_nexthop *mfib_nexthop_share(struct mfib_net *mnet,
					const struct mfib_nexthop_spec *spec,
					struct netlink_ext_ack *extack)
{
	const struct shared_key key = {
		spec->dev->ifindex, spec->gw, spec->mtu
	};
	struct mfib_nexthop *nh;
	int err;

	ASSERT_MFIB(mnet);
	nh = rhashtable_lookup_fast(&mnet->nexthops_shared, &key,
				    shared_params);
	if (nh) {
		nh->refs++;
		return nh;
	}
	nh = mfib_nexthop_alloc(mnet, 0, spec, extack);
	if (IS_ERR(nh))
		return nh;
	err = rhashtable_insert_fast(&mnet->nexthops_shared, &nh->shared,
				     shared_params);
	if (err) {
		hlist_del_init(&nh->by_dev);
		call_rcu(&nh->rcu, free_rcu_cb);
		return ERR_PTR(err);
	}
	nh->is_shared = true;
	return nh;
}

/**
 * mfib_nexthop_publish() - let others find a next hop or group by its id
 * @nh: the next hop, whose id is not in use; takes over the caller's reference
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0, or -ENOMEM and the next hop is gone.
 */
int mfib_nexthop_publish(struct mfib_nexthop *nh)
{
	int err;

	ASSERT_MFIB(nh->mnet);
	err = xa_err(xa_store(&nh->mnet->nexthops, nh->id, nh,
			      GFP_KERNEL_ACCOUNT));
	if (err)
		mfib_nexthop_put(nh);
	else
		mfib_notify_nexthop(nh);
	return err;
}

/**
 * mfib_nexthop_create() - create a named next hop
 * @mnet: the namespace
 * @id: its id, not 0 and not in use
 * @spec: what it is to be
 * @extack: says what is wrong
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0 or -EINVAL, -ENODEV, -ENOMEM.
 */
int mfib_nexthop_create(struct mfib_net *mnet, u32 id,
			const struct mfib_nexthop_spec *spec,
			struct netlink_ext_ack *extack)
{
	struct mfib_nexthop *nh;

	ASSERT_MFIB(mnet);
	nh = mfib_nexthop_alloc(mnet, id, spec, extack);
	return IS_ERR(nh) ? PTR_ERR(nh) : mfib_nexthop_publish(nh);
}

/* An entry could not be built. */
static void say_why(int err, struct netlink_ext_ack *extack)
{
	if (err == -EAFNOSUPPORT)
		NL_SET_ERR_MSG(extack,
			       "IPv6 is switched off on the next hop's device");
}

/**
 * mfib_nexthop_replace() - send a named next hop's routes elsewhere
 * @nh: the next hop
 * @spec: what it is to be from now on
 * @extack: says what is wrong
 *
 * One store per family; no packet is lost. The caller has seen that the
 * routes may use the new device, and selects among routes again afterwards.
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0, or -EINVAL, -ENODEV, -ENOMEM, -EAFNOSUPPORT and nothing changed.
 */
int mfib_nexthop_replace(struct mfib_nexthop *nh,
			 const struct mfib_nexthop_spec *spec,
			 struct netlink_ext_ack *extack)
{
	struct mfib_net *mnet = nh->mnet;
	struct mfib_nexthop *new;
	struct rt6_info *rt6;
	struct rtable *rt4;
	int err;

	ASSERT_MFIB(mnet);
	if (nh->families & BIT(MFIB_IPV6) && spec->gw.family == AF_INET) {
		NL_SET_ERR_MSG(extack,
			       "IPv6 routes use this next hop: its gateway cannot be an IPv4 address");
		return -EINVAL;
	}
	if (mfib_dev_is(spec->dev) && !hlist_empty(&nh->member_of)) {
		NL_SET_ERR_MSG(extack,
			       "The next hop is a member of a group: it cannot lead to a FIB");
		return -EINVAL;
	}
	err = check_mtu(&spec->mtu, nh->families, extack);
	if (err)
		return err;
	new = mfib_nexthop_alloc(mnet, nh->id, spec, extack);
	if (IS_ERR(new))
		return PTR_ERR(new);
	new->families = nh->families;
	err = mfib_nexthop_revive(new);
	if (err) {
		mfib_nexthop_put(new);
		say_why(err, extack);
		return err;
	}

	/* The two swap contents; what was replaced goes the usual way. */
	rt4 = mfib_dereference(mnet, nh->rt4);
	rt6 = mfib_dereference(mnet, nh->rt6);
	rcu_assign_pointer(nh->rt4, mfib_dereference(mnet, new->rt4));
	rcu_assign_pointer(nh->rt6, mfib_dereference(mnet, new->rt6));
	RCU_INIT_POINTER(new->rt4, rt4);
	RCU_INIT_POINTER(new->rt6, rt6);
	rcu_assign_pointer(nh->lookup, mfib_dereference(mnet, new->lookup));
	swap(nh->dev, new->dev);
	swap(nh->dev_tracker, new->dev_tracker);
	swap(nh->ifindex, new->ifindex);
	swap(nh->is_lookup, new->is_lookup);
	nh->gw = new->gw;
	nh->mtu = new->mtu;
	nh->dead = new->dead;
	nh->linkdown = new->linkdown;
	nh->unresolved = false;
	hlist_del(&nh->by_dev);
	mfib_nexthop_link(nh);
	mfib_nexthop_put(new);
	mfib_nexthop_changed(nh);
	return 0;
}

/**
 * mfib_nexthop_forget() - take a named next hop's id away
 * @nh: the next hop; routes that still use it keep it alive, groups do not
 *
 * Context: &mfib_net.lock.
 */
void mfib_nexthop_forget(struct mfib_nexthop *nh)
{
	ASSERT_MFIB(nh->mnet);
	mfib_groups_leave(nh, false);
	xa_erase(&nh->mnet->nexthops, nh->id);
	mfib_notify_nexthop_gone(nh);
	mfib_nexthop_put(nh);
}

/**
 * mfib_nexthop_enable() - make a next hop or group usable by a family's routes
 * @nh: the next hop
 * @family: the family
 * @extack: says what is wrong
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0, -EINVAL if the gateway is of the wrong family or the MTU too small
 * for it, -EAFNOSUPPORT if the device has no IPv6, -ENOMEM.
 */
int mfib_nexthop_enable(struct mfib_nexthop *nh, enum mfib_family family,
			struct netlink_ext_ack *extack)
{
	u8 families = nh->families;
	int err;

	ASSERT_MFIB(nh->mnet);
	if (families & BIT(family))
		return 0;
	if (rcu_access_pointer(nh->group))
		return mfib_group_enable(nh, family, extack);
	if (family == MFIB_IPV6 && nh->gw.family == AF_INET) {
		NL_SET_ERR_MSG(extack,
			       "An IPv6 route cannot use an IPv4 gateway");
		return -EINVAL;
	}
	err = check_mtu(&nh->mtu, BIT(family), extack);
	if (err)
		return err;
	nh->families |= BIT(family);
	if (!(nh->dev->flags & IFF_UP))
		return 0;
	err = mfib_nexthop_build(nh, family);
	if (err) {
		nh->families = families;
		say_why(err, extack);
	}
	return err;
}

/**
 * mfib_nexthops_setup() - prepare a namespace's next hops
 * @mnet: the namespace
 *
 * Return: 0 or a negative errno.
 */
int mfib_nexthops_setup(struct mfib_net *mnet)
{
	int err;

	xa_init(&mnet->nexthops);
	hash_init(mnet->nexthops_by_dev);
	INIT_HLIST_HEAD(&mnet->groups);
	err = rhashtable_init(&mnet->nexthops_shared, &shared_params);
	if (err)
		return err;
	err = mfib_groups_setup(mnet);
	if (err)
		rhashtable_destroy(&mnet->nexthops_shared);
	return err;
}

/**
 * mfib_nexthops_teardown() - drop a namespace's next hops
 * @mnet: the namespace; its routes are gone
 *
 * Context: process context. Memory returns after a grace period.
 */
void mfib_nexthops_teardown(struct mfib_net *mnet)
{
	struct mfib_nexthop *nh;
	unsigned long id;

	mfib_lock(mnet);
	xa_for_each(&mnet->nexthops, id, nh)
		mfib_nexthop_forget(nh);
	mfib_unlock(mnet);
	xa_destroy(&mnet->nexthops);
	mfib_groups_teardown(mnet);
	rhashtable_destroy(&mnet->nexthops_shared);
}
