// SPDX-License-Identifier: GPL-2.0
/*
 * cgr: show and change the forwarding tables of the host.
 */
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "batch.h"
#include "cgr.h"
#include "netns.h"
#include "object.h"
#include "option.h"

static int run(struct cgr *c, char **words, int nr)
{
	int taken;

	taken = option_parse(&c->opt, words, nr, &c->err);
	if (taken == OPTION_VERSION) {
		puts("cgr " CGR_VERSION);
		return CGR_OK;
	}
	if (taken == OPTION_HELP) {
		cgr_usage(stdout);
		return CGR_OK;
	}
	if (taken == OPTION_ERROR) {
		cgr_report(c);
		return CGR_SYNTAX;
	}
	words += taken;
	nr -= taken;
	if (c->opt.batch ? nr : !nr) {
		cgr_usage(stderr);
		return CGR_SYNTAX;
	}

	c->out.json = c->opt.json;
	c->out.pretty = c->opt.pretty;
	c->out.oneline = c->opt.oneline;
	if (c->opt.json)
		c->opt.brief = false;
	if (c->opt.echo)
		c->nl.flags = NLM_F_ECHO;
	if (c->opt.color == COLOR_ALWAYS ||
	    (c->opt.color == COLOR_AUTO && isatty(STDOUT_FILENO)))
		print_colors(&c->out);
	if (c->opt.netns && netns_enter(c->opt.netns, &c->err)) {
		cgr_report(c);
		return CGR_KERNEL;
	}
	return c->opt.batch ? batch_run(c, c->opt.batch) :
		cgr_run(c, words, nr);
}

int main(int argc, char **argv)
{
	struct cgr *c = calloc(1, sizeof(*c));
	int status;

	if (!c) {
		fputs("Error: out of memory\n", stderr);
		return CGR_KERNEL;
	}
	c->opt.family = AF_UNSPEC;
	c->out.f = stdout;
	status = run(c, argv + 1, argc - 1);
	cgr_nl_close(&c->nl);
	free(c);
	return status;
}
