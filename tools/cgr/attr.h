/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attributes of a request, with a note which word each comes from, and those of
 * a reply.
 */
#ifndef CGR_ATTR_H
#define CGR_ATTR_H

#include <linux/types.h>

struct nl_msg;
struct nlattr;

#define ATTR_MAP_MAX	320	/* four each of 64 next hops, and others */

/**
 * struct attr_map - which word each attribute of a message comes from
 * @nr: attributes noted
 * @attr: offset in the message, length, and 1-based index of the word
 */
struct attr_map {
	unsigned int nr;
	struct {
		__u32 offs;
		__u32 len;
		int word;
	} attr[ATTR_MAP_MAX];
};

int attr_put(struct nl_msg *msg, struct attr_map *map, int type,
	     const void *data, int len, int word);
int attr_put_u8(struct nl_msg *msg, struct attr_map *map, int type, __u8 val,
		int word);
int attr_put_u16(struct nl_msg *msg, struct attr_map *map, int type, __u16 val,
		 int word);
int attr_put_u32(struct nl_msg *msg, struct attr_map *map, int type, __u32 val,
		 int word);
struct nlattr *attr_nest(struct nl_msg *msg, int type);
void attr_nest_end(struct nl_msg *msg, struct attr_map *map,
		   struct nlattr *nest, int word);
int attr_parse(struct nlattr **tb, int max, const struct nlattr *nest);
int attr_get_u8(const struct nlattr *attr, __u8 *val);
int attr_get_u16(const struct nlattr *attr, __u16 *val);
int attr_get_u32(const struct nlattr *attr, __u32 *val);
int attr_get_u64(const struct nlattr *attr, __u64 *val);
int attr_map_word(const struct attr_map *map, __u32 offs);

#endif /* CGR_ATTR_H */
