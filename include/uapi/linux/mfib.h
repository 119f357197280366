/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * mfib: many forwarding tables (FIBs) on one host.
 *
 * Generic netlink family "mfib". Every object is a nest at the top level of a
 * message; MFIB_A_NEXTHOP and MFIB_A_ROUTE may be repeated, so that one
 * message carries as many of them as fit. The objects of a message are
 * applied in order and up to the first error. The acknowledgment then names
 * the attribute that failed (NLMSGERR_ATTR_OFFS), says why
 * (NLMSGERR_ATTR_MSG) and how many objects before it were applied (a __u32 in
 * NLMSGERR_ATTR_COOKIE).
 *
 * NLM_F_CREATE, NLM_F_EXCL and NLM_F_REPLACE mean what they mean to
 * rtnetlink, for IPv4 and IPv6 alike:
 *
 *	CREATE|EXCL	add, -EEXIST if it exists
 *	CREATE|REPLACE	add or replace
 *	REPLACE		replace, -ENOENT if it does not exist
 *
 * A link of kind "mfib" (RTM_NEWLINK with IFLA_MFIB_ID) is the device of a
 * FIB; a device enslaved to it is a port of the FIB.
 */
#ifndef _UAPI_LINUX_MFIB_H
#define _UAPI_LINUX_MFIB_H

#include <linux/types.h>

#define MFIB_GENL_NAME		"mfib"
#define MFIB_GENL_VERSION	1

/**
 * MFIB_GENL_NOTIFY - multicast group of the commands %MFIB_CMD_FIB_NEW_NTF to
 * %MFIB_CMD_ROUTE_DEL_NTF: every change in the namespace, in order
 */
#define MFIB_GENL_NOTIFY	"notify"

/**
 * RTPROT_MFIB - rtnetlink protocol number of what mfib adds to the kernel's
 * own tables and rules
 */
#define RTPROT_MFIB		109

/**
 * enum mfib_cmd - commands of the family
 * @MFIB_CMD_UNSPEC: unused
 * @MFIB_CMD_FIB_NEW: create a FIB or change its limits (%MFIB_A_FIB)
 * @MFIB_CMD_FIB_DEL: delete a FIB, its routes and its device (%MFIB_A_FIB)
 * @MFIB_CMD_FIB_GET: one FIB by id (%MFIB_A_FIB), or dump all
 * @MFIB_CMD_PORT_GET: dump ports, of one FIB (%MFIB_A_FIB_ID) or of all
 * @MFIB_CMD_NEXTHOP_NEW: create or replace next hops and groups (%MFIB_A_NEXTHOP,
 *	repeated)
 * @MFIB_CMD_NEXTHOP_DEL: delete next hops, the routes that use them, and those of
 *	groups that have no other members (%MFIB_A_NEXTHOP, repeated)
 * @MFIB_CMD_NEXTHOP_GET: one next hop by id (%MFIB_A_NEXTHOP), or dump all
 * @MFIB_CMD_ROUTE_NEW: create or replace routes of one FIB (%MFIB_A_FIB_ID,
 *	%MFIB_A_ROUTE, repeated)
 * @MFIB_CMD_ROUTE_DEL: delete routes of one FIB (%MFIB_A_FIB_ID,
 *	%MFIB_A_ROUTE, repeated); with %NLM_F_BULK all that a filter lets through,
 *	but for what the FIB follows
 * @MFIB_CMD_ROUTE_GET: one route by prefix and metric (%MFIB_A_FIB_ID,
 *	%MFIB_A_ROUTE), or dump the routes of one FIB (%MFIB_A_FIB_ID) or of
 *	all that a filter lets through
 * @MFIB_CMD_ROUTE_LOOKUP: the route that forwards an address
 *	(%MFIB_A_FIB_ID, %MFIB_A_ROUTE with %MFIB_ROUTE_A_DST)
 * @MFIB_CMD_FIB_CHECK: check that a FIB is consistent (%MFIB_A_FIB)
 * @MFIB_CMD_FIB_NEW_NTF: notification: a FIB was created, or changed
 *	(%MFIB_A_FIB without memory and counters)
 * @MFIB_CMD_FIB_DEL_NTF: notification: a FIB was deleted (%MFIB_A_FIB)
 * @MFIB_CMD_PORT_NEW_NTF: notification: a device became a port, or what it
 *	checks was changed (%MFIB_A_PORT without counters)
 * @MFIB_CMD_PORT_DEL_NTF: notification: a port left (%MFIB_A_PORT)
 * @MFIB_CMD_NEXTHOP_NEW_NTF: notification: a next hop was created or
 *	replaced, died or came back to life (%MFIB_A_NEXTHOP, without an id if
 *	it is an anonymous one); a group also if a member of it did, but for
 *	those that have neither id nor object
 * @MFIB_CMD_NEXTHOP_DEL_NTF: notification: a next hop was deleted
 *	(%MFIB_A_NEXTHOP)
 * @MFIB_CMD_ROUTE_NEW_NTF: notification: a route was created or replaced, or
 *	forwards now or no longer (%MFIB_A_FIB_ID, %MFIB_A_ROUTE)
 * @MFIB_CMD_ROUTE_DEL_NTF: notification: a route was deleted
 *	(%MFIB_A_FIB_ID, %MFIB_A_ROUTE)
 * @MFIB_CMD_DRAFT_NEW: begin a draft of a FIB (%MFIB_A_FIB_ID): routes that are
 *	to replace those it has. It has what the FIB follows, is filled by
 *	requests with %MFIB_A_DRAFT, and goes with the socket that began it
 * @MFIB_CMD_DRAFT_DEL: discard a draft (%MFIB_A_FIB_ID)
 * @MFIB_CMD_DRAFT_COMMIT: replace the routes of a FIB by those of its draft, all
 *	of a family at once (%MFIB_A_FIB_ID)
 * @MFIB_CMD_PORT_SET: change what a port checks (%MFIB_A_PORT)
 */
