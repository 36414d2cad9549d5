/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * core.h - the objects of the core. What its files offer each other is in their own headers.
 *
 * "system" and "root" beside a member name the lock that guards it. "system and root" means:
 * read under either, written under both. A function that ends in _locked expects the root's
 * lock. docs/core.md draws the lives and lists the files from ground to roof.
 */
#ifndef IPMMU_CORE_H
#define IPMMU_CORE_H

#include <ipmmu/domain.h>
#include <ipmmu/fault.h>
#include <ipmmu/master.h>
#include <ipmmu/ops.h>
#include <ipmmu/system.h>

#include "../regs/regs.h"

/** In ipmmu_utlb.at: it is off. */
#define IPMMU_NO_CONTEXT 0xffu

enum {
	/** Raw fault records of one context that wait for the service half. */
	IPMMU_RING_SIZE = 4,
	/** Defaults of struct ipmmu_options. */
	IPMMU_FLUSH_TIMEOUT_US = 1000,
	IPMMU_FLUSH_TIMEOUT_MAX_US = 1000000,
	IPMMU_STORM_LIMIT = 16,
	/** Most faults at once: their time is counted in 32 bits. */
	IPMMU_STORM_LIMIT_MAX = 65536,
	/** A context gets one more token in this time: 100 faults a second. */
	IPMMU_TOKEN_US = 10000
};

/** struct ipmmu_lock - a lock of the host. */
struct ipmmu_lock {
	const struct ipmmu_system *system;
	void *lock;          /**< NULL where the host has no lock hooks */
	unsigned long saved; /**< what unlock needs; written and read by who holds the lock */
};

/** struct ipmmu_utlb - one uTLB. */
struct ipmmu_utlb {
	struct ipmmu_mmu *mmu;
	struct ipmmu_domain *owner; /**< system: the only domain that may have it */
	uint32_t users;             /**< system: masters of the owner that have it */
	uint32_t claims;            /**< system and root: claimed masters that have it */
	uint32_t found;             /**< IMUCTR as read at probe */
	uint32_t offset;            /**< of its registers in @mmu */
	uint8_t number;             /**< in @mmu */
	uint8_t at;                 /**< root: context that it selects, or may still select */
	bool managed;               /**< root: written by the library */
	bool suspect;               /**< root: does not read back as denied */
};

/** struct ipmmu_mmu - one instance. */
struct ipmmu_mmu {
	const struct ipmmu_mmu_desc *desc;
	struct ipmmu_system *system;
	struct ipmmu_root *root;
	struct ipmmu_mmu *next; /**< behind a root its caches, offline ones too */
	uint32_t unit;          /**< set of units: itself alone */
	uint8_t index;          /**< in the description */
	uint8_t utlb_count;     /**< 0 on a root of Gen3 and Gen4 */
	struct ipmmu_utlb *utlbs;
	struct ipmmu_utlb *utlb_end; /**< behind the last; both are NULL where there is none */
	enum ipmmu_err why;          /**< IPMMU_OK: online; else why not. Fixed after probe */
	bool powered;                /**< a power_get is to be paid back */
	bool looked;                 /**< its uTLBs were read at probe */
};

/** Sets of units of one root: bit i is the i-th cache. */
#define IPMMU_UNIT_ROOT (1u << 31)
/** In the set of a flush: the uTLBs of the context too. */
#define IPMMU_UNIT_UTLBS (1u << 30)
_Static_assert(IPMMU_MAX_CACHES <= 30, "the bits above are taken");

/** enum ipmmu_flush_step - how far the flush of a context is. */
enum ipmmu_flush_step {
	IPMMU_FLUSH_IDLE,   /**< none is under way */
	IPMMU_FLUSH_SETTLE, /**< waits for earlier flushes that nobody has waited for */
	IPMMU_FLUSH_ROOT,   /**< waits for the root */
	IPMMU_FLUSH_CACHES  /**< waits for the caches */
};

/** struct ipmmu_flush - the flushes of one context. Tickets count up and wrap around. */
struct ipmmu_flush {
	enum ipmmu_flush_step step;
	bool on;          /**< MMUEN as written with the flush under way */
	bool polled;      /**< a caller reads FLUSH; the others only wait */
	uint32_t begun;   /**< ticket of the flush that began last */
	uint32_t ended;   /**< every ticket up to this one is served */
	uint32_t lost;    /**< tickets after ended up to this one are not served; never before
			     ended, or it would be far ahead of a ticket one day */
	uint32_t units;   /**< set: of the flush under way */
	uint32_t next;    /**< set: of the next one, what was requested meanwhile */
	uint32_t pending; /**< set: not seen to end in this step */
	uint32_t unseen;  /**< set: FLUSH written, and not seen to read 0 afterwards */
};

/** struct ipmmu_raw_fault - what the interrupt half keeps. */
struct ipmmu_raw_fault {
	uint64_t at_us;
	uint64_t iova;
	uint32_t generation;
	uint32_t status;
	uint32_t source;
	/** Masters that may have caused it, as it was then; those removed since are not in it.
	 */
	struct ipmmu_master *masters[IPMMU_FAULT_MASTERS];
	uint32_t listed;       /**< in @masters */
	uint32_t master_count; /**< may exceed @listed */
	bool incomplete;       /**< one that may have caused it is not listed */
};

