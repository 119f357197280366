// SPDX-License-Identifier: GPL-2.0
/*
 * cgr digsig key, cgr digsig revoke: who is trusted, and what no longer is.
 */
#include "digsig.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <linux/digsig.h>
#include <netlink/attr.h>
#include <netlink/netlink.h>

#include "args.h"
#include "certificate.h"
#include "cgr.h"
#include "digsig_decode.h"
#include "value.h"

#define FINGERPRINT_SIZE	32

/* What is named by its bytes in hexadecimal. */
struct arg_bytes {
	int word;
	struct digsig_bytes val;
};

struct key_spec {
	struct arg_str add;
	struct arg_bytes del;
};

struct revoke_spec {
	struct arg_str file;
	struct arg_bytes digest;
	struct arg_bytes key;
};

/* Pairs of digits, with colons in between or not. */
static int parse_hex(const char *s, struct digsig_bytes *val)
{
	char pair[3] = "";

	for (val->len = 0; *s; val->len++) {
		if (val->len == DIGSIG_BYTES_MAX ||
		    !isxdigit((unsigned char)s[0]) ||
		    !isxdigit((unsigned char)s[1]))
			return -1;
		pair[0] = s[0];
		pair[1] = s[1];
		val->data[val->len] = strtoul(pair, NULL, 16);
		s += 2;
		if (*s == ':' && s[1])
			s++;
	}
	return 0;
}

static int parse_fingerprint(struct args *a, const struct param *p,
			     void *field)
{
	struct arg_bytes *bytes = field;
	const char *word = args_next(a);

	if (parse_hex(word, &bytes->val) || bytes->val.len != FINGERPRINT_SIZE)
		return args_error(a, a->pos, "\"%s\" is no %s: it has 64 hexadecimal digits",
				  word, p->value);
	return 0;
}

static int parse_digest(struct args *a, const struct param *p, void *field)
{
	struct arg_bytes *bytes = field;
	const char *word = args_next(a);

	if (parse_hex(word, &bytes->val) ||
	    (bytes->val.len != 32 && bytes->val.len != 48 &&
	     bytes->val.len != 64))
		return args_error(a, a->pos, "\"%s\" is no %s: it has 64, 96 or 128 digits",
				  word, p->value);
	return 0;
}

/* The parameters of cgr digsig key. */
const struct param digsig_key_params[] = {
	{ "add", "FILE", 0, 0, offsetof(struct key_spec, add), arg_file },
	{ "del", "FINGERPRINT", 0, 0, offsetof(struct key_spec, del),
	  parse_fingerprint },
	{ }
};

/* The parameters of cgr digsig revoke. */
const struct param digsig_revoke_params[] = {
	{ "file", "PATH", 0, 0, offsetof(struct revoke_spec, file), arg_file },
	{ "digest", "DIGEST", 0, 0, offsetof(struct revoke_spec, digest),
	  parse_digest },
	{ "key", "FINGERPRINT", 0, 0, offsetof(struct revoke_spec, key),
	  parse_fingerprint },
	{ }
};

static int show_key(struct nlattr *attr, __unused const struct nlmsghdr *hdr,
		    void *arg)
{
	struct digsig_key key;
	struct cgr *c = arg;

	if (nla_type(attr) != DIGSIG_A_KEY)
		return 0;
	if (decode_digsig_key(attr, &key))
		return -1;
	print_object(&c->out, NULL);
	digsig_print_bytes(c, "fingerprint", "%s", &key.fingerprint);
	if (key.description)
		print_foreign(&c->out, PRINT_ANY, "description", "%s",
			      key.description);
	print_close(&c->out);
	print_line_end(&c->out);
	return 0;
}

/* One nest with one attribute. */
static int send_one(struct cgr *c, const struct args *a, int cmd, int type,
		    int inner, const void *data, int len, int word)
{
	struct nlattr *nest;
	struct request r;

	if (request_digsig(&r, &c->nl, cmd, 0, len + 64, &c->err))
		return CGR_KERNEL;
	nest = attr_nest(r.msg, type);
	attr_put(r.msg, &r.map, inner, data, len, word);
	attr_nest_end(r.msg, &r.map, nest, word);
	return request_talk(&r, c->nl.digsig, a, NULL, NULL, &c->err) ?
		CGR_KERNEL : CGR_OK;
}

