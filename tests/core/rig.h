/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * rig.h - what the tests of the core share on top of the kit: machines brought to a state,
 * registers by name, queries that must succeed, and reads that lie.
 *
 * The numbers of registers are written here on their own: the library's table is under test.
 */
#ifndef IPMMU_TESTS_CORE_RIG_H
#define IPMMU_TESTS_CORE_RIG_H

#include "kit.h"
#include "kit_cmocka.h"

/** The kit's masters, by place. */
enum {
	DMAC = 0,
	AUDIO = 1,
	MMC = 2,
	TWIN = 3
};

/** Registers of a context. */
enum {
	R_IMCTR = 0x00,
	R_IMTTBCR = 0x08,
	R_IMBUSCR = 0x0c,
	R_IMTTLBR0 = 0x10,
	R_IMTTUBR0 = 0x14,
	R_IMTTLBR1 = 0x18,
	R_IMTTUBR1 = 0x1c,
	R_IMSTR = 0x20,
	R_IMMAIR0 = 0x28,
	R_IMELAR = 0x30,
	R_IMEUAR = 0x34
};

/** Registers of a unit, as on Gen3. */
enum {
	R_IMSCTLR = 0x500,
	R_IMSAUXCTLR = 0x504,
	R_IMSSTR = 0x540
};

enum {
	B_MMUEN = 1,
	B_FLUSH = 2,
	B_INTEN = 4,
	/** A bit of IMUCTR.TTSEL that no context of the kit's machines has. */
	B_OTHER_CONTEXT = 0x40,
	/** A bit of IMUCTR that no public source names. */
	B_UNKNOWN = 0x10000,
	B_VA64 = 0x20000000
};

/** The value of a machine that is not told apart by generation in a test. */
extern const enum ipmmu_generation rig_generations[3];

/** rig_config() - a small machine of @generation in the mode that it is known to do. */
struct kit_config rig_config(enum ipmmu_generation generation);
/** rig_new() - before the library has been asked for anything; TLBs off. */
struct kit *rig_new(enum ipmmu_generation generation);
/** rig_ready() - system, domains 0 and 1 with pages 0 (writable) and 1, all masters claimed. */
struct kit *rig_ready(const struct kit_config *config);
/** rig_default() - rig_ready() of kit_config(). */
struct kit *rig_default(void);

uint32_t rig_context(const struct kit *kit, uint32_t unit, uint32_t n, uint32_t reg);
void rig_set_context(struct kit *kit, uint32_t unit, uint32_t n, uint32_t reg, uint32_t value);
uint32_t rig_utlb(const struct kit *kit, uint32_t unit, uint32_t utlb);
void rig_set_utlb(struct kit *kit, uint32_t unit, uint32_t utlb, uint32_t value);
uint32_t rig_global(const struct kit *kit, uint32_t unit, uint32_t reg);
void rig_set_global(struct kit *kit, uint32_t unit, uint32_t reg, uint32_t value);
/** rig_offset() - of a register of a context, of IMUCTR, of a unit. */
uint32_t rig_context_at(const struct kit *kit, uint32_t n, uint32_t reg);
uint32_t rig_utlb_at(const struct kit *kit, uint32_t utlb);
uint32_t rig_global_at(const struct kit *kit, uint32_t reg);

/** rig_latch() - a fault of context @n as the hardware latches it: address and status. */
void rig_latch(struct kit *kit, uint32_t n, uint32_t status, uint64_t iova);

/** rig_fault() - a fault of context @n, and its interrupt. */
void rig_fault(struct kit *kit, uint32_t n);
/** rig_interrupt_is_on() - as the root's register tells it. */
bool rig_interrupt_is_on(const struct kit *kit, uint32_t n);

/** rig_lie() - from now on reads of a register have @set added; rig_honest() ends all lies. */
void rig_lie(struct kit *kit, uint32_t unit, uint32_t offset, uint32_t set);
/** rig_hide() - from now on reads of a register lack @clear. */
void rig_hide(struct kit *kit, uint32_t unit, uint32_t offset, uint32_t clear);
void rig_honest(void);

struct ipmmu_mmu_info rig_mmu_info(struct kit *kit, uint32_t unit);
struct ipmmu_context_info rig_context_info(struct kit *kit, uint32_t n);
struct ipmmu_utlb_info rig_utlb_info(struct kit *kit, uint32_t unit, uint32_t utlb);
struct ipmmu_domain_info rig_domain_info(struct kit *kit, int domain);
enum ipmmu_master_state rig_master_state(struct kit *kit, int master);

/** rig_attach() - asserted. */
void rig_attach(struct kit *kit, int master, int domain);
/** rig_empty() - asserted: nothing is allocated, nothing powered. */
void rig_empty(struct kit *kit);
/** rig_events() - how many events of @kind were told. */
uint32_t rig_events(const struct kit *kit, enum ipmmu_event_kind kind);
/** rig_refused() - asserted: the last refusal, about @mmu, with what would be allowed. */
void rig_refused(const struct kit *kit, enum ipmmu_err error, enum ipmmu_what what,
		 uint32_t mmu, uint64_t value);
void rig_allowed(const struct kit *kit, uint64_t min, uint64_t max);

#endif
