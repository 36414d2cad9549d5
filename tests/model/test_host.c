// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_host.c - the machine around the model: power, RAM, objects, clock, bytes to save; and
 * the builder's tables in all formats under the model's walker. Uses none of the library's
 * core.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <ipmmu-model/host.h>
#include <ipmmu/soc.h>

#define RAM_PA    0x48000000ull
#define RAM_PAGES 64u

/* A root, a cache that is always on, and one that is not. */
struct machine {
	struct ipmmu_mmu_desc mmus[3];
	struct ipmmu_system_desc desc;
	struct model_host_config config;
	struct model_host *host;
	const struct ipmmu_ops *ops;
	struct model *model;
};

static void mmu_describe(struct ipmmu_mmu_desc *mmu, bool always_on)
{
	mmu->name = "mmu";
	mmu->soc = ipmmu_soc_find("renesas,ipmmu-r8a779f0", NULL);
	mmu->reg_size = 0x20000;
	mmu->imsstr_bit = IPMMU_NONE;
	mmu->always_on = always_on;
	assert_non_null(mmu->soc);
}

static int machine_make(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	mmu_describe(&m->mmus[0], true);
	mmu_describe(&m->mmus[1], true);
	mmu_describe(&m->mmus[2], false);
	m->desc.mmus = m->mmus;
	m->desc.mmu_count = 3;
	m->config.desc = &m->desc;
	m->config.ram_pa = RAM_PA;
	m->config.ram_pages = RAM_PAGES;
	m->host = model_host_create(&m->config);
	assert_non_null(m->host);
	model_host_bind(m->host, m->mmus, 3);
	m->ops = model_host_ops();
	m->model = model_host_model(m->host);
	*state = m;
	return 0;
}

static int machine_end(void **state)
{
	struct machine *m = *state;

	model_host_destroy(m->host);
	free(m);
	return 0;
}

static uint32_t context_at(uint32_t reg)
{
	return model_context_offset(MODEL_GEN4, 1, reg);
}

static void unit_has_power_when_always_on_or_asked_for(void **state)
{
	struct machine *m = *state;

	(void)m->ops->mmio_read32(m->host, m->mmus[1].mmio, context_at(0));
	assert_int_equal(model_violation_count(m->model), 0);
	(void)m->ops->mmio_read32(m->host, m->mmus[2].mmio, context_at(0));
	assert_int_equal(model_violation_count(m->model), 1);
	assert_int_equal(m->ops->power_get(m->host, &m->mmus[2]), IPMMU_OK);
	assert_int_equal(m->ops->power_get(m->host, &m->mmus[2]), IPMMU_OK);
	m->ops->power_put(m->host, &m->mmus[2]);
	(void)m->ops->mmio_read32(m->host, m->mmus[2].mmio, context_at(0));
	assert_int_equal(model_violation_count(m->model), 1);
	m->ops->power_put(m->host, &m->mmus[2]);
	(void)m->ops->mmio_read32(m->host, m->mmus[2].mmio, context_at(0));
	assert_int_equal(model_violation_count(m->model), 2);
}

static void always_on_unit_keeps_its_state_over_power_hooks(void **state)
{
	struct machine *m = *state;
	uint32_t ttbr = context_at(0x10);

	m->ops->mmio_write32(m->host, m->mmus[0].mmio, ttbr, 0x12345000);
	assert_int_equal(m->ops->power_get(m->host, &m->mmus[0]), IPMMU_OK);
	m->ops->power_put(m->host, &m->mmus[0]);
	assert_int_equal(m->ops->mmio_read32(m->host, m->mmus[0].mmio, ttbr), 0x12345000);
}

static void table_page_is_rubbish_to_the_walker_until_cleaned(void **state)
{
	struct machine *m = *state;
	struct ipmmu_pa pa = {0};
	uint64_t *table = m->ops->table_alloc(m->host, 2, &pa);
	uint64_t *seen;

	assert_non_null(table);
	assert_int_equal(pa.v % 8192, 0);
	assert_int_equal(table[0], 0x5b5b5b5b5b5b5b5b);
	memset(table, 0, 8192);
	seen = model_host_bytes(m->host, pa.v, 8192);
	assert_int_equal(seen[0], 0xa5a5a5a5a5a5a5a5);
	table[600] = 7;
	m->ops->clean(m->host, &table[512], 4096);
	assert_int_equal(seen[0], 0xa5a5a5a5a5a5a5a5);
	assert_int_equal(seen[512], 0);
	assert_int_equal(seen[600], 7);
	m->ops->table_free(m->host, table, pa, 2);
	assert_int_equal(model_host_pages_free(m->host), RAM_PAGES);
}

