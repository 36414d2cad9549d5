/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * model_state.h - the state of the model, as it lies in the caller's buffer, and the bits of
 * the registers that the model acts upon. What the files call of each other is in model_priv.h.
 */
#ifndef MODEL_STATE_H
#define MODEL_STATE_H

#include <ipmmu-model/model.h>

enum {
	MODEL_MAX_UNITS = 64,
	MODEL_MAX_CONTEXTS = 16,
	MODEL_MAX_UTLBS = 64,
	MODEL_KEPT_VIOLATIONS = 32,
	MODEL_BANK_WORDS = 16,
	MODEL_PMB_WORDS = 64,
	MODEL_ADDRESS_BITS = 40
};

/* IMCTR */
static const uint32_t IMCTR_MMUEN = 1u << 0;
static const uint32_t IMCTR_FLUSH = 1u << 1;
static const uint32_t IMCTR_INTEN = 1u << 2;
static const uint32_t IMCTR_VA64 = 1u << 29;
/* IMTTBCR */
static const uint32_t IMTTBCR_PMB = 1u << 30;
static const uint32_t IMTTBCR_EAE = 1u << 31;
/* IMSTR */
static const uint32_t IMSTR_TF = 1u << 0;
static const uint32_t IMSTR_PF = 1u << 1;
static const uint32_t IMSTR_ABORT = 1u << 2;
static const uint32_t IMSTR_MHIT = 1u << 4;
/* IMUCTR */
static const uint32_t IMUCTR_MMUEN = 1u << 0;
static const uint32_t IMUCTR_FLUSH = 1u << 1;
static const uint32_t IMUCTR_FIXADDEN = 1u << 31;
/* IMSCTLR, IMSAUXCTLR */
static const uint32_t IMSCTLR_USE_SECGRP = 1u << 28;
static const uint32_t IMSAUXCTLR_S2PTE = 1u << 3;

/** Words of a context's bank: offset / 4. Word 0, IMCTR, is in the cell. */
enum model_bank_word {
	BANK_IMTTBCR = 0x08 / 4,
	BANK_IMTTLBR0 = 0x10 / 4,
	BANK_IMTTUBR0 = 0x14 / 4,
	BANK_IMSTR = 0x20 / 4,
	BANK_IMELAR = 0x30 / 4,
	BANK_IMEUAR = 0x34 / 4
};

/** Flags of a TLB entry. */
enum {
	TLB_READ = 1u << 0,
	TLB_WRITE = 1u << 1,
	TLB_TABLE = 1u << 2,  /**< a pointer to a next table, kept by the walker */
	TLB_ABSENT = 1u << 3, /**< nothing is there; ppn is the level that said so */
	TLB_DOOMED = 1u << 4, /**< a flush that is under way will remove it */
	TLB_LATE = 1u << 5,   /**< was seen absent before, since the last flush */
	TLB_SEEN = 1u << 6    /**< walkable when the adversary last looked */
};

/** struct model_tlb_entry - addresses as 4 KiB page numbers. */
struct model_tlb_entry {
	uint32_t vpn;
	uint32_t ppn;
	uint8_t size_lg2;
	uint8_t flags;
	uint8_t context;
	uint8_t spare;
};

/** struct model_tlb - a dense stretch of model.entries, oldest first. */
struct model_tlb {
	uint32_t first;
	uint16_t count;
	uint16_t size;
	uint16_t cursor;  /**< where the next search starts: scans repeat in order */
	uint16_t scanned; /**< the adversary looked since the last flush */
};

/** struct model_cell - what each (unit, context) has. */
struct model_cell {
	uint32_t imctr; /**< without FLUSH */
	uint32_t flush_left_us;
	uint8_t flushing;
	uint8_t setup;      /**< the flush under way came with MMUEN 0-1 */
	uint8_t irq_raised; /**< INTEN was set when the fault came */
	uint8_t fault_unit;
	uint8_t complete; /**< of a root: the adversary got all that can be walked */
	struct model_tlb tlb;
};

/** struct model_bank - what a context has in a root only. */
struct model_bank {
	uint32_t words[MODEL_BANK_WORDS];
};

