// SPDX-License-Identifier: GPL-2.0
/*
 * cgr digsig: which programs may run.
 */
#include "digsig.h"

#include <stdio.h>
#include <string.h>
#include <linux/digsig.h>
#include <netlink/attr.h>

#include "args.h"
#include "cgr.h"
#include "digsig_decode.h"
#include "digsig_names.h"
#include "object.h"
#include "value.h"

#define HOOKS_MAX	64

struct mode_spec {
	struct arg_num mode;
	struct arg_str hook;
};

struct cache_spec {
	struct arg_num flush;
};

static int parse_mode(struct args *a, const struct param *p, void *field)
{
	struct arg_num *mode = field;
	const char *word = args_next(a);
	int num = keyword_match(digsig_modes, word, a->err);
	char list[64];

	if (num == KEYWORD_NONE) {
		keyword_list(digsig_modes, "", list, sizeof(list));
		return args_error(a, a->pos, "\"%s\" is no %s: it is one of %s",
				  word, p->value, list);
	}
	mode->val = num;
	return num < 0 ? -1 : 0;
}

static const struct param show_params[] = {
	{ }
};

static const struct param mode_params[] = {
	{ "mode", "MODE", PARAM_REQUIRED | PARAM_POSITIONAL, 0,
	  offsetof(struct mode_spec, mode), parse_mode },
	{ "hook", "HOOKS", 0, 0, offsetof(struct mode_spec, hook), arg_file },
	{ }
};

static const struct param cache_params[] = {
	{ "flush", NULL, 0, 0, offsetof(struct cache_spec, flush), arg_flag },
	{ }
};

/**
 * digsig_ask() - send a request without attributes
 * @c: context
 * @cmd: DIGSIG_CMD_*
 * @flags: NLM_F_*
 * @attr: called with each top-level attribute of the replies, or NULL
 * @arg: for @attr
 *
 * Return: 0, -1 or what the kernel returned.
 */
int digsig_ask(struct cgr *c, int cmd, int flags,
	       int (*attr)(struct nlattr *attr, const struct nlmsghdr *hdr,
			   void *arg),
	       void *arg)
{
	struct request r;

	if (request_digsig(&r, &c->nl, cmd, flags, 0, &c->err))
		return -1;
	return request_talk(&r, c->nl.digsig, NULL, attr, arg, &c->err);
}

/**
 * digsig_print_bytes() - print a digest or a fingerprint
 * @c: context
 * @key: its name
 * @fmt: its text, with one %s
 * @bytes: what; nothing is printed if there is none
 */
void digsig_print_bytes(struct cgr *c, const char *key, const char *fmt,
			const struct digsig_bytes *bytes)
{
	char hex[2 * DIGSIG_BYTES_MAX + 1];
	int i;

	if (!bytes->len)
		return;
	for (i = 0; i < bytes->len; i++)
		sprintf(hex + 2 * i, "%02x", bytes->data[i]);
	print_str(&c->out, PRINT_ANY, key, fmt, hex);
}

/* What STATUS_GET answers. */
struct state {
	struct digsig_status status;
	struct digsig_hook_state hook[HOOKS_MAX];
	int nr;
};

static int read_one(struct nlattr *attr, __unused const struct nlmsghdr *hdr,
		    void *arg)
{
	struct state *state = arg;

	switch (nla_type(attr)) {
	case DIGSIG_A_STATUS:
		return decode_digsig_status(attr, &state->status);
	case DIGSIG_A_HOOK:
		if (state->nr == HOOKS_MAX)
			return -1;
		return decode_digsig_hook(attr, &state->hook[state->nr++]);
	}
	return 0;
}

static void print_hook(struct printer *p, const struct digsig_hook_state *hook)
{
	print_object(p, NULL);
	print_indent(p, 1);
	print_str(p, PRINT_ANY, "hook", "hook %s",
		  digsig_name(digsig_hooks, hook->id));
	print_str(p, PRINT_ANY, "mode", "%s",
		  digsig_name(digsig_modes, hook->mode));
	print_bool(p, "optional", hook->flags & DIGSIG_HOOK_F_OPTIONAL);
	print_num(p, PRINT_ANY, "denied", "denied %llu", hook->denied);
	print_num(p, PRINT_ANY, "would_deny", "would-deny %llu",
		  hook->would_deny);
	print_close(p);
}

static void print_cache(struct cgr *c, const struct digsig_status *status)
{
	struct printer *p = &c->out;

	print_num(p, PRINT_ANY, "cached", "cached %llu",
		  status->num[DIGSIG_STATUS_A_CACHE_ENTRIES]);
	print_num(p, PRINT_ANY, "cache_max", "of %llu",
		  status->num[DIGSIG_STATUS_A_CACHE_MAX]);
}

static void print_counters(struct printer *p,
			   const struct digsig_status *status)
{
	print_indent(p, 1);
	print_num(p, PRINT_ANY, "cache_hits", "cache-hits %llu",
		  status->num[DIGSIG_STATUS_A_CACHE_HITS]);
	print_num(p, PRINT_ANY, "verified", "verified %llu",
		  status->num[DIGSIG_STATUS_A_VERIFIED]);
	print_num(p, PRINT_ANY, "verified_bytes", "verified-bytes %llu",
		  status->num[DIGSIG_STATUS_A_VERIFIED_BYTES]);
	print_num(p, PRINT_ANY, "events", "events %llu",
		  status->num[DIGSIG_STATUS_A_EVENTS]);
	print_num(p, PRINT_ANY, "events_lost", "events-lost %llu",
		  status->num[DIGSIG_STATUS_A_EVENTS_LOST]);
}

