/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * fault.h - the two halves of the fault path.
 */
#ifndef IPMMU_FAULT_H
#define IPMMU_FAULT_H

#include <ipmmu/pgtable.h>
#include <ipmmu/system.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Masters that one record names; more are only counted. */
#define IPMMU_FAULT_MASTERS 4

/** Bits of ipmmu_fault.kinds: several may be set. */
enum ipmmu_fault_kind {
	IPMMU_FAULT_TRANSLATION = 1, /**< IMSTR.TF: nothing mapped */
	IPMMU_FAULT_PERMISSION = 2,  /**< IMSTR.PF: mapped without the right */
	IPMMU_FAULT_ABORT = 4,       /**< IMSTR.ABORT: the bus refused a table read */
	IPMMU_FAULT_MULTIPLE_HIT = 8 /**< IMSTR.MHIT: two TLB entries for one address */
};

/** enum ipmmu_fault_code - IMSTR.ERRCODE, as far as it is known. */
enum ipmmu_fault_code {
	IPMMU_FAULT_CODE_NONE = 0,
	IPMMU_FAULT_CODE_TLB_FORMAT = 1, /**< a table entry of a wrong form */
	IPMMU_FAULT_CODE_ACCESS = 4,     /**< access permission */
	IPMMU_FAULT_CODE_SECURE = 5      /**< secure access */
};

/** struct ipmmu_fault - one decoded record. */
struct ipmmu_fault {
	uint32_t root;                          /**< index of the root MMU */
	uint32_t context;                       /**< context number */
	enum ipmmu_context_state context_state; /**< when the record is decoded */
	bool stale; /**< the context was given back since: nobody who holds it now caused it */
	struct ipmmu_domain *domain; /**< holder, NULL in deny or when stale */
	void *cookie;                /**< the domain's, NULL without domain */
	struct ipmmu_iova iova;      /**< address that faulted; 32 bits of it on Gen2 */
	uint32_t kinds;              /**< enum ipmmu_fault_kind bits */
	uint32_t code;               /**< ERRCODE as read; see enum ipmmu_fault_code */
	uint32_t level;              /**< ERRLVL as read: level of the walk that failed */
	uint32_t status;             /**< IMSTR as read */
	uint32_t source;             /**< IMSSTR as read; 0 where the part has none */
	uint64_t at_us;              /**< clock at the interrupt */
	/** Claimed masters that may have caused it: all that selected the context when the
	 * record was taken. Those behind the caches that IMSSTR names come first. */
	const struct ipmmu_master_desc *masters[IPMMU_FAULT_MASTERS];
	uint32_t master_count; /**< how many there are; may exceed IPMMU_FAULT_MASTERS */
	/** One that may have caused it is not listed: it has left the context before the record
	 * was taken, or was removed since. Or a uTLB selects the context that no claimed master
	 * has, as those that were running at probe and are denied. */
	bool masters_incomplete;
	/** The walk of @iova in the domain's table, by software and now, not when it faulted:
	 * every level, the entry where it ends last. Of a host's table by ops->table_read
	 * and ops->table_explain. */
	struct ipmmu_pt_level walk[IPMMU_PT_MAX_LEVELS];
	uint32_t walk_count; /**< levels of it; 0: no domain, or nothing that can be read */
};

/**
 * ipmmu_root_interrupt() - the interrupt half: record and clear what a root reports.
 * @system: the system.
 * @root:   index of the root MMU whose interrupt came.
 *
 * For each context in use, starting behind the one that faulted last: reads IMSTR; where a
 * status is pending, of any bit, reads the address, writes IMSTR 0 and keeps a raw record for
 * ipmmu_service(): 4 of each context, so that none hides the fault of another. More are
 * counted. When no context in use has a status, looks at the others as well.
 *
 * A context may have storm_limit faults at once, and one more every 10 ms. Its interrupt is
 * masked when that is used up. So a context that faults for ever costs at most storm_limit
 * interrupts, and 100 faults a second afterwards, however soon the host calls ipmmu_service().
 * Where the line stays up after a mask, one more interrupt comes with each mask.
 *
 * Return: true when something was pending; false for a spurious interrupt (an event tells it),
 * an offline root, or a number that is no root.
 * Context: interrupt. Takes the root's lock. Calls no hook but MMIO, event, now_us,
 * service_wanted. Cost: 1 read per context in use, per fault 2 or 3 reads and 1 write.
 * Source: order from Linux 6.1 ipmmu-vmsa.c: the address is lost when the status is cleared.
 */
bool ipmmu_root_interrupt(struct ipmmu_system *system, uint32_t root);

/**
 * ipmmu_service() - the service half: decode records, unmask contexts that have calmed down.
 * @system: the system.
 * @budget: most records to decode in this call; 0 counts as 1.
 *
 * Calls ops->fault for each record. The domain, the cookie and the masters that a record names
 * stay until the hook has returned: calls that would end them answer IPMMU_E_BUSY.
 *
 * A masked context is looked at every 10 ms. A fault that is pending then is recorded and
 * cleared, so that a master which stalls on it goes on. When nothing is pending the interrupt
 * is unmasked.
 *
 * Return: true when the budget is spent and records are left that were there when the first of
 * the calls began that have answered true. So a loop over it ends, however long the hook takes.
 * The service_wanted hook asks for later calls. A host without that hook calls it every 10 ms.
 * Context: a safe place of the host's choice, not an interrupt. Takes the system lock, the
 * page-table lock of the domain that faulted and the root's; calls ops->fault without locks.
 */
bool ipmmu_service(struct ipmmu_system *system, uint32_t budget);

#ifdef __cplusplus
}
#endif
#endif
