// SPDX-License-Identifier: GPL-2.0
/*
 * cgr-sign: sign programs for digsig, and verify, list and remove signatures.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>

#include "key.h"
#include "list.h"
#include "options.h"
#include "pool.h"
#include "print.h"
#include "result.h"

/**
 * enum status - exit status
 * @STATUS_OK: done
 * @STATUS_SYNTAX: the command line is wrong; nothing was done
 * @STATUS_FAILED: something could not be done, or a signature is not good
 */
enum status {
	STATUS_OK = 0,
	STATUS_SYNTAX = 1,
	STATUS_FAILED = 2,
};

static int load_certs(struct options *o, struct result *r)
{
	int i;

	for (i = 0; i < o->ncerts; i++) {
		o->job.certs = certs_load(o->certs[i], o->job.certs, r);
		if (!o->job.certs)
			return -1;
	}
	return 0;
}

/* Signatures by other keys are to be replaced. */
static void keep_only(struct stack_st_X509 *certs, X509 *cert)
{
	int i;

	for (i = sk_X509_num(certs) - 1; i >= 0; i--)
		if (sk_X509_value(certs, i) != cert)
			X509_free(sk_X509_delete(certs, i));
}

/* The key, its certificate, and how big what they make is. */
static int load_signer(struct options *o, struct result *r)
{
	struct signer *signer = &o->job.signer;

	signer->key = key_load(o->key, r);
	if (!signer->key || key_check(signer->key, r))
		return -1;
	if (!o->ncerts) {
		o->job.certs = certs_load(o->key, NULL, r);
		if (!o->job.certs)
			return result_advise(r, "the key comes without a certificate",
					     "name the file that has it with --cert");
	}
	signer->cert = certs_match(o->job.certs, signer->key);
	if (!signer->cert)
		return result_advise(r, "the certificate is not that of the key",
				     "name the right one with --cert");
	if (cert_check(signer->cert, r))
		return -1;
	keep_only(o->job.certs, signer->cert);
	return cms_measure(signer, o->job.hash, r);
}

static bool is_shown(const struct options *o, const struct result *r)
{
	if (o->json || o->verbose || result_bad(r))
		return true;
	return o->job.verb == VERB_LIST;
}

static int report(const struct options *o, const struct list *list)
{
	struct printer out = { .f = stdout, .json = o->json,
			       .pretty = o->pretty };
	unsigned long count[STATES] = {};
	const struct result *r;
	enum state state;
	bool bad = false;
	size_t i;

	print_object(&out, NULL);
	print_array(&out, "files");
	for (i = 0; i < list->nr; i++) {
		r = list->items[i].result;
		if (!r)
			continue;
		count[r->state]++;
		bad |= result_bad(r);
		if (is_shown(o, r))
			result_print(r, list->items[i].path, &out);
	}
	print_close(&out);
	print_object(&out, "summary");
	for (state = STATE_NONE + 1; state < STATES; state++) {
		print_num(&out, PRINT_JSON, state_name(state), "%llu",
			  count[state]);
		if (count[state])
			print_num(&out, PRINT_TEXT, NULL, "%llu", count[state]);
		if (count[state])
			print_str(&out, PRINT_TEXT, NULL, "%s",
				  state_name(state));
	}
	print_close(&out);
	if (!o->json && !out.more)
		print_str(&out, PRINT_TEXT, NULL, "%s",
			  "nothing to do: no ELF file or program was found (--all takes every file)");
	print_finish(&out);
	if (fflush(stdout) || ferror(stdout)) {
		perror("Error: cannot write the results");
		return STATUS_FAILED;
	}
	/* what was not asked for is no failure to say what there is */
	return bad && (o->job.verb != VERB_LIST || count[STATE_FAILED] ||
		       count[STATE_INVALID]) ? STATUS_FAILED : STATUS_OK;
}

static int run(struct options *o, struct list *list, struct result *r)
{
	int i, status, sig;

	if (load_certs(o, r))
		return STATUS_FAILED;
	if (o->job.verb == VERB_SIGN && load_signer(o, r))
		return STATUS_FAILED;
	for (i = 0; i < o->npaths; i++)
		if (list_add(list, o->paths[i], r))
			return STATUS_FAILED;
	sig = pool_run(&o->job, list, o->threads, true);
	if (sig < 0) {
		result_fail(r, "out of memory");
		return STATUS_FAILED;
	}
	status = report(o, list);
	if (sig) {
		signal(sig, SIG_DFL);
		raise(sig);
	}
	return status;
}

int main(int argc, char **argv)
{
	struct result r = {};
	struct list list = {};
	struct options o;
	int status;

	/* threads are over when it ends, which frees what engines need */
	OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL);
	switch (options_parse(&o, argc, argv, &r)) {
	case OPTIONS_RUN:
		status = run(&o, &list, &r);
		break;
	case OPTIONS_DONE:
		status = STATUS_OK;
		break;
	default:
		status = STATUS_SYNTAX;
	}
	if (r.why[0])
		fprintf(stderr, "Error: %s.\n", r.why);
	if (status == STATUS_SYNTAX)
		fputs("Try 'cgr-sign -help'.\n", stderr);
	list_free(&list);
	sk_X509_pop_free(o.job.certs, X509_free);
	EVP_PKEY_free(o.job.signer.key);
	free(o.certs);
	return status;
}
