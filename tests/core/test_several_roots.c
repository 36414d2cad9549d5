// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * Several roots in one system, on real parts in full size: what belongs to one root stays
 * there. The machine is the model's own host, not the kit.
 */
#include <string.h>

#include <ipmmu-model/host.h>
#include <ipmmu/domain.h>
#include <ipmmu/event.h>
#include <ipmmu/fault.h>
#include <ipmmu/master.h>

#include "kit_cmocka.h"

enum {
	MMUS = 6,
	MASTERS = 3,
	RAM_PAGES = 256,
	EVENTS = 64
};

static const uint64_t RAM_PA = 0x40000000;
static const uint64_t IOVA = 0x20000000;

static struct ipmmu_event events[EVENTS];
static uint32_t event_count;
static struct ipmmu_fault faults[8];
static uint32_t fault_count;

/** struct machine - a system of several roots. */
struct machine {
	struct ipmmu_mmu_desc mmus[MMUS];
	struct ipmmu_port ports[MASTERS][2];
	struct ipmmu_master_desc masters[MASTERS];
	struct ipmmu_system_desc desc;
	struct ipmmu_ops ops;
	struct model_host *host;
	struct ipmmu_system *system;
};

static void on_event(void *host, const struct ipmmu_event *event)
{
	(void)host;
	assert_true(event_count < EVENTS);
	events[event_count++] = *event;
}

static void on_fault(void *host, const struct ipmmu_fault *fault)
{
	(void)host;
	assert_true(fault_count < 8);
	faults[fault_count++] = *fault;
}

/* Units that are powered by a hook. */
static uint32_t powered;

static enum ipmmu_err count_get(void *host, const struct ipmmu_mmu_desc *mmu)
{
	powered++;
	return model_host_ops()->power_get(host, mmu);
}

static void count_put(void *host, const struct ipmmu_mmu_desc *mmu)
{
	powered--;
	model_host_ops()->power_put(host, mmu);
}

static uint32_t count_events(enum ipmmu_event_kind kind)
{
	uint32_t count = 0;
	uint32_t i;

	for (i = 0; i < event_count; i++) {
		count += events[i].kind == kind ? 1u : 0u;
	}
	return count;
}

static void add_mmu(struct machine *m, const char *compatible, uint32_t root)
{
	uint32_t i = m->desc.mmu_count++;
	struct ipmmu_mmu_desc *mmu = &m->mmus[i];

	memset(mmu, 0, sizeof(*mmu));
	mmu->name = "unit";
	mmu->soc = ipmmu_soc_find(compatible, &(struct ipmmu_prr){0x4f, 0x20});
	if (mmu->soc == NULL) {
		mmu->soc = ipmmu_soc_find(compatible, NULL);
	}
	assert_non_null(mmu->soc);
	mmu->root = root;
	mmu->reg.v = 0xe0000000u + i * 0x100000u;
	mmu->reg_size = mmu->soc->generation == IPMMU_GEN4 ? 0x20000 : 0x1000;
	mmu->always_on = true;
	mmu->imsstr_bit = root == i ? IPMMU_NONE : i;
}

static void add_master(struct machine *m, uint16_t mmu, uint16_t utlb)
{
	uint32_t i = m->desc.master_count++;

	m->ports[i][0] = (struct ipmmu_port){mmu, utlb};
	m->masters[i].name = "master";
	m->masters[i].ports = m->ports[i];
	m->masters[i].port_count = 1;
}

static void machine_plug(struct machine *m)
{
	struct model_host_config config = {
		.desc = &m->desc, .ram_pa = RAM_PA, .ram_pages = RAM_PAGES};

	event_count = 0;
	fault_count = 0;
	m->desc.mmus = m->mmus;
	m->desc.masters = m->masters;
	m->host = model_host_create(&config);
	assert_non_null(m->host);
	model_host_bind(m->host, m->mmus, m->desc.mmu_count);
	m->ops = *model_host_ops();
	m->ops.event = on_event;
	m->ops.fault = on_fault;
	m->ops.power_get = count_get;
	m->ops.power_put = count_put;
	powered = 0;
}

static void machine_start(struct machine *m)
{
	assert_int_equal(ipmmu_system_create(&m->ops, m->host, &m->desc, NULL, &m->system),
			 IPMMU_OK);
}

/* R-Car H2: three of its units, each a root. */
static void machine_gen2(struct machine *m)
{
	uint32_t i;

	memset(m, 0, sizeof(*m));
	for (i = 0; i < 3; i++) {
		add_mmu(m, "renesas,ipmmu-r8a7790", i);
		add_master(m, (uint16_t)i, 31);
	}
	machine_plug(m);
}

