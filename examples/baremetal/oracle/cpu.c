// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * cpu.c - what the CPU's MMU says of a table of the engine. Register fields are those of
 * the Arm ARM, D17 (VTCR_EL2, HCR_EL2, TCR_EL1, PAR_EL1, ESR_EL2).
 */
#include "oracle.h"

#include <ipmmu-cpu.h>
#include "../image.h"

enum {
	CLASS_DATA_ABORT = 0x24, /* of a lower level; 0x25 of the same */
	STATUS_TRANSLATION = 1,  /* of xxxxLL, in the bits above the level */
	STATUS_PERMISSION = 3
};

#define HCR_VM  (1ull << 0)
#define HCR_DC  (1ull << 12) /* EL1 without stage 1 has cached memory */
#define HCR_RW  (1ull << 31)
#define HCR_IRQ (7ull << 3) /* interrupts come to EL2 */
/* Cached walks, inner shareable, 4 KiB granule; stage 2 begins at level 1; 40 bits of PA. */
#define VTCR      (1ull << 6 | 1ull << 8 | 1ull << 10 | 3ull << 12 | 2ull << 16 | 1ull << 31)
#define TCR       (1ull << 8 | 1ull << 10 | 3ull << 12 | 1ull << 23 | 2ull << 32)
#define MAIR      0xf404ff44ull
#define SCTLR_OFF 0x30d00800ull
#define PAR_FAULT 1ull
#define CAUSE_HVC 0x5a000000ull /* class 0x16, a 32-bit instruction, HVC 0 */
#define PA_MASK   0xfffffffff000ull

struct end {
	uint64_t cause;
	uint64_t address;
	uint64_t ipa;
};

uint64_t oracle_enter(uint64_t address, uint64_t value, uint64_t pc, struct end *end);
extern const uint8_t oracle_stub_page[];
extern const uint8_t oracle_load[];
extern const uint8_t oracle_store[];

uint64_t oracle_stub(void)
{
	return (uintptr_t)oracle_stub_page;
}

static void use_stage2(uint64_t root, uint32_t bits)
{
	__asm__ volatile("msr vtcr_el2, %0" : : "r"(VTCR | (64 - bits)));
	__asm__ volatile("msr vttbr_el2, %0" : : "r"(root | 1ull << 48));
	__asm__ volatile("msr sctlr_el1, %0" : : "r"(SCTLR_OFF));
	__asm__ volatile("msr hcr_el2, %0" : : "r"(HCR_RW | HCR_IRQ | HCR_DC | HCR_VM));
}

static void use_stage1(uint64_t root, uint32_t bits)
{
	__asm__ volatile("msr tcr_el1, %0" : : "r"(TCR | (64 - bits)));
	__asm__ volatile("msr ttbr0_el1, %0" : : "r"(root | 1ull << 48));
	__asm__ volatile("msr mair_el1, %0" : : "r"(MAIR));
	__asm__ volatile("msr vbar_el1, %0" : : "r"(oracle_stub_page));
	__asm__ volatile("msr sctlr_el1, %0" : : "r"(SCTLR_OFF | 1));
	__asm__ volatile("msr hcr_el2, %0" : : "r"(HCR_RW | HCR_IRQ));
}

void oracle_cpu_use(const struct oracle_table *table)
{
	struct ipmmu_pt_info info;

	ipmmu_pt_query(&table->pt, &info);
	if (table->format == IPMMU_PT_S2) {
		use_stage2(info.root.v, table->bits);
	} else {
		use_stage1(info.root.v, table->bits);
	}
	oracle_cpu_flush();
}

void oracle_cpu_leave(void)
{
	__asm__ volatile("msr hcr_el2, %0\n\tisb" : : "r"(HCR_RW | HCR_IRQ));
	__asm__ volatile("msr vttbr_el2, xzr\n\tisb");
	oracle_cpu_flush();
}

void oracle_cpu_flush(void)
{
	ipmmu_cpu_barrier();
	__asm__ volatile("tlbi alle1is\n\tdsb sy\n\tisb" : : : "memory");
}

/* A fault status as ESR and PAR have it. */
static struct oracle_view stopped(uint64_t status)
{
	struct oracle_view view = {false, 0, (status >> 2 & 0xf) == STATUS_PERMISSION,
				   (uint32_t)(status & 3)};

	if (!view.permission && (status >> 2 & 0xf) != STATUS_TRANSLATION) {
		print("# fault status 0x%llx: neither translation nor permission\n",
		      (wide)status);
		image_halt("the CPU refused a table of the engine");
	}
	return view;
}

static uint64_t translate(uint64_t iova, bool write, bool stage2)
{
	uint64_t par;

	if (stage2 && write) {
		__asm__ volatile("at s12e1w, %0" : : "r"(iova));
	} else if (stage2) {
		__asm__ volatile("at s12e1r, %0" : : "r"(iova));
	} else if (write) {
		__asm__ volatile("at s1e1w, %0" : : "r"(iova));
	} else {
		__asm__ volatile("at s1e1r, %0" : : "r"(iova));
	}
	__asm__ volatile("isb\n\tmrs %0, par_el1" : "=r"(par) : : "memory");
	return par;
}

struct oracle_view oracle_cpu_translate(const struct oracle_table *table, uint64_t iova,
					bool write)
{
	uint64_t par = translate(iova, write, table->format == IPMMU_PT_S2);
	struct oracle_view view = {true, (par & PA_MASK) | (iova & (PAGE - 1)), false, 0};

	return (par & PAR_FAULT) != 0 ? stopped(par >> 1 & 0x3f) : view;
}

struct oracle_view oracle_cpu_access(uint64_t iova, bool write, uint64_t *value)
{
	struct oracle_view view = {true, 0, false, 0};
	struct end end;
	uint64_t hcr;
	uint64_t got;

	__asm__ volatile("mrs %0, hcr_el2" : "=r"(hcr));
	__asm__ volatile("msr hcr_el2, %0" : : "r"(hcr & ~HCR_IRQ)); /* not while EL1 runs */
	got = oracle_enter(iova, *value, (uintptr_t)(write ? oracle_store : oracle_load), &end);
	__asm__ volatile("msr hcr_el2, %0\n\tisb" : : "r"(hcr));
	if (end.cause == CAUSE_HVC) {
		*value = write ? *value : got;
		return view;
	}
	if (end.cause == (CAUSE_HVC | 1)) {
		__asm__ volatile("mrs %0, esr_el1" : "=r"(end.cause));
		__asm__ volatile("mrs %0, far_el1" : "=r"(end.address));
	}
	if (end.cause >> 27 != CLASS_DATA_ABORT >> 1 || end.address != iova) {
		print("# EL1 ended with cause 0x%llx at 0x%llx\n", (wide)end.cause,
		      (wide)end.address);
		image_halt("EL1 did something else than its access");
	}
	return stopped(end.cause & 0x3f);
}
