/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The command line.
 */
#ifndef SIGN_OPTIONS_H
#define SIGN_OPTIONS_H

#include <stdio.h>

#include "file.h"

#define OPTIONS_RUN	0
#define OPTIONS_DONE	1
#define OPTIONS_WRONG	2

/**
 * struct options - what the command line says
 * @job: what to do
 * @key: where the key is
 * @certs: files with certificates
 * @ncerts: their number
 * @threads: how many files at once
 * @json: print JSON
 * @pretty: indent JSON
 * @verbose: print every file
 * @paths: files and trees
 * @npaths: their number
 */
struct options {
	struct job job;
	const char *key;
	const char **certs;
	int ncerts;
	unsigned int threads;
	bool json;
	bool pretty;
	bool verbose;
	char **paths;
	int npaths;
};

int options_parse(struct options *o, int argc, char **argv,
		  struct result *r);
void options_usage(FILE *f);

#endif /* SIGN_OPTIONS_H */
