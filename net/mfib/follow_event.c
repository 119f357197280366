// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel tells of its routes, in a form that waits for its turn.
 *
 * The kernel tells of the best route of each prefix, while it holds its locks. All
 * that is needed of the route is copied. A FIB that follows all routes holds the
 * route as well, to mark it as offloaded or trapped later on.
 */
#include "follow.h"

#include <linux/rtnetlink.h>
#include <net/fib_notifier.h>
#include <net/fib_rules.h>
#include <net/ip6_fib.h>
#include <net/ip_fib.h>
#include <net/nexthop.h>

#include "fib.h"
#include "group.h"
#include "net.h"

/* Of the FIB whose routes the event is about, as seen from atomic context. */
struct about {
	u32 table;
	u64 serial;
	bool all;
	bool marks;
};

static bool find_fib(struct mfib_net *mnet, u32 table, struct about *about)
{
	const struct mfib_fib *fib;

	about->table = table;
	rcu_read_lock();
	fib = mfib_fib_find(mnet, table);
	if (fib) {
		about->serial = fib->serial;
		about->all = READ_ONCE(fib->follows_all);
		about->marks = READ_ONCE(fib->marks);
	}
	rcu_read_unlock();
	return fib;
}

static struct mfib_follow_event *alloc(enum mfib_follow_what what, u32 hops)
{
	struct mfib_follow_event *event;

	event = kzalloc(struct_size(event, hop, hops), GFP_ATOMIC);
	if (!event)
		return ERR_PTR(-ENOMEM);
	event->what = what;
	return event;
}

static struct mfib_follow_event *alloc_route(const struct about *about,
					     enum mfib_family family, u8 len,
					     u32 hops)
{
	struct mfib_follow_event *event;

	event = alloc(len ? MFIB_FOLLOW_ROUTE : MFIB_FOLLOW_DEFAULT, hops);
	if (IS_ERR(event))
		return event;
	event->table = about->table;
	event->serial = about->serial;
	event->prefix.family = family;
	event->prefix.len = len;
	return event;
}

static bool has_mtu(const struct dst_metrics *metrics)
{
	return metrics->metrics[RTAX_MTU - 1];
}

static void copy_mtu(struct mfib_mtu *mtu, const struct dst_metrics *metrics)
{
	mtu->bytes = min_t(u32, metrics->metrics[RTAX_MTU - 1], MFIB_MTU_MAX);
	mtu->locked = mtu->bytes &&
		      metrics->metrics[RTAX_LOCK - 1] & BIT(RTAX_MTU);
}

/* Returns false if it is of a kind that FIBs have not. */
static bool copy_hop(struct mfib_follow_hop *hop,
		     const struct fib_nh_common *nhc, u32 weight,
		     const struct dst_metrics *metrics)
{
	if (!nhc->nhc_dev || nhc->nhc_lwtstate)
		return false;
	copy_mtu(&hop->mtu, metrics);
	hop->ifindex = nhc->nhc_dev->ifindex;
	hop->weight = weight;
	hop->gw.family = nhc->nhc_gw_family;
	switch (nhc->nhc_gw_family) {
	case AF_INET:
		memcpy(hop->gw.addr, &nhc->nhc_gw.ipv4, sizeof(__be32));
		break;
	case AF_INET6:
		memcpy(hop->gw.addr, &nhc->nhc_gw.ipv6, sizeof(hop->gw.addr));
		break;
	}
	return true;
}

/* What comes with an address: a link, and what is on it. */
static bool is_connected(u8 protocol, u8 type, const struct fib_nh_common *nhc)
{
	if (protocol != RTPROT_KERNEL)
		return false;
	switch (type) {
	case RTN_UNICAST:
		return nhc && nhc->nhc_dev && !nhc->nhc_gw_family;
	case RTN_LOCAL:
	case RTN_BROADCAST:
	case RTN_ANYCAST:
		return true;
	}
	return false;
}

/* Catch-alls are no routes, they ask FIBs. */
static bool is_of_fibs(u8 protocol, u8 type)
{
	switch (type) {
	case RTN_UNICAST:
	case RTN_LOCAL:
	case RTN_BROADCAST:
	case RTN_ANYCAST:
	case RTN_BLACKHOLE:
	case RTN_UNREACHABLE:
	case RTN_PROHIBIT:
	case RTN_THROW:
		return protocol != RTPROT_MFIB;
	}
	return false;
}

