// SPDX-License-Identifier: GPL-2.0
/*
 * cgr digsig check: what would be denied.
 */
#include "digsig.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <linux/digsig.h>
#include <netlink/attr.h>

#include "args.h"
#include "cgr.h"
#include "digsig_decode.h"
#include "digsig_names.h"
#include "object.h"
#include "progress.h"
#include "tree.h"
#include "value.h"

/* How many files progress is shown after. */
#define SHOW_EVERY	16

struct check_spec {
	struct arg_str path;
	struct arg_num all;
};

/* The parameters of cgr digsig check. */
const struct param digsig_check_params[] = {
	{ "path", "PATH", PARAM_REQUIRED | PARAM_POSITIONAL, 0,
	  offsetof(struct check_spec, path), arg_file },
	{ "all", NULL, 0, 1, offsetof(struct check_spec, all), arg_flag },
	{ }
};

/* What was found; by cause. */
struct check {
	struct cgr *c;
	struct progress progress;
	const char *path;
	bool named;
	unsigned long checked;
	unsigned long count[__DIGSIG_CAUSE_MAX + 1];
	unsigned long failed;
};

/**
 * digsig_ask_file() - ask what would be decided about a file
 * @c: context
 * @a: words of the command, or NULL
 * @path: the file
 * @word: the word that names it
 * @attr: called with each top-level attribute of the reply
 * @arg: for @attr
 *
 * The file is opened here, so that the path is our own.
 *
 * Return: 0, -1 or what the kernel returned.
 */
int digsig_ask_file(struct cgr *c, const struct args *a, const char *path,
		    int word,
		    int (*attr)(struct nlattr *attr, const struct nlmsghdr *hdr,
				void *arg),
		    void *arg)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), ret;
	struct nlattr *nest;
	struct request r;

	if (fd < 0) {
		error_set(&c->err, word, "cannot open \"%.400s\": %s", path,
			  strerror(errno));
		return -1;
	}
	ret = request_digsig(&r, &c->nl, DIGSIG_CMD_CHECK, 0, 0, &c->err);
	if (!ret) {
		nest = attr_nest(r.msg, DIGSIG_A_CHECK);
		attr_put_u32(r.msg, &r.map, DIGSIG_CHECK_A_FD, fd, word);
		attr_nest_end(r.msg, &r.map, nest, word);
		ret = request_talk(&r, c->nl.digsig, a, attr, arg, &c->err);
	}
	close(fd);
	return ret;
}

static void print_verdict(struct check *check,
			  const struct digsig_verdict *verdict)
{
	struct printer *p = &check->c->out;

	progress_end(&check->progress);
	print_object(p, NULL);
	print_foreign(p, PRINT_ANY, "path", "%s:", check->path);
	print_str(p, PRINT_JSON, "cause", "%s",
		  digsig_name(digsig_causes, verdict->cause));
	print_str(p, PRINT_TEXT, NULL, "%s", verdict->cause ?
		  digsig_name(digsig_causes, verdict->cause) : "allowed");
	if (verdict->place)
		print_str(p, PRINT_ANY, "placement", "%s",
			  digsig_name(digsig_places, verdict->place));
	print_bool(p, "exempt", verdict->flags & DIGSIG_CHECK_F_EXEMPT);
	print_bool(p, "cached", verdict->flags & DIGSIG_CHECK_F_CACHED);
	if (check->c->opt.details)
		digsig_print_bytes(check->c, "digest", "digest %s",
				   &verdict->digest);
	if (verdict->why)
		print_str(p, PRINT_ANY, "why", "(%s)", verdict->why);
	print_close(p);
	print_line_end(p);
}

static int take_verdict(struct nlattr *attr,
			__unused const struct nlmsghdr *hdr, void *arg)
{
	struct digsig_verdict verdict;
	struct check *check = arg;
	unsigned int cause;

	if (nla_type(attr) != DIGSIG_A_CHECK)
		return 0;
	if (decode_digsig_check(attr, &verdict))
		return -1;
	cause = verdict.cause;
	if (cause > __DIGSIG_CAUSE_MAX)
		cause = __DIGSIG_CAUSE_MAX;
	check->checked++;
	check->count[cause]++;
	if (cause || check->named || check->c->opt.details)
		print_verdict(check, &verdict);
	return 0;
}

/* Reports what cannot be checked, and goes on. */
static void check_one(struct check *check, const char *path)
{
	struct cgr *c = check->c;
	struct cgr_error why;
	int ret;

	check->path = path;
	ret = digsig_ask_file(c, NULL, path, 0, take_verdict, check);
	if (!ret)
		return;
	why = c->err;
	if (ret < -1)
		error_set(&c->err, 0, "\"%.200s\": %.250s", path, why.text);
	progress_end(&check->progress);
	cgr_report(c);
	error_clear(&c->err);
	check->failed++;
}

/* How many there are, by cause, and what to do about them; as text. */
static void print_summary(const struct check *check)
{
	unsigned long denied = check->checked -
			       check->count[DIGSIG_CAUSE_NONE];
	const char *advice;
	unsigned int cause;

	printf("%lu checked, %lu would be denied\n", check->checked, denied);
	for (cause = 1; cause <= __DIGSIG_CAUSE_MAX; cause++) {
		if (!check->count[cause])
			continue;
		advice = digsig_advice(cause);
		printf("    %lu %s%s%s\n", check->count[cause],
		       digsig_name(digsig_causes, cause), advice ? ": " : "",
		       advice ? advice : "");
	}
}

static int check_tree(struct check *check, const struct check_spec *spec)
{
	struct tree_list list;
	struct cgr *c = check->c;
	size_t i;

	if (tree_read(&list, spec->path.val, spec->all.word, &c->err)) {
		tree_free(&list);
		return -1;
	}
	progress_begin(&check->progress, true, list.nr);
	for (i = 0; i < list.nr; i++) {
		if (i % SHOW_EVERY == 0)
			progress_show(&check->progress, i);
		check_one(check, list.path[i]);
	}
	progress_end(&check->progress);
	tree_free(&list);
	if (!c->out.json)
		print_summary(check);
	return 0;
}

/**
 * digsig_check() - check a file, or those of a tree
 * @c: context
 * @cmd: the command
 * @a: its words
 *
 * Return: enum cgr_status; CGR_KERNEL if something would be denied.
 */
int digsig_check(struct cgr *c, __unused const struct cgr_cmd *cmd,
		 struct args *a)
{
	struct check check = { .c = c };
	struct check_spec spec = { };
	struct stat st;

	if (args_parse(a, digsig_check_params, &spec))
		return CGR_SYNTAX;
	if (cgr_nl_digsig(&c->nl, &c->err))
		return CGR_KERNEL;
	if (stat(spec.path.val, &st)) {
		error_set(&c->err, spec.path.word, "cannot find \"%.400s\": %s",
			  spec.path.val, strerror(errno));
		return CGR_KERNEL;
	}
	if (S_ISDIR(st.st_mode)) {
		if (check_tree(&check, &spec))
			return CGR_KERNEL;
	} else {
		check.named = true;
		check_one(&check, spec.path.val);
	}
	return check.failed || check.checked != check.count[0] ? CGR_KERNEL :
		CGR_OK;
}
