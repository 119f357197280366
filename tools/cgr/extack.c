// SPDX-License-Identifier: GPL-2.0
#include "extack.h"

#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <string.h>

#include "attr.h"
#include "error.h"

static void decode_attrs(struct nlattr *head, int len, struct extack *ext)
{
	struct nlattr *attr;
	int rem;

	nla_for_each_attr(attr, head, len, rem) {
		switch (nla_type(attr)) {
		case NLMSGERR_ATTR_MSG:
			nla_strlcpy(ext->msg, attr, sizeof(ext->msg));
			break;
		case NLMSGERR_ATTR_OFFS:
			if (nla_len(attr) < (int)sizeof(__u32))
				break;
			ext->offs = nla_get_u32(attr);
			ext->has_offs = true;
			break;
		case NLMSGERR_ATTR_COOKIE:
			if (nla_len(attr) != sizeof(__u32))
				break;
			ext->applied = nla_get_u32(attr);
			ext->has_applied = true;
			break;
		}
	}
}

/**
 * extack_decode() - decode an NLMSG_ERROR, or an NLMSG_DONE
 * @hdr: message, all of nlmsg_len bytes there
 * @ext: set
 *
 * Return: 0, or -1 if the message is too short.
 */
int extack_decode(const struct nlmsghdr *hdr, struct extack *ext)
{
	const struct nlmsgerr *e = nlmsg_data(hdr);
	int len = nlmsg_datalen(hdr), skip, error;

	memset(ext, 0, sizeof(*ext));
	skip = hdr->nlmsg_type == NLMSG_DONE ? sizeof(int) : sizeof(*e);
	if (hdr->nlmsg_len < NLMSG_HDRLEN || len < skip) {
		/* An NLMSG_DONE may come without a status. */
		return hdr->nlmsg_type == NLMSG_DONE ? 0 : -1;
	}
	memcpy(&error, e, sizeof(error));
	ext->error = error < 0 && error > -4096 ? -error : 0;
	if (!(hdr->nlmsg_flags & NLM_F_ACK_TLVS))
		return 0;

	/* What follows is the request, unless it was left out. */
	if (hdr->nlmsg_type == NLMSG_ERROR &&
	    !(hdr->nlmsg_flags & NLM_F_CAPPED) &&
	    e->msg.nlmsg_len >= NLMSG_HDRLEN) {
		__u32 payload = e->msg.nlmsg_len - NLMSG_HDRLEN;

		if (payload > (__u32)(len - skip))
			return 0;
		skip += NLMSG_ALIGN(payload);
	}
	if (skip < len)
		decode_attrs((struct nlattr *)((char *)e + skip), len - skip,
			     ext);
	return 0;
}

/**
 * extack_error() - say in words why the kernel refused
 * @ext: acknowledgment
 * @map: which word each attribute of the request comes from, or NULL
 * @words: the words, or NULL
 * @err: set
 *
 * Return: -1
 */
int extack_error(const struct extack *ext, const struct attr_map *map,
		 char **words, struct cgr_error *err)
{
	const char *msg = ext->msg[0] ? ext->msg : strerror(ext->error);
	int len = strlen(msg), word = 0;

	if (len && msg[len - 1] == '.')
		len--;
	if (map && words && ext->has_offs)
		word = attr_map_word(map, ext->offs);
	if (word)
		error_set(err, word, "%.*s: \"%s\"", len, msg,
			  words[word - 1]);
	else
		error_set(err, 0, "%.*s", len, msg);
	return -1;
}
