// SPDX-License-Identifier: GPL-2.0
/*
 * cgr fib: forwarding tables and their devices.
 */
#include "fib.h"

#include <errno.h>
#include <netlink/attr.h>
#include <stdlib.h>

#include "args.h"
#include "cgr.h"
#include "decode.h"
#include "event.h"
#include "link.h"
#include "object.h"
#include "port.h"
#include "stats.h"
#include "value.h"

struct fib_spec {
	struct arg_num id;
	struct arg_str dev;
	struct arg_num max_routes;
	struct arg_num warn_routes;
	struct arg_num follow;
};

#define FIELD(name)	offsetof(struct fib_spec, name)

static const char *const follows[] = {
	[MFIB_FOLLOW_CONNECTED] = "connected",
	[MFIB_FOLLOW_ALL] = "all",
};

static int arg_follow(struct args *a, __unused const struct param *p, void *field)
{
	const char *word = args_next(a);
	struct arg_num *num = field;

	for (num->val = 0; num->val < ARRAY_SIZE(follows); num->val++)
		if (!strcmp(word, follows[num->val]))
			return 0;
	return args_error(a, a->pos, "\"%s\" is neither connected nor all", word);
}

static const struct param set_params[] = {
	{ "id", "ID", PARAM_REQUIRED | PARAM_POSITIONAL, 1, FIELD(id), arg_u32 },
	{ "dev", "NAME", 0, 0, FIELD(dev), arg_ifname },
	{ "max-routes", "NUMBER", 0, 0, FIELD(max_routes), arg_u32 },
	{ "warn-routes", "NUMBER", 0, 0, FIELD(warn_routes), arg_u32 },
	{ "follow", "{ connected | all }", 0, 0, FIELD(follow), arg_follow },
	{ }
};

static const struct param del_params[] = {
	{ "id", "ID", PARAM_REQUIRED | PARAM_POSITIONAL, 1, FIELD(id), arg_u32 },
	{ }
};

static const struct param show_params[] = {
	{ "id", "ID", PARAM_POSITIONAL, 1, FIELD(id), arg_u32 },
	{ }
};

static int fib_talk(struct cgr *c, const struct args *a, int cmd, int flags,
		    const struct fib_spec *spec,
		    int (*attr)(struct nlattr *attr,
				const struct nlmsghdr *hdr, void *arg),
		    void *arg)
{
	struct request r;

	if (request_mfib(&r, &c->nl, cmd, flags, &c->err))
		return -1;
	if (spec->id.word) {
		struct nlattr *nest = attr_nest(r.msg, MFIB_A_FIB);

		attr_put_u32(r.msg, &r.map, MFIB_FIB_A_ID, spec->id.val,
			     spec->id.word);
		if (spec->max_routes.word)
			attr_put_u32(r.msg, &r.map, MFIB_FIB_A_MAX_ROUTES,
				     spec->max_routes.val,
				     spec->max_routes.word);
		if (spec->warn_routes.word)
			attr_put_u32(r.msg, &r.map, MFIB_FIB_A_WARN_ROUTES,
				     spec->warn_routes.val,
				     spec->warn_routes.word);
		if (spec->follow.word)
			attr_put_u8(r.msg, &r.map, MFIB_FIB_A_FOLLOW,
				    spec->follow.val, spec->follow.word);
		attr_nest_end(r.msg, &r.map, nest, spec->id.word);
	}
	return request_talk(&r, c->nl.mfib, a, attr, arg, &c->err);
}

static int fib_add(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct fib_spec spec = { };
	struct cgr_error why;

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	if (fib_talk(c, a, cmd->genl, NLM_F_CREATE | NLM_F_EXCL, &spec,
		     event_echo, c))
		return CGR_KERNEL;
	if (!spec.dev.word || !link_add(c, a, &spec.dev, &spec.id))
		return CGR_OK;

	why = c->err;
	spec.max_routes.word = 0;
	spec.warn_routes.word = 0;
	spec.follow.word = 0;
	fib_talk(c, NULL, MFIB_CMD_FIB_DEL, 0, &spec, NULL, NULL);
	c->err = why;
	return CGR_KERNEL;
}

static int fib_set(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct fib_spec spec = { }, only_id = { };
	struct cgr_error why;
	bool sets;

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	sets = spec.max_routes.word || spec.warn_routes.word ||
	       spec.follow.word;
	if (!spec.dev.word && !sets) {
		error_set(&c->err, 0,
			  "dev NAME, max-routes NUMBER, warn-routes NUMBER or follow WHAT is missing");
		return CGR_SYNTAX;
	}
	if (spec.dev.word) {
		/* The kernel would create the FIB together with the device. */
		only_id.id = spec.id;
		if (fib_talk(c, a, MFIB_CMD_FIB_GET, 0, &only_id, NULL, NULL) ||
		    link_add(c, a, &spec.dev, &spec.id))
			return CGR_KERNEL;
	}
	if (!sets ||
	    !fib_talk(c, a, cmd->genl, NLM_F_REPLACE, &spec, event_echo, c))
		return CGR_OK;

	why = c->err;
	if (spec.dev.word)
		link_del(c, spec.dev.val);
	c->err = why;
	return CGR_KERNEL;
}

