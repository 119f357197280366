/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every file of the tool shares: the context of a run.
 */
#ifndef CGR_H
#define CGR_H

#include <stdbool.h>

#include "dev.h"
#include "error.h"
#include "nl.h"
#include "print.h"
#include "proto.h"

/**
 * enum cgr_status - exit status
 * @CGR_OK: done
 * @CGR_SYNTAX: the command line is wrong; nothing was sent
 * @CGR_KERNEL: the kernel refused, or the system failed
 */
enum cgr_status {
	CGR_OK = 0,
	CGR_SYNTAX = 1,
	CGR_KERNEL = 2,
};

/**
 * enum stamp - how events are stamped with the time
 * @STAMP_NONE: not at all
 * @STAMP_SHORT: in front of the line
 * @STAMP_LONG: in a line of its own
 */
enum stamp {
	STAMP_NONE,
	STAMP_SHORT,
	STAMP_LONG,
};

/**
 * enum color_when - when text has colors
 * @COLOR_NEVER: never
 * @COLOR_AUTO: on a terminal
 * @COLOR_ALWAYS: always
 */
enum color_when {
	COLOR_NEVER,
	COLOR_AUTO,
	COLOR_ALWAYS,
};

/**
 * struct cgr_options - what the options before the object say
 * @family: AF_INET or AF_INET6 (-4, -6), else AF_UNSPEC
 * @json: print JSON
 * @pretty: indent JSON
 * @stats: print counters
 * @details: print more
 * @stamp: print when an event came
 * @force: continue after an error in a batch
 * @echo: print what was changed, as the kernel tells it
 * @brief: print a line of columns per object
 * @numeric: print numbers where there are names
 * @oneline: print each object on one line
 * @color: when to print in colors
 * @batch: file of commands, or NULL
 * @netns: network namespace to work in, or NULL
 */
struct cgr_options {
	int family;
	bool json;
	bool pretty;
	bool stats;
	bool details;
	enum stamp stamp;
	bool force;
	bool echo;
	bool brief;
	bool numeric;
	bool oneline;
	enum color_when color;
	const char *batch;
	const char *netns;
};

/**
 * struct cgr - context of a run
 * @opt: the options
 * @out: where results go
 * @nl: sockets
 * @dev: names of devices
 * @proto: names of routing protocols
 * @err: what went wrong
 * @file: batch file, or NULL
 * @line: its current line
 * @stdin_busy: commands are read from standard input
 */
struct cgr {
	struct cgr_options opt;
	struct printer out;
	struct cgr_nl nl;
	struct dev_cache dev;
	struct protos proto;
	struct cgr_error err;
	const char *file;
	unsigned long line;
	bool stdin_busy;
};

#endif /* CGR_H */
