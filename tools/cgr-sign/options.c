// SPDX-License-Identifier: GPL-2.0
#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "result.h"

#define THREADS_MAX	1024

static const struct word {
	const char *name;
	int num;
} verbs[] = {
	{ "sign", VERB_SIGN },
	{ "verify", VERB_VERIFY },
	{ "strip", VERB_STRIP },
	{ "list", VERB_LIST },
	{ }
}, hashes[] = {
	{ "sha256", DIGSIG_SHA256 },
	{ "sha384", DIGSIG_SHA384 },
	{ "sha512", DIGSIG_SHA512 },
	{ }
}, places[] = {
	{ "auto", PLACE_AUTO },
	{ "elf", PLACE_ELF },
	{ "xattr", PLACE_XATTR },
	{ "fsverity", PLACE_FSVERITY },
	{ }
};

static const struct option longs[] = {
	{ "key", required_argument, NULL, 'k' },
	{ "cert", required_argument, NULL, 'c' },
	{ "hash", required_argument, NULL, 'H' },
	{ "placement", required_argument, NULL, 'P' },
	{ "jobs", required_argument, NULL, 'j' },
	{ "all", no_argument, NULL, 'a' },
	{ "json", no_argument, NULL, 'J' },
	{ "pretty", no_argument, NULL, 'p' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ "Version", no_argument, NULL, 'V' },
	{ "version", no_argument, NULL, 'V' },
	{ }
};

/**
 * options_usage() - print what the command line can be
 * @f: where to
 */
void options_usage(FILE *f)
{
	fputs("Usage: cgr-sign sign   --key KEY [--cert FILE] [--hash HASH] [--placement PLACE]\n"
	      "                       [--all] [OPTIONS] PATH...\n"
	      "       cgr-sign verify --cert FILE... [--all] [OPTIONS] PATH...\n"
	      "       cgr-sign strip  [--all] [OPTIONS] PATH...\n"
	      "       cgr-sign list   [--all] [OPTIONS] PATH...\n"
	      "       cgr-sign -help | -Version\n"
	      "KEY     := FILE in PEM form | pkcs11:URI\n"
	      "HASH    := sha256 | sha384 | sha512\n"
	      "PLACE   := auto | elf | xattr | fsverity\n"
	      "OPTIONS := -j N | -json | -pretty | -v\n", f);
}

/* The number that a word stands for; it may be a beginning of just one. */
static int match(const struct word *words, const char *word, const char *what,
		 int *num, struct result *r)
{
	const struct word *w;
	char list[128] = "";
	int found = 0;

	for (w = words; w->name; w++) {
		if (!strcmp(w->name, word)) {
			*num = w->num;
			return 0;
		}
		if (!strncmp(w->name, word, strlen(word))) {
			*num = w->num;
			found++;
		}
		if (w != words)
			strcat(list, ", ");
		strcat(list, w->name);
	}
	if (found == 1 && *word)
		return 0;
	return result_fail(r, "\"%s\" is no %s; one of %s is", word, what, list);
}

static int get_threads(struct options *o, const char *text, struct result *r)
{
	unsigned long n;
	char *end;

	n = strtoul(text, &end, 10);
	if (!n || *end || n > THREADS_MAX || *text == '-')
		return result_fail(r, "\"%s\" is no number of jobs from 1 to %d",
				   text, THREADS_MAX);
	o->threads = n;
	return 0;
}

/* 0, or OPTIONS_*; long options may have one dash, as those of cgr. */
static int get_option(struct options *o, int opt, struct result *r)
{
	int num;

	switch (opt) {
	case 'k':
		o->key = optarg;
		break;
	case 'c':
		o->certs[o->ncerts++] = optarg;
		break;
	case 'H':
		if (match(hashes, optarg, "hash algorithm", &num, r))
			return OPTIONS_WRONG;
		o->job.hash = num;
		o->job.hash_given = true;
		break;
	case 'P':
		if (match(places, optarg, "placement", &num, r))
			return OPTIONS_WRONG;
		o->job.place = num;
		break;
	case 'j':
		return get_threads(o, optarg, r) ? OPTIONS_WRONG : 0;
	case 'a':
		o->job.all = true;
		break;
	case 'p':
		o->pretty = true;
		break;
	case 'J':
		o->json = true;
		break;
	case 'v':
		o->verbose = true;
		break;
	case 'h':
		options_usage(stdout);
		return OPTIONS_DONE;
	case 'V':
		puts("cgr-sign " CGR_VERSION);
		return OPTIONS_DONE;
	case ':':
		result_fail(r, "the last option needs a value");
		return OPTIONS_WRONG;
	default:
		result_fail(r, "there is no such option, or it is short for several");
		return OPTIONS_WRONG;
	}
	return 0;
}

static int check(const struct options *o, struct result *r)
{
	if (o->job.verb == VERB_SIGN && !o->key)
		return result_fail(r, "\"sign\" needs --key: a file in PEM form or a PKCS#11 URI");
	if (o->job.verb == VERB_VERIFY && !o->ncerts)
		return result_fail(r, "\"verify\" needs --cert: the signer's certificate");
	if (o->job.verb != VERB_SIGN &&
	    (o->key || o->job.hash_given || o->job.place != PLACE_AUTO))
		return result_fail(r, "--key, --hash and --placement are for \"sign\"");
	if (o->ncerts && o->job.verb != VERB_SIGN &&
	    o->job.verb != VERB_VERIFY)
		return result_fail(r, "--cert is for \"sign\" and \"verify\"");
	if (!o->npaths)
		return result_fail(r, "name a file or a directory");
	return 0;
}

/**
 * options_parse() - understand the command line
 * @o: set; its fields certs and paths are to be freed
 * @argc: number of words
 * @argv: the words, the first of which is the program
 * @r: set if it is wrong
 *
 * Return: OPTIONS_RUN, OPTIONS_DONE if there is nothing left to do, or
 *	OPTIONS_WRONG.
 */
int options_parse(struct options *o, int argc, char **argv, struct result *r)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	int opt, ret, num;

	memset(o, 0, sizeof(*o));
	o->job.hash = DIGSIG_SHA256;
	o->threads = cpus > 0 && cpus < THREADS_MAX ? cpus : 1;
	o->certs = calloc(argc + 1, sizeof(*o->certs));
	if (!o->certs) {
		result_fail(r, "out of memory");
		return OPTIONS_WRONG;
	}
	opterr = 0;
	while ((opt = getopt_long_only(argc, argv, ":j:vhV", longs, NULL)) != -1) {
		ret = get_option(o, opt, r);
		if (ret)
			return ret;
	}
	if (optind == argc) {
		result_fail(r, "say what to do: sign, verify, strip or list");
		return OPTIONS_WRONG;
	}
	if (match(verbs, argv[optind], "command", &num, r))
		return OPTIONS_WRONG;
	o->job.verb = num;
	o->paths = argv + optind + 1;
	o->npaths = argc - optind - 1;
	return check(o, r) ? OPTIONS_WRONG : OPTIONS_RUN;
}