/** struct ipmmu_context - one context of a root. All under the root's lock. */
struct ipmmu_context {
	struct ipmmu_root *root;
	uint32_t number;
	enum ipmmu_context_state state;
	struct ipmmu_domain *domain; /**< holder; NULL also after ipmmu_domain_abandon() */
	struct ipmmu_owned *remains; /**< tables of a domain that was abandoned */
	const struct ipmmu_owned_calls *calls; /**< of @remains */
	void *cookie;                          /**< of a domain that was abandoned */
	uint32_t generation;
	uint32_t caches;   /**< set: on in these */
	uint64_t wrote_us; /**< IMCTR was written last without waiting */
	uint32_t looks;    /**< since then, at a flush that a mask waits for */
	bool on;           /**< switched on by the library in the root */
	bool found_on;     /**< on when the system was created */
	bool masked;       /**< INTEN is to be off */
	bool left;         /**< a uTLB has left it since IMSTR was seen clear */
	bool stale;        /**< IMCTR in the hardware differs from what it is to be */
	struct ipmmu_flush flush;
	uint64_t stalled;   /**< number of the flush that lets accesses go which have faulted */
	uint32_t tokens;    /**< faults that it may have at once */
	uint32_t recent;    /**< faults since it was unmasked */
	uint64_t tokens_us; /**< time of the last token, or of the mask */
	uint64_t faults;    /**< faults since it was set up */
	uint32_t lost;      /**< faults that found no room */
	uint8_t ring_first; /**< oldest record */
	uint8_t ring_count;
	struct ipmmu_raw_fault ring[IPMMU_RING_SIZE];
};

/** struct ipmmu_root - a root with its contexts; its lock also guards the caches' registers. */
struct ipmmu_root {
	struct ipmmu_lock lock;
	struct ipmmu_root *next; /**< in the order of the description */
	struct ipmmu_system *system;
	struct ipmmu_mmu *mmu;
	const struct ipmmu_soc *soc;
	const struct ipmmu_layout *layout;
	enum ipmmu_mode mode;
	struct ipmmu_mmu *last;     /**< of the list of units that starts with @mmu */
	struct ipmmu_context *deny; /**< NULL by the host's consent */
	struct ipmmu_context
		*room; /**< where uTLBs on deny go for a moment at probe, or NULL */
	struct ipmmu_table deny_table;     /**< empty, and of the widest input */
	void *deny_page;                   /**< where the host sees it, or NULL */
	struct ipmmu_master *masters;      /**< system and root: the claimed ones */
	struct ipmmu_context *last_fault;  /**< the one that faulted last */
	struct ipmmu_context *next_served; /**< where the next service starts */
	bool dead;                         /**< IMSTR reads all ones, which was reported */
	struct ipmmu_context *end;         /**< behind the last context that the part has */
	struct ipmmu_context contexts[IPMMU_MAX_CONTEXTS];
};

/** struct ipmmu_master - one claimed master. Under the system lock. */
struct ipmmu_master {
	struct ipmmu_master *next; /**< system and root */
	struct ipmmu_system *system;
	const struct ipmmu_master_desc *desc;
	struct ipmmu_root *root;
	struct ipmmu_domain *domain;
	uint32_t held; /**< fault hooks that name it */
	bool busy;     /**< a call is moving it */
	bool stopped;  /**< by the quiesce hook; stays so while a uTLB is unverified */
};

/** enum ipmmu_life - may calls begin on a domain? See the drawing in docs/core.md. */
enum ipmmu_life {
	IPMMU_LIFE_OPEN,   /**< yes */
	IPMMU_LIFE_BUSY,   /**< one call changes its masters or its context */
	IPMMU_LIFE_ENDING, /**< its tables are being returned: only drain and destroy */
};

struct ipmmu_owned;       /* owned/owned_priv.h */
struct ipmmu_owned_calls; /* domain/life.h */

/** struct ipmmu_domain - one address space. */
struct ipmmu_domain {
	struct ipmmu_domain *next;
	struct ipmmu_system *system;
	struct ipmmu_root *root;
	struct ipmmu_table table;
	struct ipmmu_owned *owned;             /**< NULL: the host's table */
	const struct ipmmu_owned_calls *calls; /**< of @owned */
	void *cookie;
	enum ipmmu_life life; /**< system and root */
	uint32_t held; /**< root: calls and fault hooks that use it; it stays meanwhile */
	struct ipmmu_context *context; /**< system and root: NULL while idle */
	uint32_t masters;              /**< system */
	bool reserved;                 /**< system */
};

/** struct ipmmu_system - everything. */
struct ipmmu_system {
	struct ipmmu_lock lock;
	const struct ipmmu_ops *ops;
	void *host;
	const struct ipmmu_system_desc *desc;
	struct ipmmu_options options; /**< zeros replaced by the defaults */
	struct ipmmu_mmu *mmus;
	struct ipmmu_root *roots;
	struct ipmmu_root **roots_end;
	struct ipmmu_domain *domains;
	struct ipmmu_root *next_served; /**< system: where the next service starts */
	uint64_t round_us; /**< system: when the first of the services began that go on */
	bool goes_on;      /**< system: the last service has left records of that time */
};

#endif
