// SPDX-License-Identifier: GPL-2.0
/*
 * RCU of liburcu, for readers at full speed. It has no polling for the end of a
 * grace period, so that a thread waits for it.
 */
#include "shim.h"

#include <pthread.h>
#include <stdlib.h>
#include <urcu/urcu-bp.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

/* Numbers of grace periods. */
static unsigned long wanted, over;

void shim_read_lock(void)
{
	urcu_bp_read_lock();
}

void shim_read_unlock(void)
{
	urcu_bp_read_unlock();
}

bool shim_reading(void)
{
	return urcu_bp_read_ongoing();
}

static void *wait_on(void *arg)
{
	unsigned long number;

	(void)arg;
	pthread_mutex_lock(&lock);
	for (;;) {
		while (wanted == over)
			pthread_cond_wait(&changed, &lock);
		number = wanted;
		pthread_mutex_unlock(&lock);
		urcu_bp_synchronize_rcu();
		pthread_mutex_lock(&lock);
		over = number;
		pthread_cond_broadcast(&changed);
	}
	return NULL;
}

static void start(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, wait_on, NULL) ||
	    pthread_detach(thread))
		abort();
}

unsigned long shim_start_poll(void)
{
	unsigned long number;

	pthread_once(&once, start);
	pthread_mutex_lock(&lock);
	number = ++wanted;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	return number;
}

bool shim_poll(unsigned long number)
{
	bool is_over;

	pthread_mutex_lock(&lock);
	is_over = over >= number;
	pthread_mutex_unlock(&lock);
	return is_over;
}

void shim_wait(unsigned long number)
{
	pthread_mutex_lock(&lock);
	while (over < number)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}
