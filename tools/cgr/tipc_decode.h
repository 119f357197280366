/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects of the families TIPCv2 and "tipc_cgr", decoded from a reply.
 */
#ifndef CGR_TIPC_DECODE_H
#define CGR_TIPC_DECODE_H

#include <stdbool.h>
#include <linux/types.h>

struct nlattr;

#define TIPC_ATTRS_MAX	40
#define TIPC_ID_LEN	16

/**
 * enum tipc_kind - what an attribute is
 * @TIPC_KIND_SKIP: not for us
 * @TIPC_KIND_U8: number
 * @TIPC_KIND_U32: number
 * @TIPC_KIND_U64: number
 * @TIPC_KIND_FLAG: it is there, or not
 * @TIPC_KIND_TEXT: text
 * @TIPC_KIND_ID: identity of a node
 * @TIPC_KIND_NEST32: nest with numbers of 32 bits, flags among them
 * @TIPC_KIND_NEST64: nest with numbers of 64 bits
 * @TIPC_KIND_ARRAY64: array of numbers of 64 bits
 */
enum tipc_kind {
	TIPC_KIND_SKIP,
	TIPC_KIND_U8,
	TIPC_KIND_U32,
	TIPC_KIND_U64,
	TIPC_KIND_FLAG,
	TIPC_KIND_TEXT,
	TIPC_KIND_ID,
	TIPC_KIND_NEST32,
	TIPC_KIND_NEST64,
	TIPC_KIND_ARRAY64,
};

/**
 * struct tipc_layout - the attributes of an object
 * @max: greatest type, less than %TIPC_ATTRS_MAX
 * @kind: &enum tipc_kind by type
 * @sub_max: greatest type in the nest, likewise
 */
struct tipc_layout {
	int max;
	__u8 kind[TIPC_ATTRS_MAX];
	int sub_max;
};

/**
 * struct tipc_object - an object
 * @has: there is this attribute, by type
 * @num: numbers by type
 * @text: texts by type, within the reply
 * @id: identities by type, likewise
 * @array: arrays by type, within the reply, aligned or not
 * @array_len: number of entries by type
 * @sub_has: there is this attribute in the nest, by type
 * @sub: numbers in the nest, by type
 */
struct tipc_object {
	bool has[TIPC_ATTRS_MAX];
	__u64 num[TIPC_ATTRS_MAX];
	const char *text[TIPC_ATTRS_MAX];
	const __u8 *id[TIPC_ATTRS_MAX];
	const void *array[TIPC_ATTRS_MAX];
	unsigned int array_len[TIPC_ATTRS_MAX];
	bool sub_has[TIPC_ATTRS_MAX];
	__u64 sub[TIPC_ATTRS_MAX];
};

extern const struct tipc_layout tipc_node_layout;
extern const struct tipc_layout tipc_bearer_layout;
extern const struct tipc_layout tipc_link_layout;
extern const struct tipc_layout tipc_peer_layout;
extern const struct tipc_layout tipc_media_layout;
extern const struct tipc_layout tipc_name_layout;
extern const struct tipc_layout tipc_sock_layout;

int decode_tipc(struct nlattr *nest, const struct tipc_layout *layout,
		struct tipc_object *obj);

#endif /* CGR_TIPC_DECODE_H */
