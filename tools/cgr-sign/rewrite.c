// SPDX-License-Identifier: GPL-2.0
#include "rewrite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <linux/fs.h>
#include <linux/minmax.h>

#include "class.h"
#include "image.h"
#include "result.h"
#include "source.h"
#include "tail.h"

#define CHUNK	(256U << 10)

#define CAPABILITIES		"security.capability"
#define CAPABILITIES_MAX	64

/* Attributes of an inode that say how the filesystem stores it. */
#define FLAGS_OWN	(FS_EXTENT_FL | FS_INDEX_FL | 0x10000000 /* inline */)

static int file_write(int fd, const void *buf, u64 pos, u64 len)
{
	ssize_t n;

	while (len) {
		n = pwrite(fd, buf, len, pos);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		buf = (const u8 *)buf + n;
		pos += n;
		len -= n;
	}
	return 0;
}

static int copy_range(int from, int to, u64 pos, u64 end)
{
	off_t in = pos, out = pos;
	ssize_t n = 1;
	u8 *buf;

	while (pos < end && n > 0) {
		n = copy_file_range(from, &in, to, &out, end - pos, 0);
		if (n > 0)
			pos += n;
	}
	if (pos == end)
		return 0;
	buf = malloc(CHUNK);
	if (!buf)
		return -1;
	while (pos < end) {
		n = min_t(u64, CHUNK, end - pos);
		if (file_read(from, buf, pos, n) || file_write(to, buf, pos, n))
			break;
		pos += n;
	}
	free(buf);
	return pos == end ? 0 : -1;
}

/* The first bytes, by reference where the filesystem can; holes stay holes. */
static int copy_bytes(int from, int to, u64 size)
{
	off_t data, hole = 0;

	if (!ioctl(to, FICLONE, from))
		return ftruncate(to, size);
	while ((u64)hole < size) {
		data = lseek(from, hole, SEEK_DATA);
		if (data < 0 && errno == ENXIO)
			break;
		if (data < 0)
			return copy_range(from, to, 0, size);
		hole = lseek(from, data, SEEK_HOLE);
		if (hole < 0)
			return -1;
		if ((u64)data < size &&
		    copy_range(from, to, data, min_t(u64, hole, size)))
			return -1;
	}
	return ftruncate(to, size);
}

static int fill(int fd, const struct source *s, const struct image *image,
		const struct tail *tail)
{
	if (copy_bytes(s->fd, fd, image->size))
		return -1;
	if (!tail)
		return file_write(fd, image->raw, 0, EHDR_SIZE(image->is64));
	if (file_write(fd, tail->header, 0, tail->header_size))
		return -1;
	return file_write(fd, tail->data, tail->start, tail->size);
}

static int rename_over(const struct source *s, const struct image *image,
		       const struct tail *tail, struct result *r)
{
	const char *slash = strrchr(s->path, '/');
	int dir = slash ? slash + 1 - s->path : 0, fd, err = -1;
	char *name;

	if (asprintf(&name, "%.*s.cgr-sign-XXXXXX", dir, s->path) < 0)
		return result_fail(r, "out of memory");
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0) {
		result_errno(r, "its directory takes no new file, which is to replace it");
		free(name);
		return -1;
	}
	if (fill(fd, s, image, tail))
		result_errno(r, "it cannot be written anew");
	else if (source_keep(s, fd, r) || source_same(s, r))
		err = -1;
	else if (fsync(fd))
		result_errno(r, "it cannot be written anew");
	else if (rename(name, s->path))
		result_errno(r, "it cannot be replaced");
	else
		err = 0;
	close(fd);
	if (err)
		unlink(name);
	free(name);
	return err;
}

/* Back to no signature, with the header first: what is behind means nothing. */
static int cut(int fd, const struct image *image)
{
	if (image->now == image->size)
		return 0;
	if (file_write(fd, image->raw, 0, EHDR_SIZE(image->is64)) ||
	    fdatasync(fd))
		return -1;
	return ftruncate(fd, image->size);
}

static int append(int fd, const struct tail *tail)
{
	int err;

	if (!file_write(fd, tail->data, tail->start, tail->size) &&
	    !fdatasync(fd) &&
	    !file_write(fd, tail->header, 0, tail->header_size))
		return 0;
	err = errno;
	if (ftruncate(fd, tail->start))
		return -1;
	errno = err;
	return -1;
}

static int in_place(const struct source *s, const struct image *image,
		    const struct tail *tail, struct result *r)
{
	int fd = open(s->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW), err = -1;
	u8 caps[CAPABILITIES_MAX];
	ssize_t n;

	if (fd < 0 && errno == ETXTBSY)
		return result_advise(r, "it runs, and having several names is written in place",
				     "stop it first");
	if (fd < 0)
		return result_errno(r, "it cannot be opened for writing");
	n = fgetxattr(fd, CAPABILITIES, caps, sizeof(caps));
	if (!source_same(s, r)) {
		if (cut(fd, image) || (tail && append(fd, tail)) ||
		    fsync(fd))
			result_errno(r, "it cannot be written");
		else
			err = 0;
	}
	/* a write removes them */
	if (!err && n > 0 && fsetxattr(fd, CAPABILITIES, caps, n, 0))
		err = result_errno(r, "its capabilities cannot be kept");
	if (!err)
		err = source_keep(s, fd, r);
	close(fd);
	return err;
}

/* Whether a new inode in the same directory would have other attributes. */
static bool has_flags(int fd)
{
	int flags = 0;

	return !ioctl(fd, FS_IOC_GETFLAGS, &flags) && flags & ~FLAGS_OWN;
}

/**
 * rewrite() - write a file anew
 * @s: the file
 * @image: the same, of which the signature goes
 * @tail: the signature that comes, or NULL
 * @r: set on failure
 *
 * Return: 0 or -1; if -1, the file is as it was, or without signature if there
 *	was one and the filesystem failed.
 */
int rewrite(const struct source *s, const struct image *image,
	    const struct tail *tail, struct result *r)
{
	if (s->verity)
		return result_advise(r, "fs-verity protects it from changes",
				     "sign its fs-verity digest (--placement fsverity)");
	if (s->st.st_nlink > 1 || has_flags(s->fd))
		return in_place(s, image, tail, r);
	return rename_over(s, image, tail, r);
}
