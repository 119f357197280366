// SPDX-License-Identifier: GPL-2.0
#include "listen.h"

#include <errno.h>
#include <netlink/socket.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>

#include "cgr.h"

static volatile sig_atomic_t stopped;

static void stop(__unused int sig)
{
	stopped = 1;
}

/* Signals come only while it waits, so that a line is printed to its end. */
static void catch_signals(sigset_t *waiting)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	const struct sigaction end = { .sa_handler = stop };
	sigset_t block;

	stopped = 0;
	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, waiting);
	sigdelset(waiting, SIGINT);
	sigdelset(waiting, SIGTERM);
	sigaction(SIGINT, &end, NULL);
	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

static void no_ack(__unused __u32 seq, __unused const struct extack *ext,
		   __unused void *arg)
{
}

/* Hands the output over. Nobody may be there any more who would read it. */
static int flush(struct cgr *c, bool *unread)
{
	if (!fflush(c->out.f))
		return 0;
	if (errno == EPIPE) {
		__fpurge(c->out.f);
		clearerr(c->out.f);
		*unread = true;
		return 0;
	}
	error_set(&c->err, 0, "cannot write: %m");
	return -1;
}

static int receive(struct cgr *c, struct nl_sock *sk, struct talk *talk,
		   int (*received)(void *arg, bool lost))
{
	bool lost = false;

	errno = 0;
	if (talk_receive(sk, talk, &c->err)) {
		if (errno != ENOBUFS)
			return -1;
		error_clear(&c->err);
		lost = true;
	}
	if (talk->malformed) {
		error_set(&c->err, 0,
			  "what the kernel tells is malformed: is it from another version?");
		return -1;
	}
	return received ? received(talk->arg, lost) : 0;
}

/**
 * listen_run() - print events until interrupted, or nobody reads any more
 * @c: context
 * @sk: socket, which listens
 * @talk: what to do with an event; its family is set
 * @received: called with the argument of @talk when something was received,
 *	and whether events were lost; negative is an error; or NULL
 *
 * Return: enum cgr_status.
 */
int listen_run(struct cgr *c, struct nl_sock *sk, struct talk *talk,
	       int (*received)(void *arg, bool lost))
{
	struct pollfd fds[] = {
		{ .fd = nl_socket_get_fd(sk), .events = POLLIN },
		{ .fd = fileno(c->out.f) },
	};
	bool unread = false;
	sigset_t waiting;

	talk->ack = no_ack;
	catch_signals(&waiting);
	while (!unread) {
		if (ppoll(fds, 2, NULL, &waiting) < 0 && errno != EINTR) {
			error_set(&c->err, 0, "cannot wait: %m");
			return CGR_KERNEL;
		}
		if (stopped || fds[1].revents)
			break;
		if (!fds[0].revents)
			continue;
		if (receive(c, sk, talk, received) || flush(c, &unread))
			return CGR_KERNEL;
		if (talk->ended) {
			error_set(&c->err, 0, "the module was unloaded");
			return CGR_KERNEL;
		}
	}
	return CGR_OK;
}