static int show(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct state state = { };
	struct printer *p = &c->out;
	__u32 flags;
	int i;

	if (args_parse(a, cmd->params, NULL))
		return CGR_SYNTAX;
	if (digsig_ask(c, cmd->genl, 0, read_one, &state))
		return CGR_KERNEL;
	flags = state.status.num[DIGSIG_STATUS_A_FLAGS];
	print_object(p, NULL);
	print_bool(p, "locked", flags & DIGSIG_STATUS_F_LOCKED);
	print_bool(p, "recovery", flags & DIGSIG_STATUS_F_RECOVERY);
	print_num(p, PRINT_ANY, "keys", "keys %llu",
		  state.status.num[DIGSIG_STATUS_A_KEYS]);
	print_num(p, PRINT_ANY, "revoked", "revoked %llu",
		  state.status.num[DIGSIG_STATUS_A_REVOKED]);
	print_cache(c, &state.status);
	if (c->opt.stats)
		print_counters(p, &state.status);
	print_array(p, "hooks");
	for (i = 0; i < state.nr; i++)
		print_hook(p, &state.hook[i]);
	print_close(p);
	print_close(p);
	print_line_end(p);
	return CGR_OK;
}

/* Hooks in one word, separated by commas; each becomes an attribute. */
static int put_hooks(struct request *r, struct args *a,
		     const struct mode_spec *spec)
{
	const char *from = spec->hook.val, *end;
	char name[32], list[160];
	struct nlattr *nest;
	int num;

	do {
		end = strchrnul(from, ',');
		snprintf(name, sizeof(name), "%.*s", (int)(end - from), from);
		num = keyword_match(digsig_hooks, name, a->err);
		if (num == KEYWORD_NONE) {
			keyword_list(digsig_hooks, "", list, sizeof(list));
			return args_error(a, spec->hook.word,
					  "\"%s\" is no hook: it is one of %s",
					  name, list);
		}
		if (num < 0)
			return -1;
		nest = attr_nest(r->msg, DIGSIG_A_HOOK);
		attr_put_u8(r->msg, &r->map, DIGSIG_HOOK_A_ID, num,
			    spec->hook.word);
		attr_put_u8(r->msg, &r->map, DIGSIG_HOOK_A_MODE,
			    spec->mode.val, spec->mode.word);
		attr_nest_end(r->msg, &r->map, nest, spec->hook.word);
		from = end + 1;
	} while (*end);
	return 0;
}

static int mode(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct mode_spec spec = { };
	struct request r;

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	if (request_digsig(&r, &c->nl, cmd->genl, 0, 0, &c->err))
		return CGR_KERNEL;
	if (!spec.hook.word) {
		attr_put_u8(r.msg, &r.map, DIGSIG_A_MODE, spec.mode.val,
			    spec.mode.word);
	} else if (put_hooks(&r, a, &spec)) {
		request_free(&r);
		return CGR_SYNTAX;
	}
	return request_talk(&r, c->nl.digsig, a, NULL, NULL, &c->err) ?
		CGR_KERNEL : CGR_OK;
}

static int cache(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct cache_spec spec = { };
	struct state state = { };

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	if (spec.flush.word)
		return digsig_ask(c, DIGSIG_CMD_CACHE_FLUSH, 0, NULL, NULL) ?
			CGR_KERNEL : CGR_OK;
	if (digsig_ask(c, cmd->genl, 0, read_one, &state))
		return CGR_KERNEL;
	print_object(&c->out, NULL);
	print_cache(c, &state.status);
	print_counters(&c->out, &state.status);
	print_close(&c->out);
	print_line_end(&c->out);
	return CGR_OK;
}

static int lock(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	if (args_parse(a, cmd->params, NULL))
		return CGR_SYNTAX;
	return digsig_ask(c, cmd->genl, 0, NULL, NULL) ? CGR_KERNEL : CGR_OK;
}

static const struct cgr_cmd cmds[] = {
	{ "show", "list", show_params, show, .genl = DIGSIG_CMD_STATUS_GET,
	  .flags = CMD_SHOWS },
	{ "mode", NULL, mode_params, mode, .genl = DIGSIG_CMD_MODE_SET },
	{ "policy", NULL, digsig_policy_params, digsig_policy,
	  .genl = DIGSIG_CMD_FS_GET, .flags = CMD_SHOWS },
	{ "key", NULL, digsig_key_params, digsig_key,
	  .genl = DIGSIG_CMD_KEY_GET, .flags = CMD_SHOWS },
	{ "revoke", NULL, digsig_revoke_params, digsig_revoke,
	  .genl = DIGSIG_CMD_REVOKE_GET, .flags = CMD_SHOWS },
	{ "check", NULL, digsig_check_params, digsig_check,
	  .genl = DIGSIG_CMD_CHECK, .flags = CMD_SHOWS },
	{ "cache", NULL, cache_params, cache, .genl = DIGSIG_CMD_STATUS_GET,
	  .flags = CMD_SHOWS },
	{ "lock", NULL, show_params, lock, .genl = DIGSIG_CMD_LOCK },
	{ "monitor", NULL, digsig_monitor_params, digsig_monitor,
	  .genl = DIGSIG_CMD_EVENT },
	{ }
};

static const char *const rules[] = {
	"MODE := { off | audit | enforce }",
	"HOOKS := HOOK[,HOOK...]",
	"HOOK := { exec | mmap | mprotect | shm | module | kexec | write |",
	"          memory | device | script | anon | firmware | initramfs }",
	"RULE := { exempt | verify }",
	NULL
};

const struct cgr_object object_digsig = { "digsig", cmds, rules };
