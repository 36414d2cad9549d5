// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * posix.c - heap, mutexes, the monotonic clock and lines in a FILE as hooks of the library.
 * Touches no hardware.
 */
#include "ipmmu-posix.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#include <ipmmu/text.h>

enum {
	LINE_BYTES = 512
};

static void *posix_alloc(void *host, size_t size)
{
	(void)host;
	return calloc(1, size);
}

static void posix_free(void *host, void *object, size_t size)
{
	(void)host;
	(void)size;
	free(object);
}

static void *posix_lock_create(void *host, enum ipmmu_lock_kind kind)
{
	pthread_mutex_t *mutex = malloc(sizeof(*mutex));

	(void)host;
	(void)kind;
	if (mutex != NULL && pthread_mutex_init(mutex, NULL) != 0) {
		free(mutex);
		return NULL;
	}
	return mutex;
}

static void posix_lock_destroy(void *host, void *lock)
{
	(void)host;
	(void)pthread_mutex_destroy(lock);
	free(lock);
}

/* A mutex that cannot be taken or given back is broken memory: going on would corrupt more. */
static unsigned long posix_lock(void *host, void *lock)
{
	(void)host;
	if (pthread_mutex_lock(lock) != 0) {
		abort();
	}
	return 0;
}

static void posix_unlock(void *host, void *lock, unsigned long saved)
{
	(void)host;
	(void)saved;
	if (pthread_mutex_unlock(lock) != 0) {
		abort();
	}
}

static uint64_t posix_now_us(void *host)
{
	struct timespec now = {0, 0};

	(void)host;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static void posix_relax(void *host)
{
	(void)host;
	(void)sched_yield();
}

static void posix_event(void *host, const struct ipmmu_event *event)
{
	const struct ipmmu_posix *posix = host;
	char line[LINE_BYTES];

	if (posix->log != NULL) {
		(void)ipmmu_event_text(event, line, sizeof(line));
		(void)fprintf(posix->log, "%s\n", line);
	}
}

static void posix_fault(void *host, const struct ipmmu_fault *fault)
{
	const struct ipmmu_posix *posix = host;
	char line[LINE_BYTES];

	if (posix->log != NULL) {
		(void)ipmmu_fault_text(fault, line, sizeof(line));
		(void)fprintf(posix->log, "%s\n", line);
	}
}

void ipmmu_posix_ops_init(struct ipmmu_ops *ops)
{
	ops->lock_create = posix_lock_create;
	ops->lock_destroy = posix_lock_destroy;
	ops->lock = posix_lock;
	ops->unlock = posix_unlock;
	ops->alloc = posix_alloc;
	ops->free = posix_free;
	ops->now_us = posix_now_us;
	ops->relax = posix_relax;
	ops->event = posix_event;
	ops->fault = posix_fault;
}
