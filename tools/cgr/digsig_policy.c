// SPDX-License-Identifier: GPL-2.0
/*
 * cgr digsig policy: filesystems that are treated differently.
 */
#include "digsig.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <linux/digsig.h>
#include <netlink/attr.h>
#include <netlink/netlink.h>

#include "args.h"
#include "cgr.h"
#include "digsig_decode.h"
#include "digsig_names.h"
#include "value.h"

struct policy_spec {
	struct arg_num add;
	struct arg_num del;
	struct arg_str type;
	struct arg_str path;
};

static int parse_rule(struct args *a, const struct param *p, void *field)
{
	struct arg_num *rule = field;
	const char *word = args_next(a);
	int num = keyword_match(digsig_rules, word, a->err);
	char list[64];

	if (num == KEYWORD_NONE) {
		keyword_list(digsig_rules, "", list, sizeof(list));
		return args_error(a, a->pos, "\"%s\" is no %s: it is one of %s",
				  word, p->value, list);
	}
	rule->val = num;
	return num < 0 ? -1 : 0;
}

static int parse_text(struct args *a, const struct param *p, void *field)
{
	struct arg_str *text = field;

	text->val = args_next(a);
	if (!*text->val || strlen(text->val) >= p->num)
		return args_error(a, a->pos, "\"%s\" is no %s", text->val,
				  p->value);
	return 0;
}

#define FIELD(name)	offsetof(struct policy_spec, name)

/* The parameters of cgr digsig policy. */
const struct param digsig_policy_params[] = {
	{ "add", "RULE", 0, 0, FIELD(add), parse_rule },
	{ "del", NULL, 0, 0, FIELD(del), arg_flag },
	{ "type", "TYPE", 0, 32, FIELD(type), parse_text },
	{ "path", "PATH", 0, PATH_MAX, FIELD(path), parse_text },
	{ }
};

static int show_one(struct nlattr *attr, __unused const struct nlmsghdr *hdr,
		    void *arg)
{
	struct cgr *c = arg;
	struct digsig_fs fs;

	if (nla_type(attr) != DIGSIG_A_FS)
		return 0;
	if (decode_digsig_fs(attr, &fs))
		return -1;
	print_object(&c->out, NULL);
	print_str(&c->out, PRINT_ANY, "rule", "%s",
		  digsig_name(digsig_rules, fs.rule));
	if (fs.type)
		print_str(&c->out, PRINT_ANY, "type", "type %s", fs.type);
	if (fs.path)
		print_foreign(&c->out, PRINT_ANY, "path", "path %s", fs.path);
	print_close(&c->out);
	print_line_end(&c->out);
	return 0;
}

static int change(struct cgr *c, struct args *a,
		  const struct policy_spec *spec)
{
	int cmd = spec->add.word ? DIGSIG_CMD_FS_ADD : DIGSIG_CMD_FS_DEL, ret;
	const struct arg_str *name = spec->type.word ? &spec->type :
				     &spec->path;
	struct nlattr *nest;
	struct request r;

	if (request_digsig(&r, &c->nl, cmd, 0, 2 * PATH_MAX, &c->err))
		return CGR_KERNEL;
	nest = attr_nest(r.msg, DIGSIG_A_FS);
	attr_put(r.msg, &r.map, spec->type.word ? DIGSIG_FS_A_TYPE :
		 DIGSIG_FS_A_PATH, name->val, strlen(name->val) + 1,
		 name->word);
	if (spec->add.word)
		attr_put_u8(r.msg, &r.map, DIGSIG_FS_A_RULE, spec->add.val,
			    spec->add.word);
	attr_nest_end(r.msg, &r.map, nest, name->word);
	ret = request_talk(&r, c->nl.digsig, a, NULL, NULL, &c->err);
	if (ret)
		return CGR_KERNEL;
	if (spec->add.word && spec->add.val == DIGSIG_FS_RULE_EXEMPT)
		fprintf(stderr, "Warning: who can write to %s can run anything from there.\n",
			name->val);
	return CGR_OK;
}

/**
 * digsig_policy() - show or change rules for filesystems
 * @c: context
 * @cmd: the command
 * @a: its words
 *
 * Return: enum cgr_status
 */
int digsig_policy(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct policy_spec spec = { };

	if (args_parse(a, digsig_policy_params, &spec))
		return CGR_SYNTAX;
	if (spec.add.word && spec.del.word) {
		args_error(a, spec.del.word, "a rule is added or deleted, not both");
		return CGR_SYNTAX;
	}
	if (!spec.add.word && !spec.del.word) {
		if (spec.type.word || spec.path.word) {
			args_error(a, 0, "add RULE or del is missing");
			return CGR_SYNTAX;
		}
		return digsig_ask(c, DIGSIG_CMD_FS_GET, NLM_F_DUMP, show_one,
				  c) ? CGR_KERNEL : CGR_OK;
	}
	if (!spec.type.word == !spec.path.word) {
		args_error(a, 0, "type TYPE or path PATH is missing, one of them");
		return CGR_SYNTAX;
	}
	(void)cmd;
	return change(c, a, &spec);
}