static int fib_del(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct fib_spec spec = { };

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	return fib_talk(c, a, cmd->genl, 0, &spec, event_echo, c) ?
		CGR_KERNEL : CGR_OK;
}

/**
 * fib_print() - print a FIB without memory and counters
 * @c: context; an object is open
 * @fib: the FIB
 */
void fib_print(struct cgr *c, const struct fib *fib)
{
	struct printer *p = &c->out;

	print_num(p, PRINT_ANY, "id", "id %llu", fib->id);
	if (fib->ifindex)
		print_str(p, PRINT_ANY, "dev", "dev %s",
			  dev_name(&c->dev, fib->ifindex));
	print_num(p, fib->max_routes ? PRINT_ANY : PRINT_JSON, "max_routes",
		  "max-routes %llu", fib->max_routes);
	print_num(p, fib->warn_routes ? PRINT_ANY : PRINT_JSON, "warn_routes",
		  "warn-routes %llu", fib->warn_routes);
	if (fib->follow < ARRAY_SIZE(follows))
		print_str(p, fib->follow == MFIB_FOLLOW_CONNECTED ? PRINT_JSON :
			  PRINT_ANY, "follow", "follow %s", follows[fib->follow]);
	print_num(p, PRINT_ANY, "routes4", "routes4 %llu", fib->routes4);
	print_num(p, PRINT_ANY, "routes6", "routes6 %llu", fib->routes6);
	if (fib->has_draft)
		print_num(p, PRINT_ANY, "draft", "draft %llu", fib->draft);
	print_array(p, "flags");
	if (fib->flags & MFIB_FIB_F_FULL)
		print_str(p, PRINT_ANY, NULL, "%s", "full");
	if (fib->flags & MFIB_FIB_F_HIGH)
		print_str(p, PRINT_ANY, NULL, "%s", "high");
	print_close(p);
}

struct show {
	struct cgr *c;
	struct port_list ports;
};

static void print_brief(struct cgr *c, const struct fib *fib)
{
	struct printer *p = &c->out;

	print_num(p, PRINT_TEXT, NULL, "%-10llu", fib->id);
	print_column(p, "dev", 15,
		     fib->ifindex ? dev_name(&c->dev, fib->ifindex) : "-");
	print_num(p, PRINT_TEXT, NULL, "%8llu", fib->routes4);
	print_num(p, PRINT_TEXT, NULL, "%8llu", fib->routes6);
	if (fib->flags & MFIB_FIB_F_FULL)
		print_str(p, PRINT_TEXT, NULL, "%s", "full");
	if (fib->flags & MFIB_FIB_F_HIGH)
		print_str(p, PRINT_TEXT, NULL, "%s", "high");
}

static int show_one(struct nlattr *attr, __unused const struct nlmsghdr *hdr,
		    void *arg)
{
	struct show *show = arg;
	struct cgr *c = show->c;
	struct printer *p = &c->out;
	struct fib fib;

	if (nla_type(attr) != MFIB_A_FIB)
		return 0;
	if (decode_fib(attr, &fib))
		return -1;
	if (c->opt.brief) {
		print_brief(c, &fib);
		print_line_end(p);
		return 0;
	}
	print_object(p, NULL);
	fib_print(c, &fib);
	if (c->opt.details) {
		print_num(p, PRINT_ANY, "bytes", "bytes %llu", fib.bytes);
		if (fib.ifindex)
			print_num(p, PRINT_ANY, "ifindex", "ifindex %llu",
				  fib.ifindex);
	}
	if (c->opt.stats) {
		stats_print(p, &fib.stats, 1);
		stats_print_tree(p, "tree4", &fib.tree4, 1);
		stats_print_tree(p, "tree6", &fib.tree6, 1);
		port_list_print(c, &show->ports, fib.id);
	}
	print_close(p);
	print_line_end(p);
	return 0;
}

static int fib_show(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct show show = { .c = c };
	struct fib_spec spec = { };
	int ret = 0;

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	if (c->opt.stats)
		ret = port_list_read(c, &show.ports);
	if (!ret)
		ret = fib_talk(c, a, cmd->genl,
			       spec.id.word ? 0 : NLM_F_DUMP, &spec, show_one,
			       &show);
	port_list_free(&show.ports);
	return ret ? CGR_KERNEL : CGR_OK;
}

static int list_one(struct nlattr *attr, __unused const struct nlmsghdr *hdr,
		    void *arg)
{
	struct fib_list *list = arg;

	if (nla_type(attr) != MFIB_A_FIB)
		return 0;
	if (list->nr == list->size) {
		unsigned int size = list->size ? 2 * list->size : 64;
		struct fib *grown = realloc(list->fib, size * sizeof(*grown));

		if (!grown)
			return -1;
		list->fib = grown;
		list->size = size;
	}
	if (decode_fib(attr, &list->fib[list->nr]))
		return -1;
	list->nr++;
	return 0;
}