/* Two roots, as no single chip has them: root, two caches, cache, root, cache of the second. */
static void machine_split(struct machine *m, const char *compatible)
{
	memset(m, 0, sizeof(*m));
	add_mmu(m, compatible, 4);
	add_mmu(m, compatible, 1);
	add_mmu(m, compatible, 1);
	add_mmu(m, compatible, 1);
	add_mmu(m, compatible, 4);
	add_mmu(m, compatible, 4);
	add_master(m, 3, 47);
	add_master(m, 0, 32);
	add_master(m, 5, 31);
	machine_plug(m);
}

static void machine_stop(struct machine *m)
{
	struct model_violation violation;

	if (model_violation_get(model_host_model(m->host), 0, &violation)) {
		fail_msg("%s", model_violation_name(violation.kind));
	}
	model_host_destroy(m->host);
}

/* A domain that maps IOVA to @pa. */
static struct ipmmu_domain *make_domain(struct machine *m, uint32_t root, uint64_t pa)
{
	struct model_memory memory = model_host_memory(m->host);
	struct ipmmu_mmu_info info;
	struct model_table table;
	struct ipmmu_table described;
	struct ipmmu_domain *domain;
	bool stage2;

	assert_int_equal(ipmmu_mmu_query(m->system, root, &info), IPMMU_OK);
	stage2 = info.mode == IPMMU_MODE_S2;
	described.format = info.mode;
	described.input_bits = stage2 ? 40 : 32;
	assert_int_equal(model_table_create(&table,
					    stage2 ? MODEL_FORMAT_S2 : MODEL_FORMAT_S1_AARCH32,
					    described.input_bits, &memory),
			 MODEL_TABLE_OK);
	assert_int_equal(model_table_map(&table, IOVA, pa, 4096, true, true, false),
			 MODEL_TABLE_OK);
	described.root.v = table.root;
	assert_int_equal(ipmmu_domain_create(m->system, root, &described, NULL, &domain),
			 IPMMU_OK);
	return domain;
}

static struct ipmmu_master *claim(struct machine *m, uint32_t i)
{
	struct ipmmu_master *master;

	assert_int_equal(ipmmu_master_add(m->system, &m->masters[i], &master), IPMMU_OK);
	return master;
}

static struct model_access dma(struct machine *m, uint32_t i)
{
	struct model_access access = {.unit = m->ports[i][0].mmu,
				      .utlb = m->ports[i][0].utlb,
				      .iova = IOVA,
				      .write = true};

	model_access(model_host_model(m->host), &access);
	return access;
}

static void each_root_of_gen2_has_contexts_of_its_own(void **state)
{
	struct ipmmu_domain *domains[3];
	struct ipmmu_domain_info info;
	struct machine m;
	uint32_t i;

	(void)state;
	machine_gen2(&m);
	machine_start(&m);
	assert_int_equal(count_events(IPMMU_EVENT_MMU_ONLINE), 3);
	for (i = 0; i < 3; i++) {
		domains[i] = make_domain(&m, i, RAM_PA + i * 4096);
		assert_int_equal(ipmmu_master_attach(claim(&m, i), domains[i], NULL), IPMMU_OK);
		assert_int_equal(ipmmu_domain_query(domains[i], &info), IPMMU_OK);
		assert_int_equal(info.root, i);
		assert_int_equal(info.context, 0);
	}
	for (i = 0; i < 3; i++) {
		struct model_access access = dma(&m, i);

		assert_int_equal(access.state, MODEL_ACCESS_DONE);
		assert_int_equal(access.pa, RAM_PA + i * 4096);
	}
	machine_stop(&m);
}

static void master_cannot_span_roots(void **state)
{
	struct ipmmu_master *master;
	struct machine m;

	(void)state;
	machine_gen2(&m);
	machine_start(&m);
	m.ports[0][1] = (struct ipmmu_port){2, 0};
	m.masters[0].port_count = 2;
	assert_int_equal(ipmmu_master_add(m.system, &m.masters[0], &master), IPMMU_E_ROOT);
	assert_int_equal(events[event_count - 1].kind, IPMMU_EVENT_BAD_ARGUMENT);
	assert_int_equal(events[event_count - 1].error, IPMMU_E_ROOT);
	assert_int_equal(events[event_count - 1].what, IPMMU_WHAT_NOTHING);
	assert_int_equal(events[event_count - 1].mmu, 2);
	assert_int_equal(events[event_count - 1].max, 0);
	machine_stop(&m);
}

