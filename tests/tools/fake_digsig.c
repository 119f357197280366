// SPDX-License-Identifier: GPL-2.0
/*
 * The objects of the family "digsig", as the module would keep them. What is
 * decided about a file goes by its name.
 */
#include <errno.h>
#include <linux/digsig.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"

#define HOOKS		__DIGSIG_HOOK_MAX
#define MOST		16
#define SHA256		32

/* An attribute's payload. */
struct blob {
	int type;
	int len;
	__u8 data[4096];
};

static __u8 modes[HOOKS] = {
	[0 ... DIGSIG_HOOK_DEVICE] = DIGSIG_MODE_AUDIT,
};

static struct blob rules[MOST], keys[MOST], revoked[MOST];
static __u8 rule_of[MOST];
static unsigned int nr_rules, nr_keys, nr_revoked;
static bool locked;

static struct blob get(const struct nlattr *nla)
{
	struct blob b = { };

	REQUIRE(nla);
	b.type = nla->nla_type & NLA_TYPE_MASK;
	b.len = nla->nla_len - NLA_HDRLEN;
	REQUIRE(b.len <= (int)sizeof(b.data));
	memcpy(b.data, nla + 1, b.len);
	return b;
}

static int find(const struct blob *list, unsigned int nr, const struct blob *b)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (list[i].len == b->len && !memcmp(list[i].data, b->data, b->len))
			return i;
	return -1;
}

static int refuse_if_locked(void)
{
	if (!locked)
		return 0;
	return fake_refuse(-EPERM, NULL, "digsig is locked until the next boot");
}

static void status_get(void)
{
	struct nlmsghdr *hdr = fake_begin_reply(false);
	struct nlattr *nest = fake_put(DIGSIG_A_STATUS, NULL, 0);
	int i;

	fake_put_u32(DIGSIG_STATUS_A_FLAGS, locked ? DIGSIG_STATUS_F_LOCKED : 0);
	fake_put_u32(DIGSIG_STATUS_A_KEYS, nr_keys);
	fake_put_u32(DIGSIG_STATUS_A_REVOKED, nr_revoked);
	fake_put_u32(DIGSIG_STATUS_A_CACHE_ENTRIES, 812);
	fake_put_u32(DIGSIG_STATUS_A_CACHE_MAX, 8192);
	for (i = DIGSIG_STATUS_A_CACHE_HITS; i <= DIGSIG_STATUS_A_MAX; i++)
		fake_put_u64(i, 1000 + i);
	fake_put_end(nest);
	for (i = 0; i < HOOKS; i++) {
		nest = fake_put(DIGSIG_A_HOOK, NULL, 0);
		fake_put_u8(DIGSIG_HOOK_A_ID, i);
		fake_put_u8(DIGSIG_HOOK_A_MODE, modes[i]);
		fake_put_u32(DIGSIG_HOOK_A_FLAGS, i >= DIGSIG_HOOK_SCRIPT ?
			     DIGSIG_HOOK_F_OPTIONAL : 0);
		fake_put_u64(DIGSIG_HOOK_A_DENIED, 0);
		fake_put_u64(DIGSIG_HOOK_A_WOULD_DENY, 10 * i);
		fake_put_end(nest);
	}
	fake_end(hdr);
}

/* DIGSIG_A_HOOK may be repeated, so the attributes are walked here. */
static int mode_set(const void *data, int len)
{
	const struct nlattr *nla;
	struct attrs hook;
	int i, err = refuse_if_locked();

	for (; !err && len > 0; len -= NLA_ALIGN(nla->nla_len),
	     data = (const char *)data + NLA_ALIGN(nla->nla_len)) {
		nla = data;
		if ((nla->nla_type & NLA_TYPE_MASK) == DIGSIG_A_MODE) {
			for (i = 0; i < DIGSIG_HOOK_SCRIPT; i++)
				modes[i] = fake_get_u8(nla);
			continue;
		}
		REQUIRE((nla->nla_type & NLA_TYPE_MASK) == DIGSIG_A_HOOK);
		fake_parse_nest(&hook, nla);
		i = fake_get_u8(hook.tb[DIGSIG_HOOK_A_ID]);
		REQUIRE(i < HOOKS);
		if (i == DIGSIG_HOOK_FIRMWARE)
			return fake_refuse(-EOPNOTSUPP,
					   hook.tb[DIGSIG_HOOK_A_ID],
					   "This kernel has no such hook");
		modes[i] = fake_get_u8(hook.tb[DIGSIG_HOOK_A_MODE]);
	}
	return err;
}

