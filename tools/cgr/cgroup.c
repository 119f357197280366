// SPDX-License-Identifier: GPL-2.0
#include "cgroup.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler.h"
#include "error.h"

/* What a group's name begins with; the FIB and the namespace's inode follow. */
#define GROUP	"cgr-fib-"

/*
 * A view of the unified hierarchy of our own, mounted nowhere: it is there
 * wherever the system keeps it, and even if it has mounted none.
 */
static int open_hierarchy(struct cgr_error *err)
{
	int fs, root = -1;

	fs = fsopen("cgroup2", FSOPEN_CLOEXEC);
	if (fs >= 0 && !fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		root = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	if (root < 0)
		error_set(err, 0, "cannot open the control groups: %m%s",
			  errno == EPERM ? "; this needs CAP_SYS_ADMIN" : "");
	if (fs >= 0)
		close(fs);
	return root;
}

/*
 * The path of the FIB's group, to be freed; NULL on failure. It is below the
 * group of this process, or beside it: groups of ours do not nest.
 */
static char *group_path(__u32 fib, struct cgr_error *err)
{
	char *line = NULL, *path = NULL, *last;
	FILE *f = fopen("/proc/self/cgroup", "re");
	struct stat netns;
	bool found = false;
	size_t size = 0;

	while (f && !found && getline(&line, &size, f) > 0)
		found = !strncmp(line, "0::/", 4);
	if (f)
		fclose(f);
	/* outside of the namespace of groups it is "/..": there is no way there */
	if (!found || !strncmp(line, "0::/..", 6)) {
		error_set(err, 0, "cannot tell from /proc/self/cgroup which control group this is");
		goto out;
	}
	/* a FIB is one of a network namespace, a group is not */
	if (stat("/proc/self/ns/net", &netns)) {
		error_set(err, 0, "cannot tell the network namespace: %m");
		goto out;
	}
	line[strcspn(line, "\n")] = '\0';
	last = strrchr(line, '/');
	if (!last[1] || !strncmp(last + 1, GROUP, strlen(GROUP)))
		*last = '\0';
	if (asprintf(&path, ".%s/" GROUP "%u-%lu", line + 3, fib,
		     (unsigned long)netns.st_ino) < 0) {
		error_set(err, 0, "out of memory");
		path = NULL;
	}
out:
	free(line);
	return path;
}

/* Make the group if there is none yet; a descriptor of it. */
static int open_group(int root, __u32 fib, struct cgr_error *err)
{
	char *path = group_path(fib, err);
	int fd = -1;

	if (!path)
		return -1;
	if (!mkdirat(root, path, 0755) || errno == EEXIST)
		fd = openat(root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		error_set(err, 0, "cannot make the control group \"%s\": %m",
			  path + 1);
	free(path);
	return fd;
}

/*
 * sk->bound_dev_if = ifindex; return 1;
 *
 * It takes the place of what the group had, if its FIB has got another device
 * since. Groups below may have programs of their own.
 */
static int bind_sockets(int group, __u32 ifindex, struct cgr_error *err)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2,
		  .imm = ifindex },
		{ .code = BPF_STX | BPF_MEM | BPF_W, .dst_reg = BPF_REG_1,
		  .src_reg = BPF_REG_2,
		  .off = offsetof(struct bpf_sock, bound_dev_if) },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0,
		  .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .expected_attach_type = BPF_CGROUP_INET_SOCK_CREATE);
	int prog, ret;

	prog = bpf_prog_load(BPF_PROG_TYPE_CGROUP_SOCK, "cgr_exec", "GPL",
			     insns, ARRAY_SIZE(insns), &opts);
	if (prog < 0) {
		error_set(err, 0, "cannot load the BPF program that binds sockets: %m");
		return -1;
	}
	ret = bpf_prog_attach(prog, group, BPF_CGROUP_INET_SOCK_CREATE,
			      BPF_F_ALLOW_OVERRIDE);
	if (ret)
		error_set(err, 0, "cannot attach the BPF program that binds sockets: %m%s",
			  errno == EPERM ?
			  "; a control group above may have one that allows no other" : "");
	close(prog);
	return ret;
}

static int move_into(int group, struct cgr_error *err)
{
	int fd = openat(group, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	int ret = -1;

	if (fd >= 0 && write(fd, "0", 1) == 1)
		ret = 0;
	else
		error_set(err, 0, "cannot enter the control group: %m");
	if (fd >= 0)
		close(fd);
	return ret;
}

/**
 * cgroup_join() - put this process, and what it starts, into a FIB's group
 * @fib: the FIB
 * @ifindex: its device, in the network namespace of this process
 * @err: set on failure
 *
 * From then on each internet socket that is made is bound to the device. The
 * group is below the one that the process is in, or beside it if that is such a
 * group already; it stays, for those who come after.
 *
 * Return: 0 or -1
 */
int cgroup_join(__u32 fib, __u32 ifindex, struct cgr_error *err)
{
	int root, group, ret = -1;

	root = open_hierarchy(err);
	if (root < 0)
		return -1;
	group = open_group(root, fib, err);
	if (group >= 0) {
		ret = bind_sockets(group, ifindex, err);
		if (!ret)
			ret = move_into(group, err);
		close(group);
	}
	close(root);
	return ret;
}
