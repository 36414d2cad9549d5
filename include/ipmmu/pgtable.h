/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * pgtable.h - page tables of the library's own: pure memory, no register is touched.
 *
 * The caller owns struct ipmmu_pt and holds a lock of its own around every call on one table.
 * No call flushes a TLB: where a flush is due, the call says so in enum ipmmu_pt_next.
 *
 *	err = ipmmu_pt_unmap(pt, iova, size, 512, &next);
 *	while (err == IPMMU_OK && next != IPMMU_PT_NEXT_NONE) {
 *		if (next == IPMMU_PT_NEXT_FLUSH || next == IPMMU_PT_NEXT_FLUSH_CONTINUE) {
 *			ipmmu_pt_flush_begin(pt);
 *			... flush, and wait for its end ...
 *			(void)ipmmu_pt_flush_end(pt, 0);
 *		}
 *		if (next == IPMMU_PT_NEXT_FLUSH) {
 *			break;
 *		}
 *		err = ipmmu_pt_continue(pt, 512, &next);
 *	}
 *
 * Entries are stored as numbers: the CPU is little-endian, as the walker is.
 */
#ifndef IPMMU_PGTABLE_H
#define IPMMU_PGTABLE_H

#include <ipmmu/types.h>
#include <ipmmu/walk.h>

