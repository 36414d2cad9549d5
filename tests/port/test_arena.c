// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_arena.c - the arena keeps its promise of size, its objects apart and its bytes plain.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ipmmu/arena.h>

#include "../../src/port/object_sizes.h"

#define SLOT 8192u
#define BASE 0x48000000ull

static uint8_t buffer[4u << 20] __attribute__((aligned(8192)));
static uint8_t saved[sizeof(buffer)];

static const struct ipmmu_pa base = {BASE};

/* A small generator, so that every run is the same. */
static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static struct ipmmu_arena *arena_for(const struct ipmmu_arena_needs *needs)
{
	size_t size = ipmmu_arena_size(needs);
	struct ipmmu_arena *arena;

	assert_true(size != 0 && size <= sizeof(buffer));
	arena = ipmmu_arena_init(buffer, size, base, needs->table_pages + 2 * needs->roots);
	assert_non_null(arena);
	return arena;
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		if (bytes[i] != 0) {
			return false;
		}
	}
	return true;
}

static bool is_filled(const uint8_t *bytes, size_t size, uint8_t fill)
{
	size_t i;

	for (i = 0; i < size; i++) {
		if (bytes[i] != fill) {
			return false;
		}
	}
	return true;
}

static void size_grows_with_every_need(void **state)
{
	const struct ipmmu_arena_needs least = {1, 0, 0, 0, 0, 0};
	struct ipmmu_arena_needs more = least;

	(void)state;
	more.roots = 2;
	assert_true(ipmmu_arena_size(&more) > ipmmu_arena_size(&least));
	more = least;
	more.caches = 4;
	assert_true(ipmmu_arena_size(&more) > ipmmu_arena_size(&least));
	more = least;
	more.masters = 100;
	assert_true(ipmmu_arena_size(&more) > ipmmu_arena_size(&least));
	more = least;
	more.domains = 100;
	assert_true(ipmmu_arena_size(&more) > ipmmu_arena_size(&least));
	more = least;
	more.owned_domains = 100;
	assert_true(ipmmu_arena_size(&more) > ipmmu_arena_size(&least));
	more = least;
	more.table_pages = 2;
	assert_true(ipmmu_arena_size(&more) > ipmmu_arena_size(&least));
}

static void size_is_0_where_there_is_no_answer(void **state)
{
	const struct ipmmu_arena_needs pages = {UINT32_MAX, 0, 0, 0, UINT32_MAX, 0};

	(void)state;
	assert_int_equal(ipmmu_arena_size(NULL), 0);
	assert_int_equal(ipmmu_arena_size(&pages), 0);
}

static void init_refuses_what_it_cannot_use(void **state)
{
	const struct ipmmu_arena_needs needs = {1, 0, 0, 0, 0, 0};
	const struct ipmmu_pa odd = {BASE + 4096};
	const struct ipmmu_pa high = {(1ull << 40) - SLOT};
	const struct ipmmu_pa over = {1ull << 41};
	size_t size = ipmmu_arena_size(&needs);

	(void)state;
	assert_null(ipmmu_arena_init(NULL, size, base, 2));
	assert_null(ipmmu_arena_init(buffer, size, odd, 2));
	assert_null(ipmmu_arena_init(buffer, size, high, 2));
	assert_null(ipmmu_arena_init(buffer, size, over, 2));
	assert_null(ipmmu_arena_init(buffer, 2 * SLOT, base, 2));
	assert_null(ipmmu_arena_init(buffer, size, base, UINT32_MAX));
	assert_null(ipmmu_arena_init(buffer, 16, base, 0));
	assert_non_null(ipmmu_arena_init(buffer, size, base, 2));
}

/* A page of a misaligned buffer is not where its address says, nor are objects aligned. */
static void init_refuses_a_buffer_that_is_not_aligned(void **state)
{
	static const size_t wrong[] = {1, 2, 4, 8, 16, 64, 2048, 4096, SLOT - 1, SLOT + 1};
	const struct ipmmu_arena_needs needs = {1, 0, 0, 0, 0, 0};
	size_t size = ipmmu_arena_size(&needs);
	size_t i;

	(void)state;
	memset(buffer, 0xa5, sizeof(buffer));
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_null(ipmmu_arena_init(buffer + wrong[i], size, base, 2));
	}
	assert_true(is_filled(buffer, sizeof(buffer), 0xa5));
	assert_non_null(ipmmu_arena_init(buffer + SLOT, size, base, 2));
}

