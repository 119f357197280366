/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Netlink: sockets, requests and their acknowledgments.
 */
#ifndef CGR_NL_H
#define CGR_NL_H

#include <stdbool.h>
#include <stddef.h>

#include "attr.h"
#include "extack.h"

struct args;
struct cgr_error;
struct nl_msg;
struct nl_sock;
struct nlattr;
struct nlmsghdr;

/**
 * struct cgr_nl - sockets, opened when first needed
 * @mfib: generic netlink, for the family "mfib"
 * @route: rtnetlink
 * @family: number of the family "mfib"
 * @flags: NLM_F_* of every request to it
 * @events: generic netlink, for what "mfib" tells by itself
 * @digsig: generic netlink, for the family "digsig"
 * @digsig_family: its number
 * @tipc: generic netlink, for the families TIPCv2 and "tipc_cgr"
 * @tipc_family: number of TIPCv2
 * @tipc_cgr_family: number of "tipc_cgr"
 */
struct cgr_nl {
	struct nl_sock *mfib;
	struct nl_sock *route;
	int family;
	int flags;
	struct nl_sock *events;
	struct nl_sock *digsig;
	int digsig_family;
	struct nl_sock *tipc;
	int tipc_family;
	int tipc_cgr_family;
};

/**
 * struct request - a message and where its attributes come from
 * @msg: message
 * @map: which word each attribute comes from
 * @applied: to how many objects the kernel says it was applied, set by
 *	request_talk(); 0 if it does not say
 */
struct request {
	struct nl_msg *msg;
	struct attr_map map;
	__u32 applied;
};

/**
 * struct talk - what to do with what is received
 * @attr: called with each top-level attribute of a reply, and the reply's
 *	header; negative if the attribute is malformed
 * @ack: called with each acknowledgment and its sequence number
 * @arg: for those
 * @seq: only replies of this sequence number are for @attr
 * @family: number of a family whose events, of any sequence number, are for
 *	@attr instead
 * @malformed: a reply was malformed
 * @interrupted: a dump was interrupted
 * @ended: the family has gone
 */
struct talk {
	int (*attr)(struct nlattr *attr, const struct nlmsghdr *hdr, void *arg);
	void (*ack)(__u32 seq, const struct extack *ext, void *arg);
	void *arg;
	__u32 seq;
	int family;
	bool malformed;
	bool interrupted;
	bool ended;
};

int cgr_nl_mfib(struct cgr_nl *nl, struct cgr_error *err);
int cgr_nl_events(struct cgr_nl *nl, struct cgr_error *err);
int cgr_nl_digsig(struct cgr_nl *nl, struct cgr_error *err);
int cgr_nl_tipc(struct cgr_nl *nl, struct cgr_error *err);
int cgr_nl_route(struct cgr_nl *nl, struct cgr_error *err);
void cgr_nl_close(struct cgr_nl *nl);

int request_mfib(struct request *r, struct cgr_nl *nl, int cmd, int flags,
		 struct cgr_error *err);
int request_digsig(struct request *r, struct cgr_nl *nl, int cmd, int flags,
		   size_t payload, struct cgr_error *err);
int request_tipc(struct request *r, struct cgr_nl *nl, int cmd, int flags,
		 struct cgr_error *err);
int request_tipc_cgr(struct request *r, struct cgr_nl *nl, int cmd, int flags,
		     struct cgr_error *err);
int request_talk(struct request *r, struct nl_sock *sk, const struct args *a,
		 int (*attr)(struct nlattr *attr, const struct nlmsghdr *hdr,
			     void *arg),
		 void *arg, struct cgr_error *err);
int request_dump(struct request *r, struct nl_sock *sk,
		 int (*attr)(struct nlattr *attr, const struct nlmsghdr *hdr,
			     void *arg),
		 void *arg, struct cgr_error *err);
void request_free(struct request *r);

int talk_send(struct nl_sock *sk, struct nl_msg *msg, __u32 *seq,
	      struct cgr_error *err);
int talk_receive(struct nl_sock *sk, struct talk *talk, struct cgr_error *err);
int talk_listen(struct nl_sock *sk, const char *family, const char *group,
		struct cgr_error *err);
bool talk_pending(struct nl_sock *sk);

#endif /* CGR_NL_H */