#ifdef __cplusplus
extern "C" {
#endif

/** enum ipmmu_pt_policy - how a valid entry becomes another valid one. */
enum ipmmu_pt_policy {
	/** Not at all: the table has 4 KiB pages only, and protection does not change. */
	IPMMU_PT_NEVER = 0,
	/** Break, flush, make: a master that uses the entry in between faults. */
	IPMMU_PT_BREAK_BEFORE_MAKE,
	/** One store: a TLB may hold both for a while, which hardware may call a fault. The
	 * first page of a table that a block replaces may fault until the flush has ended. */
	IPMMU_PT_DIRECT
};

/** enum ipmmu_pt_next - what the caller has to do after a call: two bits. */
enum ipmmu_pt_next {
	IPMMU_PT_NEXT_NONE = 0, /**< nothing: the work is done */
	/** Done: flush before what was reachable is used for anything else. */
	IPMMU_PT_NEXT_FLUSH = 1,
	IPMMU_PT_NEXT_CONTINUE = 2,      /**< budget spent: ipmmu_pt_continue() */
	IPMMU_PT_NEXT_FLUSH_CONTINUE = 3 /**< flush, then ipmmu_pt_continue() */
};

/**
 * struct ipmmu_pt_ops - what the engine needs. Every hook gets @host; none calls back.
 */
struct ipmmu_pt_ops {
	/** As ipmmu_ops.table_alloc: 1 or 2 pages, with anything in them. NULL = no memory. A
	 * table at 2^40 or above, or not aligned, is given back and counts as no memory. The
	 * root is taken as it is: the caller compares what ipmmu_pt_query() says of it. */
	void *(*table_alloc)(void *host, uint32_t pages, struct ipmmu_pa *pa);
	/** Give back pages that no walker can reach any more. */
	void (*table_free)(void *host, void *table, struct ipmmu_pa pa, uint32_t pages);
	/** The pointer that table_alloc gave for @pa. Not asked inside of the linear window. */
	void *(*table_ptr)(void *host, struct ipmmu_pa pa);
	/** Make @size bytes at @start visible to the walker, and wait until they are: nothing
	 * stored later is seen before. NULL: the walker is coherent. */
	void (*clean)(void *host, const void *start, size_t size);
	/** Stores made before it are seen by the walker before any made after. */
	void (*barrier)(void *host);
};

/** struct ipmmu_pt_config - what a table shall be. Members that are 0 have a default. */
struct ipmmu_pt_config {
	enum ipmmu_pt_format format;
	uint32_t input_bits; /**< 0 = the most that the format has */
	const struct ipmmu_pt_ops *ops;
	void *host;
	enum ipmmu_pt_policy split;   /**< of blocks; IPMMU_PT_NEVER: no blocks are made */
	enum ipmmu_pt_policy replace; /**< of entries by _protect(), _replace(), _merge() */
	bool contiguous; /**< set the contiguous hint on 64 KiB runs; needs a split policy */
	bool keep_empty; /**< leave empty tables in place; default: they are given back */
	/** Optional window: memory at @linear_pa is at @linear, @linear_size bytes. */
	uint64_t *linear;
	struct ipmmu_pa linear_pa;
	uint64_t linear_size;
};

/** struct ipmmu_pt_list - tables chained through their first entry. Private. */
struct ipmmu_pt_list {
	uint64_t head;
	uint32_t count;
};

/** struct ipmmu_pt_frame - a table that is being changed. Private. */
struct ipmmu_pt_frame {
	uint64_t *table;
	uint64_t pa;
	uint16_t low; /**< entries changed: [low, high) */
	uint16_t high;
	uint16_t index; /**< of its entry in the frame above */
	bool fresh;     /**< not linked yet */
};

/** struct ipmmu_pt_place - where a walk has ended, and what was stored there. Private. */
struct ipmmu_pt_place {
	uint64_t *slot[IPMMU_PT_MAX_LEVELS]; /**< the entry on each level, down to @level */
	uint64_t stop;                       /**< end of what the last of them is for */
	const uint64_t *dirty;               /**< entries that are not cleaned yet */
	uint32_t dirty_count;
	uint32_t level;
};

struct ipmmu_pt;
/** struct ipmmu_pt_job - the change under way. Private. */
struct ipmmu_pt_job {
	uint64_t start;
	uint64_t next;
	uint64_t end;
	uint64_t offset; /**< PA - IOVA */
	uint64_t attr;
	const struct ipmmu_pa *pages;
	uint32_t budget;
	uint32_t depth; /**< frames in use */
	/** From the root to where the job is: here, since stacks are small. */
	struct ipmmu_pt_frame frame[IPMMU_PT_MAX_LEVELS];
	struct ipmmu_pt_place place;
	enum ipmmu_pt_next (*merge)(struct ipmmu_pt *pt); /**< a step of merge.h's */
	uint8_t kind;
	uint8_t pass;
	bool removed; /**< something valid is valid no more */
	bool broken;  /**< entries wait to be made again */
};

/** struct ipmmu_pt - a table. The caller's memory; its members are private. */
struct ipmmu_pt {
	uint64_t *root;
	uint64_t *linear;
	/** Leads to a table at the start of the window; all ones: no call goes a short way. */
	uint64_t link;
	uint64_t outside; /**< bits that the address of a page in range does not have */
	uint64_t page;    /**< a page at 0 with the rights that were asked for last */
	uint16_t key;     /**< those rights */
	uint32_t strays;  /**< tables outside of the window */
	/** Of @ops: every call looks whether it is there. */
	void (*clean)(void *host, const void *start, size_t size);
	const struct ipmmu_pt_ops *ops;
	void *host;
	uint64_t linear_pa;
	uint64_t linear_size;
	uint64_t last; /**< last input address */
	uint64_t root_pa;
	uint64_t table_bits;
	struct ipmmu_pt_list pool;
	struct ipmmu_pt_list gathered;
	struct ipmmu_pt_list sealed;
	struct ipmmu_pt_job job;
	uint32_t root_pages;
	uint32_t drained; /**< entries of level 2 that ipmmu_pt_destroy() is through with */
	uint8_t format;
	uint8_t split;
	uint8_t replace;
	bool contiguous;
	bool keep_empty;
};

/** struct ipmmu_pt_info - what ipmmu_pt_query() tells. */
struct ipmmu_pt_info {
	struct ipmmu_pa root;
	uint32_t root_pages;
	uint32_t input_bits;
	uint32_t reserve;        /**< tables kept for splits */
	uint32_t reserve_wanted; /**< what removal can need at most */
	uint32_t gathered;       /**< freed tables that wait for a flush */
	bool busy;               /**< ipmmu_pt_continue() is due */
};

/** struct ipmmu_pt_mapping - one leaf entry, or what ipmmu_pt_translate() found. */
struct ipmmu_pt_mapping {
	struct ipmmu_iova iova; /**< where the entry begins */
	struct ipmmu_pa pa;     /**< of @iova; ipmmu_pt_translate(): of the address asked for */
	uint64_t size;
	struct ipmmu_pt_prot prot;
};

/**
 * ipmmu_pt_create() - an empty table.
 * @pt: filled in. @config: copied, but for what it points at.
 *
 * Takes the root, and the reserve where the split policy wants one.
 *
 * Return: IPMMU_OK, or, with nothing taken,
 *   IPMMU_E_ARG        a hook is missing, an unknown format or policy, or the contiguous hint
 *                      without a split policy
 *   IPMMU_E_RANGE      @config->input_bits outside of the format
 *   IPMMU_E_NO_MEMORY  table_alloc gave nothing
 */
enum ipmmu_err ipmmu_pt_create(struct ipmmu_pt *pt,
			       const struct ipmmu_pt_config *config) IPMMU_MUST_CHECK;

/**
 * ipmmu_pt_destroy() - give back every table, a bounded number at a time.
 * @budget: entries looked at and tables given back, about; 0 = all at once.
 *
 * No walker may know the table any more: its context is off and flushed.
 *
 * Return: true when all is given back; false: call again. Nothing else may be called between.
 */
bool ipmmu_pt_destroy(struct ipmmu_pt *pt, uint32_t budget) IPMMU_MUST_CHECK;

/** ipmmu_pt_prot_fits() - can entries of a format say @prot? */
bool ipmmu_pt_prot_fits(enum ipmmu_pt_format format, struct ipmmu_pt_prot prot);

/** ipmmu_pt_query() - what the table is and holds. */
void ipmmu_pt_query(const struct ipmmu_pt *pt, struct ipmmu_pt_info *info);

/**
 * ipmmu_pt_map() - map @size bytes at @iova to @pa. Never needs a flush.
 *
 * Blocks are used where alignment and the split policy allow. All is mapped, or nothing. Work
 * grows with @size: the caller bounds it.
 *
 * Return: IPMMU_OK, or, with nothing changed,
 *   IPMMU_E_ALIGN        an address or @size is no multiple of 4 KiB
 *   IPMMU_E_RANGE        no size, or beyond the input or output width
 *   IPMMU_E_UNSUPPORTED  rights that the format does not have
 *   IPMMU_E_EXISTS       part of the range is mapped
 *   IPMMU_E_NO_MEMORY    a table is needed and there is none
 *   IPMMU_E_BUSY         ipmmu_pt_continue() is due
 */
enum ipmmu_err ipmmu_pt_map(struct ipmmu_pt *pt, struct ipmmu_iova iova, struct ipmmu_pa pa,
			    uint64_t size, struct ipmmu_pt_prot prot) IPMMU_MUST_CHECK;

/** ipmmu_pt_map_pages() - as ipmmu_pt_map(), @count pages to the addresses in @pages. */
enum ipmmu_err ipmmu_pt_map_pages(struct ipmmu_pt *pt, struct ipmmu_iova iova,
				  const struct ipmmu_pa *pages, uint32_t count,
				  struct ipmmu_pt_prot prot) IPMMU_MUST_CHECK;

/**
 * ipmmu_pt_unmap() - remove what a range maps; holes are no error.
 * @budget: entries touched before the call answers CONTINUE; 0 = no bound.
 * @next:   what is to be done; FLUSH only when something was removed.
 *
 * Never fails for want of memory while the reserve is whole (ipmmu_pt_refill()).
 *
 * Return: IPMMU_OK, or, with nothing changed,
 *   IPMMU_E_ALIGN, IPMMU_E_RANGE, IPMMU_E_BUSY  as ipmmu_pt_map()
 *   IPMMU_E_NO_MEMORY  a block must be split, the reserve is short and there is no memory
 */
enum ipmmu_err ipmmu_pt_unmap(struct ipmmu_pt *pt, struct ipmmu_iova iova, uint64_t size,
			      uint32_t budget, enum ipmmu_pt_next *next) IPMMU_MUST_CHECK;

/**
 * ipmmu_pt_protect() - give what a range maps other rights; holes stay holes.
 * Return: as ipmmu_pt_unmap(), or
 *   IPMMU_E_UNSUPPORTED  the replace policy is IPMMU_PT_NEVER, or rights as ipmmu_pt_map()
 */
enum ipmmu_err ipmmu_pt_protect(struct ipmmu_pt *pt, struct ipmmu_iova iova, uint64_t size,
				struct ipmmu_pt_prot prot, uint32_t budget,
				enum ipmmu_pt_next *next) IPMMU_MUST_CHECK;

/**
 * ipmmu_pt_replace() - map a range, whatever it maps now. All memory is taken first.
 * Return: as ipmmu_pt_map() but IPMMU_E_EXISTS, or
 *   IPMMU_E_UNSUPPORTED  also: the replace policy is IPMMU_PT_NEVER
 */
enum ipmmu_err ipmmu_pt_replace(struct ipmmu_pt *pt, struct ipmmu_iova iova, struct ipmmu_pa pa,
				uint64_t size, struct ipmmu_pt_prot prot, uint32_t budget,
				enum ipmmu_pt_next *next) IPMMU_MUST_CHECK;

/**
 * ipmmu_pt_continue() - go on with the change under way, after CONTINUE or FLUSH_CONTINUE.
 * Cannot fail but for IPMMU_E_STATE: nothing is under way.
 */
enum ipmmu_err ipmmu_pt_continue(struct ipmmu_pt *pt, uint32_t budget,
				 enum ipmmu_pt_next *next) IPMMU_MUST_CHECK;

/** ipmmu_pt_flush_begin() - a flush is about to start: it covers the tables freed so far. */
void ipmmu_pt_flush_begin(struct ipmmu_pt *pt);

/**
 * ipmmu_pt_flush_end() - the flush has ended: give back at most @budget (0 = all) of the tables
 * that it covers. Not called for a flush that failed.
 *
 * Return: true when all of them are given back. Until then a new flush covers nothing more.
 */
bool ipmmu_pt_flush_end(struct ipmmu_pt *pt, uint32_t budget);

/** ipmmu_pt_refill() - make the reserve whole. IPMMU_OK, _E_NO_MEMORY or _E_BUSY. */
enum ipmmu_err ipmmu_pt_refill(struct ipmmu_pt *pt) IPMMU_MUST_CHECK;

/**
 * ipmmu_pt_translate() - where an address leads.
 * Return: IPMMU_OK; IPMMU_E_NOT_FOUND not mapped; IPMMU_E_RANGE beyond the input width.
 */
enum ipmmu_err ipmmu_pt_translate(const struct ipmmu_pt *pt, struct ipmmu_iova iova,
				  struct ipmmu_pt_mapping *mapping) IPMMU_MUST_CHECK;

/** ipmmu_pt_locate() - the address that it leads to, and no more; NOWHERE where none is. */
#define IPMMU_PT_NOWHERE UINT64_MAX
struct ipmmu_pa ipmmu_pt_locate(const struct ipmmu_pt *pt, struct ipmmu_iova iova);

/** Return false to stop. */
typedef bool (*ipmmu_pt_visit_fn)(void *arg, const struct ipmmu_pt_mapping *mapping);

/**
 * ipmmu_pt_visit() - call @fn for each leaf entry that maps a part of a range, in order.
 * Return: false when @fn stopped it. A range beyond the input width ends there.
 */
bool ipmmu_pt_visit(const struct ipmmu_pt *pt, struct ipmmu_iova iova, uint64_t size,
		    ipmmu_pt_visit_fn fn, void *arg);

/**
 * ipmmu_pt_explain() - as ipmmu_pt_explain_by() of walk.h, for a table of the engine.
 * Return: how many of @levels are filled in; 0 beyond the input width.
 */
uint32_t ipmmu_pt_explain(const struct ipmmu_pt *pt, struct ipmmu_iova iova,
			  struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS]);

#ifdef __cplusplus
}
#endif
#endif