static int add_key(struct cgr *c, const struct args *a,
		   const struct arg_str *file)
{
	unsigned char *der = malloc(CERTIFICATE_MAX);
	int n, status = CGR_KERNEL;

	if (!der) {
		error_set(&c->err, 0, "out of memory");
		return CGR_KERNEL;
	}
	n = certificate_read(file->val, der, file->word, &c->err);
	if (n >= 0)
		status = send_one(c, a, DIGSIG_CMD_KEY_ADD, DIGSIG_A_KEY,
				  DIGSIG_KEY_A_CERTIFICATE, der, n, file->word);
	free(der);
	return status;
}

/**
 * digsig_key() - show, add or remove certificates
 * @c: context
 * @cmd: the command
 * @a: its words
 *
 * Return: enum cgr_status
 */
int digsig_key(struct cgr *c, __unused const struct cgr_cmd *cmd,
	       struct args *a)
{
	struct key_spec spec = { };

	if (args_parse(a, digsig_key_params, &spec))
		return CGR_SYNTAX;
	if (spec.add.word && spec.del.word) {
		args_error(a, spec.del.word, "a certificate is added or deleted, not both");
		return CGR_SYNTAX;
	}
	if (spec.add.word)
		return add_key(c, a, &spec.add);
	if (spec.del.word)
		return send_one(c, a, DIGSIG_CMD_KEY_DEL, DIGSIG_A_KEY,
				DIGSIG_KEY_A_FINGERPRINT, spec.del.val.data,
				spec.del.val.len, spec.del.word);
	return digsig_ask(c, DIGSIG_CMD_KEY_GET, NLM_F_DUMP, show_key, c) ?
		CGR_KERNEL : CGR_OK;
}

static int show_revocation(struct nlattr *attr,
			   __unused const struct nlmsghdr *hdr, void *arg)
{
	struct digsig_revocation revocation;
	struct cgr *c = arg;

	if (nla_type(attr) != DIGSIG_A_REVOCATION)
		return 0;
	if (decode_digsig_revocation(attr, &revocation))
		return -1;
	print_object(&c->out, NULL);
	digsig_print_bytes(c, "digest", "digest %s", &revocation.digest);
	digsig_print_bytes(c, "key", "key %s", &revocation.fingerprint);
	print_close(&c->out);
	print_line_end(&c->out);
	return 0;
}

static int get_digest(struct nlattr *attr, __unused const struct nlmsghdr *hdr,
		      void *arg)
{
	struct digsig_verdict verdict;
	struct digsig_bytes *digest = arg;

	if (nla_type(attr) != DIGSIG_A_CHECK)
		return 0;
	if (decode_digsig_check(attr, &verdict))
		return -1;
	*digest = verdict.digest;
	return 0;
}

/* The digest that was signed is what the kernel says it is. */
static int revoke_file(struct cgr *c, const struct args *a,
		       const struct arg_str *file)
{
	struct digsig_bytes digest = { };

	if (digsig_ask_file(c, a, file->val, file->word, get_digest, &digest))
		return CGR_KERNEL;
	if (!digest.len) {
		error_set(&c->err, file->word, "\"%s\" is not signed: there is nothing to revoke",
			  file->val);
		return CGR_KERNEL;
	}
	return send_one(c, a, DIGSIG_CMD_REVOKE, DIGSIG_A_REVOCATION,
			DIGSIG_REVOCATION_A_DIGEST, digest.data, digest.len,
			file->word);
}

/**
 * digsig_revoke() - show what is revoked, or revoke
 * @c: context
 * @cmd: the command
 * @a: its words
 *
 * Return: enum cgr_status
 */
int digsig_revoke(struct cgr *c, __unused const struct cgr_cmd *cmd,
		  struct args *a)
{
	struct revoke_spec spec = { };

	if (args_parse(a, digsig_revoke_params, &spec))
		return CGR_SYNTAX;
	if (!!spec.file.word + !!spec.digest.word + !!spec.key.word > 1) {
		args_error(a, 0, "only one thing is revoked at a time");
		return CGR_SYNTAX;
	}
	if (spec.file.word)
		return revoke_file(c, a, &spec.file);
	if (spec.digest.word)
		return send_one(c, a, DIGSIG_CMD_REVOKE, DIGSIG_A_REVOCATION,
				DIGSIG_REVOCATION_A_DIGEST,
				spec.digest.val.data, spec.digest.val.len,
				spec.digest.word);
	if (spec.key.word)
		return send_one(c, a, DIGSIG_CMD_REVOKE, DIGSIG_A_REVOCATION,
				DIGSIG_REVOCATION_A_FINGERPRINT,
				spec.key.val.data, spec.key.val.len,
				spec.key.word);
	return digsig_ask(c, DIGSIG_CMD_REVOKE_GET, NLM_F_DUMP,
			  show_revocation, c) ? CGR_KERNEL : CGR_OK;
}