static void init_accepts_a_buffer_that_ends_at_2_to_the_40(void **state)
{
	const struct ipmmu_pa high = {(1ull << 40) - 4 * SLOT};
	struct ipmmu_arena *arena = ipmmu_arena_init(buffer, 4 * SLOT, high, 2);
	struct ipmmu_pa pa;

	(void)state;
	assert_non_null(arena);
	assert_non_null(ipmmu_arena_table_alloc(arena, 2, &pa));
	assert_true(pa.v + SLOT <= 1ull << 40);
}

static void init_clears_the_whole_buffer(void **state)
{
	const struct ipmmu_arena_needs needs = {1, 1, 1, 1, 0, 0};
	size_t size = ipmmu_arena_size(&needs);

	(void)state;
	memset(buffer, 0xa5, sizeof(buffer));
	assert_non_null(ipmmu_arena_init(buffer, size, base, 2));
	assert_true(is_zero(buffer + 1024, size - 1024));
	assert_true(is_filled(buffer + size, 64, 0xa5));
}

/* One allocation of a system, and what it is filled with. */
struct object {
	uint8_t *bytes;
	size_t size;
	uint8_t fill;
};

#define MAX_OBJECTS 256

struct herd {
	struct object objects[MAX_OBJECTS];
	size_t most[MAX_OBJECTS]; /* bound of each */
	uint32_t count;
};

static void herd_add(struct herd *herd, size_t count, size_t bytes)
{
	size_t i;

	for (i = 0; i < count; i++) {
		assert_true(herd->count < MAX_OBJECTS);
		herd->most[herd->count++] = bytes;
	}
}

static void herd_make(struct herd *herd, const struct ipmmu_arena_needs *n)
{
	memset(herd, 0, sizeof(*herd));
#define ADD(count, bytes) herd_add(herd, count, bytes);
	IPMMU_OBJECTS(ADD)
#undef ADD
}

static void object_take(struct ipmmu_arena *arena, struct object *object, size_t size,
			uint8_t fill)
{
	object->bytes = ipmmu_arena_alloc(arena, size);
	if (object->bytes == NULL) {
		fail_msg("no room for %zu bytes within the announced numbers", size);
		return;
	}
	assert_int_equal((size_t)(object->bytes - buffer) % 16, 0);
	assert_true(is_zero(object->bytes, size));
	object->size = size;
	object->fill = fill;
	memset(object->bytes, fill, size);
}

static void object_drop(struct ipmmu_arena *arena, struct object *object)
{
	assert_true(is_filled(object->bytes, object->size, object->fill));
	ipmmu_arena_free(arena, object->bytes, object->size);
	object->bytes = NULL;
}

static void herd_drop_all(struct ipmmu_arena *arena, struct herd *herd)
{
	uint32_t i;

	for (i = 0; i < herd->count; i++) {
		if (herd->objects[i].bytes != NULL) {
			object_drop(arena, &herd->objects[i]);
		}
	}
}

static void objects_of_any_size_up_to_their_bound_fit_in_any_order(void **state)
{
	const struct ipmmu_arena_needs needs = {2, 6, 40, 20, 10, 8};
	struct ipmmu_arena *arena = arena_for(&needs);
	struct ipmmu_arena_use use;
	struct herd herd;
	uint32_t seed = 1;
	uint32_t step;

	(void)state;
	herd_make(&herd, &needs);
	for (step = 0; step < 40000; step++) {
		uint32_t i = next(&seed) % herd.count;
		struct object *object = &herd.objects[i];

		if (object->bytes != NULL) {
			object_drop(arena, object);
		} else {
			/* Now small, now large, now the bound itself. */
			size_t most = herd.most[i] >> (next(&seed) % 4 * 2);
			size_t size = next(&seed) % 3 == 0 ? most : next(&seed) % (most + 1);

			object_take(arena, object, size, (uint8_t)(step | 1));
		}
	}
	herd_drop_all(arena, &herd);
	ipmmu_arena_query(arena, &use);
	assert_int_equal(use.object_bytes, 0);
}

