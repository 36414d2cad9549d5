// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * cpus.c - a machine brought to a state and to its end, queries, and changes of tables.
 */
#include "cpus.h"

#include <string.h>

enum {
	RAM_PAGES = 128
};

static const uint64_t RAM_PA = 0x40000000;
static const uint64_t IOVA = 0x20000000;

struct cpus cpus;

static struct ipmmu_mmu_desc mmus[CPUS_MMUS];
static struct ipmmu_port ports[CPUS_MASTERS];
static struct ipmmu_system_desc desc;

static void describe(void)
{
	static const struct ipmmu_port where[CPUS_MASTERS] = {{1, 0}, {2, 0}, {1, 33}};
	uint32_t i;

	memset(mmus, 0, sizeof(mmus));
	for (i = 0; i < CPUS_MMUS; i++) {
		mmus[i].name = "unit";
		mmus[i].soc = ipmmu_soc_find("renesas,ipmmu-r8a77965", NULL);
		mmus[i].reg.v = 0xe0000000u + i * 0x1000u;
		mmus[i].reg_size = 0x1000;
		mmus[i].always_on = true;
		mmus[i].imsstr_bit = i == 0 ? IPMMU_NONE : i;
	}
	for (i = 0; i < CPUS_MASTERS; i++) {
		ports[i] = where[i];
		cpus.descs[i].name = "master";
		cpus.descs[i].ports = &ports[i];
		cpus.descs[i].port_count = 1;
	}
	desc.mmus = mmus;
	desc.mmu_count = CPUS_MMUS;
	desc.masters = cpus.descs;
	desc.master_count = CPUS_MASTERS;
}

static void make_domain(uint32_t i)
{
	struct model_memory memory = model_host_memory(cpus.host);
	struct ipmmu_table described = {.format = IPMMU_MODE_S2, .input_bits = 39};
	struct model_table table;

	assert_int_equal(model_table_create(&table, MODEL_FORMAT_S2, 39, &memory),
			 MODEL_TABLE_OK);
	assert_int_equal(
		model_table_map(&table, IOVA, RAM_PA + i * 4096, 4096, true, true, false),
		MODEL_TABLE_OK);
	described.root.v = table.root;
	assert_int_equal(
		ipmmu_domain_create(cpus.system, 0, &described, NULL, &cpus.domains[i]),
		IPMMU_OK);
}

void cpus_own_as(uint32_t domain, const struct ipmmu_owned_config *wish)
{
	assert_int_equal(ipmmu_domain_destroy(cpus.domains[domain]), IPMMU_OK);
	assert_int_equal(
		ipmmu_domain_create_owned(cpus.system, 0, wish, NULL, &cpus.domains[domain]),
		IPMMU_OK);
}

void cpus_own(uint32_t domain)
{
	const struct ipmmu_owned_config wish = {.replace = IPMMU_PT_BREAK_BEFORE_MAKE};

	cpus_own_as(domain, &wish);
}

void cpus_start_with(const struct ipmmu_options *options)
{
	struct model_host_config config = {
		.desc = &desc, .ram_pa = RAM_PA, .ram_pages = RAM_PAGES};
	uint32_t i;

	memset(&cpus, 0, sizeof(cpus));
	describe();
	cpus.host = model_host_create(&config);
	assert_non_null(cpus.host);
	model_host_bind(cpus.host, mmus, CPUS_MMUS);
	cpus_make_hooks();
	assert_int_equal(
		ipmmu_system_create(&cpus.ops, cpus.host, &desc, options, &cpus.system),
		IPMMU_OK);
	for (i = 0; i < CPUS_DOMAINS; i++) {
		make_domain(i);
	}
	for (i = 0; i < CPUS_MASTERS; i++) {
		assert_int_equal(
			ipmmu_master_add(cpus.system, &cpus.descs[i], &cpus.masters[i]),
			IPMMU_OK);
	}
}

void cpus_start(void)
{
	const struct ipmmu_options options = {.flush_timeout_us = CPUS_LIMIT_US};

	cpus_start_with(&options);
}

void cpus_start_owned(void)
{
	uint32_t i;

	cpus_start();
	cpus_own(0);
	for (i = 0; i < 5; i++) {
		assert_int_equal(cpus_map(0, cpus_far(i)), IPMMU_OK);
	}
	cpus_attach(DMAC, 0);
}

void cpus_stop(void)
{
	struct model_violation violation;
	uint32_t i;

	for (i = 0; i < CPUS_DOMAINS; i++) {
		(void)!ipmmu_domain_retry(cpus.domains[i]);
	}
	for (i = 0; i < CPUS_MASTERS; i++) {
		(void)!ipmmu_master_detach(cpus.masters[i], NULL);
		assert_int_equal(cpus_state(i), IPMMU_MASTER_DENIED);
		assert_int_equal(ipmmu_master_remove(cpus.masters[i]), IPMMU_OK);
	}
	for (i = 0; i < CPUS_DOMAINS; i++) {
		(void)!ipmmu_domain_unreserve(cpus.domains[i]);
		assert_int_equal(ipmmu_domain_destroy(cpus.domains[i]), IPMMU_OK);
	}
	assert_int_equal(ipmmu_system_retry(cpus.system), 0);
	assert_int_equal(ipmmu_system_destroy(cpus.system), IPMMU_OK);
	assert_int_equal(model_host_objects(cpus.host), 0);
	assert_int_equal(cpus_readable_tables(), 0);
	if (model_violation_get(model_host_model(cpus.host), 0, &violation)) {
		fail_msg("%s at %#x", model_violation_name(violation.kind), violation.offset);
	}
	model_host_destroy(cpus.host);
}

enum ipmmu_master_state cpus_state(uint32_t master)
{
	struct ipmmu_master_info info;

	assert_int_equal(ipmmu_master_query(cpus.masters[master], &info), IPMMU_OK);
	return info.state;
}

struct ipmmu_domain_info cpus_domain(uint32_t domain)
{
	struct ipmmu_domain_info info;

	assert_int_equal(ipmmu_domain_query(cpus.domains[domain], &info), IPMMU_OK);
	return info;
}

uint32_t cpus_context(uint32_t domain)
{
	return cpus_domain(domain).context;
}

void cpus_attach(uint32_t master, uint32_t domain)
{
	assert_int_equal(ipmmu_master_attach(cpus.masters[master], cpus.domains[domain], NULL),
			 IPMMU_OK);
}

uint64_t cpus_far(uint32_t i)
{
	return IOVA + ((uint64_t)i << 21);
}

enum ipmmu_err cpus_map(uint32_t domain, uint64_t iova)
{
	static const struct ipmmu_pt_prot rw = {IPMMU_PT_READ | IPMMU_PT_WRITE,
						IPMMU_PT_CACHED};

	return ipmmu_domain_map(cpus.domains[domain], (struct ipmmu_iova){iova},
				(struct ipmmu_pa){RAM_PA}, 4096, rw);
}

enum ipmmu_err cpus_unmap(uint32_t domain, uint64_t iova)
{
	return ipmmu_domain_unmap(cpus.domains[domain], (struct ipmmu_iova){iova}, 4096);
}

enum ipmmu_err cpus_protect(uint32_t domain, uint64_t iova)
{
	static const struct ipmmu_pt_prot ro = {IPMMU_PT_READ, IPMMU_PT_CACHED};

	return ipmmu_domain_protect(cpus.domains[domain], (struct ipmmu_iova){iova}, 4096, ro);
}
