/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Gives an ELF file other bytes: a signature, or those it had without.
 *
 * A file of one name is replaced by a new one through rename(): whoever runs it
 * goes on with the old one, and after a crash there is either. A file of several
 * names (hard links), or with attributes of its inode that a new one would not
 * have, is written in place. What is appended is on the disk before the header
 * is changed, which is one write: until then it is without meaning, and found and
 * removed by the next run.
 */
#ifndef SIGN_REWRITE_H
#define SIGN_REWRITE_H

struct image;
struct result;
struct source;
struct tail;

int rewrite(const struct source *s, const struct image *image,
	    const struct tail *tail, struct result *r);

#endif /* SIGN_REWRITE_H */