/** struct model_utlb - a port. */
struct model_utlb {
	uint32_t imuctr;
	uint32_t imuasid;
	uint8_t stall; /**< enum model_stall */
	uint8_t stall_context;
	struct model_tlb tlb;
};

/** struct model_pmb - registers at 0x200..0x2ff, kept but without effect. */
struct model_pmb {
	uint32_t words[MODEL_PMB_WORDS];
};

/** struct model_unit - an instance; the first_* index the arrays of struct model. */
struct model_unit {
	struct model_unit_config config;
	uint32_t contexts; /**< the root's */
	uint32_t first_cell;
	uint32_t first_bank; /**< MODEL_NONE in a cache */
	uint32_t first_utlb;
	uint32_t pmb; /**< MODEL_NONE without */
	uint32_t imsctlr;
	uint32_t imsauxctlr;
	uint32_t imsstr; /**< latched; what reads is in fault.c */
	uint32_t stuck;  /**< contexts whose flush never ends */
	uint32_t dirty;  /**< of a root: contexts the adversary has to look at */
	bool powered;
	bool dead;
	bool flush_dropped;
};

/** State of a slot for an access under way. */
enum model_slot_state {
	SLOT_FREE,
	SLOT_UNDER_WAY,
	SLOT_GONE /**< landed early or lost, and not yet ended by the caller */
};

/** struct model_quirk - a register with bad bits. */
struct model_quirk {
	uint32_t unit;
	uint32_t offset;
	uint32_t ones;
	uint32_t held;
};

/** struct model_slot - an access under way. */
struct model_slot {
	uint64_t iova;
	uint64_t pa;
	uint32_t context;
	uint16_t unit;
	uint16_t utlb;
	uint8_t state;
	bool write;
	bool bypass;
};

struct model {
	struct model_bus bus;
	void (*land)(void *arg, const struct model_access *);
	void *land_arg;
	struct model_unit *units;
	struct model_cell *cells;
	struct model_bank *banks;
	struct model_utlb *utlbs;
	struct model_pmb *pmbs;
	struct model_slot *slots;
	struct model_tlb_entry *entries;
	uint64_t now_us;
	uint64_t random;
	uint64_t violations;
	struct model_counts counts;
	uint32_t unit_count;
	uint32_t slot_count;
	uint32_t flush_us;
	uint32_t flushes_under_way;
	uint32_t quirk_count;
	enum model_tlb_mode tlb_mode;
	bool dirty;
	uint8_t switches[MODEL_SWITCH_COUNT];
	struct model_violation kept[MODEL_KEPT_VIOLATIONS];
	struct model_quirk quirks[MODEL_QUIRKS];
};

/* Accessors. Arguments are in range. */
static inline struct model_unit *model_root_of(const struct model *m, uint32_t unit)
{
	return &m->units[m->units[unit].config.root];
}

static inline struct model_cell *model_cell_of(const struct model *m, uint32_t unit,
					       uint32_t context)
{
	return &m->cells[m->units[unit].first_cell + context];
}

static inline struct model_bank *model_bank_of(const struct model *m, uint32_t unit,
					       uint32_t context)
{
	return &m->banks[model_root_of(m, unit)->first_bank + context];
}

static inline struct model_utlb *model_utlb_of(const struct model *m, uint32_t unit,
					       uint32_t utlb)
{
	return &m->utlbs[m->units[unit].first_utlb + utlb];
}

static inline bool model_is_root(const struct model *m, uint32_t unit)
{
	return m->units[unit].config.root == unit;
}

static inline bool model_context_on(const struct model *m, uint32_t unit, uint32_t context)
{
	return (model_cell_of(m, unit, context)->imctr & IMCTR_MMUEN) != 0;
}

static inline bool model_utlb_on(const struct model_utlb *utlb)
{
	return (utlb->imuctr & IMUCTR_MMUEN) != 0;
}

/** Does a cache that misses look into its root's TLB now? */
static inline bool model_cache_fed(const struct model *m, const struct model_cell *cell)
{
	return !cell->flushing || m->switches[MODEL_FLUSHING_CACHE_FED] == 1;
}

#endif
