/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * regs.h - masks and offsets as constants, where the banks lie, and values made of fields.
 *
 * Pure functions of numbers; no register is touched here. The facts are in registers.h.
 */
#ifndef IPMMU_SRC_REGS_REGS_H
#define IPMMU_SRC_REGS_REGS_H

#include <ipmmu/pgtable.h>
#include <ipmmu/soc.h>
#include <ipmmu/system.h>

#include "registers.h"

#define IPMMU_MASK32(msb, lsb) ((0xffffffffu >> (31 - (msb))) & (0xffffffffu << (lsb)))

/* Offsets in their bank, such as IMCTR and IMUASID. */
#define IPMMU_OFFSET_(reg, bank, offset, count, gens, where, access, source) reg = (offset),
enum {
	IPMMU_REGISTERS(IPMMU_OFFSET_)
};
#undef IPMMU_OFFSET_

/* Masks, such as IMCTR_FLUSH. */
#define IPMMU_MASK_(reg, field, name, msb, lsb, gens, where) \
	static const uint32_t reg##_##field = IPMMU_MASK32(msb, lsb);
#define IPMMU_MASKS_(reg, bank, offset, count, gens, where, access, source) \
	IPMMU_FIELDS_##reg(IPMMU_MASK_)
IPMMU_REGISTERS(IPMMU_MASKS_)
#undef IPMMU_MASKS_
#undef IPMMU_MASK_

/** ipmmu_field_get() - the field @mask of @value, shifted down to bit 0. */
static inline uint32_t ipmmu_field_get(uint32_t value, uint32_t mask)
{
	return mask == 0u ? 0u : (value & mask) >> __builtin_ctz(mask);
}

/** ipmmu_field_set() - @value with the field @mask set to @field; bits that do not fit go. */
static inline uint32_t ipmmu_field_set(uint32_t value, uint32_t mask, uint32_t field)
{
	return mask == 0u ? value : (value & ~mask) | ((field << __builtin_ctz(mask)) & mask);
}

/** struct ipmmu_layout - where the banks of a generation lie, and which registers it has. */
struct ipmmu_layout {
	enum ipmmu_generation generation;
	uint32_t context_base;   /**< context 0 */
	uint32_t context_stride; /**< from one context to the next */
	uint32_t utlb_base;      /**< uTLB 0 .. 31 */
	uint32_t utlb_high_base; /**< uTLB 32 .. */
	uint32_t global_base;    /**< added to the offset of a global register */
	uint32_t region_size;    /**< bytes of the whole register region */
	uint32_t ttsel;          /**< mask of IMUCTR.TTSEL */
	uint32_t ttsel_pmb;      /**< TTSEL that selects the PMB; IPMMU_NONE where unknown */
	bool has_caches;         /**< uTLBs are in caches; else in the root itself */
	bool has_global;         /**< IMSCTLR and IMSAUXCTLR exist */
	bool has_imsstr;         /**< IMSSTR exists at a known place */
	bool has_imeuar;         /**< the fault address has an upper half */
	bool has_imbuscr;        /**< IMBUSCR exists */
};

/** ipmmu_layout_of() - the layout of a generation; NULL for a number that is none. */
const struct ipmmu_layout *ipmmu_layout_of(enum ipmmu_generation generation);

/** ipmmu_regs_context() - offset of @reg of @context; contexts from 8 on have a gap before. */
uint32_t ipmmu_regs_context(const struct ipmmu_layout *layout, uint32_t context, uint32_t reg);

/** ipmmu_regs_utlb() - offset of IMUCTR of @utlb; the globals lie between 31 and 32. */
uint32_t ipmmu_regs_utlb(const struct ipmmu_layout *layout, uint32_t utlb);

/** ipmmu_regs_utlb_asid() - offset of IMUASID of @utlb. */
static inline uint32_t ipmmu_regs_utlb_asid(const struct ipmmu_layout *layout, uint32_t utlb)
{
	return ipmmu_regs_utlb(layout, utlb) + (uint32_t)IMUASID;
}

