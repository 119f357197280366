/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Routes in bulk: many in a message, several messages on their way.
 */
#ifndef CGR_RESTORE_SEND_H
#define CGR_RESTORE_SEND_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

struct cgr;
struct nl_msg;
struct route_spec;

#define SEND_WINDOW	8	/* messages on their way */
#define SEND_BYTES	61440	/* of a message */
#define SEND_ROUTES	2048	/* of a message */
#define SEND_TEXT	262144	/* of the lines of a message */

/**
 * struct sent_line - a line whose route is in a message
 * @offs: of the route in the message
 * @text: offset of the line's text
 * @len: its length
 * @number: of the line in the file
 */
struct sent_line {
	__u32 offs;
	__u32 text;
	__u32 len;
	unsigned long number;
};

/**
 * struct sent_message - a message
 * @msg: the message
 * @busy: it was sent and not acknowledged
 * @seq: its sequence number
 * @fib: FIB of its routes
 * @nr: number of its routes
 * @text_len: bytes of @text in use
 * @line: the lines
 * @text: their text
 */
struct sent_message {
	struct nl_msg *msg;
	bool busy;
	__u32 seq;
	__u32 fib;
	unsigned int nr;
	__u32 text_len;
	struct sent_line line[SEND_ROUTES];
	char text[SEND_TEXT];
};

/**
 * struct sender - routes on their way to the kernel
 * @c: context
 * @file: name of the file they come from
 * @draft: they are for the FIB's draft
 * @applied: number of routes that were applied
 * @refused: number of routes that were not
 * @status: the worst enum cgr_status
 * @stop: there was an error and no -force
 * @busy: number of messages on their way
 * @fill: the message that is being filled, or NULL
 * @message: all messages
 */
struct sender {
	struct cgr *c;
	const char *file;
	bool draft;
	unsigned long long applied;
	unsigned long long refused;
	int status;
	bool stop;
	unsigned int busy;
	struct sent_message *fill;
	struct sent_message message[SEND_WINDOW];
};

struct sender *sender_new(struct cgr *c, const char *file);
void sender_free(struct sender *s);
void sender_add(struct sender *s, const struct route_spec *spec,
		unsigned long line, const char *text, size_t len);
void sender_finish(struct sender *s);
void sender_refuse(struct sender *s, int status);

#endif /* CGR_RESTORE_SEND_H */
