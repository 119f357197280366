/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Values of parameters: numbers, names, addresses.
 */
#ifndef CGR_VALUE_H
#define CGR_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

struct args;
struct param;

/* Least MTU of IPv4 (RFC 791). */
#define MTU_MIN	68

/**
 * struct arg_num - a number, or a word that stands for one
 * @word: 1-based index of its word, 0 if it was not given, or
 *	WORD_DEFAULT
 * @val: the number
 */
struct arg_num {
	int word;
	__u32 val;
};

/**
 * struct arg_str - a text
 * @word: 1-based index of its word, 0 if it was not given, or
 *	WORD_DEFAULT
 * @val: the text
 */
struct arg_str {
	int word;
	const char *val;
};

/**
 * struct arg_addr - an address, or a prefix
 * @word: 1-based index of its word, 0 if it was not given, or
 *	WORD_DEFAULT
 * @family: AF_INET or AF_INET6; AF_UNSPEC: "default" of no family yet
 * @said: the family was given with a word of its own
 * @plen: prefix length in bits
 * @num: constant of the parameter
 * @data: in network byte order
 */
struct arg_addr {
	int word;
	int family;
	bool said;
	__u8 plen;
	unsigned int num;
	__u8 data[16];
};

/**
 * struct arg_mtu - an MTU
 * @word: 1-based index of its number, 0 if it was not given
 * @val: the number of bytes
 * @locked: it is not to be found out
 */
struct arg_mtu {
	int word;
	__u32 val;
	bool locked;
};

int addr_len(int family);
int parse_u32(const char *s, __u32 *val);
int parse_prefix(const char *s, size_t len, struct arg_addr *addr);

int arg_flag(struct args *a, const struct param *p, void *field);
int arg_u32(struct args *a, const struct param *p, void *field);
int arg_mtu(struct args *a, const struct param *p, void *field);
int arg_ifname(struct args *a, const struct param *p, void *field);
int arg_file(struct args *a, const struct param *p, void *field);
int arg_proto(struct args *a, const struct param *p, void *field);
int arg_prefix(struct args *a, const struct param *p, void *field);
int arg_host(struct args *a, const struct param *p, void *field);
int arg_gateway(struct args *a, const struct param *p, void *field);

#endif /* CGR_VALUE_H */
