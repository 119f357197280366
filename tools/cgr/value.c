// SPDX-License-Identifier: GPL-2.0
#include "value.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <net/if.h>
#include <string.h>

#include "args.h"
#include "proto.h"

/**
 * addr_len() - length of an address in bytes
 * @family: AF_INET or AF_INET6
 *
 * Return: 4 or 16
 */
int addr_len(int family)
{
	return family == AF_INET6 ? 16 : 4;
}

/**
 * parse_u32() - a number, decimal or hexadecimal after 0x
 * @s: text
 * @val: set
 *
 * Return: 0, or -1 if it is not a number or too large.
 */
int parse_u32(const char *s, __u32 *val)
{
	static const char digits[] = "0123456789abcdef";
	unsigned long long v = 0;
	unsigned int base = 10;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	}
	if (!*s)
		return -1;
	for (; *s; s++) {
		const char *d = strchr(digits, tolower((unsigned char)*s));

		if (!d || d - digits >= (int)base)
			return -1;
		v = v * base + (d - digits);
		if (v > 0xffffffffULL)
			return -1;
	}
	*val = v;
	return 0;
}

/* Decimal of at most @max, without leading zeros; ends where it ends. */
static const char *parse_dec(const char *s, const char *end, unsigned int max,
			     __u8 *val)
{
	unsigned int v;

	if (s == end || *s < '0' || *s > '9')
		return NULL;
	v = *s++ - '0';
	while (v && s < end && *s >= '0' && *s <= '9') {
		v = v * 10 + (*s++ - '0');
		if (v > max)
			return NULL;
	}
	*val = v;
	return s;
}

static const char *parse_ip4(const char *s, const char *end, __u8 *data)
{
	int i;

	for (i = 0; i < 4; i++) {
		if (i && (s == end || *s++ != '.'))
			return NULL;
		s = parse_dec(s, end, 255, &data[i]);
		if (!s)
			return NULL;
	}
	return s;
}

static const char *parse_ip6(const char *s, const char *end, __u8 *data)
{
	char buf[INET6_ADDRSTRLEN];
	size_t len = 0;

	while (s + len < end && s[len] != '/')
		len++;
	if (len >= sizeof(buf))
		return NULL;
	memcpy(buf, s, len);
	buf[len] = '\0';
	if (strlen(buf) != len)
		return NULL;
	return inet_pton(AF_INET6, buf, data) == 1 ? s + len : NULL;
}

/**
 * parse_prefix() - an address with or without prefix length
 * @s: text
 * @len: its length
 * @addr: family, data and prefix length are set
 *
 * Return: 0, or -1 if it is something else.
 */
int parse_prefix(const char *s, size_t len, struct arg_addr *addr)
{
	const char *end = s + len, *p;
	unsigned int bits = 32;

	addr->family = AF_INET;
	p = parse_ip4(s, end, addr->data);
	if (!p) {
		addr->family = AF_INET6;
		bits = 128;
		p = parse_ip6(s, end, addr->data);
	}
	if (!p)
		return -1;
	addr->plen = bits;
	if (p < end && *p == '/')
		p = parse_dec(p + 1, end, bits, &addr->plen);
	return p == end ? 0 : -1;
}

/**
 * arg_flag() - a word without value: sets the number of its parameter
 * @a: words
 * @p: parameter
 * @field: struct arg_num
 *
 * Return: 0
 */
int arg_flag(__unused struct args *a, const struct param *p, void *field)
{
	struct arg_num *num = field;

	num->val = p->num;
	return 0;
}

/**
 * arg_u32() - a number, at least the parameter's
 * @a: words
 * @p: parameter
 * @field: struct arg_num
 *
 * Return: 0 or -1
 */
int arg_u32(struct args *a, const struct param *p, void *field)
{
	const char *word = args_next(a);
	struct arg_num *num = field;

	if (parse_u32(word, &num->val))
		return args_error(a, a->pos, "\"%s\" is not a valid %s: expected a number",
				  word, p->value);
	if (num->val < p->num)
		return args_error(a, a->pos, "\"%s\" is not a valid %s: it begins at %u",
				  word, p->value, p->num);
	return 0;
}

/**
 * arg_mtu() - an MTU, or "lock" and an MTU
 * @a: words
 * @p: parameter
 * @field: struct arg_mtu
 *
 * Return: 0 or -1
 */
int arg_mtu(struct args *a, const struct param *p, void *field)
{
	const struct param bytes = { .value = "MTU", .num = p->num };
	struct arg_mtu *mtu = field;
	struct arg_num num;

	mtu->locked = !strcmp(a->words[a->pos], "lock");
	if (mtu->locked) {
		a->pos++;
		if (a->pos == a->nr)
			return args_error(a, a->pos, "a number is missing after \"lock\"");
	}
	if (arg_u32(a, &bytes, &num))
		return -1;
	mtu->val = num.val;
	return 0;
}