static struct mfib_follow_event *event4(struct mfib_net *mnet,
					unsigned long happened,
					const struct fib_entry_notifier_info *entry)
{
	bool there = happened == FIB_EVENT_ENTRY_REPLACE;
	struct mfib_follow_event *event;
	struct fib_info *fi = entry->fi;
	__be32 dst = htonl(entry->dst);
	struct about about;
	bool connected;
	u32 i, n;

	if (!find_fib(mnet, entry->tb_id, &about))
		return NULL;
	connected = is_connected(fi->fib_protocol, entry->type,
				 fib_info_nhc(fi, 0));
	there = there && (about.all || connected) &&
		is_of_fibs(fi->fib_protocol, entry->type);
	n = there && !fi->nh && fi->fib_nhs <= MFIB_GROUP_MEMBERS ?
	    fi->fib_nhs : 0;
	event = alloc_route(&about, MFIB_IPV4, entry->dst_len, n);
	if (IS_ERR(event))
		return event;
	memcpy(event->prefix.addr, &dst, sizeof(dst));
	event->there = there;
	event->type = entry->type;
	event->protocol = fi->fib_protocol;
	event->metric = fi->fib_priority;
	event->tos = inet_dscp_to_dsfield(entry->dscp);
	event->connected = connected;
	event->object = fi->nh ? fi->nh->id : 0;
	event->n = n;
	/* Other packets to the prefix may go elsewhere. Routes of one object
	 * may differ in their MTU.
	 */
	event->trap = event->tos || (fi->nh && has_mtu(fi->fib_metrics)) ||
		      (!n && !fi->nh);
	for (i = 0; i < n; i++)
		if (!copy_hop(&event->hop[i], &fi->fib_nh[i].nh_common,
			      fi->fib_nh[i].fib_nh_weight, fi->fib_metrics))
			event->trap = true;
	if (about.marks) {
		fib_info_hold(fi);
		event->fi = fi;
	}
	return event;
}

#if IS_ENABLED(CONFIG_IPV6)
/* Link-local and multicast prefixes belong to ports, not to FIBs. */
static bool is_of_link(const struct fib6_info *rt)
{
	return rt->fib6_dst.plen && ipv6_addr_type(&rt->fib6_dst.addr) &
				    (IPV6_ADDR_LINKLOCAL | IPV6_ADDR_MULTICAST);
}

/* The route as it is now: one that joined it, or one that stays when another one
 * leaves. NULL if it is gone as a whole.
 */
static struct fib6_info *what_is(unsigned long happened,
				 const struct fib6_entry_notifier_info *entry)
{
	struct fib6_info *rt = entry->rt;

	if (happened != FIB_EVENT_ENTRY_DEL)
		return rt;
	/* What leaves its siblings still knows them. */
	if (entry->nsiblings || rt->fib6_nsiblings ||
	    list_empty(&rt->fib6_siblings))
		return NULL;
	return list_next_entry(rt, fib6_siblings);
}

static bool copy_hop6(struct mfib_follow_event *event, struct fib6_info *rt,
		      bool marks)
{
	struct mfib_follow_hop *hop = &event->hop[event->n++];

	if (marks && fib6_info_hold_safe(rt))
		hop->rt = rt;
	if (rt->nh)
		return !has_mtu(rt->fib6_metrics);
	return copy_hop(hop, &rt->fib6_nh->nh_common,
			rt->fib6_nh->fib_nh_weight, rt->fib6_metrics);
}

