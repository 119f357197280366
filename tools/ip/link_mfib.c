// SPDX-License-Identifier: GPL-2.0
/*
 * What ip(8) has to know of links of kind "mfib", to take their options and to
 * show them: ip link add fib10 type mfib id 10. It loads this file for the kind.
 *
 * What the two say to each other is private to iproute2, so that it has no
 * header for it: here is what it has been in versions 5.10 to 6.1.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/mfib.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#define ROOM		1024	/* for all attributes of a request */
#define PRINT_ANY	4
#define COLOR_NONE	6

/**
 * struct link_util - what ip(8) calls for a kind of links
 * @next: belongs to ip(8)
 * @id: the kind
 * @maxattr: highest attribute in IFLA_INFO_DATA
 * @parse_opt: puts options into a request; @argv begins behind "type KIND"
 * @print_opt: prints the attributes of a link
 * @print_xstats: prints statistics
 * @parse_ifla_xstats: parses "ip link xstats"
 * @print_ifla_xstats: prints that
 * @print_help: prints the options
 */
struct link_util {
	struct link_util *next;
	const char *id;
	int maxattr;
	int (*parse_opt)(struct link_util *lu, int argc, char **argv,
			 struct nlmsghdr *n);
	void (*print_opt)(struct link_util *lu, FILE *f, struct rtattr **tb);
	void (*print_xstats)(struct link_util *lu, FILE *f,
			     struct rtattr *xstats);
	int (*parse_ifla_xstats)(struct link_util *lu, int argc, char **argv);
	int (*print_ifla_xstats)(struct nlmsghdr *n, void *arg);
	void (*print_help)(struct link_util *lu, int argc, char **argv,
			   FILE *f);
};

int addattr32(struct nlmsghdr *n, int maxlen, int type, __u32 data);
int get_u32(__u32 *val, const char *arg, int base);
int print_color_uint(int type, int color, const char *key, const char *fmt,
		     unsigned int value);

static void usage(FILE *f)
{
	fputs("Usage: ... mfib id FIB\n", f);
}

/* A VRF has a table where this has a FIB, whose number is that of the table. */
static int parse_opt(struct link_util *lu, int argc, char **argv,
		     struct nlmsghdr *n)
{
	__u32 id;

	(void)lu;
	for (; argc > 0; argc -= 2, argv += 2) {
		if (!strcmp(argv[0], "help")) {
			usage(stdout);
			return -1;
		}
		if (strcmp(argv[0], "id") && strcmp(argv[0], "table")) {
			fprintf(stderr, "mfib: unknown option \"%s\"\n",
				argv[0]);
			usage(stderr);
			return -1;
		}
		if (argc < 2 || get_u32(&id, argv[1], 0)) {
			fprintf(stderr, "mfib: \"%s\" wants the number of a FIB\n",
				argv[0]);
			return -1;
		}
		addattr32(n, ROOM, IFLA_MFIB_ID, id);
	}
	return 0;
}

static void print_opt(struct link_util *lu, FILE *f, struct rtattr **tb)
{
	__u32 id;

	(void)lu;
	(void)f;
	if (!tb || !tb[IFLA_MFIB_ID] ||
	    RTA_PAYLOAD(tb[IFLA_MFIB_ID]) < sizeof(id))
		return;
	memcpy(&id, RTA_DATA(tb[IFLA_MFIB_ID]), sizeof(id));
	print_color_uint(PRINT_ANY, COLOR_NONE, "id", "id %u ", id);
}

static void print_help(struct link_util *lu, int argc, char **argv, FILE *f)
{
	(void)lu;
	(void)argc;
	(void)argv;
	usage(f);
}

/* By this name ip(8) finds it. */
struct link_util mfib_link_util = {
	.id		= "mfib",
	.maxattr	= IFLA_MFIB_MAX,
	.parse_opt	= parse_opt,
	.print_opt	= print_opt,
	.print_help	= print_help,
};