/* The worst order for classes: all objects of one size, then all of the next. */
static void objects_fit_when_all_change_their_size_together(void **state)
{
	const struct ipmmu_arena_needs needs = {1, 16, 60, 30, 0, 12};
	struct ipmmu_arena *arena = arena_for(&needs);
	struct herd herd;
	uint32_t shift;
	uint32_t i;

	(void)state;
	herd_make(&herd, &needs);
	for (shift = 13; shift-- > 0;) {
		for (i = 0; i < herd.count; i++) {
			object_take(arena, &herd.objects[i], herd.most[i] >> shift, (uint8_t)i);
		}
		herd_drop_all(arena, &herd);
	}
}

static void alloc_answers_null_when_full_and_works_again_after_a_free(void **state)
{
	struct ipmmu_arena *arena = ipmmu_arena_init(buffer, 2 * SLOT, base, 0);
	struct ipmmu_arena_use use;
	void *last = NULL;
	void *object;
	size_t count = 0;

	(void)state;
	assert_non_null(arena);
	while ((object = ipmmu_arena_alloc(arena, 100)) != NULL) {
		last = object;
		count++;
	}
	ipmmu_arena_query(arena, &use);
	assert_int_equal(use.object_bytes, count * 128);
	assert_true(use.object_capacity - use.object_bytes < 128);
	assert_null(ipmmu_arena_alloc(arena, SIZE_MAX));
	ipmmu_arena_free(arena, NULL, 100);
	ipmmu_arena_free(arena, last, 100);
	assert_ptr_equal(ipmmu_arena_alloc(arena, 65), last);
	assert_null(ipmmu_arena_alloc(arena, 128));
}

static void a_freed_object_comes_back_clean(void **state)
{
	struct ipmmu_arena *arena = ipmmu_arena_init(buffer, 2 * SLOT, base, 0);
	uint8_t *object = ipmmu_arena_alloc(arena, 48);

	(void)state;
	memset(object, 0xff, 48);
	ipmmu_arena_free(arena, object, 48);
	assert_ptr_equal(ipmmu_arena_alloc(arena, 40), object);
	assert_true(is_zero(object, 48));
}

static void tables_are_clean_aligned_and_where_their_address_says(void **state)
{
	const struct ipmmu_arena_needs needs = {1, 0, 0, 0, 8, 0};
	struct ipmmu_arena *arena = arena_for(&needs);
	uint32_t i;

	(void)state;
	for (i = 0; i < 20; i++) {
		uint32_t pages = 1 + i % 2;
		struct ipmmu_pa pa = {0};
		uint8_t *table = ipmmu_arena_table_alloc(arena, pages, &pa);

		assert_non_null(table);
		assert_true(pa.v == BASE + (uint64_t)(table - buffer));
		assert_int_equal(pa.v % (pages * 4096u), 0);
		memset(table, 0xff, pages * 4096u);
		ipmmu_arena_table_free(arena, table, pa, pages);
	}
	assert_null(ipmmu_arena_table_alloc(arena, 0, &(struct ipmmu_pa){0}));
	assert_null(ipmmu_arena_table_alloc(arena, 3, &(struct ipmmu_pa){0}));
}

static void table_free_leaves_alone_what_is_not_in_use(void **state)
{
	const struct ipmmu_arena_needs needs = {1, 0, 0, 0, 2, 0};
	struct ipmmu_arena *arena = arena_for(&needs);
	struct ipmmu_pa pa;
	const struct ipmmu_pa before = {BASE};
	const struct ipmmu_pa behind = {BASE + sizeof(buffer)};
	struct ipmmu_arena_use use;
	void *table = ipmmu_arena_table_alloc(arena, 1, &pa);

	(void)state;
	ipmmu_arena_table_free(arena, NULL, pa, 1);
	ipmmu_arena_table_free(arena, table, before, 1);
	ipmmu_arena_table_free(arena, table, behind, 1);
	ipmmu_arena_table_free(arena, table, pa, 2);
	ipmmu_arena_table_free(arena, table, pa, 0);
	ipmmu_arena_table_free(arena, table, pa, 3);
	ipmmu_arena_query(arena, &use);
	assert_int_equal(use.table_pages, 1);
	ipmmu_arena_table_free(arena, table, pa, 1);
	ipmmu_arena_table_free(arena, table, pa, 1);
	ipmmu_arena_query(arena, &use);
	assert_int_equal(use.table_pages, 0);
	assert_int_equal(use.table_capacity, 4);
}

