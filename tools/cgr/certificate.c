// SPDX-License-Identifier: GPL-2.0
#include "certificate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

/* What a certificate and its base64 take in PEM form, with text around it. */
#define FILE_MAX	(4 * CERTIFICATE_MAX)

#define BEGIN		"-----BEGIN CERTIFICATE-----"
#define END		"-----END CERTIFICATE-----"

/* Value of a base64 digit, or -1. */
static int digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Base64 with spaces and line ends in between. */
static int decode(const char *text, const char *end, unsigned char *der)
{
	unsigned int bits = 0, have = 0;
	int n = 0, value;

	for (; text < end && *text != '='; text++) {
		if (strchr(" \t\r\n", *text))
			continue;
		value = digit(*text);
		if (value < 0)
			return -1;
		bits = bits << 6 | value;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		if (n == CERTIFICATE_MAX)
			return -1;
		der[n++] = bits >> have;
	}
	return n;
}

/**
 * certificate_decode() - get a certificate from a file's contents
 * @text: DER, or PEM with one certificate
 * @len: its length; a 0 follows
 * @der: set, CERTIFICATE_MAX bytes
 *
 * Return: bytes of it in DER, or -1 if there is none, or more than one.
 */
int certificate_decode(const char *text, unsigned int len, unsigned char *der)
{
	const char *begin, *end;

	if (len && text[0] == 0x30) {	/* a SEQUENCE */
		if (len > CERTIFICATE_MAX)
			return -1;
		memcpy(der, text, len);
		return len;
	}
	if (memchr(text, 0, len))
		return -1;
	begin = strstr(text, BEGIN);
	end = begin ? strstr(begin, END) : NULL;
	if (!end || strstr(end, BEGIN))
		return -1;
	return decode(begin + sizeof(BEGIN) - 1, end, der) ? : -1;
}

/**
 * certificate_read() - read a file with a certificate
 * @path: the file, DER or PEM
 * @der: set, CERTIFICATE_MAX bytes
 * @word: the word that names the file
 * @err: set on failure
 *
 * Return: bytes of it, or -1.
 */
int certificate_read(const char *path, unsigned char *der, int word,
		     struct cgr_error *err)
{
	char *text = malloc(FILE_MAX + 1);
	FILE *f = fopen(path, "re");
	int n = -1;
	size_t len;

	if (!text || !f) {
		error_set(err, word, "cannot open \"%s\": %s", path,
			  text ? strerror(errno) : "out of memory");
		goto out;
	}
	len = fread(text, 1, FILE_MAX, f);
	if (ferror(f)) {
		error_set(err, word, "cannot read \"%s\": %s", path,
			  strerror(errno));
		goto out;
	}
	text[len] = '\0';
	n = certificate_decode(text, len, der);
	if (n < 0)
		error_set(err, word, "\"%s\" is no file with one certificate in DER or PEM form",
			  path);
out:
	if (f)
		fclose(f);
	free(text);
	return n;
}
