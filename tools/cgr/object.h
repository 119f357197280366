/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects and their commands. An object is a file of its own, declared here
 * and listed in object.c.
 */
#ifndef CGR_OBJECT_H
#define CGR_OBJECT_H

#include <stdio.h>

struct args;
struct cgr;
struct cgr_cmd;
struct param;

/* The command prints results: with -json it prints an array in any case. */
#define CMD_SHOWS	0x01
/* The command prints text for other commands: there is no JSON, no color. */
#define CMD_SAVES	0x02

/**
 * struct cgr_cmd - a command of an object
 * @name: its name
 * @alias: another name, or NULL
 * @params: its parameters
 * @run: does it; returns enum cgr_status
 * @genl: command of its family that it sends
 * @nlflags: NLM_F_* it sends
 * @flags: CMD_*
 */
struct cgr_cmd {
	const char *name;
	const char *alias;
	const struct param *params;
	int (*run)(struct cgr *c, const struct cgr_cmd *cmd, struct args *a);
	int genl;
	int nlflags;
	unsigned int flags;
};

/**
 * struct cgr_object - an object
 * @name: its name
 * @cmds: its commands, ends with an empty one; "show" is the default, or else
 *	the first one
 * @rules: productions of its grammar, ends with NULL
 */
struct cgr_object {
	const char *name;
	const struct cgr_cmd *cmds;
	const char *const *rules;
};

extern const struct cgr_object object_fib;
extern const struct cgr_object object_port;
extern const struct cgr_object object_nexthop;
extern const struct cgr_object object_route;
extern const struct cgr_object object_monitor;
extern const struct cgr_object object_digsig;
extern const struct cgr_object object_tipc;
extern const struct cgr_object object_doctor;
extern const struct cgr_object object_metrics;
extern const struct cgr_object object_exec;

int cgr_run(struct cgr *c, char **words, int nr);
void cgr_usage(FILE *f);
void cgr_report(const struct cgr *c);

#endif /* CGR_OBJECT_H */
