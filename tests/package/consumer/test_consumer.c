// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_consumer.c - the main job as an integrator's own test does it, on the model's fake MMIO.
 * Uses installed headers and libraries only. What stands between the marks is the example of
 * the README, and that of docs/page-tables.md, word for word.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ipmmu-model/host.h>
#include <ipmmu/domain.h>
#include <ipmmu/fault.h>
#include <ipmmu/master.h>
#include <ipmmu/owned.h>
#include <ipmmu/system.h>

#define RAM_PA      0x48000000u
#define RAM_PAGES   64u
#define IOVA        0x10000000u
#define CHECK(call) assert_int_equal(call, IPMMU_OK)

struct machine {
	struct ipmmu_mmu_desc mmus[2];
	struct ipmmu_system_desc desc;
	struct model_host *host;
	struct model_table table;
	uint64_t page;
	struct ipmmu_system *system;
};

static const struct ipmmu_port dmac_port = {.mmu = 1, .utlb = 4};
static const struct ipmmu_master_desc dmac = {
	.name = "dma-controller", .ports = &dmac_port, .port_count = 1};

/* R-Car H3: a root, and one cache with the DMA controller on its port 4. */
static void machine_describe(struct machine *m)
{
	static const struct ipmmu_prr h3_es3 = {.product = 0x4f, .cut = 0x20};
	const struct ipmmu_soc *soc = ipmmu_soc_find("renesas,ipmmu-r8a7795", &h3_es3);
	uint32_t i;

	for (i = 0; i < 2; i++) {
		m->mmus[i].name = i == 0 ? "main" : "ds0";
		m->mmus[i].soc = soc;
		m->mmus[i].root = 0;
		m->mmus[i].reg.v = 0xe67b0000u + i * 0x10000u;
		m->mmus[i].reg_size = 0x10000;
		m->mmus[i].always_on = true;
		m->mmus[i].power_phandle = IPMMU_NONE;
		m->mmus[i].power_cell = IPMMU_NONE;
		m->mmus[i].imsstr_bit = IPMMU_NONE;
		m->mmus[i].irq = i == 0 ? 196 : IPMMU_NONE;
		m->mmus[i].irq_secure = IPMMU_NONE;
	}
	m->desc.mmus = m->mmus;
	m->desc.mmu_count = 2;
	m->desc.masters = &dmac;
	m->desc.master_count = 1;
}

static int machine_setup(void **state)
{
	static struct machine machine;
	struct machine *m = &machine;
	struct model_host_config config = {.desc = &m->desc};
	struct model_memory memory;

	machine_describe(m);
	config.ram_pa = RAM_PA;
	config.ram_pages = RAM_PAGES;
	m->host = model_host_create(&config);
	assert_non_null(m->host);
	model_host_bind(m->host, m->mmus, 2);
	memory = model_host_memory(m->host);
	assert_int_equal(model_table_create(&m->table, MODEL_FORMAT_S2, 40, &memory),
			 MODEL_TABLE_OK);
	m->page = memory.alloc(memory.arg, 1);
	assert_int_equal(
		model_table_map(&m->table, IOVA, m->page, IPMMU_PAGE_SIZE, true, true, false),
		MODEL_TABLE_OK);
	*state = m;
	return 0;
}

static int machine_teardown(void **state)
{
	struct machine *m = *state;

	model_host_destroy(m->host);
	return 0;
}

/* What one write of the DMA controller to @iova comes to. A fault interrupts, as on a machine.
 */
static struct model_access dma(struct machine *m, uint64_t iova)
{
	struct model_access access = {.unit = 1, .utlb = 4, .write = true};

	access.iova = iova;
	model_access(model_host_model(m->host), &access);
	if (model_irq(model_host_model(m->host), 0)) {
		assert_true(ipmmu_root_interrupt(m->system, 0));
	}
	return access;
}

