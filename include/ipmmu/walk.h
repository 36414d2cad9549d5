/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * walk.h - what entries of a page table say, and every level of the walk of one address.
 *
 * A walk ends where the unit's own walk ends: at a leaf, at an entry that maps nothing, or at a
 * valid entry that the unit does not take.
 */
#ifndef IPMMU_WALK_H
#define IPMMU_WALK_H

#include <ipmmu/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Most levels that any format has. */
#define IPMMU_PT_MAX_LEVELS 3

/** enum ipmmu_pt_format - what the entries look like. */
enum ipmmu_pt_format {
	IPMMU_PT_S1_AARCH32, /**< stage 1, AArch32-LPAE: 32-bit input */
	IPMMU_PT_S1_AARCH64, /**< stage 1, VMSAv8-64: 39-bit input */
	IPMMU_PT_S2,         /**< stage 2, VMSAv8-64: 33..40-bit input */
	IPMMU_PT_FORMAT_COUNT
};

/** Rights. Stage 1 has no write without read. */
enum {
	IPMMU_PT_READ = 1,
	IPMMU_PT_WRITE = 2,
	IPMMU_PT_NO_EXECUTE = 4
};

/** enum ipmmu_pt_memory - memory type: index into MAIR in stage 1, MemAttr in stage 2. */
enum ipmmu_pt_memory {
	IPMMU_PT_UNCACHED = 0, /**< normal memory, not cached */
	IPMMU_PT_CACHED,       /**< normal memory, write-back */
	IPMMU_PT_DEVICE        /**< device memory */
};

/**
 * IMMAIR0 of a context over a stage-1 table: what enum ipmmu_pt_memory is an index into. Index
 * 3, inner non-cacheable and outer write-back, is not used. Source: Linux 6.1 io-pgtable-arm.c.
 */
#define IPMMU_PT_MAIR0 0xf404ff44u

/** struct ipmmu_pt_prot - what an entry allows. */
struct ipmmu_pt_prot {
	uint8_t rights; /**< IPMMU_PT_READ and others */
	uint8_t memory; /**< enum ipmmu_pt_memory */
};

/** enum ipmmu_pt_kind - what an entry is. */
enum ipmmu_pt_kind {
	IPMMU_PT_EMPTY,
	/** Not valid, but not 0. In the engine's tables: ipmmu_pt_continue() makes it valid
	 * again. */
	IPMMU_PT_BROKEN,
	IPMMU_PT_TABLE,
	IPMMU_PT_BLOCK,
	IPMMU_PT_PAGE,
	IPMMU_PT_REFUSED, /**< valid, but the unit faults on it: ipmmu_pt_level.refusal */
	IPMMU_PT_KIND_COUNT
};

/**
 * enum ipmmu_pt_refusal - why the unit does not take a valid entry, the first reason that
 * holds. Source: the formats of the Arm ARM, and of NS and NSTable the Linux driver of 2014:
 * the unit does not take NS from above, and reports a secure-access fault where one is clear.
 */
enum ipmmu_pt_refusal {
	IPMMU_PT_NOT_REFUSED = 0,
	IPMMU_PT_REFUSED_FORM,    /**< bits 1:0 are 01 at level 3, which is reserved */
	IPMMU_PT_REFUSED_ADDRESS, /**< bits 47:40 are set: the output is 40 bits wide */
	IPMMU_PT_REFUSED_NSTABLE, /**< stage 1: NSTable is clear in an entry of a table */
	IPMMU_PT_REFUSED_NS,      /**< stage 1: NS is clear in a leaf */
	IPMMU_PT_REFUSED_AF,      /**< the access flag is clear in a leaf */
	/** A block's address has bits below the block's size. They are reserved, and what a
	 * unit does with them is not known: it may ignore them. */
	IPMMU_PT_REFUSED_ALIGN,
	IPMMU_PT_REFUSED_RIGHTS, /**< stage 2: a leaf allows neither read nor write */
	IPMMU_PT_REFUSAL_COUNT
};

/** struct ipmmu_pt_level - one level of a walk. */
struct ipmmu_pt_level {
	uint32_t level; /**< 1 is the root */
	uint32_t index; /**< in the table */
	struct ipmmu_pa at;
	uint64_t value;
	enum ipmmu_pt_kind kind;
	enum ipmmu_pt_refusal refusal; /**< of an entry that is refused */
	/** Address in the entry, with bits 47:40: of the next table, or of what is mapped. */
	struct ipmmu_pa pa;
	uint64_t size;             /**< of what one entry of this level covers */
	struct ipmmu_pt_prot prot; /**< of a leaf, also one that is broken */
	bool contiguous;           /**< of a leaf, also one that is broken */
};

/** Read the entry at @at; false when there is no memory, or nothing that may be read. */
typedef bool (*ipmmu_pt_read_fn)(void *host, struct ipmmu_pa at, uint64_t *entry);

/** struct ipmmu_pt_source - a table that somebody else has built. */
struct ipmmu_pt_source {
	enum ipmmu_pt_format format;
	uint32_t input_bits;
	struct ipmmu_pa root;
	ipmmu_pt_read_fn read;
	void *host; /**< for @read */
};

/**
 * ipmmu_pt_explain_by() - every level of the walk of one address, where it ends last.
 * @source: the table. Nothing that its entries say is trusted.
 *
 * The last level that is filled in is a page, a block, an entry that is not valid, or one that
 * is refused. It is an entry of a table only when @read cannot read the entry that it leads to.
 *
 * Return: how many of @levels are filled in. 0: the address is beyond the input width, the root
 * cannot be read, or @source is no table that a unit takes: no such format or input width, a
 * root at 2^40 or above, or one that is not aligned to its size.
 */
uint32_t ipmmu_pt_explain_by(const struct ipmmu_pt_source *source, struct ipmmu_iova iova,
			     struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS]);

#ifdef __cplusplus
}
#endif
#endif
