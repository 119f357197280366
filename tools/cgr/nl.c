// SPDX-License-Identifier: GPL-2.0
#include "nl.h"

#include <errno.h>
#include <linux/digsig.h>
#include <linux/genetlink.h>
#include <linux/mfib.h>
#include <linux/tipc_cgr.h>
#include <linux/tipc_netlink.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "args.h"
#include "error.h"

/* A dump's messages are 32 KB at most. */
#define RECV_SIZE	65536
#define SOCKET_BUFFER	(1024 * 1024)
#define EVENT_BUFFER	(16 * 1024 * 1024)

static int nl_failed(struct cgr_error *err, const char *what, int code)
{
	error_set(err, 0, "%s: %s", what, nl_geterror(code));
	return -1;
}

static void set_option(struct nl_sock *sk, int option)
{
	int on = 1;

	/* Older kernels do without. */
	setsockopt(nl_socket_get_fd(sk), SOL_NETLINK, option, &on, sizeof(on));
}

static struct nl_sock *open_socket(int protocol, struct cgr_error *err)
{
	struct nl_sock *sk = nl_socket_alloc();
	int ret;

	if (!sk) {
		error_set(err, 0, "out of memory");
		return NULL;
	}
	ret = nl_connect(sk, protocol);
	if (ret) {
		nl_failed(err, "cannot open a netlink socket", ret);
		nl_socket_free(sk);
		return NULL;
	}
	nl_socket_set_buffer_size(sk, SOCKET_BUFFER, SOCKET_BUFFER);
	nl_socket_set_msg_buf_size(sk, RECV_SIZE);
	nl_socket_disable_msg_peek(sk);
	set_option(sk, NETLINK_EXT_ACK);
	set_option(sk, NETLINK_CAP_ACK);
	set_option(sk, NETLINK_GET_STRICT_CHK);
	return sk;
}

/* Opens the socket of a family, once. */
static int open_family(struct nl_sock **open, int *number, const char *name,
		       const char *module, struct cgr_error *err)
{
	struct nl_sock *sk;
	int family;

	if (*open)
		return 0;
	sk = open_socket(NETLINK_GENERIC, err);
	if (!sk)
		return -1;
	family = genl_ctrl_resolve(sk, name);
	if (family < 0) {
		nl_socket_free(sk);
		if (family != -NLE_OBJ_NOTFOUND)
			error_set(err, 0, "cannot find the family %s: %s", name,
				  nl_geterror(family));
		else
			error_set(err, 0, "module %s is not loaded: modprobe %s",
				  module, module);
		return -1;
	}
	*open = sk;
	*number = family;
	return 0;
}

/**
 * cgr_nl_mfib() - open the socket of the family "mfib", once
 * @nl: sockets
 * @err: set on failure
 *
 * Return: 0 or -1
 */
int cgr_nl_mfib(struct cgr_nl *nl, struct cgr_error *err)
{
	return open_family(&nl->mfib, &nl->family, MFIB_GENL_NAME, "mfib",
			   err);
}

/**
 * cgr_nl_events() - open the socket on which "mfib" tells what changes, once
 * @nl: sockets
 * @err: set on failure
 *
 * Return: 0 or -1
 */
int cgr_nl_events(struct cgr_nl *nl, struct cgr_error *err)
{
	int room = EVENT_BUFFER;

	if (cgr_nl_mfib(nl, err))
		return -1;
	if (nl->events)
		return 0;
	nl->events = open_socket(NETLINK_GENERIC, err);
	if (!nl->events)
		return -1;
	/* only the administrator gets so much */
	setsockopt(nl_socket_get_fd(nl->events), SOL_SOCKET, SO_RCVBUFFORCE,
		   &room, sizeof(room));
	return talk_listen(nl->events, MFIB_GENL_NAME, MFIB_GENL_NOTIFY, err);
}

/**
 * cgr_nl_digsig() - open the socket of the family "digsig", once
 * @nl: sockets
 * @err: set on failure
 *
 * Return: 0 or -1
 */
int cgr_nl_digsig(struct cgr_nl *nl, struct cgr_error *err)
{
	return open_family(&nl->digsig, &nl->digsig_family, DIGSIG_GENL_NAME,
			   "cgr_digsig", err);
}

/**
 * cgr_nl_tipc() - open the socket of TIPCv2 and "tipc_cgr", once
 * @nl: sockets
 * @err: set on failure
 *
 * Mainline's tipc has TIPCv2 as well, and is not for us.
 *
 * Return: 0 or -1
 */
