// SPDX-License-Identifier: GPL-2.0
#include "digsig_decode.h"

#include <string.h>
#include <netlink/attr.h>

#include "attr.h"

/* A text that ends within its attribute. */
static int get_str(struct nlattr *attr, const char **val)
{
	if (!attr)
		return 0;
	if (nla_len(attr) < 1 || !memchr(nla_data(attr), 0, nla_len(attr)))
		return -1;
	*val = nla_data(attr);
	return 0;
}

static int get_bytes(struct nlattr *attr, struct digsig_bytes *val)
{
	if (!attr)
		return 0;
	if (nla_len(attr) > DIGSIG_BYTES_MAX)
		return -1;
	val->len = nla_len(attr);
	memcpy(val->data, nla_data(attr), val->len);
	return 0;
}

/**
 * decode_digsig_status() - decode the module's state
 * @nest: DIGSIG_A_STATUS
 * @status: set
 *
 * Return: 0, or -1 if it is malformed.
 */
int decode_digsig_status(struct nlattr *nest, struct digsig_status *status)
{
	struct nlattr *tb[DIGSIG_STATUS_A_MAX + 1];
	__u32 num;
	int i;

	memset(status, 0, sizeof(*status));
	if (nla_parse_nested(tb, DIGSIG_STATUS_A_MAX, nest, NULL))
		return -1;
	for (i = DIGSIG_STATUS_A_FLAGS; i <= DIGSIG_STATUS_A_MAX; i++) {
		if (i >= DIGSIG_STATUS_A_CACHE_HITS) {
			if (attr_get_u64(tb[i], &status->num[i]))
				return -1;
			continue;
		}
		num = 0;
		if (attr_get_u32(tb[i], &num))
			return -1;
		status->num[i] = num;
	}
	return 0;
}

/**
 * decode_digsig_hook() - decode a hook
 * @nest: DIGSIG_A_HOOK
 * @hook: set
 *
 * Return: 0, or -1 if it is malformed.
 */
int decode_digsig_hook(struct nlattr *nest, struct digsig_hook_state *hook)
{
	struct nlattr *tb[DIGSIG_HOOK_A_MAX + 1];

	memset(hook, 0, sizeof(*hook));
	if (nla_parse_nested(tb, DIGSIG_HOOK_A_MAX, nest, NULL) ||
	    !tb[DIGSIG_HOOK_A_ID] ||
	    attr_get_u8(tb[DIGSIG_HOOK_A_ID], &hook->id) ||
	    attr_get_u8(tb[DIGSIG_HOOK_A_MODE], &hook->mode) ||
	    attr_get_u32(tb[DIGSIG_HOOK_A_FLAGS], &hook->flags) ||
	    attr_get_u64(tb[DIGSIG_HOOK_A_DENIED], &hook->denied) ||
	    attr_get_u64(tb[DIGSIG_HOOK_A_WOULD_DENY], &hook->would_deny))
		return -1;
	return 0;
}

/**
 * decode_digsig_fs() - decode a rule for a filesystem
 * @nest: DIGSIG_A_FS
 * @fs: set; its texts are those of @nest
 *
 * Return: 0, or -1 if it is malformed.
 */
int decode_digsig_fs(struct nlattr *nest, struct digsig_fs *fs)
{
	struct nlattr *tb[DIGSIG_FS_A_MAX + 1];

	memset(fs, 0, sizeof(*fs));
	if (nla_parse_nested(tb, DIGSIG_FS_A_MAX, nest, NULL) ||
	    get_str(tb[DIGSIG_FS_A_TYPE], &fs->type) ||
	    get_str(tb[DIGSIG_FS_A_PATH], &fs->path) ||
	    attr_get_u8(tb[DIGSIG_FS_A_RULE], &fs->rule))
		return -1;
	return 0;
}

/**
 * decode_digsig_key() - decode a certificate
 * @nest: DIGSIG_A_KEY
 * @key: set; its texts are those of @nest
 *
 * Return: 0, or -1 if it is malformed.
 */