enum mfib_cmd {
	MFIB_CMD_UNSPEC,
	MFIB_CMD_FIB_NEW,
	MFIB_CMD_FIB_DEL,
	MFIB_CMD_FIB_GET,
	MFIB_CMD_PORT_GET,
	MFIB_CMD_NEXTHOP_NEW,
	MFIB_CMD_NEXTHOP_DEL,
	MFIB_CMD_NEXTHOP_GET,
	MFIB_CMD_ROUTE_NEW,
	MFIB_CMD_ROUTE_DEL,
	MFIB_CMD_ROUTE_GET,
	MFIB_CMD_ROUTE_LOOKUP,
	MFIB_CMD_FIB_CHECK,
	MFIB_CMD_FIB_NEW_NTF,
	MFIB_CMD_FIB_DEL_NTF,
	MFIB_CMD_PORT_NEW_NTF,
	MFIB_CMD_PORT_DEL_NTF,
	MFIB_CMD_NEXTHOP_NEW_NTF,
	MFIB_CMD_NEXTHOP_DEL_NTF,
	MFIB_CMD_ROUTE_NEW_NTF,
	MFIB_CMD_ROUTE_DEL_NTF,
	MFIB_CMD_DRAFT_NEW,
	MFIB_CMD_DRAFT_DEL,
	MFIB_CMD_DRAFT_COMMIT,
	MFIB_CMD_PORT_SET,

	/* private: */
	__MFIB_CMD_MAX,
	MFIB_CMD_MAX = __MFIB_CMD_MAX - 1
};

/**
 * enum mfib_attr - top-level attributes
 * @MFIB_A_UNSPEC: unused
 * @MFIB_A_PAD: padding of 64-bit attributes
 * @MFIB_A_FIB: nest of &enum mfib_fib_attr
 * @MFIB_A_PORT: nest of &enum mfib_port_attr
 * @MFIB_A_NEXTHOP: nest of &enum mfib_nexthop_attr, may be repeated
 * @MFIB_A_ROUTE: nest of &enum mfib_route_attr, may be repeated
 * @MFIB_A_FIB_ID: u32, the FIB that the routes of the message belong to; in a
 *	dump request a filter
 * @MFIB_A_FAMILY: u8, AF_INET or AF_INET6, part of a filter
 * @MFIB_A_SEQ: u64, change sequence of the namespace at the time of the
 *	message; every change of a FIB, port, next hop or route counts it up
 *	by one, and is told in a notification with this number
 * @MFIB_A_SELECT: u8, &enum mfib_select, part of a filter
 * @MFIB_A_DRAFT: flag, a request about routes is about those of the FIB's draft
 * @MFIB_A_STALE: flag, part of a filter: the generation of a route is another
 *	than that of the filter
 */
