// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel has its own such function for each family, neither of which is
 * exported. What is hashed is the same, so that the sysctls mean the same:
 * net.ipv4.fib_multipath_hash_policy, fib_multipath_hash_fields and
 * fib_multipath_hash_seed, and those of net.ipv6.
 */
#include "flow.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/jhash.h>
#include <net/flow_dissector.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/ip_fib.h>
#include <net/ipv6.h>

/* What fib_multipath_hash_policy can be. */
enum {
	BY_ADDRESSES,
	BY_PORTS,
	BY_INNER_ADDRESSES,
	BY_FIELDS,
};

static u32 policy_of(const struct net *net, enum mfib_family family)
{
	if (family == MFIB_IPV6)
		return READ_ONCE(net->ipv6.sysctl.multipath_hash_policy);
#ifdef CONFIG_IP_ROUTE_MULTIPATH
	return READ_ONCE(net->ipv4.sysctl_fib_multipath_hash_policy);
#else
	return BY_ADDRESSES;
#endif
}

static u32 fields_of(const struct net *net, enum mfib_family family)
{
	if (family == MFIB_IPV6)
		return READ_ONCE(net->ipv6.sysctl.multipath_hash_fields);
#ifdef CONFIG_IP_ROUTE_MULTIPATH
	return READ_ONCE(net->ipv4.sysctl_fib_multipath_hash_fields);
#else
	return FIB_MULTIPATH_HASH_FIELD_DEFAULT_MASK;
#endif
}

/* An error goes the way of the packet that it is about: to who sent that, by
 * whichever of his addresses.
 */
static void addresses4(const struct sk_buff *skb, struct flow_keys *keys)
{
	const struct iphdr *iph = ip_hdr(skb), *inner;
	unsigned int offset = skb_network_offset(skb) + ip_hdrlen(skb);
	struct icmphdr icmp_buf;
	struct iphdr inner_buf;

	if (iph->protocol == IPPROTO_ICMP && !ip_is_fragment(iph)) {
		const struct icmphdr *icmp;

		icmp = skb_header_pointer(skb, offset, sizeof(icmp_buf),
					  &icmp_buf);
		if (icmp && icmp_is_err(icmp->type)) {
			inner = skb_header_pointer(skb, offset + sizeof(*icmp),
						   sizeof(inner_buf),
						   &inner_buf);
			if (inner)
				iph = inner;
		}
	}
	keys->control.addr_type = FLOW_DISSECTOR_KEY_IPV4_ADDRS;
	keys->addrs.v4addrs.src = iph->saddr;
	keys->addrs.v4addrs.dst = iph->daddr;
}

static void addresses6(const struct sk_buff *skb, struct flow_keys *keys)
{
	const struct ipv6hdr *iph = ipv6_hdr(skb), *inner;
	unsigned int offset = skb_network_offset(skb) + sizeof(*iph);
	struct icmp6hdr icmp_buf;
	struct ipv6hdr inner_buf;

	if (iph->nexthdr == IPPROTO_ICMPV6) {
		const struct icmp6hdr *icmp;

		icmp = skb_header_pointer(skb, offset, sizeof(icmp_buf),
					  &icmp_buf);
		if (icmp && icmpv6_is_err(icmp->icmp6_type)) {
			inner = skb_header_pointer(skb, offset + sizeof(*icmp),
						   sizeof(inner_buf),
						   &inner_buf);
			if (inner)
				iph = inner;
		}
	}
	keys->control.addr_type = FLOW_DISSECTOR_KEY_IPV6_ADDRS;
	keys->addrs.v6addrs.src = iph->saddr;
	keys->addrs.v6addrs.dst = iph->daddr;
	keys->tags.flow_label = (__force u32)ip6_flowlabel(iph);
	keys->basic.ip_proto = iph->nexthdr;
}

static void addresses(const struct sk_buff *skb, enum mfib_family family,
		      struct flow_keys *keys)
{
	if (family == MFIB_IPV4)
		addresses4(skb, keys);
	else
		addresses6(skb, keys);
}

static void dissect(const struct net *net, const struct sk_buff *skb,
		    struct flow_keys *keys, unsigned int flags)
{
	memset(keys, 0, sizeof(*keys));
	__skb_flow_dissect(net, skb, &flow_keys_dissector, keys, NULL, 0, 0, 0,
			   flags);
}