static int fs_change(const struct attrs *a, bool add)
{
	const struct nlattr *name;
	int err = refuse_if_locked(), i;
	struct attrs fs;
	struct blob b;

	fake_parse_nest(&fs, a->tb[DIGSIG_A_FS]);
	REQUIRE(!fs.tb[DIGSIG_FS_A_TYPE] != !fs.tb[DIGSIG_FS_A_PATH]);
	name = fs.tb[DIGSIG_FS_A_TYPE] ? : fs.tb[DIGSIG_FS_A_PATH];
	b = get(name);
	REQUIRE(b.len && !b.data[b.len - 1]);
	i = find(rules, nr_rules, &b);
	if (err)
		return err;
	if (add) {
		if (i >= 0)
			return fake_refuse(-EEXIST, name, "There is a rule for this");
		REQUIRE(nr_rules < MOST);
		rule_of[nr_rules] = fake_get_u8(fs.tb[DIGSIG_FS_A_RULE]);
		rules[nr_rules++] = b;
		return 0;
	}
	if (i < 0)
		return fake_refuse(-ENOENT, name, "There is no rule for this");
	rules[i] = rules[--nr_rules];
	rule_of[i] = rule_of[nr_rules];
	return 0;
}

static void fs_get(void)
{
	struct nlmsghdr *hdr;
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < nr_rules; i++) {
		hdr = fake_begin_reply(true);
		nest = fake_put(DIGSIG_A_FS, NULL, 0);
		fake_put(rules[i].type, rules[i].data, rules[i].len);
		fake_put_u8(DIGSIG_FS_A_RULE, rule_of[i]);
		fake_put_end(nest);
		fake_end(hdr);
	}
}

/* The fingerprint of a certificate is its first bytes. */
static int key_add(const struct attrs *a)
{
	int err = refuse_if_locked();
	const struct nlattr *der;
	struct attrs key;
	struct blob b;

	fake_parse_nest(&key, a->tb[DIGSIG_A_KEY]);
	der = key.tb[DIGSIG_KEY_A_CERTIFICATE];
	b = get(der);
	if (err)
		return err;
	if (b.len < SHA256)
		return fake_refuse(-EBADMSG, der, "This is no certificate in DER");
	b.len = SHA256;
	if (find(keys, nr_keys, &b) >= 0)
		return fake_refuse(-EEXIST, der, "This certificate is trusted already");
	REQUIRE(nr_keys < MOST);
	keys[nr_keys++] = b;
	return 0;
}

static int key_del(const struct attrs *a)
{
	int err = refuse_if_locked(), i;
	const struct nlattr *nla;
	struct attrs key;
	struct blob b;

	fake_parse_nest(&key, a->tb[DIGSIG_A_KEY]);
	nla = key.tb[DIGSIG_KEY_A_FINGERPRINT];
	b = get(nla);
	REQUIRE(b.len == SHA256);
	i = find(keys, nr_keys, &b);
	if (err)
		return err;
	if (i < 0)
		return fake_refuse(-ENOENT, nla, "There is no such certificate");
	keys[i] = keys[--nr_keys];
	return 0;
}

static void key_get(void)
{
	static const char name[] = "router: test signer: 0123abcd";
	struct nlmsghdr *hdr;
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < nr_keys; i++) {
		hdr = fake_begin_reply(true);
		nest = fake_put(DIGSIG_A_KEY, NULL, 0);
		fake_put(DIGSIG_KEY_A_FINGERPRINT, keys[i].data, SHA256);
		fake_put(DIGSIG_KEY_A_DESCRIPTION, name, sizeof(name));
		fake_put_end(nest);
		fake_end(hdr);
	}
}

static int revoke_new(const struct attrs *a)
{
	struct attrs r;

	fake_parse_nest(&r, a->tb[DIGSIG_A_REVOCATION]);
	REQUIRE(!r.tb[DIGSIG_REVOCATION_A_DIGEST] !=
		!r.tb[DIGSIG_REVOCATION_A_FINGERPRINT]);
	REQUIRE(nr_revoked < MOST);
	revoked[nr_revoked++] = get(r.tb[DIGSIG_REVOCATION_A_DIGEST] ? :
				    r.tb[DIGSIG_REVOCATION_A_FINGERPRINT]);
	return 0;
}

static void revoke_get(void)
{
	struct nlmsghdr *hdr;
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < nr_revoked; i++) {
		hdr = fake_begin_reply(true);
		nest = fake_put(DIGSIG_A_REVOCATION, NULL, 0);
		fake_put(revoked[i].type, revoked[i].data, revoked[i].len);
		fake_put_end(nest);
		fake_end(hdr);
	}
}