enum mfib_attr {
	MFIB_A_UNSPEC,
	MFIB_A_PAD,
	MFIB_A_FIB,
	MFIB_A_PORT,
	MFIB_A_NEXTHOP,
	MFIB_A_ROUTE,
	MFIB_A_FIB_ID,
	MFIB_A_FAMILY,
	MFIB_A_SEQ,
	MFIB_A_SELECT,
	MFIB_A_DRAFT,
	MFIB_A_STALE,

	/* private: */
	__MFIB_A_MAX,
	MFIB_A_MAX = __MFIB_A_MAX - 1
};

/**
 * enum mfib_select - which routes the destination of a filter means
 *
 * A filter is %MFIB_A_FAMILY, and an %MFIB_A_ROUTE whose metric, type, protocol,
 * generation and next hop, as far as they are there, a route must have; with
 * %MFIB_A_STALE it must have another generation.
 *
 * @MFIB_SELECT_EXACT: those to %MFIB_ROUTE_A_DST and %MFIB_ROUTE_A_PLEN, also if
 *	%MFIB_A_SELECT is absent
 * @MFIB_SELECT_COVERED: those to that prefix and to all that it covers
 * @MFIB_SELECT_COVERING: those to that prefix and to all that cover it, the
 *	longest first
 */
enum mfib_select {
	MFIB_SELECT_EXACT,
	MFIB_SELECT_COVERED,
	MFIB_SELECT_COVERING,
};

/**
 * enum mfib_fib_attr - a FIB
 * @MFIB_FIB_A_UNSPEC: unused
 * @MFIB_FIB_A_PAD: padding of 64-bit attributes
 * @MFIB_FIB_A_ID: u32, 1 to 4294967295, not 253 to 255
 * @MFIB_FIB_A_IFINDEX: u32, the FIB's device; absent if it has none; output only
 * @MFIB_FIB_A_MAX_ROUTES: u32, most routes the FIB takes, the kernel's own
 *	that it follows not counted; 0 means no limit
 * @MFIB_FIB_A_ROUTES4: u32, number of IPv4 routes; output only
 * @MFIB_FIB_A_ROUTES6: u32, number of IPv6 routes; output only
 * @MFIB_FIB_A_BYTES: u64, memory of the FIB's trees in bytes; output only
 * @MFIB_FIB_A_STATS: nest of &enum mfib_stat_attr; output only
 * @MFIB_FIB_A_TREE4: nest of &enum mfib_tree_attr, the IPv4 tree; output only
 * @MFIB_FIB_A_TREE6: nest of &enum mfib_tree_attr, the IPv6 tree; output only
 * @MFIB_FIB_A_FLAGS: u32, %MFIB_FIB_F_FULL and others; output only
 * @MFIB_FIB_A_DRAFT: u32, number of routes of its draft, those that it follows
 *	not counted; absent if it has none, and in notifications; output only
 * @MFIB_FIB_A_FOLLOW: u8, &enum mfib_follow; %MFIB_FOLLOW_CONNECTED if absent
 * @MFIB_FIB_A_WARN_ROUTES: u32, the number of routes, counted as for
 *	%MFIB_FIB_A_MAX_ROUTES, from which on a FIB has %MFIB_FIB_F_HIGH; 0 means
 *	never
 */
enum mfib_fib_attr {
	MFIB_FIB_A_UNSPEC,
	MFIB_FIB_A_PAD,
	MFIB_FIB_A_ID,
	MFIB_FIB_A_IFINDEX,
	MFIB_FIB_A_MAX_ROUTES,
	MFIB_FIB_A_ROUTES4,
	MFIB_FIB_A_ROUTES6,
	MFIB_FIB_A_BYTES,
	MFIB_FIB_A_STATS,
	MFIB_FIB_A_TREE4,
	MFIB_FIB_A_TREE6,
	MFIB_FIB_A_FLAGS,
	MFIB_FIB_A_DRAFT,
	MFIB_FIB_A_FOLLOW,
	MFIB_FIB_A_WARN_ROUTES,

	/* private: */
	__MFIB_FIB_A_MAX,
	MFIB_FIB_A_MAX = __MFIB_FIB_A_MAX - 1
};

