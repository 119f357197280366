// SPDX-License-Identifier: GPL-2.0
#include "attr.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

static void note(struct nl_msg *msg, struct attr_map *map,
		 const struct nlattr *attr, int word)
{
	const char *base = (const char *)nlmsg_hdr(msg);

	if (!map || word <= 0 || map->nr == ATTR_MAP_MAX)
		return;
	map->attr[map->nr].offs = (const char *)attr - base;
	map->attr[map->nr].len = attr->nla_len;
	map->attr[map->nr].word = word;
	map->nr++;
}

/**
 * attr_put() - append an attribute
 * @msg: request
 * @map: extended, or NULL
 * @type: attribute type
 * @data: payload, NULL if there is none
 * @len: its length
 * @word: 1-based index of the word it comes from, 0 if it comes from none
 *
 * Return: 0 or -EMSGSIZE
 */
int attr_put(struct nl_msg *msg, struct attr_map *map, int type,
	     const void *data, int len, int word)
{
	struct nlattr *attr = nla_reserve(msg, type, len);

	if (!attr)
		return -EMSGSIZE;
	if (len)
		memcpy(nla_data(attr), data, len);
	note(msg, map, attr, word);
	return 0;
}

/**
 * attr_put_u8() - append an attribute of one byte
 * @msg: request
 * @map: extended, or NULL
 * @type: attribute type
 * @val: payload
 * @word: 1-based index of the word it comes from, 0 if it comes from none
 *
 * Return: 0 or -EMSGSIZE
 */
int attr_put_u8(struct nl_msg *msg, struct attr_map *map, int type, __u8 val,
		int word)
{
	return attr_put(msg, map, type, &val, sizeof(val), word);
}

/**
 * attr_put_u16() - append an attribute of two bytes
 * @msg: request
 * @map: extended, or NULL
 * @type: attribute type
 * @val: payload
 * @word: 1-based index of the word it comes from, 0 if it comes from none
 *
 * Return: 0 or -EMSGSIZE
 */
int attr_put_u16(struct nl_msg *msg, struct attr_map *map, int type, __u16 val,
		 int word)
{
	return attr_put(msg, map, type, &val, sizeof(val), word);
}

/**
 * attr_put_u32() - append an attribute of four bytes
 * @msg: request
 * @map: extended, or NULL
 * @type: attribute type
 * @val: payload
 * @word: 1-based index of the word it comes from, 0 if it comes from none
 *
 * Return: 0 or -EMSGSIZE
 */
int attr_put_u32(struct nl_msg *msg, struct attr_map *map, int type, __u32 val,
		 int word)
{
	return attr_put(msg, map, type, &val, sizeof(val), word);
}

/**
 * attr_nest() - begin a nest
 * @msg: request
 * @type: attribute type
 *
 * Return: the nest, or NULL if the message is full.
 */
struct nlattr *attr_nest(struct nl_msg *msg, int type)
{
	return nla_reserve(msg, NLA_F_NESTED | type, 0);
}

/**
 * attr_nest_end() - end a nest
 * @msg: request
 * @map: extended, or NULL
 * @nest: the nest
 * @word: 1-based index of the word it comes from, or 0
 */
void attr_nest_end(struct nl_msg *msg, struct attr_map *map,
		   struct nlattr *nest, int word)
{
	nest->nla_len = (char *)nlmsg_tail(nlmsg_hdr(msg)) - (char *)nest;
	note(msg, map, nest, word);
}

/**
 * attr_map_word() - the word that an attribute comes from
 * @map: the attributes of a request
 * @offs: offset of the attribute, or of something inside of it
 *
 * Return: 1-based index of the word, 0 if it comes from none.
 */
int attr_map_word(const struct attr_map *map, __u32 offs)
{
	__u32 len = ~0U;
	unsigned int i;
	int word = 0;

	for (i = 0; i < map->nr; i++) {
		/* The innermost that contains it. */
		if (offs < map->attr[i].offs || map->attr[i].len >= len ||
		    offs - map->attr[i].offs >= map->attr[i].len)
			continue;
		len = map->attr[i].len;
		word = map->attr[i].word;
	}
	return word;
}

/**
 * attr_parse() - find the attributes of a nest by their types
 * @tb: set, by type; NULL for those that are not there
 * @max: highest type; others are ignored
 * @nest: what contains them
 *
 * As nla_parse_nested(), without a call per attribute: a dump has millions.
 *
 * Return: 0, or -1 if the nest is too small to be one.
 */
int attr_parse(struct nlattr **tb, int max, const struct nlattr *nest)
{
	struct nlattr *attr;
	int left, step, type;

	memset(tb, 0, (max + 1) * sizeof(*tb));
	if (nest->nla_len < NLA_HDRLEN)
		return -1;
	attr = (struct nlattr *)(nest + 1);
	left = nest->nla_len - NLA_HDRLEN;
	while (left >= NLA_HDRLEN && attr->nla_len >= NLA_HDRLEN &&
	       attr->nla_len <= left) {
		type = attr->nla_type & NLA_TYPE_MASK;
		if (type && type <= max)
			tb[type] = attr;
		step = NLA_ALIGN(attr->nla_len);
		attr = (struct nlattr *)((char *)attr + step);
		left -= step;
	}
	return 0;
}

static int get(const struct nlattr *attr, void *val, int size)
{
	if (!attr)
		return 0;
	if (nla_len(attr) < size)
		return -1;
	memcpy(val, nla_data(attr), size);
	return 0;
}

/**
 * attr_get_u8() - read a number of a reply
 * @attr: attribute, or NULL
 * @val: set, if there is one
 *
 * Return: 0, or -1 if it is too short.
 */
int attr_get_u8(const struct nlattr *attr, __u8 *val)
{
	return get(attr, val, sizeof(*val));
}

/**
 * attr_get_u16() - read a number of a reply
 * @attr: attribute, or NULL
 * @val: set, if there is one
 *
 * Return: 0, or -1 if it is too short.
 */
int attr_get_u16(const struct nlattr *attr, __u16 *val)
{
	return get(attr, val, sizeof(*val));
}

/**
 * attr_get_u32() - read a number of a reply
 * @attr: attribute, or NULL
 * @val: set, if there is one
 *
 * Return: 0, or -1 if it is too short.
 */
int attr_get_u32(const struct nlattr *attr, __u32 *val)
{
	return get(attr, val, sizeof(*val));
}

/**
 * attr_get_u64() - read a number of a reply
 * @attr: attribute, or NULL
 * @val: set, if there is one
 *
 * Return: 0, or -1 if it is too short.
 */
int attr_get_u64(const struct nlattr *attr, __u64 *val)
{
	return get(attr, val, sizeof(*val));
}