static void master_cannot_enter_a_domain_of_another_root(void **state)
{
	struct ipmmu_master *master;
	struct machine m;

	(void)state;
	machine_split(&m, "renesas,ipmmu-r8a7795");
	machine_start(&m);
	master = claim(&m, 0);
	assert_int_equal(ipmmu_master_attach(master, make_domain(&m, 4, RAM_PA), NULL),
			 IPMMU_E_ROOT);
	assert_int_equal(ipmmu_master_attach(master, make_domain(&m, 1, RAM_PA), NULL),
			 IPMMU_OK);
	assert_int_equal(ipmmu_master_move(master, make_domain(&m, 4, RAM_PA), NULL),
			 IPMMU_E_ROOT);
	assert_int_equal(dma(&m, 0).state, MODEL_ACCESS_DONE);
	machine_stop(&m);
}

static void caches_follow_their_own_root(void **state)
{
	static const char *const parts[] = {"renesas,ipmmu-r8a7795", "renesas,ipmmu-r8a779f0"};
	size_t p;

	(void)state;
	for (p = 0; p < 2; p++) {
		struct ipmmu_domain *one;
		struct ipmmu_domain *two;
		struct machine m;

		machine_split(&m, parts[p]);
		machine_start(&m);
		one = make_domain(&m, 1, RAM_PA);
		two = make_domain(&m, 4, RAM_PA + 4096);
		assert_int_equal(ipmmu_master_attach(claim(&m, 0), one, NULL), IPMMU_OK);
		assert_int_equal(ipmmu_master_attach(claim(&m, 1), two, NULL), IPMMU_OK);
		assert_int_equal(ipmmu_master_attach(claim(&m, 2), two, NULL), IPMMU_OK);
		assert_int_equal(dma(&m, 0).pa, RAM_PA);
		assert_int_equal(dma(&m, 1).pa, RAM_PA + 4096);
		assert_int_equal(dma(&m, 2).pa, RAM_PA + 4096);
		/* A root that hangs holds up no other. */
		model_set_stuck(model_host_model(m.host), 1, MODEL_NONE, true);
		assert_int_equal(ipmmu_domain_flush(two), IPMMU_OK);
		assert_int_equal(ipmmu_domain_flush(one), IPMMU_E_TIMEOUT);
		assert_int_not_equal(dma(&m, 0).state, MODEL_ACCESS_DONE);
		assert_int_equal(dma(&m, 1).state, MODEL_ACCESS_DONE);
		machine_stop(&m);
	}
}

static void interrupt_and_fault_belong_to_one_root(void **state)
{
	struct machine m;
	int i;

	(void)state;
	machine_split(&m, "renesas,ipmmu-r8a7795");
	machine_start(&m);
	(void)claim(&m, 0);
	(void)claim(&m, 2);
	(void)dma(&m, 2);
	assert_false(model_irq(model_host_model(m.host), 1));
	assert_true(model_irq(model_host_model(m.host), 4));
	assert_false(ipmmu_root_interrupt(m.system, 1));
	assert_true(ipmmu_root_interrupt(m.system, 4));
	(void)dma(&m, 0);
	assert_true(ipmmu_root_interrupt(m.system, 1));
	assert_int_equal(fault_count, 0);
	/* One budget for all roots; a budget of nothing is one of 1. */
	assert_true(ipmmu_service(m.system, 0));
	assert_int_equal(fault_count, 1);
	assert_int_equal(faults[0].root, 1);
	assert_int_equal(faults[0].master_count, 1);
	assert_ptr_equal(faults[0].masters[0], &m.masters[0]);
	/* The budget is spent, and nothing is left. */
	assert_false(ipmmu_service(m.system, 1));
	assert_int_equal(fault_count, 2);
	assert_int_equal(faults[1].root, 4);
	assert_ptr_equal(faults[1].masters[0], &m.masters[2]);
	/* What is left in the first is not forgotten over the last. */
	for (i = 0; i < 2; i++) {
		(void)dma(&m, 0);
		assert_true(ipmmu_root_interrupt(m.system, 1));
	}
	assert_true(ipmmu_service(m.system, 1));
	assert_false(ipmmu_service(m.system, 1));
	assert_int_equal(fault_count, 4);
	machine_stop(&m);
}

