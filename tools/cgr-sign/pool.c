// SPDX-License-Identifier: GPL-2.0
#include "pool.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "file.h"
#include "list.h"
#include "progress.h"
#include "result.h"

/* How often progress is shown. */
#define SHOW_MS	100

struct pool {
	const struct job *job;
	struct list *list;
	atomic_size_t next;
	atomic_size_t done;
	atomic_bool failed;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	unsigned int running;
};

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	stop = sig;
}

static void one(struct pool *pool, struct item *item)
{
	struct result r, *copy;

	file_do(pool->job, item->path, item->named, &r);
	if (r.state == STATE_NONE)
		return;
	copy = malloc(sizeof(*copy));
	if (copy)
		*copy = r;
	else
		pool->failed = true;
	item->result = copy;
}

static void *work(void *arg)
{
	struct pool *pool = arg;
	size_t i;

	while (!stop && !pool->failed) {
		i = pool->next++;
		if (i >= pool->list->nr)
			break;
		one(pool, &pool->list->items[i]);
		pool->done++;
	}
	pthread_mutex_lock(&pool->lock);
	if (!--pool->running)
		pthread_cond_signal(&pool->ended);
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

/* Shows how far it is, until all threads have ended. */
static void watch(struct pool *pool, bool show)
{
	struct progress progress;
	struct timespec until;

	progress_begin(&progress, show, pool->list->nr);
	pthread_mutex_lock(&pool->lock);
	while (pool->running) {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += SHOW_MS * 1000000L;
		if (until.tv_nsec >= 1000000000L) {
			until.tv_nsec -= 1000000000L;
			until.tv_sec++;
		}
		pthread_cond_timedwait(&pool->ended, &pool->lock, &until);
		progress_show(&progress, pool->done);
	}
	pthread_mutex_unlock(&pool->lock);
	progress_end(&progress);
}

/**
 * pool_run() - do what is to be done with each file
 * @job: what
 * @list: the files; their results are set
 * @threads: how many at once, 1 or more
 * @progress: show progress, if there is a terminal
 *
 * SIGINT, SIGTERM and SIGHUP end it once the files begun are done.
 *
 * Return: 0, or the signal, or -1 without memory.
 */
int pool_run(const struct job *job, struct list *list, unsigned int threads,
	     bool progress)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct pool pool = {
		.job = job,
		.list = list,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.ended = PTHREAD_COND_INITIALIZER,
	};
	pthread_t *ids;
	unsigned int i, n = 0;

	if (threads > list->nr)
		threads = list->nr;
	ids = calloc(threads + 1, sizeof(*ids));
	if (!ids)
		return -1;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	pthread_mutex_lock(&pool.lock);
	for (i = 0; i < threads; i++) {
		if (pthread_create(&ids[n], NULL, work, &pool))
			break;
		pool.running++;
		n++;
	}
	pthread_mutex_unlock(&pool.lock);
	watch(&pool, progress);
	for (i = 0; i < n; i++)
		pthread_join(ids[i], NULL);
	free(ids);
	if (stop)
		return stop;
	return pool.failed || (list->nr && !n) ? -1 : 0;
}
