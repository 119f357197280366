// SPDX-License-Identifier: GPL-2.0
#include "print.h"

#include <stdlib.h>
#include <string.h>

/* stdio's own functions cost more than the few bytes that they are called for. */
static void put(struct printer *p, const char *s, size_t len)
{
	FILE *f = p->f;

	while (len--)
		putc_unlocked(*s++, f);
}

static void put_str(struct printer *p, const char *s)
{
	FILE *f = p->f;

	while (*s)
		putc_unlocked(*s++, f);
}

static void put_num(struct printer *p, unsigned long long val)
{
	char digits[20], *first = digits + sizeof(digits);

	do {
		*--first = '0' + val % 10;
		val /= 10;
	} while (val);
	put(p, first, digits + sizeof(digits) - first);
}

/* What precedes the conversion in @fmt; returns that. */
static const char *put_before(struct printer *p, const char *fmt)
{
	FILE *f = p->f;

	while (*fmt && *fmt != '%')
		putc_unlocked(*fmt++, f);
	return fmt;
}

static void json_newline(struct printer *p)
{
	int i;

	if (!p->pretty)
		return;
	putc_unlocked('\n', p->f);
	for (i = 0; i < p->depth; i++)
		put_str(p, "    ");
}

/* Length of the multi-byte UTF-8 sequence that s begins with, 0 if it is none. */
static int utf8_len(const unsigned char *s)
{
	unsigned int c = s[0], min, i, n;

	if (c >= 0xc2 && c < 0xe0) {
		n = 2;
		c &= 0x1f;
		min = 0x80;
	} else if (c >= 0xe0 && c < 0xf0) {
		n = 3;
		c &= 0x0f;
		min = 0x800;
	} else if (c >= 0xf0 && c < 0xf5) {
		n = 4;
		c &= 0x07;
		min = 0x10000;
	} else {
		return 0;
	}
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	return c < min || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0 : n;
}

static bool json_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void json_string(struct printer *p, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	putc_unlocked('"', p->f);
	while (*s) {
		int n = 0;

		while (json_plain(s[n]))
			n++;
		if (!n && *s >= 0x80)
			n = utf8_len(s);
		if (n) {
			put(p, (const char *)s, n);
			s += n;
		} else if (*s >= 0x80) {
			put_str(p, "\\ufffd");
			s++;
		} else if (*s == '"' || *s == '\\') {
			fprintf(p->f, "\\%c", *s++);
		} else {
			fprintf(p->f, "\\u%04x", *s++);
		}
	}
	putc_unlocked('"', p->f);
}

static void json_key(struct printer *p, const char *key)
{
	if (p->more)
		putc_unlocked(',', p->f);
	if (p->depth)
		json_newline(p);
	if (key && p->depth && p->close[p->depth - 1] == '}') {
		json_string(p, key);
		put_str(p, p->pretty ? ": " : ":");
	}
	p->more = true;
}

static void json_open(struct printer *p, const char *key, const char *brackets)
{
	if (!p->json || p->depth == PRINT_DEPTH)
		return;
	json_key(p, key);
	putc_unlocked(brackets[0], p->f);
	p->close[p->depth++] = brackets[1];
	p->more = false;
}

/**
 * print_array() - begin a JSON array
 * @p: output
 * @key: its name, ignored inside an array
 */
void print_array(struct printer *p, const char *key)
{
	json_open(p, key, "[]");
}

/**
 * print_object() - begin a JSON object
 * @p: output
 * @key: its name, ignored inside an array
 */
void print_object(struct printer *p, const char *key)
{
	json_open(p, key, "{}");
}

/**
 * print_close() - end the innermost JSON array or object
 * @p: output
 */
void print_close(struct printer *p)
{
	if (!p->json || !p->depth)
		return;
	p->depth--;
	if (p->more)
		json_newline(p);
	putc_unlocked(p->close[p->depth], p->f);
	p->more = true;
}

/**
 * print_finish() - end what is still open, so that the output is complete
 * @p: output
 */
void print_finish(struct printer *p)
{
	if (!p->json) {
		if (p->more)
			print_line_end(p);
		return;
	}
	if (!p->depth)
		return;
	while (p->depth)
		print_close(p);
	putc_unlocked('\n', p->f);
	p->more = false;
}

/**
 * print_line_end() - end a line of text
 * @p: output
 */
void print_line_end(struct printer *p)
{
	if (p->json)
		return;
	putc_unlocked('\n', p->f);
	p->more = false;
}

static void go_on(struct printer *p, const char *indent, int width)
{
	if (p->json)
		return;
	fprintf(p->f, "%s%*s", !p->more ? "" : p->oneline ? "\\" : "\n",
		width, indent);
	p->more = false;
}

/**
 * print_indent() - go on in a new, indented line of text
 * @p: output
 * @level: how much
 */
void print_indent(struct printer *p, int level)
{
	go_on(p, "", 4 * level);
}

/**
 * print_tab() - go on in a new line of text, after a tab as ip(8)
 * @p: output
 */
void print_tab(struct printer *p)
{
	go_on(p, "\t", 0);
}