static void check(const struct attrs *a)
{
	static const char why[] = "there are two signatures";
	__u8 cause = DIGSIG_CAUSE_NONE, digest[SHA256];
	char link[64], path[4096];
	struct nlmsghdr *hdr;
	struct nlattr *nest;
	struct attrs c;
	ssize_t n;

	fake_parse_nest(&c, a->tb[DIGSIG_A_CHECK]);
	snprintf(link, sizeof(link), "/proc/self/fd/%u",
		 fake_get_u32(c.tb[DIGSIG_CHECK_A_FD]));
	n = readlink(link, path, sizeof(path) - 1);
	REQUIRE(n > 0);
	path[n] = '\0';
	if (strstr(path, "unsigned"))
		cause = DIGSIG_CAUSE_UNSIGNED;
	else if (strstr(path, "tampered"))
		cause = DIGSIG_CAUSE_TAMPERED;
	else if (strstr(path, "malformed"))
		cause = DIGSIG_CAUSE_MALFORMED;
	else if (strstr(path, "newer"))
		cause = 200;

	hdr = fake_begin_reply(false);
	nest = fake_put(DIGSIG_A_CHECK, NULL, 0);
	fake_put_u8(DIGSIG_CHECK_A_CAUSE, cause);
	if (cause != DIGSIG_CAUSE_UNSIGNED) {
		fake_put_u8(DIGSIG_CHECK_A_PLACEMENT, DIGSIG_PLACEMENT_ELF);
		memset(digest, 0xab, sizeof(digest));
		fake_put(DIGSIG_CHECK_A_DIGEST, digest, sizeof(digest));
	}
	fake_put_u32(DIGSIG_CHECK_A_FLAGS, strstr(path, "cached") ?
		     DIGSIG_CHECK_F_CACHED : 0);
	if (cause == DIGSIG_CAUSE_MALFORMED)
		fake_put(DIGSIG_CHECK_A_WHY, why, sizeof(why));
	fake_put_end(nest);
	fake_end(hdr);
}

void fake_digsig(void)
{
	const struct genlmsghdr *genl = (const void *)(fake_req + 1);
	const void *data = (const char *)genl + GENL_HDRLEN;
	int len = fake_req->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN, err = 0;
	bool dump = (fake_req->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	struct attrs a;

	fake_parse(&a, data, len);
	REQUIRE(genl->version == DIGSIG_GENL_VERSION);
	REQUIRE(dump == (genl->cmd == DIGSIG_CMD_FS_GET ||
			 genl->cmd == DIGSIG_CMD_KEY_GET ||
			 genl->cmd == DIGSIG_CMD_REVOKE_GET));
	switch (genl->cmd) {
	case DIGSIG_CMD_STATUS_GET:
		status_get();
		break;
	case DIGSIG_CMD_MODE_SET:
		err = mode_set(data, len);
		break;
	case DIGSIG_CMD_FS_ADD:
	case DIGSIG_CMD_FS_DEL:
		err = fs_change(&a, genl->cmd == DIGSIG_CMD_FS_ADD);
		break;
	case DIGSIG_CMD_FS_GET:
		fs_get();
		break;
	case DIGSIG_CMD_KEY_ADD:
		err = key_add(&a);
		break;
	case DIGSIG_CMD_KEY_DEL:
		err = key_del(&a);
		break;
	case DIGSIG_CMD_KEY_GET:
		key_get();
		break;
	case DIGSIG_CMD_REVOKE:
		err = revoke_new(&a);
		break;
	case DIGSIG_CMD_REVOKE_GET:
		revoke_get();
		break;
	case DIGSIG_CMD_CHECK:
		check(&a);
		break;
	case DIGSIG_CMD_CACHE_FLUSH:
		break;
	case DIGSIG_CMD_LOCK:
		locked = true;
		break;
	default:
		REQUIRE(!"a command");
	}
	if (dump)
		fake_done(0);
	else
		fake_acknowledge(err);
}

void fake_digsig_event(void)
{
	static const char path[] = "/tmp/unsigned", comm[] = "bash";
	const char *events = getenv("FAKE_EVENTS");
	static unsigned int n;
	struct nlmsghdr *hdr;
	struct nlattr *nest;

	if (!events)
		return;
	if (n == (unsigned int)atoi(events))
		_exit(0);
	n++;
	hdr = fake_begin_event(FAKE_DIGSIG, DIGSIG_CMD_EVENT);
	nest = fake_put(DIGSIG_A_EVENT, NULL, 0);
	/* the second one was not reported */
	fake_put_u64(DIGSIG_EVENT_A_SEQ, n > 1 ? n + 1 : n);
	fake_put_u8(DIGSIG_EVENT_A_HOOK, n == 2 ? DIGSIG_HOOK_MEMORY :
		    DIGSIG_HOOK_EXEC);
	fake_put_u8(DIGSIG_EVENT_A_MODE, n == 1 ? DIGSIG_MODE_ENFORCE :
		    DIGSIG_MODE_AUDIT);
	fake_put_u8(DIGSIG_EVENT_A_CAUSE, n == 2 ? DIGSIG_CAUSE_TRACED :
		    DIGSIG_CAUSE_UNSIGNED);
	fake_put_u32(DIGSIG_EVENT_A_PID, 100 + n);
	fake_put_u32(DIGSIG_EVENT_A_UID, 1000);
	fake_put(DIGSIG_EVENT_A_COMM, comm, sizeof(comm));
	if (n == 2)
		fake_put_u32(DIGSIG_EVENT_A_TARGET, 77);
	else
		fake_put(DIGSIG_EVENT_A_PATH, path, sizeof(path));
	fake_put_end(nest);
	fake_end(hdr);
}
