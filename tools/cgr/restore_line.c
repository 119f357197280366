// SPDX-License-Identifier: GPL-2.0
#include "restore_line.h"

#include <string.h>
#include <sys/socket.h>

#include "args.h"
#include "error.h"
#include "route_spec.h"

/* -oneline has a backslash for the end of a line, before its tab. */
static bool is_blank(const char *s, const char *end)
{
	return *s == ' ' || *s == '\t' || *s == '\r' || *s == '\n' ||
	       (*s == '\\' && end - s > 1 && s[1] == '\t');
}

static const char *skip_blanks(const char *s, const char *end)
{
	while (s < end && is_blank(s, end))
		s++;
	return s;
}

static const char *skip_word(const char *s, const char *end)
{
	while (s < end && !is_blank(s, end))
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
	if (end - s < 6 || memcmp(s, "nhid", 4) || !is_blank(s + 4, end))
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
	spec->lookup.word = 0;
	spec->mtu.word = 0;
	spec->foreign.word = 0;
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

	l->line = line;
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
		if (word == end)
			return 0;
		if (*word == '#') {
			s = memchr(word, '\n', end - word);
			if (!s)
				return 0;
			continue;
		}
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
	{ "unresolved", false },
	{ "inactive", false },
	{ "followed", false },
	{ "offload", false },
	{ "trap", false },
	{ "rt_offload", false },
	{ "rt_trap", false },
	{ "rt_offload_failed", false },
};

/* Whether the name of a device or protocol follows, which may be any word. */
static bool has_name(const char *word)
{
	return !strcmp(word, "dev") || !strcmp(word, "proto") ||
	       !strcmp(word, "protocol");
}

static int find_word(const struct restore_line *l, const char *word)
{
	int i;

	for (i = 1; i < l->nr; i++) {
		if (!strcmp(l->word[i], word) && !has_name(l->word[i - 1]))
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

/* How many words from this one on say nothing of what the route is. */
static int words_besides(const struct restore_line *l, int at)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(said_besides); i++) {
		if (!strcmp(l->word[at], said_besides[i].word))
			return at + said_besides[i].value < l->nr ?
			       1 + said_besides[i].value : 0;
	}
	return 0;
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
	int at, nr = 1;

	/* It may be said of each of several next hops. */
	for (at = 1; at < l->nr; at++) {
		int besides = has_name(l->word[nr - 1]) ? 0 :
			      words_besides(l, at);

		if (besides)
			at += besides - 1;
		else
			l->word[nr++] = l->word[at];
	}
	l->nr = nr;
	at = find_word(l, "nhid");
	if (at && at + 2 < l->nr && (!strcmp(l->word[at + 2], "via") ||
				     !strcmp(l->word[at + 2], "dev") ||
				     find_word(l, "nexthop")))
		drop_words(l, at, 2);
	at = find_word(l, "dev");
	if (at && at + 1 < l->nr && !strcmp(l->word[at + 1], "lo") &&
	    has_no_nexthop(l))
		drop_words(l, at, 2);
}

/**
 * restore_line_parse_words() - parse a line of any form
 * @l: parser; its words are set
 * @line: line, without newline but where lines that go on with it begin
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
 * @line: line, without newline but where lines that go on with it begin
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
 * @l: parser; the line that was parsed is still there
 * @word: 1-based index; beyond the last is the end of the last
 * @line: number of the line, advanced if the word is in one that goes on with
 *	it; or NULL
 *
 * Return: column, 1 is the first.
 */
unsigned int restore_line_column(const struct restore_line *l, int word,
				 unsigned long *line)
{
	const char *s = l->line, *end, *newline;

	if (word < 1 || !l->nr)
		return 1;
	if (word <= l->nr)
		end = l->word[word - 1];
	else
		end = strchr(l->word[l->nr - 1], '\0');
	end = l->line + (end - l->text);
	while ((newline = memchr(s, '\n', end - s))) {
		s = newline + 1;
		if (line)
			++*line;
	}
	return end - s + 1;
}

/**
 * restore_line_goes_on() - whether a line goes on with the one before
 * @s: its begin, or the end of what has been read
 * @end: end of what has been read
 * @last: nothing follows that
 *
 * It does if it is indented and begins with a next hop, as the kernel's routes
 * with several are shown by ip(8).
 *
 * Return: 1 if it does, 0 if not, -1 if more must be read to know.
 */
int restore_line_goes_on(const char *s, const char *end, bool last)
{
	static const char word[] = "nexthop";
	size_t len = sizeof(word) - 1;
	const char *begin = s;

	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	if (s < end && s == begin)
		return 0;
	if ((size_t)(end - s) < len)
		return last || memcmp(s, word, end - s) ? 0 : -1;
	if (memcmp(s, word, len))
		return 0;
	s += len;
	if (s == end)
		return last ? 1 : -1;
	return is_blank(s, end);
}