#define MOST_PAGES 6
#define MAX_STATES 8192

/* A table that is in use: its page number and how many pages; 0 pages = none. */
struct tables {
	uint8_t page[MOST_PAGES];
	uint8_t pages[MOST_PAGES];
	uint8_t head[512]; /* the arena's bytes before the objects */
};

static struct tables queue[MAX_STATES];
static uint32_t queue_end;

static uint32_t tables_used(const struct tables *t)
{
	uint32_t used = 0;
	uint32_t i;

	for (i = 0; i < MOST_PAGES; i++) {
		used += t->pages[i];
	}
	return used;
}

/* States are equal when the same pages are used in the same way. */
static bool tables_known(const struct tables *t)
{
	uint32_t i;
	uint32_t k;

	for (i = 0; i < queue_end; i++) {
		uint8_t a[32] = {0};
		uint8_t b[32] = {0};

		for (k = 0; k < MOST_PAGES; k++) {
			a[t->page[k]] = (uint8_t)(a[t->page[k]] | t->pages[k]);
			b[queue[i].page[k]] =
				(uint8_t)(b[queue[i].page[k]] | queue[i].pages[k]);
		}
		if (memcmp(a, b, sizeof(a)) == 0) {
			return true;
		}
	}
	return false;
}

static void tables_visit(struct tables *t)
{
	if (!tables_known(t)) {
		assert_true(queue_end < MAX_STATES);
		memcpy(t->head, buffer, sizeof(t->head));
		queue[queue_end++] = *t;
	}
}

static void tables_take(const struct tables *from, struct ipmmu_arena *arena, uint32_t pages,
			uint64_t first)
{
	struct tables t = *from;
	struct ipmmu_pa pa;
	uint32_t i;

	memcpy(buffer, from->head, sizeof(from->head));
	assert_non_null(ipmmu_arena_table_alloc(arena, pages, &pa));
	for (i = 0; t.pages[i] != 0; i++) {
	}
	t.page[i] = (uint8_t)((pa.v - first) / 4096);
	t.pages[i] = (uint8_t)pages;
	tables_visit(&t);
}

static void tables_drop(const struct tables *from, struct ipmmu_arena *arena, uint32_t i,
			uint64_t first)
{
	struct tables t = *from;
	struct ipmmu_pa pa = {first + t.page[i] * 4096ull};

	memcpy(buffer, from->head, sizeof(from->head));
	ipmmu_arena_table_free(arena, buffer + (pa.v - BASE), pa, t.pages[i]);
	t.page[i] = 0;
	t.pages[i] = 0;
	tables_visit(&t);
}

/* From every state that any order of calls can reach, whatever is within the number fits. */
static void explore_pages(uint32_t most)
{
	size_t size = 16 * SLOT;
	struct ipmmu_arena *arena = ipmmu_arena_init(buffer, size, base, most);
	uint32_t slots = (most + (most + 1) / 2 + 1) / 2;
	uint64_t first = BASE + size - slots * SLOT;
	uint32_t n;
	uint32_t i;

	assert_non_null(arena);
	queue_end = 0;
	tables_visit(&(struct tables){{0}, {0}, {0}});
	for (n = 0; n < queue_end; n++) {
		uint32_t used = tables_used(&queue[n]);

		for (i = 1; i <= 2; i++) {
			if (used + i <= most) {
				tables_take(&queue[n], arena, i, first);
			} else {
				memcpy(buffer, queue[n].head, sizeof(queue[n].head));
				assert_null(ipmmu_arena_table_alloc(arena, i,
								    &(struct ipmmu_pa){0}));
			}
		}
		for (i = 0; i < MOST_PAGES; i++) {
			if (queue[n].pages[i] != 0) {
				tables_drop(&queue[n], arena, i, first);
			}
		}
	}
}