/** ipmmu_regs_global() - offset of the global register @reg; only where has_global. */
static inline uint32_t ipmmu_regs_global(const struct ipmmu_layout *layout, uint32_t reg)
{
	return layout->global_base + reg;
}

/** ipmmu_regs_ttlbr() - IMTTLBR0 of a table at @pa. */
static inline uint32_t ipmmu_regs_ttlbr(struct ipmmu_pa pa)
{
	return (uint32_t)pa.v & IMTTLBR0_BASE;
}

/** ipmmu_regs_ttubr() - IMTTUBR0 of a table at @pa. */
static inline uint32_t ipmmu_regs_ttubr(struct ipmmu_pa pa)
{
	return (uint32_t)(pa.v >> 32) & IMTTUBR0_BASE;
}

/** ipmmu_regs_table() - the address that IMTTLBR0 and IMTTUBR0 hold. */
static inline struct ipmmu_pa ipmmu_regs_table(uint32_t ttlbr, uint32_t ttubr)
{
	struct ipmmu_pa pa;

	pa.v = ((uint64_t)(ttubr & IMTTUBR0_BASE) << 32) | (ttlbr & IMTTLBR0_BASE);
	return pa;
}

/** ipmmu_regs_iova() - the address that IMELAR (or IMEAR) and IMEUAR (or 0) hold. */
static inline struct ipmmu_iova ipmmu_regs_iova(uint32_t lower, uint32_t upper)
{
	struct ipmmu_iova iova;

	iova.v = ((uint64_t)upper << 32) | lower;
	return iova;
}

/**
 * ipmmu_regs_imuctr() - IMUCTR that sends a uTLB through @context.
 *
 * With FLUSH: some public drivers leave it out; it removes entries of an earlier use.
 */
uint32_t ipmmu_regs_imuctr(const struct ipmmu_layout *layout, uint32_t context);

/**
 * ipmmu_regs_ttbcr() - IMTTBCR for a table.
 * @soc:        its SL0 encodings count.
 * @mode:       format of the table, not AUTO.
 * @input_bits: width of its input: stage 2 33..40, AArch32 25..32, VMSAv8-64 stage 1 39.
 *
 * Return: the value; 0, which no table has, where the generation has no such format or the
 * width is not allowed.
 */
uint32_t ipmmu_regs_ttbcr(const struct ipmmu_soc *soc, enum ipmmu_mode mode,
			  uint32_t input_bits);

/** ipmmu_regs_fault_kinds() - enum ipmmu_fault_kind bits of what IMSTR reads. */
uint32_t ipmmu_regs_fault_kinds(uint32_t imstr);

/** ipmmu_regs_imctr_format() - the bits of IMCTR that a format needs besides the enables. */
static inline uint32_t ipmmu_regs_imctr_format(enum ipmmu_mode mode)
{
	return mode == IPMMU_MODE_S1_AARCH32 ? 0u : IMCTR_VA64;
}

/** struct ipmmu_mode_row - what a table of a mode must be like. */
struct ipmmu_mode_row {
	uint8_t min_bits;
	uint8_t max_bits;
	uint8_t format; /**< enum ipmmu_pt_format: the engine's */
};

/** ipmmu_mode_row() - the row of a mode. */
const struct ipmmu_mode_row *ipmmu_mode_row(enum ipmmu_mode mode);
/** ipmmu_mode_decide() - the mode of a part; AUTO when it cannot do what is wished. */
enum ipmmu_mode ipmmu_mode_decide(const struct ipmmu_soc *soc,
				  const struct ipmmu_options *options);

/** ipmmu_mode_root_pages() - two concatenated tables where one does not cover the input. */
static inline uint32_t ipmmu_mode_root_pages(uint32_t input_bits)
{
	return input_bits > 39u ? 2u : 1u;
}

#endif