/**
 * enum mfib_follow - what a FIB with a device follows of the kernel's own table
 *	of its id
 * @MFIB_FOLLOW_CONNECTED: what addresses of ports bring about: connected and
 *	local routes
 * @MFIB_FOLLOW_ALL: all routes, whoever added them. The kernel shows them as
 *	offloaded or, if a FIB cannot forward such a route and leaves its packets
 *	to the kernel, as trapped. A FIB has one route to a prefix from there, the
 *	best
 */
enum mfib_follow {
	MFIB_FOLLOW_CONNECTED,
	MFIB_FOLLOW_ALL,
};

/* The FIB has as many routes as its limit allows, or more. */
#define MFIB_FIB_F_FULL			(1U << 0)
/* The FIB has as many routes as somebody wants to be warned of, or more. */
#define MFIB_FIB_F_HIGH			(1U << 1)

/**
 * enum mfib_tree_form - how the tree of a family is kept
 *
 * It goes from one form to the next as it grows and shrinks. There may be
 * more of them some day.
 *
 * @MFIB_TREE_FORM_ARRAY: a sorted array: few prefixes
 * @MFIB_TREE_FORM_TREE: nodes from the top
 * @MFIB_TREE_FORM_DIRECT: direct tables in place of the upper nodes: many
 *	prefixes
 */
enum mfib_tree_form {
	MFIB_TREE_FORM_ARRAY,
	MFIB_TREE_FORM_TREE,
	MFIB_TREE_FORM_DIRECT,
};

/**
 * enum mfib_tree_attr - the tree of one family of a FIB; output only
 *
 * Lookup and writer bytes of both trees add up to %MFIB_FIB_A_BYTES.
 *
 * @MFIB_TREE_A_UNSPEC: unused
 * @MFIB_TREE_A_PAD: padding of 64-bit attributes
 * @MFIB_TREE_A_PREFIXES: u32, number of prefixes; one with several routes
 *	counts once
 * @MFIB_TREE_A_NODES: u32, number of nodes; an array is one
 * @MFIB_TREE_A_DEPTH: u32, number of nodes on the longest path
 * @MFIB_TREE_A_FORM: u8, &enum mfib_tree_form
 * @MFIB_TREE_A_LOOKUP_BYTES: u64, memory that lookups work with
 * @MFIB_TREE_A_WRITER_BYTES: u64, memory that only changes and queries need
 * @MFIB_TREE_A_RETIRED_BYTES: u64, of the lookup bytes, what lookups may still
 *	be in and is free for others later
 */
enum mfib_tree_attr {
	MFIB_TREE_A_UNSPEC,
	MFIB_TREE_A_PAD,
	MFIB_TREE_A_PREFIXES,
	MFIB_TREE_A_NODES,
	MFIB_TREE_A_DEPTH,
	MFIB_TREE_A_FORM,
	MFIB_TREE_A_LOOKUP_BYTES,
	MFIB_TREE_A_WRITER_BYTES,
	MFIB_TREE_A_RETIRED_BYTES,

	/* private: */
	__MFIB_TREE_A_MAX,
	MFIB_TREE_A_MAX = __MFIB_TREE_A_MAX - 1
};

/**
 * enum mfib_rpf - how a port verifies sources: the reverse path that the FIB's
 *	routes have to them (RFC 3704)
 * @MFIB_RPF_NONE: not at all
 * @MFIB_RPF_LOOSE: there must be one
 * @MFIB_RPF_STRICT: and it must lead through the port; if it goes to a group,
 *	a member of that
 */
enum mfib_rpf {
	MFIB_RPF_NONE,
	MFIB_RPF_LOOSE,
	MFIB_RPF_STRICT,
};

/**
 * enum mfib_port_attr - a port of a FIB
 * @MFIB_PORT_A_UNSPEC: unused
 * @MFIB_PORT_A_FIB_ID: u32, the FIB; output only
 * @MFIB_PORT_A_IFINDEX: u32, the port's device
 * @MFIB_PORT_A_STATS: nest of &enum mfib_stat_attr; output only
 * @MFIB_PORT_A_RPF: u8, &enum mfib_rpf
 */
enum mfib_port_attr {
	MFIB_PORT_A_UNSPEC,
	MFIB_PORT_A_FIB_ID,
	MFIB_PORT_A_IFINDEX,
	MFIB_PORT_A_STATS,
	MFIB_PORT_A_RPF,

	/* private: */
	__MFIB_PORT_A_MAX,
	MFIB_PORT_A_MAX = __MFIB_PORT_A_MAX - 1
};

