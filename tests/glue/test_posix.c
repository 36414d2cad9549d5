// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_posix.c - the hooks that a process serves: locks exclude, the clock goes on, objects are
 * zeroed, events and faults become lines.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <time.h>

#include <ipmmu-posix.h>
#include <ipmmu/event.h>
#include <ipmmu/fault.h>

enum {
	ROUNDS = 20000
};

struct counter {
	struct ipmmu_ops ops;
	void *lock;
	volatile uint32_t value;
};

static void *count_up(void *arg)
{
	struct counter *c = arg;
	uint32_t i;

	for (i = 0; i < ROUNDS; i++) {
		unsigned long saved = c->ops.lock(NULL, c->lock);
		uint32_t value = c->value;

		c->ops.relax(NULL);
		c->value = value + 1;
		c->ops.unlock(NULL, c->lock, saved);
	}
	return NULL;
}

static void both_kinds_of_lock_exclude(void **state)
{
	const enum ipmmu_lock_kind kinds[] = {IPMMU_LOCK_PLAIN, IPMMU_LOCK_IRQ};
	struct counter c = {0};
	pthread_t other;
	size_t i;

	(void)state;
	ipmmu_posix_ops_init(&c.ops);
	for (i = 0; i < 2; i++) {
		c.value = 0;
		c.lock = c.ops.lock_create(NULL, kinds[i]);
		assert_non_null(c.lock);
		assert_int_equal(pthread_create(&other, NULL, count_up, &c), 0);
		(void)count_up(&c);
		assert_int_equal(pthread_join(other, NULL), 0);
		assert_int_equal(c.value, 2 * ROUNDS);
		c.ops.lock_destroy(NULL, c.lock);
	}
}

static void objects_are_zeroed(void **state)
{
	struct ipmmu_ops ops = {0};
	uint32_t i;

	(void)state;
	ipmmu_posix_ops_init(&ops);
	for (i = 0; i < 100; i++) {
		unsigned char *object = ops.alloc(NULL, 64);

		assert_non_null(object);
		assert_int_equal(object[0] | object[63], 0);
		memset(object, 0xff, 64);
		ops.free(NULL, object, 64);
	}
}

static void clock_counts_microseconds(void **state)
{
	const struct timespec wait = {0, 20000000};
	struct ipmmu_ops ops = {0};
	uint64_t start;
	uint64_t took;

	(void)state;
	ipmmu_posix_ops_init(&ops);
	start = ops.now_us(NULL);
	(void)nanosleep(&wait, NULL);
	took = ops.now_us(NULL) - start;
	assert_in_range(took, 20000, 10000000);
}

static void event_and_fault_are_a_line_each(void **state)
{
	struct ipmmu_posix posix = {NULL};
	struct ipmmu_ops ops = {0};
	struct ipmmu_event event = {0};
	struct ipmmu_fault fault = {0};
	char *text = NULL;
	size_t size = 0;

	(void)state;
	ipmmu_posix_ops_init(&ops);
	event.kind = IPMMU_EVENT_FAULT_LOST;
	event.value = 12345;
	fault.iova.v = 0xabcde000;
	ops.event(&posix, &event);
	ops.fault(&posix, &fault);
	posix.log = open_memstream(&text, &size);
	assert_non_null(posix.log);
	ops.event(&posix, &event);
	ops.fault(&posix, &fault);
	assert_int_equal(fclose(posix.log), 0);
	assert_non_null(strstr(text, "12345"));
	assert_non_null(strstr(strchr(text, '\n'), "abcde000"));
	assert_int_equal(text[size - 1], '\n');
	assert_ptr_equal(strchr(strchr(text, '\n') + 1, '\n'), text + size - 1);
	free(text);
}

static void hooks_of_the_machine_stay_as_they_are(void **state)
{
	struct ipmmu_ops ops;
	struct ipmmu_ops before;

	(void)state;
	memset(&ops, 0x5a, sizeof(ops));
	before = ops;
	ipmmu_posix_ops_init(&ops);
	assert_memory_equal(&ops.mmio_read32, &before.mmio_read32, sizeof(ops.mmio_read32));
	assert_memory_equal(&ops.table_alloc, &before.table_alloc, sizeof(ops.table_alloc));
	assert_memory_equal(&ops.clean, &before.clean, sizeof(ops.clean));
	assert_memory_equal(&ops.power_get, &before.power_get, sizeof(ops.power_get));
	assert_memory_equal(&ops.quiesce, &before.quiesce, sizeof(ops.quiesce));
	assert_memory_not_equal(&ops.now_us, &before.now_us, sizeof(ops.now_us));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_kinds_of_lock_exclude),
		cmocka_unit_test(objects_are_zeroed),
		cmocka_unit_test(clock_counts_microseconds),
		cmocka_unit_test(event_and_fault_are_a_line_each),
		cmocka_unit_test(hooks_of_the_machine_stay_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