/**
 * arg_ifname() - the name of a device, which need not exist
 * @a: words
 * @p: parameter
 * @field: struct arg_str
 *
 * Return: 0 or -1
 */
int arg_ifname(struct args *a, __unused const struct param *p, void *field)
{
	const char *word = args_next(a), *c;
	struct arg_str *str = field;

	if (!*word || strlen(word) >= IFNAMSIZ || !strcmp(word, ".") ||
	    !strcmp(word, ".."))
		return args_error(a, a->pos, "\"%s\" is not a valid device name",
				  word);
	for (c = word; *c; c++) {
		if (*c == '/' || *c == ':' || isspace((unsigned char)*c))
			return args_error(a, a->pos, "\"%s\" is not a valid device name",
					  word);
	}
	str->val = word;
	return 0;
}

/**
 * arg_file() - any text
 * @a: words
 * @p: parameter
 * @field: struct arg_str
 *
 * Return: 0
 */
int arg_file(struct args *a, __unused const struct param *p, void *field)
{
	struct arg_str *str = field;

	str->val = args_next(a);
	return 0;
}

/**
 * arg_proto() - a routing protocol by name or number
 * @a: words
 * @p: parameter
 * @field: struct arg_num
 *
 * Return: 0 or -1
 */
int arg_proto(struct args *a, __unused const struct param *p, void *field)
{
	const char *word = args_next(a);
	struct arg_num *num = field;
	int proto;

	if (!parse_u32(word, &num->val) && num->val <= 255)
		return 0;
	proto = proto_number(a->protos, word);
	if (proto < 0)
		return args_error(a, a->pos, "\"%s\" is not a routing protocol",
				  word);
	num->val = proto;
	return 0;
}

static const char *family_name(int family)
{
	return family == AF_INET6 ? "an IPv6" : family == AF_INET ? "an IPv4" :
		"an";
}

/**
 * arg_prefix() - a prefix, a host address or "default"
 * @a: words
 * @p: parameter
 * @field: struct arg_addr
 *
 * Return: 0 or -1
 */
int arg_prefix(struct args *a, const struct param *p, void *field)
{
	const char *word = args_next(a);
	struct arg_addr *addr = field;

	addr->num = p->num;
	if (!strcmp(word, "default") || !strcmp(word, "any") ||
	    !strcmp(word, "all")) {
		addr->family = a->family;
		addr->plen = 0;
		return 0;
	}
	if (parse_prefix(word, strlen(word), addr))
		return args_error(a, a->pos, "\"%s\" is not an IP prefix",
				  word);
	if (a->family != AF_UNSPEC && a->family != addr->family)
		return args_error(a, a->pos, "\"%s\" is not %s prefix", word,
				  family_name(a->family));
	return 0;
}

/**
 * arg_host() - an address
 * @a: words
 * @p: parameter
 * @field: struct arg_addr
 *
 * Return: 0 or -1
 */
int arg_host(struct args *a, __unused const struct param *p, void *field)
{
	const char *word = args_next(a);
	struct arg_addr *addr = field;

	if (strchr(word, '/') || parse_prefix(word, strlen(word), addr))
		return args_error(a, a->pos, "\"%s\" is not an IP address",
				  word);
	if (a->family != AF_UNSPEC && a->family != addr->family)
		return args_error(a, a->pos, "\"%s\" is not %s address", word,
				  family_name(a->family));
	return 0;
}

/**
 * arg_gateway() - an address, perhaps with "inet" or "inet6" before it
 * @a: words
 * @p: parameter
 * @field: struct arg_addr
 *
 * Return: 0 or -1
 */
int arg_gateway(struct args *a, const struct param *p, void *field)
{
	const char *word = args_next(a);
	struct arg_addr *addr = field;
	int family = AF_UNSPEC;

	if (!strcmp(word, "inet"))
		family = AF_INET;
	else if (!strcmp(word, "inet6"))
		family = AF_INET6;
	if (family != AF_UNSPEC) {
		addr->said = true;
		word = args_next(a);
		if (!word)
			return args_error(a, a->pos, "\"%s\" needs %s",
					  a->words[a->pos - 1], p->value);
	}
	if (strchr(word, '/') || parse_prefix(word, strlen(word), addr) ||
	    (family != AF_UNSPEC && family != addr->family))
		return args_error(a, a->pos, "\"%s\" is not %s%s address", word,
				  family_name(family),
				  family == AF_UNSPEC ? " IP" : "");
	return 0;
}