static void master_reaches_what_its_domain_maps_and_nothing_else(void **state)
{
	struct machine *m = *state;
	const struct ipmmu_ops *ops = model_host_ops();
	struct ipmmu_table table = {.format = IPMMU_MODE_S2, .input_bits = 40};
	struct ipmmu_master *master;
	struct ipmmu_domain *domain;

	table.root.v = m->table.root;

	/* README: begin */
	/* Bring every unit to a known state; ops are the hooks of the host. */
	CHECK(ipmmu_system_create(ops, m->host, &m->desc, NULL, &m->system));

	/* Claim a master: from here on it is never in bypass. It reaches nothing yet. */
	CHECK(ipmmu_master_add(m->system, &dmac, &master));
	assert_int_not_equal(dma(m, IOVA).state, MODEL_ACCESS_DONE);

	/* A domain over a table that the host has built: IOVA leads to one page. */
	CHECK(ipmmu_domain_create(m->system, 0, &table, NULL, &domain));
	CHECK(ipmmu_master_attach(master, domain, NULL));
	assert_int_equal(dma(m, IOVA).pa, m->page);
	assert_int_not_equal(dma(m, IOVA + IPMMU_PAGE_SIZE).state, MODEL_ACCESS_DONE);

	/* Take the page away: it may be used for something else after the flush. */
	model_table_unmap(&m->table, IOVA, IPMMU_PAGE_SIZE);
	CHECK(ipmmu_domain_flush(domain));
	assert_int_not_equal(dma(m, IOVA).state, MODEL_ACCESS_DONE);

	/* Out of the domain, and still denied; so it stays after the system is gone. */
	CHECK(ipmmu_master_detach(master, NULL));
	CHECK(ipmmu_master_remove(master));
	CHECK(ipmmu_domain_destroy(domain));
	CHECK(ipmmu_system_destroy(m->system));
	/* README: end */

	assert_int_not_equal(dma(m, IOVA).state, MODEL_ACCESS_DONE);
	assert_int_equal(model_violation_count(model_host_model(m->host)), 0);
}

static void own_tables(struct machine *m, struct ipmmu_master *master, struct ipmmu_pa page)
{
	/* page-tables: begin */
	struct ipmmu_pt_prot prot = {.rights = IPMMU_PT_READ | IPMMU_PT_WRITE,
				     .memory = IPMMU_PT_CACHED};
	struct ipmmu_iova iova = {IOVA};
	struct ipmmu_domain *domain;

	/* Tables of the library's own, in the format of root 0; NULL: the safe policy. */
	CHECK(ipmmu_domain_create_owned(m->system, 0, NULL, NULL, &domain));
	CHECK(ipmmu_domain_map(domain, iova, page, IPMMU_PAGE_SIZE, prot));
	CHECK(ipmmu_master_attach(master, domain, NULL));
	assert_int_equal(dma(m, IOVA).pa, page.v);

	/* When this returns, the page may be used for something else. */
	CHECK(ipmmu_domain_unmap(domain, iova, IPMMU_PAGE_SIZE));
	assert_int_not_equal(dma(m, IOVA).state, MODEL_ACCESS_DONE);

	/* With the domain its tables go back to the host. */
	CHECK(ipmmu_master_detach(master, NULL));
	CHECK(ipmmu_domain_destroy(domain));
	/* page-tables: end */
}

static void library_builds_the_tables_and_flushes_when_it_unmaps(void **state)
{
	struct machine *m = *state;
	struct ipmmu_pa page = {m->page};
	struct ipmmu_master *master;

	CHECK(ipmmu_system_create(model_host_ops(), m->host, &m->desc, NULL, &m->system));
	CHECK(ipmmu_master_add(m->system, &dmac, &master));
	own_tables(m, master, page);
	CHECK(ipmmu_master_remove(master));
	CHECK(ipmmu_system_destroy(m->system));
	assert_int_equal(model_violation_count(model_host_model(m->host)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			master_reaches_what_its_domain_maps_and_nothing_else, machine_setup,
			machine_teardown),
		cmocka_unit_test_setup_teardown(
			library_builds_the_tables_and_flushes_when_it_unmaps, machine_setup,
			machine_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
