// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of packets: they get the zone of their FIB, and their connections
 * stay out of flowtables.
 *
 * conntrack takes the zone of a packet from a template that hangs on it. Ours
 * is there only where somebody looks for it: just before conntrack, and around
 * the reassembly of IPv6, which tells FIBs apart by nothing else (that of IPv4
 * goes by the layer-3 master). In between a packet has none, for "notrack" and
 * "ct zone set" leave alone what has one, and they shall have the last word.
 */
#include "packet.h"

#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include "zone.h"

/* Behind rules that are meant to be ahead of reassembly. */
#define BEFORE_DEFRAG	(NF_IP_PRI_RAW_BEFORE_DEFRAG + 1)
#define AFTER_DEFRAG	(NF_IP_PRI_CONNTRACK_DEFRAG + 1)
#define BEFORE_CONNTRACK (NF_IP_PRI_CONNTRACK - 1)

/* Whoever does not use conntrack shall not pay for it. Where it is in use, it
 * needs reassembly; other users of that are few.
 */
static bool is_tracked(const struct nf_hook_state *state)
{
	const struct netns_nf *nf = &state->net->nf;

	if (state->pf == NFPROTO_IPV4)
		return READ_ONCE(nf->defrag_ipv4_users);
#if IS_ENABLED(CONFIG_NF_DEFRAG_IPV6)
	return READ_ONCE(nf->defrag_ipv6_users);
#else
	return false;
#endif
}

/* A local packet's way out is known, and with it the FIB it is routed by. */
static const struct mfib_zone *zone_of_packet(const struct nf_hook_state *state)
{
	return mfib_zone_of(state->net, state->hook == NF_INET_PRE_ROUTING ?
					state->in : state->out);
}

static void tag(struct sk_buff *skb, const struct mfib_zone *zone)
{
	struct nf_conn *tmpl = *raw_cpu_ptr(zone->tmpl);

	nf_conntrack_get(&tmpl->ct_general);
	nf_ct_set(skb, tmpl, IP_CT_NEW);
}

/* Ours, or one of somebody else's that says the same and no more. */
static bool is_tag(const struct nf_conn *ct, const struct mfib_zone *zone)
{
	const struct nf_conntrack_zone *has = nf_ct_zone(ct);

	return nf_ct_is_template(ct) && !ct->ext && has->id == zone->id &&
	       !has->flags && has->dir == NF_CT_DEFAULT_ZONE_DIR;
}

static unsigned int before_conntrack(void *priv, struct sk_buff *skb,
				     const struct nf_hook_state *state)
{
	const struct mfib_zone *zone;

	if (skb_get_nfct(skb) || !is_tracked(state))
		return NF_ACCEPT;
	zone = zone_of_packet(state);
	if (zone)
		tag(skb, zone);
	return NF_ACCEPT;
}

static unsigned int before_defrag6(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	if (!ipv6_ext_hdr(ipv6_hdr(skb)->nexthdr))
		return NF_ACCEPT;
	return before_conntrack(priv, skb, state);
}

static unsigned int after_defrag6(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	const struct mfib_zone *zone;
	enum ip_conntrack_info info;
	struct nf_conn *ct;

	ct = nf_ct_get(skb, &info);
	if (!ct)
		return NF_ACCEPT;
	zone = zone_of_packet(state);
	if (zone && is_tag(ct, zone))
		nf_reset_ct(skb);
	return NF_ACCEPT;
}

/* The first packet of a connection between a FIB and the main table: replies
 * come from the other side, where the zone is another. Nobody has seen the
 * connection yet, so its zone may still change. There is one number for both
 * directions, which can be left out of one of them: then that is in zone 0.
 */
static unsigned int forward(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	const struct mfib_zone *in, *out;
	struct nf_conntrack_zone zone;
	enum ip_conntrack_info info;
	struct nf_conn *ct;

	ct = nf_ct_get(skb, &info);
	if (!ct || nf_ct_is_confirmed(ct) || nf_ct_is_template(ct))
		return NF_ACCEPT;
	in = mfib_zone_of(state->net, state->in);
	out = mfib_zone_of(state->net, state->out);
	if (!in == !out)
		return NF_ACCEPT;
	zone = *nf_ct_zone(ct);
	/* Another zone is one that a rule has set. */
	if (zone.id != (in ? in->id : NF_CT_DEFAULT_ZONE_ID) ||
	    zone.dir != NF_CT_DEFAULT_ZONE_DIR || zone.flags)
		return NF_ACCEPT;
	if (in) {
		zone.dir = NF_CT_ZONE_DIR_ORIG;
	} else {
		zone.id = out->id;
		zone.dir = NF_CT_ZONE_DIR_REPL;
	}
	nf_ct_zone_add(ct, &zone);
	return NF_ACCEPT;
}

/* A flowtable would look for the way of the replies in the kernel's table, which
 * has nothing but a catch-all, and would not hear of routes that change. It
 * leaves alone what has room for a helper; that this one is empty is nobody's
 * business. Rules had their chance to name a helper.
 */
static unsigned int after_forward(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	enum ip_conntrack_info info;
	struct nf_conn *ct;

	ct = nf_ct_get(skb, &info);
	if (!ct || nf_ct_is_confirmed(ct) || nf_ct_is_template(ct) ||
	    nfct_help(ct))
		return NF_ACCEPT;
	if (!mfib_zone_is_fib(state->net, state->in) &&
	    !mfib_zone_is_fib(state->net, state->out))
		return NF_ACCEPT;
	return nf_ct_helper_ext_add(ct, GFP_ATOMIC) ? NF_ACCEPT : NF_DROP;
}

static const struct nf_hook_ops hooks[] = {
	{
		.hook		= before_defrag6,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= BEFORE_DEFRAG,
	}, {
		.hook		= before_defrag6,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_LOCAL_OUT,
		.priority	= BEFORE_DEFRAG,
	}, {
		.hook		= after_defrag6,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= AFTER_DEFRAG,
	}, {
		.hook		= after_defrag6,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_LOCAL_OUT,
		.priority	= AFTER_DEFRAG,
	}, {
		.hook		= before_conntrack,
		.pf		= NFPROTO_INET,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= BEFORE_CONNTRACK,
	}, {
		.hook		= before_conntrack,
		.pf		= NFPROTO_INET,
		.hooknum	= NF_INET_LOCAL_OUT,
		.priority	= BEFORE_CONNTRACK,
	}, {
		.hook		= forward,
		.pf		= NFPROTO_INET,
		.hooknum	= NF_INET_FORWARD,
		.priority	= NF_IP_PRI_FIRST,
	}, {
		.hook		= after_forward,
		.pf		= NFPROTO_INET,
		.hooknum	= NF_INET_FORWARD,
		.priority	= NF_IP_PRI_LAST,
	},
};

/**
 * mfib_zone_hooks_register() - packets of a namespace get zones from now on
 * @net: the namespace
 *
 * Context: process.
 * Return: 0, or a negative errno.
 */
int mfib_zone_hooks_register(struct net *net)
{
	return nf_register_net_hooks(net, hooks, ARRAY_SIZE(hooks));
}

/**
 * mfib_zone_hooks_unregister() - they do not any more
 * @net: the namespace
 *
 * What is in an NFQUEUE of the namespace is dropped. Packets may still be in
 * a hook: wait for a grace period.
 *
 * Context: process.
 */
void mfib_zone_hooks_unregister(struct net *net)
{
	nf_unregister_net_hooks(net, hooks, ARRAY_SIZE(hooks));
}
