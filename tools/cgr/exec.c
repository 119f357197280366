// SPDX-License-Identifier: GPL-2.0
/*
 * cgr exec: run a command whose sockets are in a FIB.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "cgr.h"
#include "cgroup.h"
#include "fib.h"
#include "object.h"
#include "value.h"

struct exec_spec {
	struct arg_num fib;
};

#define FIELD(name)	offsetof(struct exec_spec, name)

static const struct param fib_params[] = {
	{ NULL, "FIB", PARAM_REQUIRED | PARAM_POSITIONAL, 1, FIELD(fib), arg_u32 },
	{ NULL, "COMMAND [ ARGUMENT ]...", PARAM_USAGE, 0, 0, NULL },
	{ }
};

static int exec_fib(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct exec_spec spec = { };
	struct args id = *a;
	struct fib fib;
	char **command;

	if (id.nr > id.pos + 1)
		id.nr = id.pos + 1;
	if (args_parse(&id, cmd->params, &spec))
		return CGR_SYNTAX;
	if (c->file) {
		error_set(&c->err, 1, "a command takes the place of cgr: not in a batch");
		return CGR_SYNTAX;
	}
	command = a->words + id.pos;
	if (!*command) {
		error_set(&c->err, 0, "a command is missing: cgr exec fib %llu COMMAND",
			  (unsigned long long)spec.fib.val);
		return CGR_SYNTAX;
	}
	if (fib_read(c, a, &spec.fib, &fib))
		return CGR_KERNEL;
	if (!fib.ifindex) {
		error_set(&c->err, spec.fib.word,
			  "FIB %u has no device, which sockets could be bound to: cgr fib set %u dev NAME",
			  fib.id, fib.id);
		return CGR_KERNEL;
	}
	if (cgroup_join(fib.id, fib.ifindex, &c->err))
		return CGR_KERNEL;
	execvp(*command, command);
	error_set(&c->err, 0, "cannot run \"%s\": %m", *command);
	return CGR_KERNEL;
}

static const struct cgr_cmd cmds[] = {
	{ .name = "fib", .params = fib_params, .run = exec_fib },
	{ }
};

static const char *const rules[] = {
	NULL
};

const struct cgr_object object_exec = { "exec", cmds, rules };
