/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects of the family "mfib", decoded from a reply.
 */
#ifndef CGR_DECODE_H
#define CGR_DECODE_H

#include <stdbool.h>
#include <linux/mfib.h>

struct nlattr;

/**
 * struct stats - packet counters
 * @present: there are some
 * @val: by enum mfib_stat_attr
 */
struct stats {
	bool present;
	__u64 val[MFIB_STAT_A_MAX + 1];
};

/**
 * struct tree - the tree of one family of a FIB
 * @present: it was told about
 * @prefixes: number of prefixes
 * @nodes: number of nodes
 * @depth: nodes on the longest path
 * @form: MFIB_TREE_FORM_*, or one that a later kernel has
 * @lookup_bytes: memory that lookups work with
 * @writer_bytes: memory that only changes and queries need
 * @retired_bytes: of @lookup_bytes, what waits to be free
 */
struct tree {
	bool present;
	__u32 prefixes;
	__u32 nodes;
	__u32 depth;
	__u8 form;
	__u64 lookup_bytes;
	__u64 writer_bytes;
	__u64 retired_bytes;
};

/**
 * struct fib - a FIB
 * @id: its id
 * @ifindex: its device, 0 if it has none
 * @max_routes: its limit, 0 if it has none
 * @warn_routes: number of routes that it warns of, 0 if there is none
 * @routes4: number of IPv4 routes
 * @routes6: number of IPv6 routes
 * @bytes: memory
 * @flags: MFIB_FIB_F_*
 * @follow: enum mfib_follow
 * @has_draft: it has a draft
 * @draft: number of routes of that
 * @stats: counters
 * @tree4: IPv4 tree
 * @tree6: IPv6 tree
 */
struct fib {
	__u32 id;
	__u32 ifindex;
	__u32 max_routes;
	__u32 warn_routes;
	__u32 routes4;
	__u32 routes6;
	__u64 bytes;
	__u32 flags;
	__u8 follow;
	bool has_draft;
	__u32 draft;
	struct stats stats;
	struct tree tree4;
	struct tree tree6;
};

/**
 * struct port - a port of a FIB
 * @fib: id of the FIB
 * @ifindex: its device
 * @rpf: &enum mfib_rpf
 * @stats: counters
 */
struct port {
	__u32 fib;
	__u32 ifindex;
	__u8 rpf;
	struct stats stats;
};

/**
 * struct nexthop - a next hop, or a group
 * @id: its id, 0 if it has none
 * @object: id of the kernel's next-hop object that it follows, 0 for none
 * @fib: FIB by whose routes packets go on, 0 for none
 * @ifindex: the device packets leave through, 0 if unknown
 * @family: of the gateway, AF_UNSPEC if there is none
 * @gateway: in network byte order
 * @mtu: MTU of the path, 0 for none
 * @mtu_locked: that is not found out
 * @flags: MFIB_NEXTHOP_F_*
 * @routes: number of routes that use it
 * @buckets: number of buckets of a group, 0 if it is none
 * @group: members of a group for decode_member(), part of the message
 */
struct nexthop {
	__u32 id;
	__u32 object;
	__u32 fib;
	__u32 ifindex;
	int family;
	__u8 gateway[16];
	__u32 mtu;
	bool mtu_locked;
	__u32 flags;
	__u32 routes;
	__u32 buckets;
	struct nlattr *group;
};

/**
 * struct member - a member of a group
 * @nexthop: by its id; in the group of one route, by gateway and device
 * @weight: weight
 * @backup: it is a backup
 * @buckets: number of buckets it has
 */
struct member {
	struct nexthop nexthop;
	__u16 weight;
	bool backup;
	__u32 buckets;
};

/**
 * struct route - a route
 * @family: AF_INET or AF_INET6
 * @dst: in network byte order
 * @plen: prefix length in bits
 * @metric: metric
 * @type: RTN_*
 * @protocol: RTPROT_*
 * @flags: MFIB_ROUTE_F_*
 * @has_nexthop: there is @nexthop
 * @generation: number by which who added it knows it
 * @nexthop: next hop
 */
struct route {
	int family;
	__u8 dst[16];
	__u8 plen;
	__u32 metric;
	__u8 type;
	__u8 protocol;
	__u32 flags;
	__u32 generation;
	bool has_nexthop;
	struct nexthop nexthop;
};

int decode_fib(struct nlattr *nest, struct fib *fib);
int decode_port(struct nlattr *nest, struct port *port);
int decode_nexthop(struct nlattr *nest, struct nexthop *nh);
int decode_member(struct nlattr *nest, struct member *member);
int decode_route(struct nlattr *nest, struct route *route);

#endif /* CGR_DECODE_H */
