/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * owned.h - domains that own their tables: the library builds them, and flushes where it must.
 *
 * The tables have the format that the root is fixed to (struct ipmmu_mmu_info, mode). A call
 * that takes something away returns when its flush has ended: what was reachable may then be
 * used for something else. Masters are not stopped; see ipmmu_domain_flush().
 *
 * Each domain has a page-table lock of its own (plain): after the system lock, before a root's.
 * It is held for one step of at most IPMMU_OWNED_BUDGET entries, never while a flush is waited
 * for; a map is one step of any length. Between two steps of a change other changes of the same
 * domain answer IPMMU_E_BUSY; translate and explain answer at any time.
 *
 * After a flush that failed the domain is in quarantine and keeps all its tables, those that
 * are not linked any more as well. ipmmu_domain_retry() ends the change that was under way and
 * gives back what is not needed.
 */
#ifndef IPMMU_OWNED_H
#define IPMMU_OWNED_H

#include <ipmmu/domain.h>
#include <ipmmu/pgtable.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Entries that a step changes under the page-table lock, about. */
#define IPMMU_OWNED_BUDGET 2048u

/**
 * struct ipmmu_owned_config - what the tables shall be like. All 0 is safe and right for most.
 *
 * Policies: with IPMMU_PT_NEVER, the default, no master ever sees a valid entry change into
 * another valid one, nor a hole where something stays mapped. The price: 4 KiB pages only, and
 * ipmmu_domain_protect(), _replace() and _merge() are refused. With IPMMU_PT_BREAK_BEFORE_MAKE
 * blocks are used, and a master that uses a broken entry, also one of a block of which another
 * part is removed, faults until the call ends; whether it starts again is not known. With
 * IPMMU_PT_DIRECT a TLB may hold the old and the new entry until the call ends, which hardware
 * may call a multiple hit.
 */
struct ipmmu_owned_config {
	uint32_t input_bits;          /**< 0 = the most of the mode: 40, 32 or 39 */
	enum ipmmu_pt_policy split;   /**< of blocks */
	enum ipmmu_pt_policy replace; /**< by ipmmu_domain_protect(), _replace() and _merge() */
	bool contiguous;              /**< hint on 64 KiB runs; needs a split policy */
	bool keep_empty;              /**< empty tables stay until the domain ends */
	/** Optional window: tables at @linear_pa are at @linear, @linear_size bytes. There
	 * ops->table_ptr is not asked. */
	uint64_t *linear;
	struct ipmmu_pa linear_pa;
	uint64_t linear_size;
};

/**
 * ipmmu_domain_create_owned() - a domain over an empty table of its own.
 * @system: the system; ops->table_ptr must be there.
 * @root:   index of the root MMU that will walk the table.
 * @config: copied; NULL for all 0.
 * @cookie: the host's own, given back in queries and faults.
 * @out:    set to the domain, or to NULL.
 *
 * Takes no context yet. All calls of domain.h and master.h apply to it too.
 *
 * Return: IPMMU_OK, or with nothing changed
 *   IPMMU_E_ARG        a NULL pointer; no table_ptr hook; an unknown policy; the contiguous
 *                      hint without a split policy
 *   IPMMU_E_RANGE      @root is no root; input bits not those of the mode; the hook gave a
 *                      table at or over 2^40
 *   IPMMU_E_ALIGN      the hook gave a table that is not aligned
 *   IPMMU_E_OFFLINE    the root is offline
 *   IPMMU_E_NO_MEMORY
 * Context: takes the system lock. No register access. Tables: 1 or 2, with a split policy 4
 * more in reserve.
 */
IPMMU_MUST_CHECK enum ipmmu_err
ipmmu_domain_create_owned(struct ipmmu_system *system, uint32_t root,
			  const struct ipmmu_owned_config *config, void *cookie,
			  struct ipmmu_domain **out);