static struct mfib_follow_event *event6(struct mfib_net *mnet,
					unsigned long happened,
					const struct fib6_entry_notifier_info *entry)
{
	struct fib6_info *rt = what_is(happened, entry), *sibling;
	const struct fib6_info *any = rt ?: entry->rt;
	struct mfib_follow_event *event;
	const struct fib_nh_common *nhc;
	struct about about;
	bool connected;
	u32 n;

	if (!any->fib6_table || any->fib6_src.plen ||
	    !find_fib(mnet, any->fib6_table->tb6_id, &about))
		return NULL;
	if (is_of_link(any)) {
		/* They tell that IPv6 was switched on, and nothing else does. */
		event = rt ? alloc(MFIB_FOLLOW_LINK, 0) : NULL;
		if (!IS_ERR_OR_NULL(event)) {
			event->table = about.table;
			event->serial = about.serial;
		}
		return event;
	}
	nhc = any->nh ? nexthop_fib_nhc(any->nh, 0) : &any->fib6_nh->nh_common;
	connected = is_connected(any->fib6_protocol, any->fib6_type, nhc) &&
		    !(any->fib6_type == RTN_UNICAST &&
		      any->fib6_flags & RTF_REJECT);
	if (!(about.all || connected) ||
	    !is_of_fibs(any->fib6_protocol, any->fib6_type))
		rt = NULL;
	n = rt ? READ_ONCE(rt->fib6_nsiblings) + 1 : 0;
	if (n > MFIB_GROUP_MEMBERS)
		n = 1;
	event = alloc_route(&about, MFIB_IPV6, any->fib6_dst.plen,
			    rt ? n : about.marks);
	if (IS_ERR(event))
		return event;
	memcpy(event->prefix.addr, &any->fib6_dst.addr,
	       sizeof(event->prefix.addr));
	event->there = rt;
	event->type = any->fib6_type;
	event->protocol = any->fib6_protocol;
	event->metric = any->fib6_metric;
	event->connected = connected;
	event->object = any->nh ? any->nh->id : 0;
	if (!rt) {
		if (about.marks)
			copy_hop6(event, entry->rt, true);
		return event;
	}
	event->trap = n != rt->fib6_nsiblings + 1;
	if (!copy_hop6(event, rt, about.marks))
		event->trap = true;
	if (n > 1)
		list_for_each_entry(sibling, &rt->fib6_siblings, fib6_siblings)
			if (event->n == n ||
			    !copy_hop6(event, sibling, about.marks) ||
			    !mfib_mtu_is(&event->hop[event->n - 1].mtu,
					 &event->hop[0].mtu))
				event->trap = true;
	return event;
}
#else
static struct mfib_follow_event *event6(struct mfib_net *mnet,
					unsigned long happened,
					const struct fib6_entry_notifier_info *entry)
{
	return NULL;
}
#endif

/**
 * mfib_follow_event() - what the kernel tells, to be queued
 * @mnet: the namespace
 * @happened: FIB_EVENT_*
 * @info: more of it
 *
 * Context: atomic; the kernel holds the route.
 * Return: the event, NULL if it is about no FIB, or -ENOMEM as an error pointer.
 */
struct mfib_follow_event *mfib_follow_event(struct mfib_net *mnet,
					    unsigned long happened,
					    struct fib_notifier_info *info)
{
	switch (happened) {
	case FIB_EVENT_ENTRY_REPLACE:
	case FIB_EVENT_ENTRY_APPEND:
	case FIB_EVENT_ENTRY_DEL:
		if (info->family == AF_INET &&
		    happened != FIB_EVENT_ENTRY_APPEND)
			return event4(mnet, happened,
				      container_of(info,
						   struct fib_entry_notifier_info,
						   info));
		if (info->family == AF_INET6)
			return event6(mnet, happened,
				      container_of(info,
						   struct fib6_entry_notifier_info,
						   info));
		break;
	case FIB_EVENT_RULE_DEL:
		if (container_of(info, struct fib_rule_notifier_info,
				 info)->rule->l3mdev)
			return alloc(MFIB_FOLLOW_RULE, 0);
		break;
	}
	return NULL;
}

/**
 * mfib_follow_event_free() - forget an event
 * @event: the event, no longer queued; what it holds is given back
 */
void mfib_follow_event_free(struct mfib_follow_event *event)
{
	u32 i;

	if (event->fi)
		fib_info_put(event->fi);
#if IS_ENABLED(CONFIG_IPV6)
	for (i = 0; i < event->n; i++)
		fib6_info_release(event->hop[i].rt);
#endif
	kfree(event);
}

/**
 * mfib_follow_event_mark() - show in the kernel's table what became of a route
 * @mnet: the namespace
 * @event: what was told of it; a route that is no longer there is left alone
 * @offload: a FIB forwards it
 * @trap: a FIB leaves its packets to the kernel
 *
 * Context: process context.
 */
void mfib_follow_event_mark(struct mfib_net *mnet,
			    const struct mfib_follow_event *event,
			    bool offload, bool trap)
{
	struct fib_rt_info fri = {
		.fi = event->fi,
		.tb_id = event->table,
		.dst_len = event->prefix.len,
		.dscp = inet_dsfield_to_dscp(event->tos),
		.type = event->type,
		.offload = offload,
		.trap = trap,
	};
	u32 i;

	if (event->fi) {
		memcpy(&fri.dst, event->prefix.addr, sizeof(fri.dst));
		fib_alias_hw_flags_set(mnet->net, &fri);
	}
#if IS_ENABLED(CONFIG_IPV6)
	for (i = 0; i < event->n; i++)
		if (event->hop[i].rt)
			fib6_info_hw_flags_set(mnet->net, event->hop[i].rt,
					       offload, trap, false);
#endif
}