static int take_one(struct nlattr *attr, __unused const struct nlmsghdr *hdr,
		    void *arg)
{
	return nla_type(attr) == MFIB_A_FIB ? decode_fib(attr, arg) : 0;
}

/**
 * fib_read() - read one FIB
 * @c: context
 * @a: words of the command
 * @id: its id
 * @fib: set
 *
 * Return: 0 or negative, and the error is set.
 */
int fib_read(struct cgr *c, const struct args *a, const struct arg_num *id,
	     struct fib *fib)
{
	struct fib_spec spec = { .id = *id };

	return fib_talk(c, a, MFIB_CMD_FIB_GET, 0, &spec, take_one, fib);
}

/**
 * fib_list_read() - read all FIBs
 * @c: context
 * @list: set, also on failure
 *
 * Return: 0 or negative, and the error is set.
 */
int fib_list_read(struct cgr *c, struct fib_list *list)
{
	struct fib_spec none = { };

	*list = (struct fib_list){ };
	return fib_talk(c, NULL, MFIB_CMD_FIB_GET, NLM_F_DUMP, &none, list_one,
			list);
}

/**
 * fib_list_free() - give a list back
 * @list: FIBs
 */
void fib_list_free(struct fib_list *list)
{
	free(list->fib);
}

/* Commands for a batch. */
static int fib_save(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct printer *p = &c->out;
	struct fib_list list;
	unsigned int i;
	int ret;

	if (args_parse(a, cmd->params, NULL))
		return CGR_SYNTAX;
	ret = fib_list_read(c, &list);
	for (i = 0; i < list.nr && !ret; i++) {
		const struct fib *fib = &list.fib[i];

		print_num(p, PRINT_TEXT, NULL, "fib add %llu", fib->id);
		if (fib->ifindex)
			print_str(p, PRINT_TEXT, "dev", "dev %s",
				  dev_name(&c->dev, fib->ifindex));
		if (fib->max_routes)
			print_num(p, PRINT_TEXT, NULL, "max-routes %llu",
				  fib->max_routes);
		if (fib->warn_routes)
			print_num(p, PRINT_TEXT, NULL, "warn-routes %llu",
				  fib->warn_routes);
		if (fib->follow == MFIB_FOLLOW_ALL)
			print_str(p, PRINT_TEXT, NULL, "%s", "follow all");
		print_line_end(p);
	}
	fib_list_free(&list);
	return ret ? CGR_KERNEL : CGR_OK;
}

/* Checks one FIB. What is wrong with it is reported, for there may be more of
 * them to check.
 */
static int check_one(struct cgr *c, const struct args *a,
		     const struct cgr_cmd *cmd, const struct fib_spec *spec)
{
	struct cgr_error why;
	int ret;

	ret = fib_talk(c, a, cmd->genl, 0, spec, NULL, NULL);
	if (ret && ret != -EUCLEAN)
		return ret;
	print_object(&c->out, NULL);
	if (c->out.json || !ret)
		print_num(&c->out, PRINT_ANY, "id", "id %llu", spec->id.val);
	print_bool(&c->out, "consistent", !ret);
	print_close(&c->out);
	if (!ret) {
		print_line_end(&c->out);
	} else {
		why = c->err;
		error_set(&c->err, 0, "FIB %u: %.400s", spec->id.val, why.text);
		cgr_report(c);
		error_clear(&c->err);
	}
	return ret;
}

static int check_all(struct cgr *c, const struct cgr_cmd *cmd)
{
	struct fib_spec spec = { .id.word = -1 };
	int status = CGR_OK, ret;
	struct fib_list list;
	unsigned int i;

	if (fib_list_read(c, &list))
		status = CGR_KERNEL;
	for (i = 0; i < list.nr && !c->err.text[0]; i++) {
		spec.id.val = list.fib[i].id;
		ret = check_one(c, NULL, cmd, &spec);
		if (ret == -ENOENT)
			error_clear(&c->err);	/* it has gone meanwhile */
		else if (ret)
			status = CGR_KERNEL;
	}
	fib_list_free(&list);
	return status;
}

static int fib_check(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct fib_spec spec = { };

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	if (!spec.id.word)
		return check_all(c, cmd);
	return check_one(c, a, cmd, &spec) ? CGR_KERNEL : CGR_OK;
}

static const struct cgr_cmd cmds[] = {
	{ "add", NULL, set_params, fib_add, .genl = MFIB_CMD_FIB_NEW },
	{ "set", NULL, set_params, fib_set, .genl = MFIB_CMD_FIB_NEW },
	{ "del", "delete", del_params, fib_del, .genl = MFIB_CMD_FIB_DEL },
	{ "show", "list", show_params, fib_show, .genl = MFIB_CMD_FIB_GET,
	  .flags = CMD_SHOWS },
	{ "check", NULL, show_params, fib_check, .genl = MFIB_CMD_FIB_CHECK,
	  .flags = CMD_SHOWS },
	{ "save", NULL, no_params, fib_save, MFIB_CMD_FIB_GET,
	  .flags = CMD_SAVES },
	{ }
};

static const char *const rules[] = {
	NULL
};

const struct cgr_object object_fib = { "fib", cmds, rules };