/**
 * ipmmu_domain_map() - map @size bytes at @iova to @pa: all of it, or nothing.
 * @iova, @pa, @size: multiples of 4 KiB, within the input width and below 2^40.
 * @prot:  what masters may do there. Stage 1 has no write without read.
 *
 * Masters of the domain can use it when the call returns, and find nothing else there: while a
 * removal of the same addresses by another call waits for its flush, this call waits too. No
 * flush of its own is needed on parts that do not keep "nothing is mapped there"; every public
 * driver relies on that. For others set flush_additions in struct ipmmu_options.
 *
 * Return: IPMMU_OK, or with nothing changed
 *   IPMMU_E_ARG          NULL
 *   IPMMU_E_STATE        the domain's table is the host's
 *   IPMMU_E_ALIGN, IPMMU_E_RANGE, IPMMU_E_UNSUPPORTED  an event names the value
 *   IPMMU_E_EXISTS       part of it is mapped; an event names the first address that is
 *   IPMMU_E_NO_MEMORY    a table is needed and the hook gave none
 *   IPMMU_E_BUSY         another call is changing the table, or the domain is drained
 *   IPMMU_E_QUARANTINED  the domain is in quarantine, and a removal of these addresses or a
 *                        change that was under way waits for ipmmu_domain_retry(). Without
 *                        these, maps go on
 * or, only with flush_additions, with all of it mapped
 *   IPMMU_E_TIMEOUT, IPMMU_E_UNVERIFIED  the domain is in quarantine: ipmmu_domain_retry()
 * Context: takes the page-table lock; not from an interrupt. Under the lock the work grows with
 * @size: who cannot wait so long maps in pieces. No register access.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_domain_map(struct ipmmu_domain *domain,
						 struct ipmmu_iova iova, struct ipmmu_pa pa,
						 uint64_t size, struct ipmmu_pt_prot prot);

/**
 * ipmmu_domain_map_pages() - map @count pages from @iova on to the addresses in @pages.
 * Return, context and cost: as ipmmu_domain_map().
 */
IPMMU_MUST_CHECK enum ipmmu_err
ipmmu_domain_map_pages(struct ipmmu_domain *domain, struct ipmmu_iova iova,
		       const struct ipmmu_pa *pages, uint32_t count, struct ipmmu_pt_prot prot);

/**
 * ipmmu_domain_unmap() - remove what a range maps, and flush; holes are no error.
 * @iova, @size: multiples of 4 KiB, within the input width.
 *
 * Return: IPMMU_OK: nothing of the range is reachable, or with nothing changed
 *   IPMMU_E_ARG, IPMMU_E_STATE, IPMMU_E_BUSY  as ipmmu_domain_map()
 *   IPMMU_E_ALIGN, IPMMU_E_RANGE              an event names the value
 *   IPMMU_E_NO_MEMORY    a block must be split and the reserve is short; not when the policy
 *                        for splits is IPMMU_PT_NEVER; see ipmmu_domain_refill()
 *   IPMMU_E_QUARANTINED  the domain was in quarantine before; or it went there meanwhile by
 *                        another call, and this is as IPMMU_E_TIMEOUT
 * or with the range removed from the table, in whole or in part, as far as the table goes,
 *   IPMMU_E_TIMEOUT      the flush did not end: the domain is in quarantine and its masters
 *                        are denied. Release nothing; after ipmmu_domain_retry() unmap again
 *   IPMMU_E_UNVERIFIED   as E_TIMEOUT, and a uTLB does not read back as denied; escalated
 * Context: takes the page-table lock and the root's, holds none while it waits. Not from an
 * interrupt. Cost: one ipmmu_domain_flush(), none when the domain has no context, or nothing
 * was mapped and no other call waits for a flush; with a split policy of
 * IPMMU_PT_BREAK_BEFORE_MAKE and a block to be split, two.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_domain_unmap(struct ipmmu_domain *domain,
						   struct ipmmu_iova iova, uint64_t size);

/**
 * ipmmu_domain_protect() - give what a range maps other rights, and flush; holes stay holes.
 *
 * When the call returns with IPMMU_OK no master can use the old rights any more.
 *
 * Return: as ipmmu_domain_unmap(), or
 *   IPMMU_E_UNSUPPORTED  the policy for replacing is IPMMU_PT_NEVER, or rights as
 *                        ipmmu_domain_map(); nothing changed
 * After E_TIMEOUT and E_UNVERIFIED ipmmu_domain_retry() ends the change.
 * Context and cost: as ipmmu_domain_unmap().
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_domain_protect(struct ipmmu_domain *domain,
						     struct ipmmu_iova iova, uint64_t size,
						     struct ipmmu_pt_prot prot);

/**
 * ipmmu_domain_replace() - map a range, whatever it maps now, and flush.
 *
 * Takes as many tables first as if nothing were mapped, and gives back those not used.
 *
 * Return: as ipmmu_domain_protect(), or
 *   IPMMU_E_NO_MEMORY  nothing changed
 * Context and cost: as ipmmu_domain_protect().
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_domain_replace(struct ipmmu_domain *domain,
						     struct ipmmu_iova iova, struct ipmmu_pa pa,
						     uint64_t size, struct ipmmu_pt_prot prot);

/**
 * ipmmu_domain_merge() - give blocks to what a range maps by pages, and flush.
 * @iova, @size: multiples of 4 KiB, within the input width.
 *
 * For a range of which parts were unmapped or protected, and are as the rest again: what each
 * address leads to stays as it is, and tables go back to the host. ipmmu_pt_merge() of merge.h
 * tells what merges. Needs no memory. A second call finds nothing to do.
 *
 * With IPMMU_PT_BREAK_BEFORE_MAKE a master that uses what merges faults until it is a block.
 * With IPMMU_PT_DIRECT see struct ipmmu_owned_config; and one whose unit still knows the way to
 * a table that went may fault on its first page until the call ends.
 *
 * Return: as ipmmu_domain_protect(), but never IPMMU_E_NO_MEMORY;
 *   IPMMU_E_UNSUPPORTED  the policy for replacing or for splits is IPMMU_PT_NEVER
 * Context: as ipmmu_domain_unmap(). Cost: with IPMMU_PT_DIRECT one ipmmu_domain_flush(), with
 * IPMMU_PT_BREAK_BEFORE_MAKE one for blocks of 2 MiB and one for blocks of 1 GiB; none for what
 * does not merge, unless another call waits for one.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_domain_merge(struct ipmmu_domain *domain,
						   struct ipmmu_iova iova, uint64_t size);

/**
 * ipmmu_domain_refill() - make the reserve whole that removal may need.
 * Return: IPMMU_OK; IPMMU_E_NO_MEMORY: as whole as memory allows; IPMMU_E_ARG, IPMMU_E_STATE,
 * IPMMU_E_BUSY, IPMMU_E_QUARANTINED as ipmmu_domain_map().
 * Context: as ipmmu_domain_map().
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_domain_refill(struct ipmmu_domain *domain);

/**
 * ipmmu_domain_translate() - where an address leads by the table as it is.
 * Return: IPMMU_OK; IPMMU_E_NOT_FOUND not mapped; IPMMU_E_RANGE beyond the input width;
 * IPMMU_E_ARG; IPMMU_E_STATE the domain's table is the host's; IPMMU_E_BUSY it is drained.
 * Context: takes the page-table lock. No register access.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_domain_translate(struct ipmmu_domain *domain,
						       struct ipmmu_iova iova,
						       struct ipmmu_pt_mapping *mapping);

/**
 * ipmmu_domain_explain() - every level of the walk of one address, where it ends last.
 * @levels: filled in from level 1 on.
 * @count:  how many; 0 when @iova is beyond the input width, or nothing can be read.
 *
 * A table of the host's is read by ops->table_read, where the host has it.
 *
 * Return: IPMMU_OK; IPMMU_E_ARG; IPMMU_E_BUSY it is drained; IPMMU_E_STATE the domain's table
 * is the host's, and there is no hook to read it. Context: takes the system lock, then the
 * page-table lock. No register access.
 */
