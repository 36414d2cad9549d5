/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * event.h - what the library tells a host while it works: an enum and numbers, no text.
 *
 * ipmmu_event_text() (text.h) makes a line of one.
 */
#ifndef IPMMU_EVENT_H
#define IPMMU_EVENT_H

#include <ipmmu/desc.h>
#include <ipmmu/types.h>

/* X(name, text for the table in the docs) */
#define IPMMU_EVENTS(X) \
	X(BAD_ARGUMENT, "a value of a call or a description lies outside of min..max") \
	X(MMU_ONLINE, "a unit was brought to a known state; value: the mode of its root") \
	X(MMU_OFFLINE, "a unit is not used; error: why") \
	X(MMU_DEAD, "a unit reads all ones") \
	X(UTLB_DENIED, \
	  "a running uTLB of a described master was denied; value: IMUCTR before") \
	X(UTLB_KEPT, "a running uTLB was left as found; value: IMUCTR") \
	X(UTLB_UNMANAGED, "uTLBs that no described master has run on; value: how many") \
	X(CONTEXT_KEPT, "a context in use at probe was left as found; value: its IMCTR") \
	X(CONTEXT_HOLDER, "a context is taken, told when none is free; value: its state") \
	X(CONFLICT, "a uTLB is owned through another master: other") \
	X(FLUSH_TIMEOUT, "a flush did not end; value: microseconds, max: the limit") \
	X(QUARANTINED, "a context went to quarantine; its masters are denied") \
	X(RELEASED, "a context left quarantine; cookie: of the domain that had it") \
	X(DENY_UNVERIFIED, "a uTLB told to deny reads back as value; max: what was written") \
	X(STATUS_STUCK, "an IMSTR does not clear; value: what it reads") \
	X(FAULT_STORM, \
	  "fault interrupts of a context were masked; value: faults since they were not") \
	X(FAULT_LOST, "faults of a context found no room for a record; value: how many") \
	X(FAULT_SPURIOUS, "an interrupt came and no context had a status") \
	X(FAULT_UNOWNED, "a context that nobody owns had a status; value: it") \
	X(DENY_LEFT, "a deny context stays on when the system is destroyed; value: table PA") \
	X(TABLES_LEFT, "tables of an abandoned domain stay when the system is destroyed")

#define IPMMU_EVENT_ENUM_(name, what) IPMMU_EVENT_##name,

/** enum ipmmu_event_kind - what happened. */
enum ipmmu_event_kind {
	IPMMU_EVENTS(IPMMU_EVENT_ENUM_) IPMMU_EVENT_COUNT
};

#undef IPMMU_EVENT_ENUM_

/** enum ipmmu_what - which value an IPMMU_EVENT_BAD_ARGUMENT speaks of. */
enum ipmmu_what {
	IPMMU_WHAT_NOTHING,
	IPMMU_WHAT_HOOK,      /**< a mandatory hook; value: its place in struct ipmmu_ops */
	IPMMU_WHAT_MMU_COUNT, /**< number of MMUs */
	IPMMU_WHAT_SOC,       /**< the SoC row of an MMU */
	IPMMU_WHAT_ROOT,      /**< index of the root */
	IPMMU_WHAT_REG_SIZE,  /**< bytes of the register region */
	IPMMU_WHAT_REG, /**< place of the register region; min: end of the one it overlaps */
	IPMMU_WHAT_PORT_COUNT,    /**< number of ports of a master */
	IPMMU_WHAT_PORT_MMU,      /**< MMU of a port */
	IPMMU_WHAT_UTLB,          /**< uTLB number */
	IPMMU_WHAT_MODE,          /**< mode asked for */
	IPMMU_WHAT_TABLE_PA,      /**< address of a table */
	IPMMU_WHAT_INPUT_BITS,    /**< width of an address space */
	IPMMU_WHAT_CONTEXT,       /**< context number; min, max: the mode that it should have */
	IPMMU_WHAT_MAX_CONTEXTS,  /**< option max_contexts */
	IPMMU_WHAT_FLUSH_TIMEOUT, /**< option flush_timeout_us */
	IPMMU_WHAT_STORM_LIMIT,   /**< option storm_limit */
	/** the part of an MMU, known not to isolate; mmu_desc->soc->name names it */
	IPMMU_WHAT_UNSUITABLE,
	IPMMU_WHAT_IOVA,   /**< an address in a domain */
	IPMMU_WHAT_PA,     /**< a machine address to map to */
	IPMMU_WHAT_SIZE,   /**< bytes of a range */
	IPMMU_WHAT_RIGHTS, /**< rights of a mapping; bit 8 and up: its memory type */
	IPMMU_WHAT_POLICY  /**< enum ipmmu_pt_policy of a domain */
};

/** struct ipmmu_event - one event. Members that do not apply are IPMMU_NONE, NULL or 0. */
struct ipmmu_event {
	enum ipmmu_event_kind kind;
	enum ipmmu_err error;
	enum ipmmu_what what;
	uint32_t mmu;     /**< index in the description */
	uint32_t utlb;    /**< uTLB number */
	uint32_t context; /**< context number */
	const struct ipmmu_mmu_desc *mmu_desc;
	const struct ipmmu_master_desc *master;
	const struct ipmmu_master_desc *other;
	void *cookie;   /**< of a domain */
	uint64_t value; /**< see the table above, or the value that @what speaks of */
	uint64_t min;   /**< first allowed value; with E_ALIGN the alignment */
	uint64_t max;   /**< last allowed value, or see the table above */
};

#endif