static bool begin(struct printer *p, enum print_where where, const char *key)
{
	if (!(where & (p->json ? PRINT_JSON : PRINT_TEXT)))
		return false;
	if (p->json) {
		json_key(p, key);
		return true;
	}
	if (p->more)
		putc_unlocked(' ', p->f);
	p->more = true;
	return true;
}

/**
 * print_num() - print a number
 * @p: output
 * @where: which output it belongs to
 * @key: its JSON name, ignored inside an array
 * @fmt: its text, with one %llu, which may have a width
 * @val: the number
 */
void print_num(struct printer *p, enum print_where where, const char *key,
	       const char *fmt, unsigned long long val)
{
	if (!begin(p, where, key))
		return;
	if (p->json) {
		put_num(p, val);
		return;
	}
	fmt = put_before(p, fmt);
	if (strncmp(fmt, "%llu", 4)) {
		fprintf(p->f, fmt, val);
		return;
	}
	put_num(p, val);
	put_str(p, fmt + 4);
}

/**
 * print_bool() - print whether something is so
 * @p: output; text has the key alone, if it is so
 * @key: its name
 * @val: whether it is so
 */
void print_bool(struct printer *p, const char *key, bool val)
{
	if (begin(p, val ? PRINT_ANY : PRINT_JSON, key))
		put_str(p, p->json ? (val ? "true" : "false") : key);
}

/* What is printed in a color, as by ip(8). */
enum color {
	DEVICE,
	INET,
	INET6,
	BAD,
	COLORS
};

static const char *const on_light[COLORS] = {
	[DEVICE] = "\033[36m",
	[INET] = "\033[35m",
	[INET6] = "\033[34m",
	[BAD] = "\033[31m",
};

static const char *const on_dark[COLORS] = {
	[DEVICE] = "\033[1;36m",
	[INET] = "\033[1;35m",
	[INET6] = "\033[1;34m",
	[BAD] = "\033[1;31m",
};

/**
 * print_colors() - print text in colors
 * @p: output
 */
void print_colors(struct printer *p)
{
	/* "foreground;background", where the first colors are dark */
	const char *env = getenv("COLORFGBG"), *back;

	back = env ? strrchr(env, ';') : NULL;
	p->colors = back && ((back[1] >= '0' && back[1] <= '6') ||
			     back[1] == '8') && !back[2] ? on_dark : on_light;
}

static int color_of(const char *key, const char *val)
{
	if (!key)
		return strcmp(val, "dead") ? COLORS : BAD;
	if (!strcmp(key, "dev"))
		return DEVICE;
	if (!strcmp(key, "dst") || !strcmp(key, "gateway") ||
	    !strcmp(key, "prefix"))
		return strchr(val, ':') ? INET6 : strchr(val, '.') ? INET :
			COLORS;
	return COLORS;
}

static void print_colored(struct printer *p, const char *key, const char *fmt,
			  const char *val)
{
	int color = p->colors ? color_of(key, val) : COLORS;

	fmt = put_before(p, fmt);
	if (color != COLORS)
		put_str(p, p->colors[color]);
	put_str(p, val);
	if (color != COLORS)
		put_str(p, "\033[0m");
	if (*fmt)
		put_str(p, fmt + strlen("%s"));
}

/**
 * print_str() - print a text
 * @p: output
 * @where: which output it belongs to
 * @key: its JSON name, ignored inside an array
 * @fmt: its text, with one %s
 * @val: the text
 */
void print_str(struct printer *p, enum print_where where, const char *key,
	       const char *fmt, const char *val)
{
	if (!begin(p, where, key))
		return;
	if (p->json)
		json_string(p, val);
	else
		print_colored(p, key, fmt, val);
}

/**
 * print_column() - print a text at least so wide, in text only
 * @p: output
 * @key: what it is, for its color
 * @width: characters, 0 if nothing has to come below what follows
 * @val: the text
 */
void print_column(struct printer *p, const char *key, int width,
		  const char *val)
{
	int len = strlen(val);

	if (!begin(p, PRINT_TEXT, key))
		return;
	print_colored(p, key, "%s", val);
	if (len < width)
		fprintf(p->f, "%*s", width - len, "");
}

/* What a terminal would act on, or could not show, as \ooo. */
static void escape(const char *text, char *to)
{
	const unsigned char *s = (const unsigned char *)text;
	int n;

	while (*s) {
		n = *s >= 0x80 ? utf8_len(s) : *s >= 0x20 && *s < 0x7f &&
					       *s != '\\';
		if (n == 2 && s[0] == 0xc2 && s[1] < 0xa0)
			n = 0;
		if (n) {
			memcpy(to, s, n);
			to += n;
			s += n;
		} else {
			to += sprintf(to, "\\%03o", *s++);
		}
	}
	*to = '\0';
}

/**
 * print_foreign() - print a text that anybody may have made up, as a file's name
 * @p: output
 * @where: which output it belongs to
 * @key: its JSON name, ignored inside an array
 * @fmt: its text, with one %s
 * @val: the text
 */
void print_foreign(struct printer *p, enum print_where where, const char *key,
		   const char *fmt, const char *val)
{
	char *safe = p->json ? NULL : malloc(4 * strlen(val) + 1);

	if (safe)
		escape(val, safe);
	print_str(p, where, key, fmt, p->json ? val : safe ? safe : "?");
	free(safe);
}