static void pages_are_given_once_and_aligned(void **state)
{
	struct machine *m = *state;
	struct model_memory memory = model_host_memory(m->host);
	uint64_t one = memory.alloc(memory.arg, 1);
	uint64_t three = memory.alloc(memory.arg, 3);

	assert_int_equal(three % (4 * 4096), 0);
	assert_true(three != one);
	assert_false(model_host_claim(m->host, three + 0x2000, 1));
	assert_true(model_host_claim(m->host, three + 0x3000, 1));
	assert_false(model_host_claim(m->host, RAM_PA + RAM_PAGES * 4096ull, 1));
	assert_false(model_host_claim(m->host, RAM_PA - 4096, 1));
	assert_false(model_host_claim(m->host, RAM_PA + (RAM_PAGES - 1) * 4096ull, 2));
	assert_int_equal(model_host_pages_free(m->host), RAM_PAGES - 5);
	assert_int_equal(memory.alloc(memory.arg, RAM_PAGES), 0);
	assert_null(model_host_bytes(m->host, RAM_PA + RAM_PAGES * 4096ull - 8, 16));
}

static void objects_are_zeroed_and_join_when_given_back(void **state)
{
	struct machine *m = *state;
	unsigned char *objects[8];
	size_t i;

	for (i = 0; i < 8; i++) {
		objects[i] = m->ops->alloc(m->host, 30000);
		assert_non_null(objects[i]);
		assert_int_equal(objects[i][0] | objects[i][29999], 0);
		memset(objects[i], 0xff, 30000);
	}
	assert_null(m->ops->alloc(m->host, 30000));
	assert_int_equal(model_host_objects(m->host), 8);
	for (i = 0; i < 8; i++) {
		m->ops->free(m->host, objects[i], 30000);
	}
	assert_int_equal(model_host_objects(m->host), 0);
	assert_non_null(m->ops->alloc(m->host, 250000));
}

static void waiting_lets_a_flush_end(void **state)
{
	struct machine *m = *state;
	uint32_t polls = 0;

	m->ops->mmio_write32(m->host, m->mmus[1].mmio, context_at(0), 2);
	while ((m->ops->mmio_read32(m->host, m->mmus[1].mmio, context_at(0)) & 2) != 0) {
		m->ops->relax(m->host);
		polls++;
		assert_true(polls < 100);
	}
	assert_true(polls > 0);
	assert_true(m->ops->now_us(m->host) < m->ops->now_us(m->host));
}

static void saved_bytes_restore_registers_ram_and_objects(void **state)
{
	struct machine *m = *state;
	struct model_memory memory = model_host_memory(m->host);
	uint64_t page = memory.alloc(memory.arg, 1);
	uint32_t *object = m->ops->alloc(m->host, 4);
	size_t size = 0;
	void *image = model_host_image(m->host, &size);
	void *saved = malloc(size);
	uint64_t value = 0;

	assert_non_null(saved);
	*object = 5;
	memory.store(memory.arg, page, 77);
	m->ops->mmio_write32(m->host, m->mmus[0].mmio, context_at(0x10), 0x1000);
	memcpy(saved, image, size);
	*object = 6;
	memory.store(memory.arg, page, 78);
	m->ops->mmio_write32(m->host, m->mmus[0].mmio, context_at(0x10), 0x2000);
	memcpy(image, saved, size);
	free(saved);
	assert_int_equal(*object, 5);
	assert_true(memory.load(memory.arg, page, &value));
	assert_int_equal(value, 77);
	assert_int_equal(model_peek(m->model, 0, context_at(0x10)), 0x1000);
}

static void create_refuses_what_is_no_machine(void **state)
{
	struct machine *m = *state;
	struct model_host_config config = m->config;

	config.ram_pa = RAM_PA + 4096;
	assert_null(model_host_create(&config));
	config.ram_pa = RAM_PA;
	config.ram_pages = 0;
	assert_null(model_host_create(&config));
	config.ram_pages = 1;
	m->mmus[1].soc = NULL;
	assert_null(model_host_create(&config));
	m->desc.mmu_count = 0;
	assert_null(model_host_create(&config));
}

/* Registers of a context as the public drivers set them, per format. */
struct format_case {
	enum model_format format;
	uint32_t bits;
	uint32_t ttbcr;
	uint32_t imctr;
	uint32_t imsauxctlr;
};

static const struct format_case format_cases[] = {
	{MODEL_FORMAT_S2, 40, 0xc0000058, 0x20000007, 8},
	{MODEL_FORMAT_S2, 36, 0xc000005c, 0x20000007, 8},
	{MODEL_FORMAT_S1_AARCH32, 32, 0x80000080, 0x00000007, 0},
	{MODEL_FORMAT_S1_AARCH64, 39, 0x80190099, 0x20000007, 0},
};

