/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * model_priv.h - the state of the model and what its files call of each other.
 * Nothing here is for programs that use the model.
 */
#ifndef MODEL_PRIV_H
#define MODEL_PRIV_H

#include <ipmmu-model/model.h>

#pragma GCC visibility push(hidden)

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

/** Why a uTLB holds its master. */
enum model_stall {
	STALL_NONE,
	STALL_UNTIL_CLEAR,
	STALL_UNTIL_CLEAR_AND_FLUSH,
	STALL_UNTIL_FLUSH
};

/** struct model_utlb - a port. */
struct model_utlb {
	uint32_t imuctr;
	uint32_t imuasid;
	uint8_t stall;
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
	enum model_tlb_mode tlb_mode;
	bool dirty;
	uint8_t switches[MODEL_SWITCH_COUNT];
	struct model_violation kept[MODEL_KEPT_VIOLATIONS];
};

/** struct model_site - where and with what a register was touched, for violations. */
struct model_site {
	uint32_t unit;
	uint32_t offset;
	uint32_t value;
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

/* config.c */
uint64_t model_random(struct model *m);

/* violation.c */
void model_violate(struct model *m, enum model_violation_kind kind,
		   const struct model_site *site);

/* map.c */
enum model_register_kind {
	REGISTER_PLAIN,
	REGISTER_IMCTR,
	REGISTER_IMSTR,
	REGISTER_TABLE, /**< not to be changed while its context is on */
	REGISTER_BUS,   /**< the same, and read-modify-write */
	REGISTER_IMUCTR,
	REGISTER_IMSCTLR,
	REGISTER_IMSAUXCTLR,
	REGISTER_IMSSTR,
	REGISTER_READ_ONLY,
	REGISTER_NAME_ONLY
};

struct model_register_row {
	const char *name;
	uint8_t kind;
	uint8_t bank;
	uint16_t offset;
	uint8_t generations;
	bool in_root;
	bool in_cache;
	uint8_t count;
	uint32_t writable[3]; /**< Gen2, Gen3, Gen4 */
	uint32_t writable_cache;
	uint32_t status;
	uint32_t unknown; /**< writable, but nobody knows what they do */
};

/** struct model_register - a register found at an offset. */
struct model_register {
	const struct model_register_row *row;
	uint32_t index; /**< context or uTLB */
	uint32_t writable;
	uint32_t *word; /**< NULL: reads 0, or is computed */
};

/** Return false, and the violation that says why, when there is none. */
bool model_register_find(const struct model *m, uint32_t unit, uint32_t offset,
			 struct model_register *found, enum model_violation_kind *why);
uint32_t model_ttsel(enum model_generation generation, uint32_t imuctr);
uint32_t model_known_bits(const struct model *m, uint32_t unit, uint32_t offset);

/* context.c, utlb.c */
void model_imctr_write(struct model *m, const struct model_register *r,
		       const struct model_site *site);
void model_imstr_write(struct model *m, const struct model_register *r,
		       const struct model_site *site);
void model_imuctr_write(struct model *m, const struct model_register *r,
			const struct model_site *site);
bool model_context_used(const struct model *m, uint32_t unit, uint32_t context);

/* power.c */
void model_unit_reset(struct model *m, uint32_t unit);

/* walk.c */
struct model_walk {
	bool valid; /**< false: registers that no walk can follow, or that contradict */
	bool stage2_format;
	bool contradicts; /**< entries are not read in the format that IMTTBCR means */
	uint8_t input_bits;
	uint8_t start_level;
	uint64_t root;
};

struct model_walk_result {
	uint32_t status;  /**< IMSTR, 0 = found */
	bool contradicts; /**< an entry was read in a format that IMTTBCR does not mean */
	struct model_tlb_entry entry;
};

typedef bool (*model_scan_fn)(void *arg, const struct model_tlb_entry *entry);

struct model_scan {
	const struct model *m;
	const struct model_walk *walk;
	model_scan_fn fn;
	void *arg;
};

uint32_t model_level_shift(uint32_t level);
struct model_walk model_walk_setup(const struct model *m, uint32_t root, uint32_t context);
bool model_walk_empty(const struct model *m, uint32_t root, uint32_t context);
bool model_walk_sound(const struct model *m, uint32_t root, uint32_t context);
struct model_walk_result model_walk_to(struct model *m, const struct model_walk *walk,
				       uint64_t iova);
uint32_t model_status(uint32_t bit, uint32_t level, uint32_t code);
/** Every leaf and table entry under a root table; false when fn stopped it. */
bool model_scan_root(const struct model_scan *scan);
/** ... under a kept pointer to a table. */
bool model_scan_kept(const struct model_scan *scan, const struct model_tlb_entry *pointer);

/* tlb.c */
enum model_hit {
	HIT_NONE,
	HIT_ONE,
	HIT_ABSENT,
	HIT_MULTIPLE
};

bool model_tlb_add(struct model *m, struct model_tlb *tlb, const struct model_tlb_entry *e);
enum model_hit model_tlb_find(const struct model *m, const struct model_tlb *tlb, uint64_t iova,
			      uint32_t context, struct model_tlb_entry *hit);
void model_tlb_empty(struct model_tlb *tlb);
/** Mark for removal, remove the marked, unmark; of @context, MODEL_NONE = of all. */
void model_tlb_doom(struct model *m, struct model_tlb *tlb, uint32_t context);
void model_tlb_remove_doomed(struct model *m, struct model_tlb *tlb, uint32_t context);
void model_tlb_spare_doomed(struct model *m, struct model_tlb *tlb, uint32_t context);

/* adversary.c */
void model_look(struct model *m);
/** Something changed that @context (MODEL_NONE: any) of @unit's root walks by. */
void model_touch(struct model *m, uint32_t unit, uint32_t context);

/* flush.c */
void model_flush_start(struct model *m, uint32_t unit, uint32_t context, bool setup);
void model_flush_rewritten(struct model *m, uint32_t unit, uint32_t context);
void model_flush_forget(struct model *m, uint32_t unit, uint32_t context);

/* fault.c */
void model_fault(struct model *m, struct model_access *access, uint32_t status);
uint32_t model_imsstr_read(const struct model *m, uint32_t unit);
void model_stall_cleared(struct model *m, uint32_t root, uint32_t context);
void model_stall_flushed(struct model *m, uint32_t root, uint32_t context);

/* access.c */
bool model_translates(const struct model *m, uint32_t unit);
/** enum model_path - where an access of an enabled uTLB goes that its TLB did not answer. */
enum model_path {
	PATH_WALK,
	PATH_FAULT,
	PATH_BYPASS,
	PATH_ABORT
};
enum model_path model_path_of(const struct model *m, uint32_t unit, uint32_t context);
void model_drain_utlb(struct model *m, uint32_t unit, uint32_t utlb);
void model_drain_context(struct model *m, uint32_t unit, uint32_t context);
void model_accesses_lost(struct model *m, uint32_t unit);

#pragma GCC visibility pop

#endif