IPMMU_MUST_CHECK enum ipmmu_err
ipmmu_domain_explain(struct ipmmu_domain *domain, struct ipmmu_iova iova,
		     struct ipmmu_pt_level levels[IPMMU_PT_MAX_LEVELS], uint32_t *count);

/**
 * ipmmu_domain_drain() - give back the tables of a domain that ends, a part at a time.
 * @budget: entries looked at and tables given back, about; 0 = all at once.
 * @more:   set: there is more to give back.
 *
 * For hosts that cannot let ipmmu_domain_destroy() do it all at once. After the first call
 * only this one and ipmmu_domain_destroy() apply to it; others answer IPMMU_E_BUSY.
 *
 * Return: IPMMU_OK, or with nothing changed
 *   IPMMU_E_ARG          NULL
 *   IPMMU_E_STATE        the domain's table is the host's
 *   IPMMU_E_BUSY         as ipmmu_domain_destroy()
 *   IPMMU_E_QUARANTINED  see ipmmu_domain_retry()
 * Context: takes the system lock, then the page-table lock. No register access.
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_domain_drain(struct ipmmu_domain *domain, uint32_t budget,
						   bool *more);

/**
 * ipmmu_owned_table_pages() - table pages that owned tables take at most.
 * @domains: how many domains own their tables.
 * @ranges:  ranges that all of them map together, each without a hole.
 * @bytes:   bytes that these map together.
 *
 * For struct ipmmu_arena_needs. Tables of blocks are fewer. Enough for map and unmap by one
 * caller at a time; ipmmu_domain_replace() takes as many again as its range for a while, and
 * each further caller that unmaps at the same time holds on to what it unmaps until its flush
 * has ended.
 *
 * Return: the number; UINT32_MAX when it is larger than that. Context: any; pure.
 */
uint32_t ipmmu_owned_table_pages(uint32_t domains, uint32_t ranges, uint64_t bytes);

#ifdef __cplusplus
}
#endif
#endif