int decode_digsig_key(struct nlattr *nest, struct digsig_key *key)
{
	struct nlattr *tb[DIGSIG_KEY_A_MAX + 1];

	memset(key, 0, sizeof(*key));
	if (nla_parse_nested(tb, DIGSIG_KEY_A_MAX, nest, NULL) ||
	    get_bytes(tb[DIGSIG_KEY_A_FINGERPRINT], &key->fingerprint) ||
	    get_str(tb[DIGSIG_KEY_A_DESCRIPTION], &key->description))
		return -1;
	return 0;
}

/**
 * decode_digsig_revocation() - decode what is revoked
 * @nest: DIGSIG_A_REVOCATION
 * @revocation: set
 *
 * Return: 0, or -1 if it is malformed.
 */
int decode_digsig_revocation(struct nlattr *nest,
			     struct digsig_revocation *revocation)
{
	struct nlattr *tb[DIGSIG_REVOCATION_A_MAX + 1];

	memset(revocation, 0, sizeof(*revocation));
	if (nla_parse_nested(tb, DIGSIG_REVOCATION_A_MAX, nest, NULL) ||
	    get_bytes(tb[DIGSIG_REVOCATION_A_DIGEST], &revocation->digest) ||
	    get_bytes(tb[DIGSIG_REVOCATION_A_FINGERPRINT],
		      &revocation->fingerprint))
		return -1;
	return 0;
}

/**
 * decode_digsig_check() - decode what would be decided about a file
 * @nest: DIGSIG_A_CHECK
 * @verdict: set; its texts are those of @nest
 *
 * Return: 0, or -1 if it is malformed.
 */
int decode_digsig_check(struct nlattr *nest, struct digsig_verdict *verdict)
{
	struct nlattr *tb[DIGSIG_CHECK_A_MAX + 1];

	memset(verdict, 0, sizeof(*verdict));
	if (nla_parse_nested(tb, DIGSIG_CHECK_A_MAX, nest, NULL) ||
	    !tb[DIGSIG_CHECK_A_CAUSE] ||
	    attr_get_u8(tb[DIGSIG_CHECK_A_CAUSE], &verdict->cause) ||
	    attr_get_u8(tb[DIGSIG_CHECK_A_PLACEMENT], &verdict->place) ||
	    attr_get_u32(tb[DIGSIG_CHECK_A_FLAGS], &verdict->flags) ||
	    get_bytes(tb[DIGSIG_CHECK_A_DIGEST], &verdict->digest) ||
	    get_str(tb[DIGSIG_CHECK_A_WHY], &verdict->why))
		return -1;
	return 0;
}

/**
 * decode_digsig_event() - decode a denial
 * @nest: DIGSIG_A_EVENT
 * @event: set; its texts are those of @nest
 *
 * Return: 0, or -1 if it is malformed.
 */
int decode_digsig_event(struct nlattr *nest, struct digsig_event *event)
{
	struct nlattr *tb[DIGSIG_EVENT_A_MAX + 1];

	memset(event, 0, sizeof(*event));
	event->comm = "";
	if (nla_parse_nested(tb, DIGSIG_EVENT_A_MAX, nest, NULL) ||
	    !tb[DIGSIG_EVENT_A_HOOK] || !tb[DIGSIG_EVENT_A_CAUSE] ||
	    attr_get_u64(tb[DIGSIG_EVENT_A_SEQ], &event->seq) ||
	    attr_get_u8(tb[DIGSIG_EVENT_A_HOOK], &event->hook) ||
	    attr_get_u8(tb[DIGSIG_EVENT_A_MODE], &event->mode) ||
	    attr_get_u8(tb[DIGSIG_EVENT_A_CAUSE], &event->cause) ||
	    attr_get_u32(tb[DIGSIG_EVENT_A_PID], &event->pid) ||
	    attr_get_u32(tb[DIGSIG_EVENT_A_UID], &event->uid) ||
	    attr_get_u32(tb[DIGSIG_EVENT_A_TARGET], &event->target) ||
	    get_str(tb[DIGSIG_EVENT_A_COMM], &event->comm) ||
	    get_str(tb[DIGSIG_EVENT_A_PATH], &event->path) ||
	    get_bytes(tb[DIGSIG_EVENT_A_DIGEST], &event->digest))
		return -1;
	return 0;
}
