// SPDX-License-Identifier: GPL-2.0
#include "address.h"

#include <sys/socket.h>

#define WORDS	8	/* of 16 bits in an IPv6 address */

static char *decimal(char *to, unsigned int byte)
{
	if (byte >= 100)
		*to++ = '0' + byte / 100;
	if (byte >= 10)
		*to++ = '0' + byte / 10 % 10;
	*to++ = '0' + byte % 10;
	return to;
}

static char *ip4(char *to, const __u8 *addr)
{
	int i;

	for (i = 0; i < 4; i++) {
		if (i)
			*to++ = '.';
		to = decimal(to, addr[i]);
	}
	return to;
}

static char *hexadecimal(char *to, unsigned int word)
{
	static const char digits[] = "0123456789abcdef";
	int shift = 12;

	while (shift && !(word >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*to++ = digits[word >> shift & 0xf];
	return to;
}

/* The first of the longest runs of zeroes, two words at least. */
static int longest_run(const unsigned int *words, int *len)
{
	int i, start = 0, best = -1;

	*len = 1;
	for (i = 0; i < WORDS; i++) {
		if (words[i]) {
			start = i + 1;
		} else if (i + 1 - start > *len) {
			best = start;
			*len = i + 1 - start;
		}
	}
	return best;
}

static char *ip6(char *to, const __u8 *addr)
{
	unsigned int words[WORDS];
	int i, run, len;

	for (i = 0; i < WORDS; i++)
		words[i] = addr[2 * i] << 8 | addr[2 * i + 1];
	run = longest_run(words, &len);
	for (i = 0; i < WORDS; i++) {
		if (i == run) {
			*to++ = ':';
			i += len - 1;
			if (i == WORDS - 1)
				*to++ = ':';
			continue;
		}
		if (i)
			*to++ = ':';
		/* an IPv4 address, alone or mapped */
		if (i == 6 && !run &&
		    (len == 6 || (len == 5 && words[5] == 0xffff)))
			return ip4(to, addr + 12);
		to = hexadecimal(to, words[i]);
	}
	return to;
}

/**
 * addr_text() - the text of an address, the same as inet_ntop()'s
 * @to: INET6_ADDRSTRLEN bytes
 * @family: AF_INET or AF_INET6
 * @addr: in network byte order
 *
 * Without printf(), which inet_ntop() calls for each part: a table of the
 * Internet's size has millions of them.
 *
 * Return: the end of the text, which is a zero byte.
 */
char *addr_text(char *to, int family, const __u8 *addr)
{
	to = family == AF_INET6 ? ip6(to, addr) : ip4(to, addr);
	*to = '\0';
	return to;
}

/**
 * prefix_text() - the text of a prefix, without length if it is an address
 * @to: PREFIX_TEXT_MAX bytes
 * @family: AF_INET or AF_INET6
 * @addr: in network byte order
 * @len: its length in bits
 *
 * Return: the end of the text, which is a zero byte.
 */
char *prefix_text(char *to, int family, const __u8 *addr, __u8 len)
{
	to = addr_text(to, family, addr);
	if (len < (family == AF_INET6 ? 128 : 32)) {
		*to++ = '/';
		to = decimal(to, len);
		*to = '\0';
	}
	return to;
}