int cgr_nl_tipc(struct cgr_nl *nl, struct cgr_error *err)
{
	int family;

	if (nl->tipc)
		return 0;
	if (open_family(&nl->tipc, &nl->tipc_family, TIPC_GENL_V2_NAME, "tipc",
			err))
		return -1;
	family = genl_ctrl_resolve(nl->tipc, TIPC_CGR_GENL_NAME);
	if (family >= 0) {
		nl->tipc_cgr_family = family;
		return 0;
	}
	nl_socket_free(nl->tipc);
	nl->tipc = NULL;
	if (family != -NLE_OBJ_NOTFOUND)
		return nl_failed(err, "cannot find the family "
				 TIPC_CGR_GENL_NAME, family);
	error_set(err, 0, "mainline's tipc is loaded: modprobe -r tipc_diag tipc; modprobe tipc");
	return -1;
}

/**
 * cgr_nl_route() - open the socket of rtnetlink, once
 * @nl: sockets
 * @err: set on failure
 *
 * Return: 0 or -1
 */
int cgr_nl_route(struct cgr_nl *nl, struct cgr_error *err)
{
	if (!nl->route)
		nl->route = open_socket(NETLINK_ROUTE, err);
	return nl->route ? 0 : -1;
}

/**
 * cgr_nl_close() - close all sockets
 * @nl: sockets
 */
void cgr_nl_close(struct cgr_nl *nl)
{
	nl_socket_free(nl->mfib);
	nl_socket_free(nl->events);
	nl_socket_free(nl->route);
	nl_socket_free(nl->digsig);
	nl_socket_free(nl->tipc);
	nl->mfib = NULL;
	nl->events = NULL;
	nl->digsig = NULL;
	nl->tipc = NULL;
	nl->route = NULL;
}

static int begin(struct request *r, int family, int version, int cmd, int flags,
		 size_t payload, struct cgr_error *err)
{
	r->msg = payload ? nlmsg_alloc_size(NLMSG_HDRLEN + GENL_HDRLEN +
					    payload) : nlmsg_alloc();
	if (!r->msg || !genlmsg_put(r->msg, NL_AUTO_PORT, NL_AUTO_SEQ, family,
				    0, flags, cmd, version)) {
		request_free(r);
		error_set(err, 0, "out of memory");
		return -1;
	}
	return 0;
}

/**
 * request_mfib() - begin a request to the family "mfib"
 * @r: set
 * @nl: sockets
 * @cmd: MFIB_CMD_*
 * @flags: NLM_F_*
 * @err: set on failure
 *
 * Return: 0 or -1
 */
int request_mfib(struct request *r, struct cgr_nl *nl, int cmd, int flags,
		 struct cgr_error *err)
{
	r->map.nr = 0;
	r->msg = NULL;
	if (cgr_nl_mfib(nl, err))
		return -1;
	return begin(r, nl->family, MFIB_GENL_VERSION, cmd, nl->flags | flags,
		     0, err);
}

/**
 * request_digsig() - begin a request to the family "digsig"
 * @r: set
 * @nl: sockets
 * @cmd: DIGSIG_CMD_*
 * @flags: NLM_F_*
 * @payload: bytes of all attributes; 0 for what fits into a page
 * @err: set on failure
 *
 * Return: 0 or -1
 */
int request_digsig(struct request *r, struct cgr_nl *nl, int cmd, int flags,
		   size_t payload, struct cgr_error *err)
{
	r->map.nr = 0;
	r->msg = NULL;
	if (cgr_nl_digsig(nl, err))
		return -1;
	return begin(r, nl->digsig_family, DIGSIG_GENL_VERSION, cmd, flags,
		     payload, err);
}

/**
 * request_tipc() - begin a request to the family TIPCv2
 * @r: set
 * @nl: sockets
 * @cmd: TIPC_NL_*
 * @flags: NLM_F_*
 * @err: set on failure
 *
 * Return: 0 or -1
 */
int request_tipc(struct request *r, struct cgr_nl *nl, int cmd, int flags,
		 struct cgr_error *err)
{
	r->map.nr = 0;
	r->msg = NULL;
	if (cgr_nl_tipc(nl, err))
		return -1;
	return begin(r, nl->tipc_family, TIPC_GENL_V2_VERSION, cmd, flags, 0,
		     err);
}

