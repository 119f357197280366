/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of routing protocols, as iproute2 knows them.
 */
#ifndef CGR_PROTO_H
#define CGR_PROTO_H

#include <stdbool.h>
#include <stdio.h>

#define PROTO_NAME_MAX	32

/**
 * struct protos - names of routing protocols
 * @loaded: they have been read
 * @name: by number, empty if it has none
 */
struct protos {
	bool loaded;
	char name[256][PROTO_NAME_MAX];
};

void proto_read(struct protos *protos, FILE *f);
int proto_number(struct protos *protos, const char *name);
const char *proto_name(struct protos *protos, unsigned int number);

#endif /* CGR_PROTO_H */