/* By the fields of @from that the lower bits of @fields name. */
static u32 hash_fields(const struct net *net, const struct flow_keys *from,
		       u32 fields)
{
	struct flow_keys keys = { };

	keys.control.addr_type = from->control.addr_type;
	switch (from->control.addr_type) {
	case FLOW_DISSECTOR_KEY_IPV4_ADDRS:
		if (fields & FIB_MULTIPATH_HASH_FIELD_SRC_IP)
			keys.addrs.v4addrs.src = from->addrs.v4addrs.src;
		if (fields & FIB_MULTIPATH_HASH_FIELD_DST_IP)
			keys.addrs.v4addrs.dst = from->addrs.v4addrs.dst;
		break;
	case FLOW_DISSECTOR_KEY_IPV6_ADDRS:
		if (fields & FIB_MULTIPATH_HASH_FIELD_SRC_IP)
			keys.addrs.v6addrs.src = from->addrs.v6addrs.src;
		if (fields & FIB_MULTIPATH_HASH_FIELD_DST_IP)
			keys.addrs.v6addrs.dst = from->addrs.v6addrs.dst;
		if (fields & FIB_MULTIPATH_HASH_FIELD_FLOWLABEL)
			keys.tags.flow_label = from->tags.flow_label;
		break;
	}
	if (fields & FIB_MULTIPATH_HASH_FIELD_IP_PROTO)
		keys.basic.ip_proto = from->basic.ip_proto;
	if (fields & FIB_MULTIPATH_HASH_FIELD_SRC_PORT)
		keys.ports.src = from->ports.src;
	if (fields & FIB_MULTIPATH_HASH_FIELD_DST_PORT)
		keys.ports.dst = from->ports.dst;
	return fib_multipath_hash_from_keys(net, &keys);
}

static u32 by_fields(const struct net *net, const struct sk_buff *skb,
		     u32 fields)
{
	u32 inner = fields / FIB_MULTIPATH_HASH_FIELD_INNER_SRC_IP;
	struct flow_keys keys;
	u32 hash = 0;

	if (fields & FIB_MULTIPATH_HASH_FIELD_OUTER_MASK) {
		dissect(net, skb, &keys, FLOW_DISSECTOR_F_STOP_AT_ENCAP);
		hash = hash_fields(net, &keys, fields);
	}
	if (!inner)
		return hash;
	dissect(net, skb, &keys, 0);
	if (keys.control.flags & FLOW_DIS_ENCAPSULATION)
		hash = jhash_1word(hash, hash_fields(net, &keys, inner));
	return hash;
}

/**
 * mfib_flow_hash() - a number that the packets of a flow have in common
 * @net: the namespace, whose sysctls say what a flow is
 * @skb: the packet, its network header set
 * @family: its family
 *
 * Context: any.
 * Return: the hash; all 32 bits of it are as good as random.
 */
u32 mfib_flow_hash(const struct net *net, struct sk_buff *skb,
		   enum mfib_family family)
{
	/* outer fields, the inner ones follow in the same order */
	const u32 by_ports = FIB_MULTIPATH_HASH_FIELD_SRC_IP |
			     FIB_MULTIPATH_HASH_FIELD_DST_IP |
			     FIB_MULTIPATH_HASH_FIELD_IP_PROTO |
			     FIB_MULTIPATH_HASH_FIELD_SRC_PORT |
			     FIB_MULTIPATH_HASH_FIELD_DST_PORT;
	struct flow_keys keys;

	switch (policy_of(net, family)) {
	case BY_PORTS:
		if (skb->l4_hash)
			return skb_get_hash_raw(skb);
		dissect(net, skb, &keys, FLOW_DISSECTOR_F_STOP_AT_ENCAP);
		return hash_fields(net, &keys, by_ports);
	case BY_INNER_ADDRESSES:
		dissect(net, skb, &keys, 0);
		if (keys.control.addr_type != FLOW_DISSECTOR_KEY_IPV4_ADDRS &&
		    keys.control.addr_type != FLOW_DISSECTOR_KEY_IPV6_ADDRS)
			break;
		return hash_fields(net, &keys,
				   FIB_MULTIPATH_HASH_FIELD_SRC_IP |
				   FIB_MULTIPATH_HASH_FIELD_DST_IP |
				   (keys.control.addr_type ==
				    FLOW_DISSECTOR_KEY_IPV6_ADDRS ?
				    FIB_MULTIPATH_HASH_FIELD_FLOWLABEL |
				    FIB_MULTIPATH_HASH_FIELD_IP_PROTO : 0));
	case BY_FIELDS:
		return by_fields(net, skb, fields_of(net, family));
	}
	memset(&keys, 0, sizeof(keys));
	addresses(skb, family, &keys);
	return fib_multipath_hash_from_keys(net, &keys);
}
