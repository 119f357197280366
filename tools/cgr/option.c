// SPDX-License-Identifier: GPL-2.0
#include "option.h"

#include <string.h>
#include <sys/socket.h>

#include "args.h"
#include "cgr.h"

enum {
	OPT_VERSION,
	OPT_HELP,
	OPT_IPV4,
	OPT_IPV6,
	OPT_JSON,
	OPT_PRETTY,
	OPT_STATS,
	OPT_DETAILS,
	OPT_BATCH,
	OPT_TIMESTAMP,
	OPT_TSHORT,
	OPT_FORCE,
	OPT_NETNS,
	OPT_ECHO,
	OPT_BRIEF,
	OPT_NUMERIC,
	OPT_ONELINE,
	OPT_COLOR,
};

static const struct keyword options[] = {
	{ "Version",	OPT_VERSION },
	{ "help",	OPT_HELP },
	{ "4",		OPT_IPV4 },
	{ "6",		OPT_IPV6 },
	{ "json",	OPT_JSON },
	{ "pretty",	OPT_PRETTY },
	{ "statistics",	OPT_STATS },
	{ "stats",	OPT_STATS },
	{ "details",	OPT_DETAILS },
	{ "timestamp",	OPT_TIMESTAMP },
	{ "t",		OPT_TIMESTAMP },
	{ "tshort",	OPT_TSHORT },
	{ "ts",		OPT_TSHORT },
	{ "batch",	OPT_BATCH },
	{ "b",		OPT_BATCH },
	{ "force",	OPT_FORCE },
	{ "netns",	OPT_NETNS },
	{ "echo",	OPT_ECHO },
	{ "brief",	OPT_BRIEF },
	{ "Numeric",	OPT_NUMERIC },
	{ "oneline",	OPT_ONELINE },
	{ "color",	OPT_COLOR },
	{ }
};

/**
 * option_usage() - print the grammar of the options
 * @f: where to; a space comes before each
 */
void option_usage(FILE *f)
{
	fputs(" -V[ersion] | -h[elp] | -4 | -6 | -j[son] | -p[retty] |\n"
	      "                    -s[tatistics] | -d[etails] | -br[ief] | -o[neline] |\n"
	      "                    -N[umeric] | -c[olor][={ always | auto | never }] |\n"
	      "                    -t[imestamp] | -ts[hort] | -e[cho] | -f[orce] |\n"
	      "                    -n[etns] NAME", f);
}

static const struct keyword color_values[] = {
	{ "always",	COLOR_ALWAYS },
	{ "auto",	COLOR_AUTO },
	{ "never",	COLOR_NEVER },
	{ }
};

/* "color", or "color=WHEN"; the latter has been cut there. */
static int parse_color(struct cgr_options *opt, const char *when,
		       struct cgr_error *err)
{
	int num = when ? keyword_match(color_values, when, err) : COLOR_ALWAYS;

	if (num == KEYWORD_NONE)
		error_set(err, 0, "colors are wanted always, auto or never, not \"%s\"",
			  when);
	if (num < 0)
		return -1;
	opt->color = num;
	return 0;
}

/**
 * option_parse() - parse the options
 * @opt: set
 * @argv: words
 * @argc: their number
 * @err: set on failure
 *
 * Return: number of words taken, or OPTION_*.
 */
int option_parse(struct cgr_options *opt, char **argv, int argc,
		 struct cgr_error *err)
{
	const char **value;
	int i, num;

	for (i = 0; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		const char *word = argv[i] + 1, *when;
		char name[16];

		if (*word == '-')
			word++;
		if (!*word)
			return i + 1;
		when = strchr(word, '=');
		if (when && (size_t)(when - word) < sizeof(name)) {
			memcpy(name, word, when - word);
			name[when++ - word] = '\0';
			word = name;
		}
		num = keyword_match(options, word, err);
		if (when && num != OPT_COLOR && num >= 0)
			num = KEYWORD_NONE;
		value = NULL;
		switch (num) {
		case OPT_VERSION:
			return OPTION_VERSION;
		case OPT_HELP:
			return OPTION_HELP;
		case OPT_IPV4:
			opt->family = AF_INET;
			break;
		case OPT_IPV6:
			opt->family = AF_INET6;
			break;
		case OPT_JSON:
			opt->json = true;
			break;
		case OPT_PRETTY:
			opt->pretty = true;
			break;
		case OPT_STATS:
			opt->stats = true;
			break;
		case OPT_DETAILS:
			opt->details = true;
			break;
		case OPT_TIMESTAMP:
			opt->stamp = STAMP_LONG;
			break;
		case OPT_TSHORT:
			opt->stamp = STAMP_SHORT;
			break;
		case OPT_FORCE:
			opt->force = true;
			break;
		case OPT_ECHO:
			opt->echo = true;
			break;
		case OPT_BRIEF:
			opt->brief = true;
			break;
		case OPT_NUMERIC:
			opt->numeric = true;
			break;
		case OPT_ONELINE:
			opt->oneline = true;
			break;
		case OPT_COLOR:
			if (parse_color(opt, when, err))
				return OPTION_ERROR;
			break;
		case OPT_BATCH:
			value = &opt->batch;
			break;
		case OPT_NETNS:
			value = &opt->netns;
			break;
		case KEYWORD_NONE:
			error_set(err, 0, "unknown option \"%s\"", argv[i]);
			return OPTION_ERROR;
		default:
			return OPTION_ERROR;
		}
		if (!value)
			continue;
		if (i + 1 == argc) {
			error_set(err, 0, "\"%s\" needs a value", argv[i]);
			return OPTION_ERROR;
		}
		*value = argv[++i];
	}
	return i;
}
