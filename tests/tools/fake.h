/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A stand-in for netlink sockets, linked into the tool: what it sends is
 * answered as the kernel would. It lives as long as the process, so that a
 * batch can test much.
 *
 * It is strict about what it is sent: a malformed request ends the process.
 *
 * Environment: FAKE_INTR=1 marks dumps as interrupted, FAKE_SINK=1 counts
 * routes without storing them, FAKE_NO_LINK=1 refuses to create devices,
 * FAKE_GARBAGE=SEED damages replies, FAKE_ABSENT=1 is a kernel without the
 * module, FAKE_EVENTS=N denies N programs to who listens, then ends it;
 * FAKE_CHANGES=N tells of the first N of some changes instead.
 */
#ifndef FAKE_H
#define FAKE_H

#include <linux/mfib.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#define FAKE_FAMILY	0x42	/* number of the family "mfib" */
#define FAKE_DIGSIG	0x43	/* of "digsig" */
#define FAKE_TIPC	0x44	/* of TIPCv2 */
#define FAKE_TIPC_CGR	0x45	/* of "tipc_cgr" */

#define REQUIRE(cond)							\
do {									\
	if (!(cond)) {							\
		fprintf(stderr, "FAKE %s:%d: %s\n", __FILE__, __LINE__,	\
			#cond);						\
		_exit(99);						\
	}								\
} while (0)

/* Attributes by type. */
struct attrs {
	const struct nlattr *tb[32];
};

/* The request at hand. */
extern const struct nlmsghdr *fake_req;

/* How many objects of it were applied, for the acknowledgment. */
extern __u32 fake_applied;
extern bool fake_has_applied;

/* Parsing a request. */
void fake_parse(struct attrs *a, const void *data, int len);
void fake_parse_nest(struct attrs *a, const struct nlattr *nest);
__u32 fake_get_u32(const struct nlattr *nla);
__u8 fake_get_u8(const struct nlattr *nla);

/* Refuses it: returns @err. Forgives what was refused before. */
int fake_refuse(int err, const void *attr, const char *text);
void fake_forgive(void);

/* Building an answer. */
struct nlmsghdr *fake_begin_reply(bool dump);
void *fake_put(int type, const void *data, int len);
void fake_put_u8(int type, __u8 val);
void fake_put_u32(int type, __u32 val);
void fake_put_u64(int type, __u64 val);
void fake_put_end(struct nlattr *nest);
void fake_end(struct nlmsghdr *hdr);
void fake_acknowledge(int err);
void fake_done(int err);

/* What answers requests to the families, and to rtnetlink. */
void fake_mfib(void);
void fake_digsig(void);
void fake_tipc(void);

/* Something that is denied, as FAKE_EVENTS has it. */
void fake_digsig_event(void);
struct nlmsghdr *fake_begin_event(int family, int cmd);

/* A change, as FAKE_CHANGES has it; true if some were lost. */
bool fake_mfib_event(void);
void fake_link(void);

#endif /* FAKE_H */
