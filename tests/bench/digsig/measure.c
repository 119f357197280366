// SPDX-License-Identifier: GPL-2.0-only
/*
 * measure ROOT CASE PATH... - counts the instructions that something takes
 *
 * Those of the kernel and of a child are included. It is for guests of
 * `tests/vm/run -i`, in which the time stamp counter counts instructions. Paths
 * are below ROOT. Prints a number a line. CASE is
 *
 *	first	each PATH is executed once: a number for each
 *	exec	PATH is executed: fork(), execve(), exit() and wait4()
 *	mmap	PATH is mapped executable and unmapped
 *	read	PATH is opened for reading and closed
 *	write	PATH is opened for writing and closed
 *
 * But for the first it is done again and again, in chunks, and the median
 * chunk's mean is printed. A chunk lasts for several ticks of the timer and
 * grace periods of RCU, which are part of what things take. The first chunk
 * does not count.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

#define CHUNKS	5
#define TRIES	10

/* What a million times two instructions take. */
static unsigned long long loop(void)
{
	unsigned long long count = 1000000, start = __rdtsc();

	__asm__ volatile("1: dec %0; jnz 1b" : "+r" (count));
	return __rdtsc() - start;
}

/* Whether the clock is what we take it for, as soon as nothing else has the processor. */
static void check_clock(void)
{
	unsigned long long took = 0;

	for (int i = 0; i < TRIES; i++) {
		took = loop();
		if (took >= 2000000 && took <= 2200000)
			return;
	}
	errx(1, "this is no guest that counts instructions: 2000000 are %llu", took);
}

static void execute(const char *path)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		execl(path, path, NULL);
		warn("%s", path);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		errx(1, "%s: status %#x", path, status);
}

static void map(const char *path)
{
	static struct stat st;
	static int fd = -1;
	void *at;

	if (fd < 0) {
		fd = open(path, O_RDONLY);
		if (fd < 0 || fstat(fd, &st))
			err(1, "%s", path);
	}
	at = mmap(NULL, st.st_size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED || munmap(at, st.st_size))
		err(1, "%s", path);
}

static void open_as(const char *path, int flags)
{
	int fd = open(path, flags);

	if (fd < 0 || close(fd))
		err(1, "%s", path);
}

static void open_read(const char *path)
{
	open_as(path, O_RDONLY);
}

static void open_write(const char *path)
{
	open_as(path, O_WRONLY);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double measure(void (*act)(const char *path), const char *path, int times)
{
	double means[CHUNKS];

	for (int chunk = -1; chunk < CHUNKS; chunk++) {
		unsigned long long start = __rdtsc();

		for (int i = 0; i < times; i++)
			act(path);
		if (chunk >= 0)
			means[chunk] = (double)(__rdtsc() - start) / times;
	}
	qsort(means, CHUNKS, sizeof(*means), by_size);
	return means[CHUNKS / 2];
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*act)(const char *path);
		int times;
	} cases[] = {
		{ "exec", execute, 40 },
		{ "mmap", map, 1000 },
		{ "read", open_read, 1000 },
		{ "write", open_write, 1000 },
	};

	if (argc < 4)
		errx(2, "usage: measure ROOT CASE PATH...");
	check_clock();
	if (chroot(argv[1]) || chdir("/"))
		err(1, "%s", argv[1]);
	if (!strcmp(argv[2], "first")) {
		for (int i = 3; i < argc; i++) {
			unsigned long long start = __rdtsc();

			execute(argv[i]);
			printf("%llu\n", __rdtsc() - start);
		}
		return 0;
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (!strcmp(argv[2], cases[i].name)) {
			printf("%.1f\n", measure(cases[i].act, argv[3], cases[i].times));
			return 0;
		}
	}
	errx(2, "there is no case '%s'", argv[2]);
}