static void root_that_faults_all_the_time_starves_no_other(void **state)
{
	struct machine m;
	uint32_t i;

	(void)state;
	machine_split(&m, "renesas,ipmmu-r8a7795");
	machine_start(&m);
	(void)claim(&m, 0);
	(void)claim(&m, 2);
	(void)dma(&m, 2);
	assert_true(ipmmu_root_interrupt(m.system, 4));
	/* A service that always began with the first root would never come to the other. */
	for (i = 0; i < MMUS; i++) {
		(void)dma(&m, 0);
		assert_true(ipmmu_root_interrupt(m.system, 1));
		(void)ipmmu_service(m.system, 1);
		if (faults[fault_count - 1].root == 4) {
			break;
		}
	}
	assert_true(i < MMUS);
	machine_stop(&m);
}

static void dead_root_takes_only_its_own_caches_along(void **state)
{
	static const bool online[MMUS] = {true, false, false, false, true, true};
	struct ipmmu_mmu_info info;
	struct machine m;
	uint32_t i;

	(void)state;
	machine_split(&m, "renesas,ipmmu-r8a7795");
	model_set_dead(model_host_model(m.host), 1, true);
	machine_start(&m);
	for (i = 0; i < MMUS; i++) {
		assert_int_equal(ipmmu_mmu_query(m.system, i, &info), IPMMU_OK);
		assert_int_equal(info.online, online[i]);
	}
	assert_int_equal(ipmmu_master_attach(claim(&m, 2), make_domain(&m, 4, RAM_PA), NULL),
			 IPMMU_OK);
	assert_int_equal(dma(&m, 2).state, MODEL_ACCESS_DONE);
	machine_stop(&m);
}

static void refusal_of_the_second_root_gives_back_what_the_first_took(void **state)
{
	struct model *model;
	struct machine m;
	uint32_t n;

	(void)state;
	machine_gen2(&m);
	model = model_host_model(m.host);
	/* Every context of the last root is in use. */
	for (n = 0; n < 4; n++) {
		model_poke(model, 2, model_utlb_offset(MODEL_GEN2, n, false), n << 4 | 1u);
	}
	assert_int_equal(ipmmu_system_create(&m.ops, m.host, &m.desc, NULL, &m.system),
			 IPMMU_E_NO_CONTEXT);
	assert_int_equal(events[event_count - 1].mmu, 2);
	assert_int_equal(powered, 0);
	assert_int_equal(model_host_objects(m.host), 0);
	assert_int_equal(model_host_pages_free(m.host), RAM_PAGES);
	assert_int_equal(model_counts_get(model).writes, 0);
	machine_stop(&m);
}

static void destroy_leaves_one_deny_per_root(void **state)
{
	struct machine m;

	(void)state;
	machine_gen2(&m);
	machine_start(&m);
	event_count = 0;
	assert_int_equal(ipmmu_system_destroy(m.system), IPMMU_OK);
	assert_int_equal(count_events(IPMMU_EVENT_DENY_LEFT), 3);
	assert_int_equal(model_host_objects(m.host), 0);
	assert_int_equal(model_host_pages_free(m.host), RAM_PAGES - 3);
	machine_stop(&m);
}

static void part_in_full_size_gives_all_contexts_but_two(void **state)
{
	static const struct {
		const char *compatible;
		uint32_t usable;
	} parts[] = {{"renesas,ipmmu-r8a7795", 6}, {"renesas,ipmmu-r8a779f0", 14}};
	size_t p;

	(void)state;
	for (p = 0; p < 2; p++) {
		struct machine m;
		uint32_t i;

		machine_split(&m, parts[p].compatible);
		machine_start(&m);
		for (i = 0; i < parts[p].usable; i++) {
			assert_int_equal(ipmmu_domain_reserve(make_domain(&m, 1, RAM_PA)),
					 IPMMU_OK);
		}
		assert_int_equal(ipmmu_domain_reserve(make_domain(&m, 1, RAM_PA)),
				 IPMMU_E_NO_CONTEXT);
		assert_int_equal(ipmmu_domain_reserve(make_domain(&m, 4, RAM_PA)), IPMMU_OK);
		machine_stop(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_root_of_gen2_has_contexts_of_its_own),
		cmocka_unit_test(master_cannot_span_roots),
		cmocka_unit_test(master_cannot_enter_a_domain_of_another_root),
		cmocka_unit_test(caches_follow_their_own_root),
		cmocka_unit_test(interrupt_and_fault_belong_to_one_root),
		cmocka_unit_test(root_that_faults_all_the_time_starves_no_other),
		cmocka_unit_test(dead_root_takes_only_its_own_caches_along),
		cmocka_unit_test(refusal_of_the_second_root_gives_back_what_the_first_took),
		cmocka_unit_test(destroy_leaves_one_deny_per_root),
		cmocka_unit_test(part_in_full_size_gives_all_contexts_but_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