/**
 * request_tipc_cgr() - begin a request to the family "tipc_cgr"
 * @r: set
 * @nl: sockets
 * @cmd: TIPC_CGR_CMD_*
 * @flags: NLM_F_*
 * @err: set on failure
 *
 * Return: 0 or -1
 */
int request_tipc_cgr(struct request *r, struct cgr_nl *nl, int cmd, int flags,
		     struct cgr_error *err)
{
	r->map.nr = 0;
	r->msg = NULL;
	if (cgr_nl_tipc(nl, err))
		return -1;
	return begin(r, nl->tipc_cgr_family, TIPC_CGR_GENL_VERSION, cmd, flags,
		     0, err);
}

/**
 * request_free() - give a request back
 * @r: request
 */
void request_free(struct request *r)
{
	nlmsg_free(r->msg);
	r->msg = NULL;
}

/* Whether a request is done, and how. */
struct single {
	int (*attr)(struct nlattr *attr, const struct nlmsghdr *hdr, void *arg);
	void *arg;
	__u32 seq;
	bool done;
	struct extack ext;
};

static int single_attr(struct nlattr *attr, const struct nlmsghdr *hdr,
		       void *arg)
{
	struct single *s = arg;

	return s->attr ? s->attr(attr, hdr, s->arg) : 0;
}

static void single_ack(__u32 seq, const struct extack *ext, void *arg)
{
	struct single *s = arg;

	if (seq != s->seq)
		return;
	s->ext = *ext;
	s->done = true;
}

static int talk(struct request *r, struct nl_sock *sk, const struct args *a,
		int (*attr)(struct nlattr *attr, const struct nlmsghdr *hdr,
			    void *arg),
		void *arg, bool *interrupted, struct cgr_error *err)
{
	struct single single = { .attr = attr, .arg = arg };
	struct talk talk = {
		.attr = single_attr, .ack = single_ack, .arg = &single,
	};
	int ret;

	ret = talk_send(sk, r->msg, &single.seq, err);
	talk.seq = single.seq;
	while (!ret && !single.done)
		ret = talk_receive(sk, &talk, err);

	if (!ret && single.ext.error) {
		extack_error(&single.ext, &r->map, a ? a->words : NULL, err);
		ret = -single.ext.error;
	} else if (!ret && talk.malformed) {
		error_set(err, 0, "the kernel's reply is malformed: is it from another version?");
		ret = -1;
	}
	*interrupted = talk.interrupted;
	r->applied = single.ext.applied;
	request_free(r);
	return ret;
}

/**
 * request_talk() - send a request, wait until it is done and free it
 * @r: request
 * @sk: socket
 * @a: words of the command, or NULL
 * @attr: called with each top-level attribute of the replies, or NULL
 * @arg: for @attr
 * @err: set on failure
 *
 * Return: 0, -1, or what the kernel returned (-errno).
 */
int request_talk(struct request *r, struct nl_sock *sk, const struct args *a,
		 int (*attr)(struct nlattr *attr, const struct nlmsghdr *hdr,
			     void *arg),
		 void *arg, struct cgr_error *err)
{
	bool interrupted;
	int ret = talk(r, sk, a, attr, arg, &interrupted, err);

	if (!ret && interrupted)
		fputs("Dump was interrupted and may be inconsistent.\n",
		      stderr);
	return ret;
}

/**
 * request_dump() - request_talk() for who is told of changes meanwhile
 * @r: request
 * @sk: socket
 * @attr: called with each top-level attribute of the replies
 * @arg: for @attr
 * @err: set on failure
 *
 * Return: 0, -1, or what the kernel returned (-errno).
 */
int request_dump(struct request *r, struct nl_sock *sk,
		 int (*attr)(struct nlattr *attr, const struct nlmsghdr *hdr,
			     void *arg),
		 void *arg, struct cgr_error *err)
{
	bool interrupted;

	return talk(r, sk, NULL, attr, arg, &interrupted, err);
}

/**
 * talk_send() - send a message
 * @sk: socket
 * @msg: message
 * @seq: set to its sequence number
 * @err: set on failure
 *
 * Return: 0 or -1
 */
int talk_send(struct nl_sock *sk, struct nl_msg *msg, __u32 *seq,
	      struct cgr_error *err)
{
	int ret = nl_send_auto(sk, msg);

