// SPDX-License-Identifier: GPL-2.0
#include "restore_line.h"

#include <string.h>
#include <sys/socket.h>

#include "args.h"
#include "error.h"
#include "route_spec.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static const char *skip_blanks(const char *s, const char *end)
{
	while (s < end && is_blank(*s))
		s++;
	return s;
}

static const char *skip_word(const char *s, const char *end)
{
	while (s < end && !is_blank(*s))
		s++;
	return s;
}

/*
 * "PREFIX nhid ID", most of the lines of a large file. False for anything
 * else, which may be right in spite of that.
 */
static bool parse_common(const struct restore_line *l, const char *line,
			 size_t len, struct route_spec *spec)
{
	const char *s, *next, *end = line + len;
	unsigned long long id = 0;

	if (!l->fib)
		return false;
	s = skip_blanks(line, end);
	next = skip_word(s, end);
	spec->dst.num = 0;
	spec->dst.said = false;
	if (parse_prefix(s, next - s, &spec->dst) ||
	    (l->family != AF_UNSPEC && spec->dst.family != l->family))
		return false;

	s = skip_blanks(next, end);
	if (end - s < 6 || memcmp(s, "nhid", 4) || !is_blank(s[4]))
		return false;
	s = skip_blanks(s + 4, end);
	for (next = s; next < end && *next >= '0' && *next <= '9'; next++) {
		id = id * 10 + (*next - '0');
		if (id > 0xffffffffULL)
			return false;
	}
	if (!id || (s[0] == '0' && next - s > 1) ||
	    skip_blanks(next, end) != end)
		return false;

	spec->dst.word = 1;
	spec->nhid.word = 3;
	spec->nhid.val = id;
	spec->type.word = 0;
	spec->via.word = 0;
	spec->dev.word = 0;
	spec->metric.word = 0;
	spec->proto.word = 0;
	spec->generation.word = 0;
	spec->fib.word = WORD_DEFAULT;
	spec->fib.val = l->fib;
	spec->hops.nr = 0;
	return true;
}

static int split(struct restore_line *l, const char *line, size_t len)
{
	char *s = l->text, *end = l->text + len;

	l->nr = 0;
	if (len > RESTORE_BYTES) {
		error_set(&l->err, 0, "the line is longer than %d bytes",
			  RESTORE_BYTES);
		return -1;
	}
	memcpy(l->text, line, len);
	for (;;) {
		char *word;

		word = (char *)skip_blanks(s, end);
		if (word == end || *word == '#')
			return 0;
		if (l->nr == RESTORE_WORDS) {
			error_set(&l->err, l->nr, "more than %d words",
				  RESTORE_WORDS);
			return -1;
		}
		l->word[l->nr++] = word;
		s = (char *)skip_word(word, end);
		if (memchr(word, '\0', s - word)) {
			error_set(&l->err, l->nr, "a zero byte");
			return -1;
		}
		*s = '\0';
		if (s < end)
			s++;
	}
}

/*
 * What "show" of ip-route(8) and cgr-route(8) says of a route beside what it is:
 * a word, and whether it has a value.
 */
static const struct {
	const char *word;
	bool value;
} said_besides[] = {
	{ "scope", true },
	{ "src", true },
	{ "pref", true },
	{ "error", true },
	{ "onlink", false },
	{ "linkdown", false },
	{ "dead", false },
	{ "inactive", false },
	{ "followed", false },
	{ "offload", false },
	{ "trap", false },
	{ "rt_offload", false },
	{ "rt_trap", false },
	{ "rt_offload_failed", false },
};

/* Whether a word is the name of a device or protocol, which may be any. */
static bool is_name(const struct restore_line *l, int at)
{
	return at > 0 && (!strcmp(l->word[at - 1], "dev") ||
			  !strcmp(l->word[at - 1], "proto") ||
			  !strcmp(l->word[at - 1], "protocol"));
}

static int find_word(const struct restore_line *l, const char *word)
{
	int i;

	for (i = 1; i < l->nr; i++) {
		if (!strcmp(l->word[i], word) && !is_name(l, i))
			return i;
	}
	return 0;
}

static void drop_words(struct restore_line *l, int at, int nr)
{
	memmove(&l->word[at], &l->word[at + nr],
		(l->nr - at - nr) * sizeof(l->word[0]));
	l->nr -= nr;
}

static bool has_no_nexthop(const struct restore_line *l)
{
	return !strcmp(l->word[0], "blackhole") ||
	       !strcmp(l->word[0], "unreachable") ||
	       !strcmp(l->word[0], "prohibit") ||
	       !strcmp(l->word[0], "throw");
}

/*
 * Makes what is shown of a route what is said to add it. The kernel has ids of
 * next hops of its own, so what an id stands for counts if it is there.
 */
static void drop_besides(struct restore_line *l)
{
	unsigned int i;
	int at;

	for (i = 0; i < ARRAY_SIZE(said_besides); i++) {
		at = find_word(l, said_besides[i].word);
		if (at && at + said_besides[i].value < l->nr)
			drop_words(l, at, 1 + said_besides[i].value);
	}
	at = find_word(l, "nhid");
	if (at && at + 2 < l->nr && (!strcmp(l->word[at + 2], "via") ||
				     !strcmp(l->word[at + 2], "dev")))
		drop_words(l, at, 2);
	at = find_word(l, "dev");
	if (at && at + 1 < l->nr && !strcmp(l->word[at + 1], "lo") &&
	    has_no_nexthop(l))
		drop_words(l, at, 2);
}

/**
 * restore_line_parse_words() - parse a line of any form
 * @l: parser; its words are set
 * @line: line, without newline
 * @len: its length
 * @spec: set
 *
 * Return: 1 if it is a route, 0 if it is empty, -1 if it is wrong.
 */
int restore_line_parse_words(struct restore_line *l, const char *line,
			     size_t len, struct route_spec *spec)
{
	struct args a = {
		.words = l->word, .family = l->family, .protos = l->protos,
		.err = &l->err,
	};

	if (split(l, line, len))
		return -1;
	if (!l->nr)
		return 0;
	drop_besides(l);
	a.nr = l->nr;
	memset(spec, 0, offsetof(struct route_spec, hops.hop));
	if (l->fib) {
		spec->fib.word = WORD_DEFAULT;
		spec->fib.val = l->fib;
	}
	return route_spec_parse(&a, spec) ? -1 : 1;
}

/**
 * restore_line_parse() - parse a line, quickly if it is of the common form
 * @l: parser; its words are set if the result is -1
 * @line: line, without newline
 * @len: its length
 * @spec: set
 *
 * Return: 1 if it is a route, 0 if it is empty, -1 if it is wrong.
 */
int restore_line_parse(struct restore_line *l, const char *line, size_t len,
		       struct route_spec *spec)
{
	if (len <= RESTORE_BYTES && parse_common(l, line, len, spec))
		return 1;
	return restore_line_parse_words(l, line, len, spec);
}

/**
 * restore_line_column() - where a word is
 * @l: parser
 * @word: 1-based index; beyond the last is the end of the last
 *
 * Return: column, 1 is the first.
 */
unsigned int restore_line_column(const struct restore_line *l, int word)
{
	const char *s;

	if (word < 1 || !l->nr)
		return 1;
	if (word <= l->nr)
		return l->word[word - 1] - l->text + 1;
	s = l->word[l->nr - 1];
	return s + strlen(s) - l->text + 1;
}
