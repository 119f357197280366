// SPDX-License-Identifier: GPL-2.0
#include "restore_send.h"

#include <linux/mfib.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

#include "cgr.h"
#include "event.h"
#include "object.h"
#include "restore_line.h"
#include "route_spec.h"

/**
 * sender_new() - begin to send
 * @c: context
 * @file: name of the file the routes come from
 *
 * Return: the sender, or NULL and the error is set.
 */
struct sender *sender_new(struct cgr *c, const char *file)
{
	struct sender *s = calloc(1, sizeof(*s));
	int i;

	if (!s)
		goto err_memory;
	s->c = c;
	s->file = file;
	for (i = 0; i < SEND_WINDOW; i++) {
		s->message[i].msg = nlmsg_alloc_size(SEND_BYTES);
		if (!s->message[i].msg)
			goto err_memory;
	}
	if (!cgr_nl_mfib(&c->nl, &c->err))
		return s;
	sender_free(s);
	return NULL;

err_memory:
	sender_free(s);
	error_set(&c->err, 0, "out of memory");
	return NULL;
}

/**
 * sender_free() - give a sender back
 * @s: sender, or NULL
 */
void sender_free(struct sender *s)
{
	int i;

	if (!s)
		return;
	for (i = 0; i < SEND_WINDOW; i++)
		nlmsg_free(s->message[i].msg);
	free(s);
}

/**
 * sender_refuse() - report the error of the context
 * @s: sender, which stops unless there is -force
 * @status: enum cgr_status
 */
void sender_refuse(struct sender *s, int status)
{
	cgr_report(s->c);
	error_clear(&s->c->err);
	s->refused++;
	if (status > s->status)
		s->status = status;
	if (!s->c->opt.force)
		s->stop = true;
}

/* The line that an acknowledgment is about, -1 if it is all of them. */
static int find_line(const struct sent_message *m, const struct extack *ext)
{
	unsigned int i;

	if (ext->has_offs && ext->offs >= m->line[0].offs) {
		for (i = 1; i < m->nr && m->line[i].offs <= ext->offs; i++)
			;
		return i - 1;
	}
	if (ext->has_applied && ext->applied < m->nr)
		return ext->applied;
	return -1;
}

/*
 * Says what is wrong with line i, or with all if that is -1. Only now it
 * matters which word is where: the line is parsed and its route built once
 * more.
 */
static void explain(struct sender *s, const struct sent_message *m, int i,
		    const struct extack *ext)
{
	const struct sent_line *l = &m->line[i < 0 ? 0 : i];
	struct cgr *c = s->c;
	struct restore_line parser = {
		.family = c->opt.family, .fib = m->fib, .protos = &c->proto,
	};
	struct nl_msg *msg = nlmsg_alloc();
	struct extack moved = *ext;
	struct route_spec spec = { };
	struct attr_map map = { };
	unsigned long line = l->number;
	struct cgr_error why;
	unsigned int column;

	if (msg) {
		restore_line_parse_words(&parser, m->text + l->text, l->len,
					 &spec);
		moved.offs = ext->offs - l->offs + nlmsg_hdr(msg)->nlmsg_len;
		if (i >= 0)
			route_put(msg, &map, &spec);
	}
	extack_error(&moved, &map, parser.word, &why);
	column = restore_line_column(&parser, i < 0 ? spec.fib.word : why.word,
				     &line);
	if (i < 0 && spec.fib.word > 0)
		error_set(&c->err, 0, "%s:%lu:%u: %s: \"%u\"", s->file, line,
			  column, why.text, spec.fib.val);
	else if (i < 0)
		error_set(&c->err, 0, "%s: %s", s->file, why.text);
	else
		error_set(&c->err, 0, "%s:%lu:%u: %s", s->file, line, column,
			  why.text);
	nlmsg_free(msg);
}

/* Leaves in a message what was neither applied nor refused. */
static void keep_rest(struct sent_message *m, unsigned int applied, int refused)
{
	struct nlmsghdr *hdr = nlmsg_hdr(m->msg);
	__u32 to = m->line[0].offs;
	unsigned int i, nr = 0;

	for (i = 0; i < m->nr; i++) {
		__u32 from = m->line[i].offs, end = hdr->nlmsg_len;

		if (i + 1 < m->nr)
			end = m->line[i + 1].offs;
		if (i < applied || (int)i == refused)
			continue;
		memmove((char *)hdr + to, (char *)hdr + from, end - from);
		m->line[nr] = m->line[i];
		m->line[nr].offs = to;
		to += end - from;
		nr++;
	}
	hdr->nlmsg_len = to;
	m->nr = nr;
}