	*seq = nlmsg_hdr(msg)->nlmsg_seq;
	return ret < 0 ? nl_failed(err, "cannot send to the kernel", ret) : 0;
}

/**
 * talk_listen() - be told what is sent to a multicast group
 * @sk: socket
 * @family: name of the group's family
 * @group: its name
 * @err: set on failure
 *
 * One is told when the family goes, too.
 *
 * Return: 0 or -1
 */
int talk_listen(struct nl_sock *sk, const char *family, const char *group,
		struct cgr_error *err)
{
	int ret = genl_ctrl_resolve_grp(sk, family, group);

	if (ret >= 0)
		ret = nl_socket_add_membership(sk, ret);
	if (ret >= 0)
		ret = nl_socket_add_membership(sk, GENL_ID_CTRL);
	return ret < 0 ? nl_failed(err, "cannot listen", ret) : 0;
}

/**
 * talk_pending() - whether there is something to receive
 * @sk: socket
 *
 * Return: true if talk_receive() will not wait.
 */
bool talk_pending(struct nl_sock *sk)
{
	struct pollfd fd = { .fd = nl_socket_get_fd(sk), .events = POLLIN };

	return poll(&fd, 1, 0) > 0;
}

/* Whether a family goes: of all that the kernel tells of families. */
static bool is_farewell(const struct nlmsghdr *hdr, int family)
{
	const struct genlmsghdr *genl = nlmsg_data(hdr);
	struct nlattr *id;

	if (hdr->nlmsg_type != GENL_ID_CTRL || genl->cmd != CTRL_CMD_DELFAMILY)
		return false;
	id = nla_find(genlmsg_attrdata(genl, 0), genlmsg_attrlen(genl, 0),
		      CTRL_ATTR_FAMILY_ID);
	return id && nla_len(id) >= (int)sizeof(__u16) &&
	       nla_get_u16(id) == family;
}

static void on_object(struct nlmsghdr *hdr, struct talk *talk)
{
	struct nlattr *attr;
	int rem;

	if (!talk->family && hdr->nlmsg_seq != talk->seq)
		return;
	if (!genlmsg_valid_hdr(hdr, 0)) {
		talk->malformed = true;
		return;
	}
	if (talk->family && hdr->nlmsg_type != talk->family) {
		if (is_farewell(hdr, talk->family))
			talk->ended = true;
		return;
	}
	nla_for_each_attr(attr, genlmsg_attrdata(nlmsg_data(hdr), 0),
			  genlmsg_attrlen(nlmsg_data(hdr), 0), rem) {
		if (talk->attr(attr, hdr, talk->arg) < 0)
			talk->malformed = true;
	}
}

static void on_ack(const struct nlmsghdr *hdr, struct talk *talk)
{
	struct extack ext;

	if (extack_decode(hdr, &ext)) {
		talk->malformed = true;
		ext.error = EPROTO;
	}
	talk->ack(hdr->nlmsg_seq, &ext, talk->arg);
}

/* In place: libnl's own loop copies each message. */
static void dispatch(struct nlmsghdr *hdr, struct talk *talk)
{
	if (hdr->nlmsg_flags & NLM_F_DUMP_INTR && hdr->nlmsg_seq == talk->seq)
		talk->interrupted = true;
	switch (hdr->nlmsg_type) {
	case NLMSG_NOOP:
		break;
	case NLMSG_OVERRUN:
		talk->malformed = true;
		break;
	case NLMSG_ERROR:
	case NLMSG_DONE:
		on_ack(hdr, talk);
		break;
	default:
		on_object(hdr, talk);
	}
}

/**
 * talk_receive() - wait for something and receive it
 * @sk: socket
 * @talk: what to do with it
 * @err: set on failure
 *
 * Return: 0 or -1
 */
int talk_receive(struct nl_sock *sk, struct talk *talk, struct cgr_error *err)
{
	struct sockaddr_nl from;
	unsigned char *buf;
	struct nlmsghdr *hdr;
	int len, rem;

	len = nl_recv(sk, &from, &buf, NULL);
	if (len < 0)
		return nl_failed(err, "cannot receive from the kernel", len);
	if (!len)
		return 0;
	rem = len;
	for (hdr = (struct nlmsghdr *)buf; nlmsg_ok(hdr, rem);
	     hdr = nlmsg_next(hdr, &rem))
		dispatch(hdr, talk);
	free(buf);
	return 0;
}