static void context_set(struct machine *m, const struct format_case *c, uint64_t root)
{
	const uint32_t words[][2] = {
		{0x10, (uint32_t)root}, {0x14, (uint32_t)(root >> 32)},
		{0x18, (uint32_t)root}, {0x1c, (uint32_t)(root >> 32)},
		{0x08, c->ttbcr},       {0x28, 0xf404ff44},
		{0x00, c->imctr},
	};
	size_t i;

	model_write(m->model, 0, 0x1504, c->imsauxctlr);
	model_write(m->model, 0, 0x1500, 0);
	model_write(m->model, 1, 0x1500, 0);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		model_write(m->model, 0, context_at(words[i][0]), words[i][1]);
	}
	model_write(m->model, 1, context_at(0), 7);
	model_tick(m->model, 10);
	model_write(m->model, 1, model_utlb_offset(MODEL_GEN4, 3, false), 0x13);
}

static struct model_access try_access(struct machine *m, uint64_t iova, bool write)
{
	struct model_access access = {0};

	access.unit = 1;
	access.utlb = 3;
	access.iova = iova;
	access.write = write;
	model_access(m->model, &access);
	model_write(m->model, 0, context_at(0x20), 0);
	return access;
}

static void walker_finds_what_the_builder_mapped(struct machine *m, const struct format_case *c)
{
	struct model_memory memory = model_host_memory(m->host);
	struct model_table table;
	struct model_access access;
	uint64_t top = (1ull << c->bits) - 0x1000;

	assert_int_equal(model_table_create(&table, c->format, c->bits, &memory), 0);
	assert_int_equal(model_table_map(&table, top, 0x9812345000, 0x1000, true, true, true),
			 0);
	assert_int_equal(
		model_table_map(&table, 0x40200000, 0x80400000, 0x200000, true, false, true),
		0);
	context_set(m, c, table.root);
	access = try_access(m, top + 0xabc, true);
	assert_int_equal(access.state, MODEL_ACCESS_DONE);
	assert_int_equal(access.pa, 0x9812345abc);
	access = try_access(m, 0x402fffff, false);
	assert_int_equal(access.state, MODEL_ACCESS_DONE);
	assert_int_equal(access.pa, 0x804fffff);
	assert_int_not_equal(try_access(m, 0x40200000, true).state, MODEL_ACCESS_DONE);
	assert_int_not_equal(try_access(m, 0x40400000, false).state, MODEL_ACCESS_DONE);
	assert_int_equal(model_violation_count(m->model), 0);
	model_table_destroy(&table);
	assert_int_equal(model_host_pages_free(m->host), RAM_PAGES);
}

/* The hook in a child, what it says on stderr in @said; answers how the child ended. */
static int child_calls(struct machine *m, uint32_t hook, char *said, size_t size)
{
	int ends[2];
	ssize_t got;
	int status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)dup2(ends[1], 2);
		if (hook == 0) {
			(void)m->ops->mmio_read32(m->host, m->mmus[0].mmio, 0);
		} else if (hook == 1) {
			m->ops->mmio_write32(m->host, m->mmus[0].mmio, 0, 0);
		} else {
			(void)m->ops->power_get(m->host, &m->mmus[0]);
		}
		_exit(0);
	}
	(void)close(ends[1]);
	got = read(ends[0], said, size - 1);
	(void)close(ends[0]);
	said[got < 0 ? 0 : got] = '\0';
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void unit_that_was_not_bound_ends_the_program_with_a_word(void **state)
{
	struct machine *m = *state;
	char said[256];
	uint32_t hook;
	int status;

	m->mmus[0].mmio = NULL;
	for (hook = 0; hook < 3; hook++) {
		status = child_calls(m, hook, said, sizeof(said));
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGABRT);
		assert_non_null(strstr(said, "call model_host_bind()"));
	}
}

static void walker_reads_tables_of_every_format(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(format_cases) / sizeof(format_cases[0]); i++) {
		walker_finds_what_the_builder_mapped(*state, &format_cases[i]);
		(void)machine_end(state);
		(void)machine_make(state);
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, machine_make, machine_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(unit_has_power_when_always_on_or_asked_for),
		CASE(always_on_unit_keeps_its_state_over_power_hooks),
		CASE(table_page_is_rubbish_to_the_walker_until_cleaned),
		CASE(pages_are_given_once_and_aligned),
		CASE(objects_are_zeroed_and_join_when_given_back),
		CASE(waiting_lets_a_flush_end),
		CASE(saved_bytes_restore_registers_ram_and_objects),
		CASE(create_refuses_what_is_no_machine),
		CASE(unit_that_was_not_bound_ends_the_program_with_a_word),
		CASE(walker_reads_tables_of_every_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
