// SPDX-License-Identifier: GPL-2.0
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/xattr.h>

#include "format.h"
#include "result.h"

#define NO_XATTR	"the attribute " DIGSIG_XATTR " cannot be set"

/* Inherited from a directory. */
#define ACL		"system.posix_acl_access"

/**
 * source_open() - open a file to work on
 * @s: set; to be closed with source_close()
 * @path: its path
 * @r: set on failure
 *
 * Return: 0 or -1.
 */
int source_open(struct source *s, const char *path, struct result *r)
{
	struct statx sx;

	s->path = path;
	s->verity = false;
	s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (s->fd < 0)
		return result_errno(r, "it cannot be opened");
	if (fstat(s->fd, &s->st)) {
		result_errno(r, "its state cannot be read");
		goto fail;
	}
	if (!S_ISREG(s->st.st_mode)) {
		result_fail(r, "it is no regular file");
		goto fail;
	}
	if (!statx(s->fd, "", AT_EMPTY_PATH, 0, &sx))
		s->verity = sx.stx_attributes & STATX_ATTR_VERITY;
	return 0;
fail:
	source_close(s);
	return -1;
}

/**
 * source_close() - close a file
 * @s: the file
 */
void source_close(struct source *s)
{
	close(s->fd);
	s->fd = -1;
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/**
 * source_same() - see whether a file is as it was when it was opened
 * @s: the file
 * @r: set if not
 *
 * Return: 0 or -1.
 */
int source_same(const struct source *s, struct result *r)
{
	struct stat now;

	if (lstat(s->path, &now))
		return result_errno(r, "it went away while it was worked on");
	if (now.st_dev != s->st.st_dev || now.st_ino != s->st.st_ino ||
	    now.st_size != s->st.st_size ||
	    !same_time(&now.st_mtim, &s->st.st_mtim) ||
	    !same_time(&now.st_ctim, &s->st.st_ctim))
		return result_advise(r, "it changed while it was worked on",
				     "try again when nobody else changes it");
	return 0;
}

/* One attribute; what cannot be set may already be there. */
static int keep_xattr(const struct source *s, int fd, const char *name,
		      struct result *r)
{
	ssize_t size = fgetxattr(s->fd, name, NULL, 0), now;
	char *value, *have;
	int err = 0;

	if (size < 0)
		return errno == ENODATA ? 0 :
		       result_errno(r, "its attribute %s cannot be read", name);
	value = malloc(size + 1);
	have = malloc(size + 1);
	if (!value || !have) {
		err = result_fail(r, "out of memory");
	} else {
		size = fgetxattr(s->fd, name, value, size);
		now = fgetxattr(fd, name, have, size < 0 ? 0 : size);
		if (size < 0)
			err = result_errno(r, "its attribute %s cannot be read",
					   name);
		else if ((now != size || memcmp(value, have, size)) &&
			 fsetxattr(fd, name, value, size, 0))
			err = result_errno(r, "its attribute %s cannot be kept",
					   name);
	}
	free(value);
	free(have);
	return err;
}

static int keep_xattrs(const struct source *s, int fd, struct result *r)
{
	ssize_t size = flistxattr(s->fd, NULL, 0);
	char *list, *name;
	bool acl = false;
	int err = 0;

	if (size < 0)
		return errno == EOPNOTSUPP ? 0 :
		       result_errno(r, "its attributes cannot be read");
	list = malloc(size + 1);
	if (!list)
		return result_fail(r, "out of memory");
	size = flistxattr(s->fd, list, size);
	if (size < 0)
		err = result_errno(r, "its attributes cannot be read");
	for (name = list; !err && name < list + size; name += strlen(name) + 1) {
		acl |= !strcmp(name, ACL);
		if (strcmp(name, DIGSIG_XATTR))
			err = keep_xattr(s, fd, name, r);
	}
	/* that of the directory was inherited */
	if (!err && !acl)
		fremovexattr(fd, ACL);
	free(list);
	return err;
}

/**
 * source_keep() - give another file, or the same after a change, the state it had
 * @s: the file as it was
 * @fd: the other one, open for writing
 * @r: set on failure
 *
 * Owner, mode, extended attributes with ACLs and capabilities, and times; but not
 * a signature, which is of other content.
 *
 * Return: 0 or -1.
 */
int source_keep(const struct source *s, int fd, struct result *r)
{
	struct timespec times[2] = { s->st.st_atim, s->st.st_mtim };
	struct stat now;

	if (fstat(fd, &now))
		return result_errno(r, "its state cannot be read");
	if ((now.st_uid != s->st.st_uid || now.st_gid != s->st.st_gid) &&
	    fchown(fd, s->st.st_uid, s->st.st_gid))
		return result_errno(r, "its owner cannot be kept");
	if (keep_xattrs(s, fd, r))
		return -1;
	if (fchmod(fd, s->st.st_mode & 07777))
		return result_errno(r, "its mode cannot be kept");
	if (futimens(fd, times))
		return result_errno(r, "its times cannot be kept");
	return 0;
}

/**
 * source_get_record() - read a signature that is an extended attribute
 * @s: the file
 * @buf: set, DIGSIG_RECORD_MAX bytes
 * @size: set to how many of them it has
 * @r: set on failure
 *
 * Return: 1 if there is one, 0 if not, -1 on failure.
 */
int source_get_record(const struct source *s, u8 *buf, u32 *size,
		      struct result *r)
{
	ssize_t n = fgetxattr(s->fd, DIGSIG_XATTR, buf, DIGSIG_RECORD_MAX);

	if (n < 0 && (errno == ENODATA || errno == EOPNOTSUPP))
		return 0;
	if (n < 0 && errno == ERANGE)
		return result_fail(r, "the signature record is too long");
	if (n < 0)
		return result_errno(r, "its attribute " DIGSIG_XATTR " cannot be read");
	*size = n;
	return 1;
}

/**
 * source_set_record() - write a signature as an extended attribute
 * @s: the file
 * @buf: the record
 * @size: its size
 * @r: set on failure
 *
 * Return: 0 or -1.
 */
int source_set_record(const struct source *s, const u8 *buf, u32 size,
		      struct result *r)
{
	if (!fsetxattr(s->fd, DIGSIG_XATTR, buf, size, 0))
		return 0;
	if (errno == EPERM)
		return result_advise(r, NO_XATTR, "run as root, with CAP_SYS_ADMIN");
	if (errno == EOPNOTSUPP)
		return result_advise(r, NO_XATTR,
				     "its filesystem has no such attributes");
	if (errno == ENOSPC || errno == E2BIG)
		return result_advise(r, NO_XATTR,
				     "its filesystem has no room for it");
	return result_errno(r, NO_XATTR);
}

/**
 * source_drop_record() - remove a signature that is an extended attribute
 * @s: the file
 * @r: set on failure
 *
 * Return: 1 if there was one, 0 if not, -1 on failure.
 */
int source_drop_record(const struct source *s, struct result *r)
{
	if (!fremovexattr(s->fd, DIGSIG_XATTR))
		return 1;
	if (errno == ENODATA || errno == EOPNOTSUPP)
		return 0;
	if (errno == EPERM && fgetxattr(s->fd, DIGSIG_XATTR, NULL, 0) < 0 &&
	    (errno == ENODATA || errno == EOPNOTSUPP))
		return 0;
	return result_errno(r, "the attribute " DIGSIG_XATTR " cannot be removed");
}