/**
 * enum mfib_stat_attr - packet counters, u64 each
 *
 * A packet received by a port is counted once; what local sockets sent, in the
 * counters from %MFIB_STAT_A_SENT_PACKETS to %MFIB_STAT_A_SENT_ERRORS.
 *
 * @MFIB_STAT_A_UNSPEC: unused
 * @MFIB_STAT_A_PAD: padding of 64-bit attributes
 * @MFIB_STAT_A_FORWARD_PACKETS: handed to a next hop
 * @MFIB_STAT_A_FORWARD_BYTES: IP bytes of those
 * @MFIB_STAT_A_LOCAL_PACKETS: left to the kernel: local delivery, broadcast,
 *	multicast, neighbour discovery, link-local destinations
 * @MFIB_STAT_A_NOROUTE: no route; answered with ICMP network unreachable
 * @MFIB_STAT_A_UNREACHABLE: unreachable route; answered with ICMP host
 *	unreachable
 * @MFIB_STAT_A_PROHIBIT: prohibit route; answered with ICMP packet filtered
 * @MFIB_STAT_A_BLACKHOLE: blackhole route; dropped in silence
 * @MFIB_STAT_A_DEAD: the route's next hop is down; answered with ICMP host
 *	unreachable
 * @MFIB_STAT_A_MARTIAN: invalid source or destination address; dropped
 * @MFIB_STAT_A_DISABLED: forwarding is switched off on the port; dropped
 * @MFIB_STAT_A_SENT_PACKETS: sent by local sockets through a route of the FIB
 * @MFIB_STAT_A_SENT_BYTES: IP bytes of those
 * @MFIB_STAT_A_SENT_ERRORS: sent by local sockets, but there was no usable
 *	route; the socket got an error
 * @MFIB_STAT_A_LOOP: routes lead from FIB to FIB without an end; answered with
 *	ICMP host unreachable
 * @MFIB_STAT_A_RPF: the source has no reverse path, or none through the port;
 *	dropped
 */
enum mfib_stat_attr {
	MFIB_STAT_A_UNSPEC,
	MFIB_STAT_A_PAD,
	MFIB_STAT_A_FORWARD_PACKETS,
	MFIB_STAT_A_FORWARD_BYTES,
	MFIB_STAT_A_LOCAL_PACKETS,
	MFIB_STAT_A_NOROUTE,
	MFIB_STAT_A_UNREACHABLE,
	MFIB_STAT_A_PROHIBIT,
	MFIB_STAT_A_BLACKHOLE,
	MFIB_STAT_A_DEAD,
	MFIB_STAT_A_MARTIAN,
	MFIB_STAT_A_DISABLED,
	MFIB_STAT_A_SENT_PACKETS,
	MFIB_STAT_A_SENT_BYTES,
	MFIB_STAT_A_SENT_ERRORS,
	MFIB_STAT_A_LOOP,
	MFIB_STAT_A_RPF,

	/* private: */
	__MFIB_STAT_A_MAX,
	MFIB_STAT_A_MAX = __MFIB_STAT_A_MAX - 1
};

/**
 * enum mfib_nexthop_attr - a next hop, or a group of them
 *
 * Next hops and groups have their ids in common, and routes use both alike. A
 * group spreads the flows of its routes over its members: a hash of a packet
 * (net.ipv4.fib_multipath_hash_policy and the like say of what) is one of so
 * many buckets, and each bucket is a member's. Members get buckets in
 * proportion to their weights, if they can be used; the others' buckets go to
 * those who can, and no bucket moves that need not.
 *
 * @MFIB_NEXTHOP_A_UNSPEC: unused
 * @MFIB_NEXTHOP_A_ID: u32, 1 or more; absent for the anonymous next hop of a
 *	route that was given with gateway and device
 * @MFIB_NEXTHOP_A_IFINDEX: u32, the device packets leave through
 * @MFIB_NEXTHOP_A_GATEWAY: binary, network byte order: 4 bytes are an IPv4
 *	address, 16 bytes an IPv6 address, which serves IPv4 routes as well
 *	(RFC 8950); absent if destinations are on the link
 * @MFIB_NEXTHOP_A_FLAGS: u32, %MFIB_NEXTHOP_F_DEAD and others; output only
 * @MFIB_NEXTHOP_A_ROUTES: u32, number of routes that use it; output only
 * @MFIB_NEXTHOP_A_GROUP: nest of &enum mfib_group_attr: this is a group, and has
 *	neither device nor gateway. In a route: the members of a group without an
 *	id, by gateway and device; in output absent from a route whose group has
 *	an id
 * @MFIB_NEXTHOP_A_BUCKETS: u32, number of buckets of a group, 65536 at most, and no
 *	fewer than its weights add up to; absent: the kernel decides
 * @MFIB_NEXTHOP_A_OBJECT: u32, id of the kernel's next-hop object that this
 *	follows: the object of a route that is followed; such a next hop has no
 *	%MFIB_NEXTHOP_A_ID; output only
 * @MFIB_NEXTHOP_A_FIB_ID: u32, packets are looked up in this other FIB, which has
 *	a device; in place of device and gateway. Output has
 *	%MFIB_NEXTHOP_A_IFINDEX, the FIB's device, as well
 * @MFIB_NEXTHOP_A_MTU: u32, MTU of the path in bytes, 68 to 65520, for IPv6 1280 or
 *	more; absent: that of the device. In a route with several next hops, of all
 *	of them; a group with an id has none
 * @MFIB_NEXTHOP_A_MTU_LOCKED: flag, a smaller MTU is not found out (RFC 1191): IPv4
 *	packets of local sockets are sent in fragments; with %MFIB_NEXTHOP_A_MTU
 */
