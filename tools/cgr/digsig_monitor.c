// SPDX-License-Identifier: GPL-2.0
/*
 * cgr digsig monitor: what is denied, as it happens.
 */
#include "digsig.h"

#include <linux/digsig.h>
#include <netlink/attr.h>

#include "args.h"
#include "cgr.h"
#include "digsig_decode.h"
#include "digsig_names.h"
#include "listen.h"
#include "value.h"

/* The parameters of cgr digsig monitor. */
const struct param digsig_monitor_params[] = {
	{ }
};

struct monitor {
	struct cgr *c;
	unsigned long long seq;
};

static void print_lost(struct printer *p, unsigned long long n)
{
	print_object(p, NULL);
	print_num(p, PRINT_ANY, "lost", "lost %llu", n);
	print_finish(p);
}

/* An object a line, so that a program can read one at a time. */
static int print_event(struct nlattr *attr,
		       __unused const struct nlmsghdr *hdr, void *arg)
{
	struct monitor *m = arg;
	struct printer *p = &m->c->out;
	struct digsig_event event;

	if (nla_type(attr) != DIGSIG_A_EVENT)
		return 0;
	if (decode_digsig_event(attr, &event))
		return -1;
	if (m->seq && event.seq > m->seq + 1)
		print_lost(p, event.seq - m->seq - 1);
	m->seq = event.seq;
	print_object(p, NULL);
	print_num(p, PRINT_JSON, "seq", "%llu", event.seq);
	print_str(p, PRINT_ANY, "result", "%s",
		  event.mode == DIGSIG_MODE_ENFORCE ? "denied" : "would-deny");
	print_str(p, PRINT_ANY, "hook", "%s",
		  digsig_name(digsig_hooks, event.hook));
	print_str(p, PRINT_ANY, "cause", "%s",
		  digsig_name(digsig_causes, event.cause));
	print_num(p, PRINT_ANY, "pid", "pid %llu", event.pid);
	print_num(p, PRINT_ANY, "uid", "uid %llu", event.uid);
	print_foreign(p, PRINT_ANY, "comm", "comm %s", event.comm);
	if (event.target)
		print_num(p, PRINT_ANY, "target", "target %llu", event.target);
	if (event.path)
		print_foreign(p, PRINT_ANY, "path", "path %s",
			      event.path);
	if (m->c->opt.details)
		digsig_print_bytes(m->c, "digest", "digest %s", &event.digest);
	print_finish(p);
	return 0;
}

/**
 * digsig_monitor() - print denials until interrupted
 * @c: context
 * @cmd: the command
 * @a: its words
 *
 * Return: enum cgr_status.
 */
int digsig_monitor(struct cgr *c, __unused const struct cgr_cmd *cmd,
		   struct args *a)
{
	struct monitor m = { .c = c };
	struct talk talk = { .attr = print_event, .arg = &m };

	if (args_parse(a, digsig_monitor_params, NULL))
		return CGR_SYNTAX;
	if (cgr_nl_digsig(&c->nl, &c->err) ||
	    talk_listen(c->nl.digsig, DIGSIG_GENL_NAME, DIGSIG_GENL_DENIALS,
			&c->err))
		return CGR_KERNEL;
	talk.family = c->nl.digsig_family;
	/* how many are missing is known with the next one */
	return listen_run(c, c->nl.digsig, &talk, NULL);
}
