// SPDX-License-Identifier: GPL-2.0
#include "netns.h"

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"

#define NETNS_DIR	"/run/netns"

/**
 * netns_enter() - work in another network namespace
 * @name: its name in /run/netns, or a path
 * @err: set on failure
 *
 * Return: 0 or -1
 */
int netns_enter(const char *name, struct cgr_error *err)
{
	char path[PATH_MAX];
	int fd, ret;

	if (strchr(name, '/'))
		snprintf(path, sizeof(path), "%s", name);
	else
		snprintf(path, sizeof(path), NETNS_DIR "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		error_set(err, 0, "cannot open network namespace \"%s\": %m",
			  name);
		return -1;
	}
	ret = setns(fd, CLONE_NEWNET);
	if (ret)
		error_set(err, 0, "cannot enter network namespace \"%s\": %m",
			  name);
	close(fd);
	return ret;
}
