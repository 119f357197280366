// SPDX-License-Identifier: GPL-2.0
/*
 * cgr route restore: routes from a file, one a line.
 */
#include "restore.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mfib.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "args.h"
#include "cgr.h"
#include "event.h"
#include "object.h"
#include "restore_line.h"
#include "restore_send.h"
#include "route_spec.h"

#define READ_SIZE	(256 * 1024)

/* When a progress line is due, in seconds, and how many routes to a look. */
#define PROGRESS_FIRST	1.0
#define PROGRESS_NEXT	0.25
#define PROGRESS_ROUTES	1024

struct restore_spec {
	struct arg_num atomic;
	struct arg_num fib;
	struct arg_str file;
};

#define FIELD(name)	offsetof(struct restore_spec, name)

const struct param restore_params[] = {
	{ "atomic", NULL, 0, 0, FIELD(atomic), arg_flag },
	{ "fib", "FIB", 0, 1, FIELD(fib), arg_u32 },
	{ NULL, "FILE", PARAM_POSITIONAL, 0, FIELD(file), arg_file },
	{ }
};

/**
 * struct restore - a file that is being restored
 * @c: context
 * @spec: parameters of the command
 * @name: name of the file
 * @line: number of the current line
 * @routes: number of routes read
 * @parser: parser of lines
 * @start: when it began
 * @due: when progress is due again, 0 if it never is
 * @send: where routes go
 */
struct restore {
	struct cgr *c;
	struct restore_spec spec;
	const char *name;
	unsigned long line;
	unsigned long routes;
	struct restore_line parser;
	double start;
	double due;
	struct sender *send;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void progress(struct restore *r)
{
	double t;

