// SPDX-License-Identifier: GPL-2.0
#include "group.h"

#include <linux/mfib.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <string.h>

#include "attr.h"
#include "cgr.h"
#include "decode.h"
#include "nexthop.h"

/* Room for "4294967295,256/" of every member. */
#define TEXT_MAX	(GROUP_MEMBERS_MAX * 16)

static int parse_member(const char *s, size_t len, __u32 *id, __u32 *weight)
{
	char buf[24], *comma;

	if (len >= sizeof(buf))
		return -1;
	memcpy(buf, s, len);
	buf[len] = '\0';
	comma = strchr(buf, ',');
	*weight = 0;
	if (comma) {
		*comma = '\0';
		if (parse_u32(comma + 1, weight) || !*weight || *weight > 256)
			return -1;
	}
	return parse_u32(buf, id) || !*id ? -1 : 0;
}

/**
 * arg_members() - parse members of a group: ids with or without weights
 * @a: words
 * @p: parameter
 * @field: struct arg_members
 *
 * Return: 0 or -1
 */
int arg_members(struct args *a, __unused const struct param *p, void *field)
{
	const char *word = args_next(a), *s = word;
	struct arg_members *arg = field;
	size_t len;

	if (!strcmp(word, "none"))
		return 0;
	for (;; s += len + 1) {
		len = strcspn(s, "/");
		if (arg->nr == GROUP_MEMBERS_MAX)
			return args_error(a, a->pos, "a group has %u members at most",
					  GROUP_MEMBERS_MAX);
		if (parse_member(s, len, &arg->member[arg->nr].id,
				 &arg->member[arg->nr].weight))
			return args_error(a, a->pos,
					  "\"%s\" is neither ID[,WEIGHT][/ID[,WEIGHT]]... nor none",
					  word);
		arg->nr++;
		if (!s[len])
			return 0;
	}
}

static void put_members(struct nl_msg *msg, struct attr_map *map,
			const struct arg_members *arg, bool backup)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < arg->nr; i++) {
		nest = attr_nest(msg, MFIB_GROUP_A_MEMBER);
		attr_put_u32(msg, map, MFIB_MEMBER_A_ID, arg->member[i].id,
			     arg->word);
		if (arg->member[i].weight)
			attr_put_u16(msg, map, MFIB_MEMBER_A_WEIGHT,
				     arg->member[i].weight, arg->word);
		if (backup)
			attr_put(msg, map, MFIB_MEMBER_A_BACKUP, NULL, 0,
				 arg->word);
		attr_nest_end(msg, map, nest, arg->word);
	}
}

/**
 * group_put() - append what makes a next hop a group
 * @msg: request, in the nest of a next hop
 * @map: extended
 * @spec: the group
 */
void group_put(struct nl_msg *msg, struct attr_map *map,
	       const struct group_spec *spec)
{
	struct nlattr *nest = attr_nest(msg, MFIB_NEXTHOP_A_GROUP);

	put_members(msg, map, &spec->members, false);
	put_members(msg, map, &spec->backups, true);
	attr_nest_end(msg, map, nest, spec->members.word);
	if (spec->buckets.word)
		attr_put_u32(msg, map, MFIB_NEXTHOP_A_BUCKETS,
			     spec->buckets.val, spec->buckets.word);
}

/* As arg_members() reads them. */
static int print_members(struct cgr *c, const struct nexthop *nh, bool backup)
{
	struct member member;
	char text[TEXT_MAX];
	struct nlattr *nla;
	int rem, len = 0;

	nla_for_each_nested(nla, nh->group, rem) {
		if (decode_member(nla, &member))
			return -1;
		if (member.backup != backup || len > TEXT_MAX - 17)
			continue;
		len += sprintf(text + len, "%s%u", len ? "/" : "",
			       member.nexthop.id);
		if (member.weight > 1)
			len += sprintf(text + len, ",%u", member.weight);
	}
	if (!len && !backup)
		strcpy(text, "none");
	if (len || !backup)
		print_str(&c->out, PRINT_TEXT, NULL,
			  backup ? "backup %s" : "group %s", text);
	return 0;
}

/**
 * group_print() - print the text that makes a group again
 * @c: context
 * @nh: the group
 *
 * Return: 0, or -1 if it is malformed.
 */
int group_print(struct cgr *c, const struct nexthop *nh)
{
	if (print_members(c, nh, false) || print_members(c, nh, true))
		return -1;
	print_num(&c->out, PRINT_ANY, "buckets", "buckets %llu", nh->buckets);
	return 0;
}

static void print_member(struct cgr *c, const struct member *member)
{
	struct printer *p = &c->out;

	print_object(p, NULL);
	if (!p->json)
		print_indent(p, 1);
	print_num(p, PRINT_ANY, "id", "member %llu", member->nexthop.id);
	print_num(p, PRINT_ANY, "weight", "weight %llu", member->weight);
	print_num(p, PRINT_ANY, "buckets", "buckets %llu", member->buckets);
	nexthop_print_flags(c, member->nexthop.flags, member->backup);
	print_close(p);
}

/**
 * group_print_spread() - print what each member of a group has, in text only if
 * details are wanted
 * @c: context
 * @nh: the group
 *
 * Return: 0, or -1 if it is malformed.
 */
int group_print_spread(struct cgr *c, const struct nexthop *nh)
{
	struct member member;
	struct nlattr *nla;
	int rem;

	if (!c->out.json && !c->opt.details)
		return 0;
	print_array(&c->out, "group");
	nla_for_each_nested(nla, nh->group, rem) {
		if (decode_member(nla, &member))
			return -1;
		print_member(c, &member);
	}
	print_close(&c->out);
	return 0;
}