static void tables_within_the_number_fit_after_every_order_of_calls(void **state)
{
	uint32_t most;

	(void)state;
	for (most = 0; most <= MOST_PAGES; most++) {
		explore_pages(most);
	}
	assert_true(queue_end > 100);
}

static void tables_fit_when_every_second_page_was_freed(void **state)
{
	const struct ipmmu_arena_needs needs = {0, 0, 0, 0, 200, 0};
	struct ipmmu_arena *arena = arena_for(&needs);
	struct ipmmu_pa pas[200];
	struct ipmmu_pa pa;
	void *tables[200];
	uint32_t i;

	(void)state;
	for (i = 0; i < 200; i++) {
		tables[i] = ipmmu_arena_table_alloc(arena, 1, &pas[i]);
		assert_non_null(tables[i]);
	}
	assert_null(ipmmu_arena_table_alloc(arena, 1, &pa));
	for (i = 0; i < 200; i += 2) {
		ipmmu_arena_table_free(arena, tables[i], pas[i], 1);
	}
	for (i = 0; i < 50; i++) {
		assert_non_null(ipmmu_arena_table_alloc(arena, 2, &pa));
	}
	assert_null(ipmmu_arena_table_alloc(arena, 1, &pa));
}

static void bytes_put_back_restore_everything(void **state)
{
	const struct ipmmu_arena_needs needs = {1, 2, 4, 4, 4, 0};
	size_t size = ipmmu_arena_size(&needs);
	struct ipmmu_arena *arena = arena_for(&needs);
	struct ipmmu_pa pa[3];
	struct ipmmu_arena_use use[2];
	void *object[3];
	void *table[3];

	(void)state;
	object[0] = ipmmu_arena_alloc(arena, 100);
	table[0] = ipmmu_arena_table_alloc(arena, 1, &pa[0]);
	memset(object[0], 0x5a, 100);
	memcpy(saved, buffer, size);
	ipmmu_arena_query(arena, &use[0]);

	object[1] = ipmmu_arena_alloc(arena, 100);
	table[1] = ipmmu_arena_table_alloc(arena, 2, &pa[1]);
	ipmmu_arena_free(arena, object[0], 100);
	ipmmu_arena_table_free(arena, table[0], pa[0], 1);
	memcpy(buffer, saved, size);

	ipmmu_arena_query(arena, &use[1]);
	assert_memory_equal(&use[0], &use[1], sizeof(use[0]));
	assert_true(is_filled(object[0], 100, 0x5a));
	object[2] = ipmmu_arena_alloc(arena, 100);
	table[2] = ipmmu_arena_table_alloc(arena, 2, &pa[2]);
	assert_ptr_equal(object[2], object[1]);
	assert_ptr_equal(table[2], table[1]);
	assert_true(pa[2].v == pa[1].v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(size_grows_with_every_need),
		cmocka_unit_test(size_is_0_where_there_is_no_answer),
		cmocka_unit_test(init_refuses_what_it_cannot_use),
		cmocka_unit_test(init_refuses_a_buffer_that_is_not_aligned),
		cmocka_unit_test(init_accepts_a_buffer_that_ends_at_2_to_the_40),
		cmocka_unit_test(init_clears_the_whole_buffer),
		cmocka_unit_test(objects_of_any_size_up_to_their_bound_fit_in_any_order),
		cmocka_unit_test(objects_fit_when_all_change_their_size_together),
		cmocka_unit_test(alloc_answers_null_when_full_and_works_again_after_a_free),
		cmocka_unit_test(a_freed_object_comes_back_clean),
		cmocka_unit_test(tables_are_clean_aligned_and_where_their_address_says),
		cmocka_unit_test(table_free_leaves_alone_what_is_not_in_use),
		cmocka_unit_test(tables_within_the_number_fit_after_every_order_of_calls),
		cmocka_unit_test(tables_fit_when_every_second_page_was_freed),
		cmocka_unit_test(bytes_put_back_restore_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