enum mfib_nexthop_attr {
	MFIB_NEXTHOP_A_UNSPEC,
	MFIB_NEXTHOP_A_ID,
	MFIB_NEXTHOP_A_IFINDEX,
	MFIB_NEXTHOP_A_GATEWAY,
	MFIB_NEXTHOP_A_FLAGS,
	MFIB_NEXTHOP_A_ROUTES,
	MFIB_NEXTHOP_A_GROUP,
	MFIB_NEXTHOP_A_BUCKETS,
	MFIB_NEXTHOP_A_OBJECT,
	MFIB_NEXTHOP_A_FIB_ID,
	MFIB_NEXTHOP_A_MTU,
	MFIB_NEXTHOP_A_MTU_LOCKED,

	/* private: */
	__MFIB_NEXTHOP_A_MAX,
	MFIB_NEXTHOP_A_MAX = __MFIB_NEXTHOP_A_MAX - 1
};

/**
 * enum mfib_group_attr - the members of a group
 * @MFIB_GROUP_A_UNSPEC: unused
 * @MFIB_GROUP_A_MEMBER: nest of &enum mfib_member_attr; none or up to 64 of them
 */
enum mfib_group_attr {
	MFIB_GROUP_A_UNSPEC,
	MFIB_GROUP_A_MEMBER,

	/* private: */
	__MFIB_GROUP_A_MAX,
	MFIB_GROUP_A_MAX = __MFIB_GROUP_A_MAX - 1
};

/**
 * enum mfib_member_attr - a member of a group
 * @MFIB_MEMBER_A_UNSPEC: unused
 * @MFIB_MEMBER_A_ID: u32, id of a next hop that is no group; in a group that has
 *	an id
 * @MFIB_MEMBER_A_WEIGHT: u16, 1 (if absent) to 256
 * @MFIB_MEMBER_A_BACKUP: flag: it gets buckets only as long as no other member can
 *	be used
 * @MFIB_MEMBER_A_FLAGS: u32, those of the next hop; output only
 * @MFIB_MEMBER_A_BUCKETS: u32, number of buckets it has; output only, and of
 *	groups that have an id
 * @MFIB_MEMBER_A_IFINDEX: u32, the device; in a group without an id, which is that
 *	of one route
 * @MFIB_MEMBER_A_GATEWAY: binary, the gateway, as %MFIB_NEXTHOP_A_GATEWAY; likewise
 */
enum mfib_member_attr {
	MFIB_MEMBER_A_UNSPEC,
	MFIB_MEMBER_A_ID,
	MFIB_MEMBER_A_WEIGHT,
	MFIB_MEMBER_A_BACKUP,
	MFIB_MEMBER_A_FLAGS,
	MFIB_MEMBER_A_BUCKETS,
	MFIB_MEMBER_A_IFINDEX,
	MFIB_MEMBER_A_GATEWAY,

	/* private: */
	__MFIB_MEMBER_A_MAX,
	MFIB_MEMBER_A_MAX = __MFIB_MEMBER_A_MAX - 1
};