	if (++r->routes % PROGRESS_ROUTES || !r->due)
		return;
	t = now();
	if (t < r->due)
		return;
	r->due = t + PROGRESS_NEXT;
	fprintf(stderr, "\r%llu routes", r->send->applied);
	fflush(stderr);
}

static void summary(const struct restore *r, bool changed)
{
	double seconds = now() - r->start;

	if (r->due > r->start + PROGRESS_FIRST)
		fputc('\r', stderr);
	if (!changed) {
		fputs("nothing was changed\n", stderr);
		return;
	}
	fprintf(stderr, "%llu routes applied", r->send->applied);
	if (r->send->refused)
		fprintf(stderr, ", %llu refused", r->send->refused);
	fprintf(stderr, " in %.3f s, %.0f routes/s\n", seconds,
		seconds > 0 ? r->send->applied / seconds : 0);
}

/* The line is wrong: first what precedes it, which may fail as well. */
static void wrong(struct restore *r)
{
	struct cgr_error why = r->parser.err;
	unsigned long line = r->line;
	unsigned int column;

	sender_finish(r->send);
	if (r->send->stop)
		return;
	column = restore_line_column(&r->parser, why.word, &line);
	error_set(&r->c->err, 0, "%s:%lu:%u: %s", r->name, line, column,
		  why.text);
	sender_refuse(r->send, CGR_SYNTAX);
}

static void restore_line(struct restore *r, const char *line, size_t len)
{
	struct restore_line *l = &r->parser;
	struct route_spec spec;
	int ret;

	ret = restore_line_parse(l, line, len, &spec);
	if (ret > 0 && r->send->draft && spec.fib.val != r->spec.fib.val) {
		error_set(&l->err, spec.fib.word,
			  "it is FIB %u that is replaced as a whole",
			  r->spec.fib.val);
		ret = -1;
	}
	if (ret > 0 && route_spec_find_devs(&spec, &r->c->dev, &l->err))
		ret = -1;
	if (ret < 0)
		wrong(r);
	if (ret <= 0)
		return;
	sender_add(r->send, &spec, r->line, line, len);
	progress(r);
}

/*
 * The end of a line with those that go on with it, NULL if it has not been read
 * yet; @last says that nothing follows.
 */
static char *line_end(char *s, char *end, bool last, unsigned int *lines)
{
	char *newline;
	int goes_on;

	for (*lines = 1;; ++*lines) {
		newline = memchr(s, '\n', end - s);
		if (!newline)
			return last ? end : NULL;
		s = newline + 1;
		goes_on = restore_line_goes_on(s, end, last);
		if (goes_on <= 0)
			return goes_on ? NULL : newline;
	}
}

/* All complete lines of a buffer; returns where the incomplete one begins. */
static char *restore_lines(struct restore *r, char *s, char *end, bool last)
{
	unsigned int lines;
	char *next;

	while (!r->send->stop && s < end) {
		next = line_end(s, end, last, &lines);
		if (!next)
			break;
		restore_line(r, s, next - s);
		r->line += lines;
		s = next < end ? next + 1 : end;
	}
	return s;
}

static void restore_file(struct restore *r, int fd)
{
	char *buf = malloc(READ_SIZE), *rest;
	size_t len = 0;
	ssize_t n;

	if (!buf) {
		error_set(&r->c->err, 0, "out of memory");
		sender_refuse(r->send, CGR_KERNEL);
		return;
	}
	while (!r->send->stop) {
		n = read(fd, buf + len, READ_SIZE - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			sender_finish(r->send);
			error_set(&r->c->err, 0, "%s: %m", r->name);
			sender_refuse(r->send, CGR_KERNEL);
			r->send->stop = true;
		}
		if (n <= 0)
			break;
		len += n;
		rest = restore_lines(r, buf, buf + len, false);
		len -= rest - buf;
		memmove(buf, rest, len);
		if (len == READ_SIZE) {
			restore_line(r, buf, len);
			r->send->stop = true;
		}
	}
	restore_lines(r, buf, buf + len, true);
	sender_finish(r->send);
	free(buf);
}

/* A request about the draft of the FIB. */
static int draft_talk(struct restore *r, const struct args *a, int genl)
{
	struct cgr *c = r->c;
	struct request req;

	if (request_mfib(&req, &c->nl, genl, 0, &c->err))
		return CGR_KERNEL;
	attr_put_u32(req.msg, &req.map, MFIB_A_FIB_ID, r->spec.fib.val,
		     r->spec.fib.word);
	return request_talk(&req, c->nl.mfib, a, event_echo, c, &c->err) ?
		CGR_KERNEL : CGR_OK;
}

/* All or nothing: the routes of a draft, which replace those of the FIB. */
static int restore_atomic(struct restore *r, const struct args *a, int fd)
{
	int status;

	status = draft_talk(r, a, MFIB_CMD_DRAFT_NEW);
	if (status)
		return status;
	r->send->draft = true;
	restore_file(r, fd);
	if (!r->send->stop)
		status = draft_talk(r, a, MFIB_CMD_DRAFT_COMMIT);
	summary(r, !r->send->stop && !status);
	/* What is said is why it stopped, not whether there still is a draft. */
	if (r->send->stop && draft_talk(r, a, MFIB_CMD_DRAFT_DEL))
		error_clear(&r->c->err);
	return status ? status : r->send->status;
}

/**
 * restore_run() - cgr route restore
 * @c: context
 * @cmd: command
 * @a: its words
 *
 * Return: enum cgr_status
 */
int restore_run(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct restore r = { .c = c, .line = 1 };
	int fd = STDIN_FILENO, status;

	if (args_parse(a, cmd->params, &r.spec))
		return CGR_SYNTAX;
	if (r.spec.atomic.word && !r.spec.fib.word) {
		error_set(&c->err, 0, "atomic needs fib FIB, the one whose routes are replaced");
		return CGR_SYNTAX;
	}
	r.name = r.spec.file.word ? r.spec.file.val : "-";
	if (!strcmp(r.name, "-")) {
		if (c->stdin_busy) {
			error_set(&c->err, 0, "standard input holds the commands: give a FILE");
			return CGR_SYNTAX;
		}
	} else {
		fd = open(r.name, O_RDONLY | O_CLOEXEC);
		if (fd < 0) {
			error_set(&c->err, 0, "cannot open \"%s\": %m", r.name);
			return CGR_SYNTAX;
		}
	}
	r.parser.family = c->opt.family;
	r.parser.fib = r.spec.fib.val;
	r.parser.protos = &c->proto;
	r.start = now();
	if (isatty(STDERR_FILENO))
		r.due = r.start + PROGRESS_FIRST;
	r.send = sender_new(c, r.name);
	status = CGR_KERNEL;
	if (r.send && r.spec.atomic.word) {
		status = restore_atomic(&r, a, fd);
	} else if (r.send) {
		restore_file(&r, fd);
		summary(&r, true);
		status = r.send->status;
	}
	sender_free(r.send);
	if (fd != STDIN_FILENO)
		close(fd);
	return status;
}
