/* SPDX-License-Identifier: GPL-2.0 */
/* KTAP output, and random numbers that SEED= in the environment repeats. */
#ifndef _KTAP_H
#define _KTAP_H

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct ktap_test {
	const char *name;
	void (*run)(void);
};

static jmp_buf ktap_failed;

/* Ends the test if @cond does not hold. */
#define CHECK(cond)							\
do {									\
	if (!(cond)) {							\
		printf("# %s:%d: %s\n", __FILE__, __LINE__, #cond);	\
		longjmp(ktap_failed, 1);				\
	}								\
} while (0)

static uint64_t ktap_random = 1;

static inline uint64_t random_u64(void)
{
	/* splitmix64 */
	uint64_t z = ktap_random += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static inline unsigned int random_below(unsigned int n)
{
	return random_u64() % n;
}

/* A number out of the environment. */
static inline uint64_t ktap_number(const char *name, uint64_t otherwise)
{
	const char *env = getenv(name);

	return env ? strtoull(env, NULL, 0) : otherwise;
}

static inline int ktap_run(const struct ktap_test *tests, unsigned int n)
{
	const volatile uint64_t seed = ktap_number("SEED", 2004);
	volatile unsigned int i, failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("TAP version 13\n1..%u\n# SEED=%llu\n", n,
	       (unsigned long long)seed);
	for (i = 0; i < n; i++) {
		ktap_random = seed;
		if (setjmp(ktap_failed)) {
			failed++;
			printf("not ok %u %s\n", i + 1, tests[i].name);
		} else {
			tests[i].run();
			printf("ok %u %s\n", i + 1, tests[i].name);
		}
	}
	printf("# Totals: pass:%u fail:%u skip:0\n", n - failed, failed);
	return failed ? 1 : 0;
}

/* What a fuzzer makes of so many buffers of random bytes. */
static inline void ktap_fuzz(int (*one)(const uint8_t *data, size_t size),
			     unsigned int rounds)
{
	static uint8_t data[4096];
	unsigned int i, n;

	while (rounds--) {
		n = 1 + random_below(sizeof(data));
		for (i = 0; i < n; i++)
			data[i] = random_u64();
		one(data, n);
	}
}

#endif /* _KTAP_H */