/* The next hop's device is down, or that of all members of a group: its routes
 * yield to others of their prefix.
 */
#define MFIB_NEXTHOP_F_DEAD		(1U << 0)
/* The next hop's device has no carrier, or no member of a group is up: its
 * routes yield to others of their prefix, and forward if there are none.
 */
#define MFIB_NEXTHOP_F_LINKDOWN		(1U << 1)
/* The gateway of a next hop that is a member of a group does not answer: the
 * same.
 */
#define MFIB_NEXTHOP_F_UNRESOLVED	(1U << 2)

/**
 * enum mfib_route_attr - a route
 *
 * FIB, family, prefix and metric are the route's key.
 *
 * @MFIB_ROUTE_A_UNSPEC: unused
 * @MFIB_ROUTE_A_DST: binary, network byte order: destination, 4 bytes (IPv4)
 *	or 16 bytes (IPv6); bits past the prefix length must be zero
 * @MFIB_ROUTE_A_PLEN: u8, prefix length in bits; absent means all bits
 * @MFIB_ROUTE_A_METRIC: u32, of several routes to a prefix the one with the
 *	lowest metric and a next hop that is up forwards; absent means 0, in
 *	%MFIB_CMD_ROUTE_DEL and %MFIB_CMD_ROUTE_GET any
 * @MFIB_ROUTE_A_TYPE: u8, RTN_UNICAST (if absent), RTN_LOCAL, RTN_BLACKHOLE,
 *	RTN_UNREACHABLE, RTN_PROHIBIT or RTN_THROW (the kernel's rules go on);
 *	RTN_BROADCAST and RTN_ANYCAST in output only
 * @MFIB_ROUTE_A_PROTOCOL: u8, who added it, RTPROT_BOOT if absent
 * @MFIB_ROUTE_A_NEXTHOP: nest of &enum mfib_nexthop_attr: the next hop, by id
 *	alone, or by gateway and device, or several of these as a group; if only a
 *	gateway is given the device is that of the connected route to it
 * @MFIB_ROUTE_A_FLAGS: u32, %MFIB_ROUTE_F_ACTIVE and others; of a route that is
 *	added none but %MFIB_ROUTE_F_FOREIGN
 * @MFIB_ROUTE_A_GENERATION: u32, a number by which whoever added it tells it from
 *	what it added in an earlier life; 0 if absent
 */
enum mfib_route_attr {
	MFIB_ROUTE_A_UNSPEC,
	MFIB_ROUTE_A_DST,
	MFIB_ROUTE_A_PLEN,
	MFIB_ROUTE_A_METRIC,
	MFIB_ROUTE_A_TYPE,
	MFIB_ROUTE_A_PROTOCOL,
	MFIB_ROUTE_A_NEXTHOP,
	MFIB_ROUTE_A_FLAGS,
	MFIB_ROUTE_A_GENERATION,

	/* private: */
	__MFIB_ROUTE_A_MAX,
	MFIB_ROUTE_A_MAX = __MFIB_ROUTE_A_MAX - 1
};

/* It is this route of its prefix that forwards; the others wait. */
#define MFIB_ROUTE_F_ACTIVE		(1U << 0)
/* The route is the kernel's own, followed from the table of the FIB's id. */
#define MFIB_ROUTE_F_FOLLOWED		(1U << 1)
/* The route is followed, of type RTN_UNICAST and without a next hop: what a FIB
 * cannot forward, such as an encapsulation. The kernel gets its packets.
 */
#define MFIB_ROUTE_F_TRAP		(1U << 2)
/* The route may lead out of the FIB: by devices that are no ports of it. It is
 * deleted when such a device joins or leaves a FIB. A route that leads to another
 * FIB is always so.
 */
#define MFIB_ROUTE_F_FOREIGN		(1U << 3)

/**
 * enum mfib_link_attr - IFLA_INFO_DATA of a link of kind "mfib"
 * @IFLA_MFIB_UNSPEC: unused
 * @IFLA_MFIB_ID: u32, id of the FIB; it is created if it does not exist, and
 *	then goes with the device
 */
enum mfib_link_attr {
	IFLA_MFIB_UNSPEC,
	IFLA_MFIB_ID,

	/* private: */
	__IFLA_MFIB_MAX,
	IFLA_MFIB_MAX = __IFLA_MFIB_MAX - 1
};

#endif /* _UAPI_LINUX_MFIB_H */