static void transmit(struct sender *s, struct sent_message *m)
{
	nlmsg_hdr(m->msg)->nlmsg_seq = NL_AUTO_SEQ;
	if (talk_send(s->c->nl.mfib, m->msg, &m->seq, &s->c->err)) {
		sender_refuse(s, CGR_KERNEL);
		s->stop = true;
		return;
	}
	m->busy = true;
	s->busy++;
}

static void refused(struct sender *s, struct sent_message *m,
		    const struct extack *ext)
{
	unsigned int applied = ext->has_applied ? ext->applied : 0;
	int line;

	if (applied > m->nr)
		applied = m->nr;
	s->applied += applied;
	line = find_line(m, ext);
	explain(s, m, line, ext);
	if (line < 0)
		s->refused += m->nr - applied - 1;
	sender_refuse(s, CGR_KERNEL);
	if (s->stop || line < 0)
		return;
	keep_rest(m, applied, line);
	if (m->nr)
		transmit(s, m);
}

static void on_ack(__u32 seq, const struct extack *ext, void *arg)
{
	struct sender *s = arg;
	int i;

	for (i = 0; i < SEND_WINDOW; i++) {
		struct sent_message *m = &s->message[i];

		if (!m->busy || m->seq != seq)
			continue;
		m->busy = false;
		s->busy--;
		if (ext->error)
			refused(s, m, ext);
		else
			s->applied += m->nr;
		return;
	}
}

static int on_attr(struct nlattr *attr, const struct nlmsghdr *hdr, void *arg)
{
	struct sender *s = arg;

	return event_echo(attr, hdr, s->c);
}

/* Takes the acknowledgments that are there, and waits for more if need be. */
static void receive(struct sender *s, unsigned int most_busy)
{
	struct talk talk = {
		.attr = on_attr, .ack = on_ack, .arg = s,
		.family = s->c->nl.family,
	};
	struct nl_sock *sk = s->c->nl.mfib;

	while (s->busy && (s->busy > most_busy || talk_pending(sk))) {
		if (!talk_receive(sk, &talk, &s->c->err))
			continue;
		sender_refuse(s, CGR_KERNEL);
		s->stop = true;
		return;
	}
}

static void flush(struct sender *s)
{
	struct sent_message *m = s->fill;

	s->fill = NULL;
	if (!m || !m->nr || s->stop)
		return;
	transmit(s, m);
	receive(s, SEND_WINDOW - 1);
}

/* A message to fill; there is one, since flush() leaves one free. */
static struct sent_message *begin(struct sender *s, __u32 fib)
{
	struct sent_message *m = s->message;

	while (m->busy)
		m++;
	m->nr = 0;
	m->text_len = 0;
	m->fib = fib;
	nlmsg_hdr(m->msg)->nlmsg_len = NLMSG_HDRLEN;
	nlmsg_hdr(m->msg)->nlmsg_flags = 0;
	genlmsg_put(m->msg, NL_AUTO_PORT, NL_AUTO_SEQ, s->c->nl.family, 0,
		    NLM_F_CREATE | NLM_F_REPLACE | s->c->nl.flags,
		    MFIB_CMD_ROUTE_NEW,
		    MFIB_GENL_VERSION);
	attr_put_u32(m->msg, NULL, MFIB_A_FIB_ID, fib, 0);
	if (s->draft)
		attr_put(m->msg, NULL, MFIB_A_DRAFT, NULL, 0, 0);
	s->fill = m;
	return m;
}

/**
 * sender_add() - send a route, sooner or later
 * @s: sender
 * @spec: route
 * @line: number of its line
 * @text: the line
 * @len: its length, less than SEND_TEXT
 */
void sender_add(struct sender *s, const struct route_spec *spec,
		unsigned long line, const char *text, size_t len)
{
	struct sent_message *m = s->fill;
	struct sent_line *l;

	if (m && (m->fib != spec->fib.val || m->nr == SEND_ROUTES ||
		  m->text_len + len > SEND_TEXT ||
		  nlmsg_hdr(m->msg)->nlmsg_len + route_put_max(spec) > SEND_BYTES)) {
		flush(s);
		if (s->stop)
			return;
		m = NULL;
	}
	if (!m)
		m = begin(s, spec->fib.val);
	l = &m->line[m->nr++];
	l->offs = nlmsg_hdr(m->msg)->nlmsg_len;
	l->number = line;
	l->text = m->text_len;
	l->len = len;
	memcpy(m->text + m->text_len, text, len);
	m->text_len += len;
	route_put(m->msg, NULL, spec);
}

/**
 * sender_finish() - send what is left and wait until all is acknowledged
 * @s: sender
 */
void sender_finish(struct sender *s)
{
	flush(s);
	receive(s, 0);
}
