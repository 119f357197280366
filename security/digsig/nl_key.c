// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: certificates, and revocation.
 */
#include "netlink.h"

#include <linux/key.h>

#include "keyring.h"
#include "mode.h"
#include "revoke.h"

const struct nla_policy digsig_key_policy[DIGSIG_KEY_A_MAX + 1] = {
	[DIGSIG_KEY_A_CERTIFICATE] = { .type = NLA_BINARY, .len = DIGSIG_CERTIFICATE_MAX },
	[DIGSIG_KEY_A_FINGERPRINT] = NLA_POLICY_EXACT_LEN(DIGSIG_FINGERPRINT_SIZE),
};

const struct nla_policy digsig_revocation_policy[DIGSIG_REVOCATION_A_MAX + 1] = {
	[DIGSIG_REVOCATION_A_DIGEST] = { .type = NLA_BINARY, .len = DIGSIG_DIGEST_MAX },
	[DIGSIG_REVOCATION_A_FINGERPRINT] = NLA_POLICY_EXACT_LEN(DIGSIG_FINGERPRINT_SIZE),
};

/* A certificate is named by one of two attributes, the other is out of place. */
static int parse_key(struct genl_info *info, struct nlattr *tb[], int wanted,
		     int unwanted)
{
	int err = digsig_nl_parse(info, DIGSIG_A_KEY, tb, DIGSIG_KEY_A_MAX,
				  digsig_key_policy);

	if (err)
		return err;
	if (NL_REQ_ATTR_CHECK(info->extack, info->attrs[DIGSIG_A_KEY], tb,
			      wanted)) {
		NL_SET_ERR_MSG(info->extack,
			       "The certificate or its fingerprint is missing");
		return -EINVAL;
	}
	if (tb[unwanted]) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[unwanted],
				    "This command does not take it");
		return -EINVAL;
	}
	return 0;
}

/**
 * digsig_nl_key_add() - %DIGSIG_CMD_KEY_ADD
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -EINVAL; the errors of digsig_key_add().
 */
int digsig_nl_key_add(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[DIGSIG_KEY_A_MAX + 1], *der;
	int err;

	err = parse_key(info, tb, DIGSIG_KEY_A_CERTIFICATE,
			DIGSIG_KEY_A_FINGERPRINT);
	if (err)
		return err;
	der = tb[DIGSIG_KEY_A_CERTIFICATE];
	mutex_lock(&digsig_config_lock);
	err = digsig_key_add(nla_data(der), nla_len(der), info->extack);
	mutex_unlock(&digsig_config_lock);
	if (err)
		NL_SET_BAD_ATTR(info->extack, der);
	return err;
}

/**
 * digsig_nl_key_del() - %DIGSIG_CMD_KEY_DEL
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -EINVAL; -EPERM if locked; -ENOENT.
 */
int digsig_nl_key_del(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[DIGSIG_KEY_A_MAX + 1];
	int err;

	err = parse_key(info, tb, DIGSIG_KEY_A_FINGERPRINT,
			DIGSIG_KEY_A_CERTIFICATE);
	if (err)
		return err;
	mutex_lock(&digsig_config_lock);
	err = digsig_unlocked(info->extack);
	if (!err) {
		err = digsig_key_del(nla_data(tb[DIGSIG_KEY_A_FINGERPRINT]),
				     false);
		if (err == -ENOENT)
			NL_SET_ERR_MSG_ATTR(info->extack,
					    tb[DIGSIG_KEY_A_FINGERPRINT],
					    "There is no such certificate");
	}
	mutex_unlock(&digsig_config_lock);
	return err;
}

static int put_key(struct sk_buff *skb, const struct list_head *entry)
{
	const struct digsig_key *key =
		list_entry(entry, struct digsig_key, list);
	struct nlattr *nest = nla_nest_start(skb, DIGSIG_A_KEY);

	if (!nest ||
	    nla_put(skb, DIGSIG_KEY_A_FINGERPRINT, DIGSIG_FINGERPRINT_SIZE,
		    key->fingerprint) ||
	    nla_put_string(skb, DIGSIG_KEY_A_DESCRIPTION,
			   key->key->description))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * digsig_nl_key_dump() - dump of %DIGSIG_CMD_KEY_GET
 * @skb: the message
 * @cb: the dump
 *
 * Return: length of the message.
 */
int digsig_nl_key_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return digsig_nl_list(skb, cb, DIGSIG_CMD_KEY_GET, &digsig_keys,
			      put_key);
}

static bool digest_size_ok(u32 size)
{
	return size == 32 || size == 48 || size == 64;
}

/**
 * digsig_nl_revoke() - %DIGSIG_CMD_REVOKE
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -EINVAL; -EEXIST; -ENOSPC; -ENOMEM.
 */
int digsig_nl_revoke(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[DIGSIG_REVOCATION_A_MAX + 1], *digest;
	bool certificate;
	int err;

	err = digsig_nl_parse(info, DIGSIG_A_REVOCATION, tb,
			      DIGSIG_REVOCATION_A_MAX,
			      digsig_revocation_policy);
	if (err)
		return err;
	certificate = tb[DIGSIG_REVOCATION_A_FINGERPRINT];
	if (certificate == !!tb[DIGSIG_REVOCATION_A_DIGEST]) {
		NL_SET_ERR_MSG(info->extack,
			       "Either a digest or a fingerprint is revoked, one of them");
		return -EINVAL;
	}
	digest = tb[certificate ? DIGSIG_REVOCATION_A_FINGERPRINT :
				  DIGSIG_REVOCATION_A_DIGEST];
	if (!digest_size_ok(nla_len(digest))) {
		NL_SET_ERR_MSG_ATTR(info->extack, digest,
				    "A digest has 32, 48 or 64 bytes");
		return -EINVAL;
	}
	mutex_lock(&digsig_config_lock);
	err = digsig_revoke(certificate, nla_data(digest), nla_len(digest),
			    info->extack);
	mutex_unlock(&digsig_config_lock);
	return err;
}

static int put_revocation(struct sk_buff *skb, const struct list_head *entry)
{
	const struct digsig_revocation *r =
		list_entry(entry, struct digsig_revocation, list);
	struct nlattr *nest = nla_nest_start(skb, DIGSIG_A_REVOCATION);

	if (!nest ||
	    nla_put(skb, r->certificate ? DIGSIG_REVOCATION_A_FINGERPRINT :
					  DIGSIG_REVOCATION_A_DIGEST,
		    r->size, r->digest))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * digsig_nl_revoke_dump() - dump of %DIGSIG_CMD_REVOKE_GET
 * @skb: the message
 * @cb: the dump
 *
 * Return: length of the message.
 */
int digsig_nl_revoke_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return digsig_nl_list(skb, cb, DIGSIG_CMD_REVOKE_GET,
			      &digsig_revocations, put_revocation);
}
