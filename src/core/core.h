/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * core.h - the objects of the core and what its files offer each other.
 *
 * Locks: "system" and "root" beside a member name the lock that guards it; both means: read
 * under either, written under both. Functions say what they expect to be held; a _locked name
 * expects the root's lock.
 */
#ifndef IPMMU_CORE_H
#define IPMMU_CORE_H

#include <ipmmu/domain.h>
#include <ipmmu/event.h>
#include <ipmmu/fault.h>
#include <ipmmu/master.h>
#include <ipmmu/ops.h>
#include <ipmmu/owned.h>
#include <ipmmu/system.h>

#include "../regs/regs.h"
#include "profile.h"

/** Stays out of its caller's frame: what it needs of the stack is not needed further down. */
#define IPMMU_OWN_FRAME __attribute__((__noinline__))

/** No context: in ipmmu_utlb.at a uTLB that is off, in ipmmu_root.deny a root without deny. */
#define IPMMU_NO_CONTEXT 0xffu

/** ipmmu_context_number() - as hosts are told it. */
static inline uint32_t ipmmu_context_number(uint32_t context)
{
	return context == IPMMU_NO_CONTEXT ? IPMMU_NONE : context;
}

enum {
	/** Raw fault records that wait for the service half, per root. */
	IPMMU_RING_SIZE = 32,
	/** Defaults of struct ipmmu_options. */
	IPMMU_FLUSH_TIMEOUT_US = 1000,
	IPMMU_FLUSH_TIMEOUT_MAX_US = 1000000,
	IPMMU_STORM_LIMIT = 16,
	/** How long a masked context waits for the service half. */
	IPMMU_STORM_REARM_US = 10000,
	/** A clock that stands still ends a wait after this many passes per microsecond. */
	IPMMU_PASSES_PER_US = 100
};

/** struct ipmmu_utlb - one uTLB. */
struct ipmmu_utlb {
	struct ipmmu_domain *owner; /**< system: the only domain that may have it */
	uint16_t users;             /**< system: masters of the owner that have it */
	uint16_t claims;            /**< system: claimed masters that have it */
	uint32_t found;             /**< IMUCTR as read at probe */
	uint8_t at;                 /**< root: context that it selects, or may still select */
	bool managed;               /**< root: written by the library */
	bool suspect;               /**< root: does not read back as denied */
};

/** struct ipmmu_mmu - one instance. */
struct ipmmu_mmu {
	const struct ipmmu_mmu_desc *desc;
	struct ipmmu_system *system;
	struct ipmmu_root *root;
	uint32_t index;      /**< in the description */
	uint32_t bit;        /**< of a cache: its place in root->caches */
	uint32_t utlb_count; /**< 0 on a root of Gen3 and Gen4 */
	struct ipmmu_utlb *utlbs;
	enum ipmmu_err why; /**< IPMMU_OK: online; else why not. Fixed after probe */
	bool powered;       /**< a power_get is to be paid back */
};

/** struct ipmmu_context - one context of a root. All under the root's lock. */
struct ipmmu_context {
	enum ipmmu_context_state state;
	struct ipmmu_domain *domain;
	uint32_t generation;
	uint32_t caches;        /**< set: enabled in these */
	uint32_t unseen_caches; /**< set: a flush was started there and not seen to end */
	bool unseen_root;       /**< the same for the root */
	bool on;                /**< switched on by the library in the root */
	bool flushing;          /**< a caller polls; nobody else writes IMCTR */
	bool masked;            /**< INTEN shall be off */
	bool found_on;          /**< enabled when the system was created */
	bool reload;            /**< IMCTR is to be written when no flush is under way */
	uint32_t recent;        /**< faults since the last service */
	uint64_t faults;        /**< faults since it was set up */
};

/** struct ipmmu_raw_fault - what the interrupt half keeps. */
struct ipmmu_raw_fault {
	uint64_t at_us;
	uint64_t iova;
	uint32_t generation;
	uint32_t status;
	uint32_t source;
	uint32_t context;
};

/** struct ipmmu_root - a root with its contexts; its lock also guards the caches' registers. */
struct ipmmu_root {
	struct ipmmu_system *system;
	struct ipmmu_mmu *mmu;
	const struct ipmmu_soc *soc;
	const struct ipmmu_layout *layout; /**< read by ipmmu_root_layout() */
	enum ipmmu_mode mode;              /**< read by ipmmu_root_mode() */
	void *lock;
	uint32_t cache_count;
	struct ipmmu_mmu *caches[IPMMU_MAX_CACHES];
	uint32_t deny; /**< its number, IPMMU_NO_CONTEXT by the host's consent */
	void *deny_table;
	struct ipmmu_pa deny_pa;
	uint32_t deny_pages;
	uint32_t last_fault; /**< context that faulted last */
	struct ipmmu_context contexts[IPMMU_MAX_CONTEXTS];
	uint32_t ring_first; /**< oldest record */
	uint32_t ring_count;
	uint32_t ring_lost; /**< records that found no room */
	struct ipmmu_raw_fault ring[IPMMU_RING_SIZE];
};

/* What the profile knows is not asked. */
static inline const struct ipmmu_layout *ipmmu_root_layout(const struct ipmmu_root *root)
{
	return IPMMU_ONLY_GENERATION ? ipmmu_layout_of(IPMMU_ONLY_GENERATION) : root->layout;
}
static inline enum ipmmu_mode ipmmu_root_mode(const struct ipmmu_root *root)
{
	return IPMMU_ONLY_MODE != IPMMU_MODE_AUTO ? IPMMU_ONLY_MODE : root->mode;
}

/** struct ipmmu_master - one claimed master. All under the system lock. */
struct ipmmu_master {
	struct ipmmu_master *next;
	struct ipmmu_system *system;
	const struct ipmmu_master_desc *desc;
	struct ipmmu_root *root;
	struct ipmmu_domain *domain;
	bool busy; /**< a call is moving it */
	/** By the quiesce hook, until the call ends that asked for it; longer while unverified.
	 */
	bool stopped;
};

struct ipmmu_owned;       /* owned_priv.h */
struct ipmmu_owned_calls; /* owned_priv.h */

/** struct ipmmu_domain - one address space. */
struct ipmmu_domain {
	struct ipmmu_domain *next;
	struct ipmmu_system *system;
	struct ipmmu_root *root;
	struct ipmmu_table table;
	struct ipmmu_owned *owned;             /**< NULL: the host's table */
	const struct ipmmu_owned_calls *calls; /**< of @owned */
	void *cookie;
	uint32_t context; /**< system and root: IPMMU_NO_CONTEXT while idle */
	uint32_t masters; /**< system */
	uint32_t held; /**< root: calls that flush it, or wait to; it does not end meanwhile */
	bool denied;   /**< root: went to quarantine, and its masters are to be stopped */
	bool reserved; /**< system */
	bool busy;     /**< system: a call is changing its masters or its context */
	bool ending;   /**< system: its tables are being given back */
};

/** struct ipmmu_system - everything. */
struct ipmmu_system {
	const struct ipmmu_ops *ops;
	void *host;
	const struct ipmmu_system_desc *desc;
	struct ipmmu_options options; /**< zeros replaced by the defaults */
	void *lock;
	struct ipmmu_mmu *mmus;
	struct ipmmu_master *masters;
	struct ipmmu_domain *domains;
	uint32_t service_next; /**< system: MMU at which the next service starts */
};

/* ---- system.c: locks and memory ---- */

/** Take and drop a lock; nothing where the host has no lock hooks. */
unsigned long ipmmu_lock(struct ipmmu_system *system, void *lock);
void ipmmu_unlock(struct ipmmu_system *system, void *lock, unsigned long saved);

/* ---- event.c ---- */

/** An event about @mmu with everything else NULL, NONE or 0. */
struct ipmmu_event ipmmu_event_about(enum ipmmu_event_kind kind, const struct ipmmu_mmu *mmu);
/** Tell the host. */
void ipmmu_event_send(struct ipmmu_system *system, const struct ipmmu_event *event);
/** An event about @mmu: IPMMU_OK, IPMMU_NONE and 0 where it has none. */
void ipmmu_event_tell(enum ipmmu_event_kind kind, const struct ipmmu_mmu *mmu,
		      enum ipmmu_err error, uint32_t utlb, uint32_t context, uint64_t value,
		      uint64_t max);
/** An event about a context of a root, with a value. */
void ipmmu_event_context(enum ipmmu_event_kind kind, const struct ipmmu_root *root,
			 uint32_t context, uint64_t value);
/**
 * Tell a value that is not allowed as BAD_ARGUMENT, with what would be; returns @error.
 * @mmu: the unit that it is about, or IPMMU_NONE. The second: of a master.
 */
enum ipmmu_err ipmmu_refuse(struct ipmmu_system *system, uint32_t mmu, enum ipmmu_err error,
			    enum ipmmu_what what, uint64_t value, uint64_t min, uint64_t max);
enum ipmmu_err ipmmu_refuse_master(struct ipmmu_system *system,
				   const struct ipmmu_master_desc *master, uint32_t mmu,
				   enum ipmmu_err error, enum ipmmu_what what, uint64_t value,
				   uint64_t min, uint64_t max);

/* ---- check.c: everything that can be refused before anything is touched ---- */

/** The whole of ipmmu_system_create()'s refusals that need no hardware. */
enum ipmmu_err ipmmu_check_system(struct ipmmu_system *system);
/** The ports of a master: in range, named once, behind one root that is online. */
enum ipmmu_err ipmmu_check_master(struct ipmmu_system *system,
				  const struct ipmmu_master_desc *desc);

/* ---- mode.c ---- */

/** The mode that a root takes; IPMMU_MODE_AUTO when the part cannot do what the host asks. */
enum ipmmu_mode ipmmu_mode_decide(const struct ipmmu_soc *soc,
				  const struct ipmmu_options *options);
/** A table against the root that shall walk it. */
enum ipmmu_err ipmmu_check_table(const struct ipmmu_root *root,
				 const struct ipmmu_table *table);
/** The empty table of a root's deny context. */
struct ipmmu_table ipmmu_deny_table(const struct ipmmu_root *root);
/** How many pages it has. */
uint32_t ipmmu_deny_pages(const struct ipmmu_root *root);
/** The format of the engine that has the mode of a root. */
enum ipmmu_pt_format ipmmu_mode_format(enum ipmmu_mode mode);

/* ---- mmu.c: registers of one instance, uTLBs ---- */

uint32_t ipmmu_mmu_read(const struct ipmmu_mmu *mmu, uint32_t offset);
void ipmmu_mmu_write(const struct ipmmu_mmu *mmu, uint32_t offset, uint32_t value);
/** Register @reg of context @n in @mmu. */
uint32_t ipmmu_context_read(const struct ipmmu_mmu *mmu, uint32_t n, uint32_t reg);
void ipmmu_context_write(const struct ipmmu_mmu *mmu, uint32_t n, uint32_t reg, uint32_t value);
/** The @i-th instance with uTLBs that @root serves; NULL from the last on. Offline ones too. */
struct ipmmu_mmu *ipmmu_root_port_mmu(const struct ipmmu_root *root, uint32_t i);

/** Point a uTLB at deny (off, by consent) and read back; false = suspect, told and escalated.
 */
bool ipmmu_utlb_close_locked(struct ipmmu_mmu *mmu, uint32_t utlb);
/** Point a uTLB at context @n. */
void ipmmu_utlb_open_locked(struct ipmmu_mmu *mmu, uint32_t utlb, uint32_t n);
/** Close every uTLB that selects @n or may; false when one stays suspect. */
bool ipmmu_root_close_locked(struct ipmmu_root *root, uint32_t n);
/** Does any uTLB select @n, or may, also one of a unit that is offline by now? */
bool ipmmu_root_selects(const struct ipmmu_root *root, uint32_t n);
/** Write every uTLB that selects @n again, with FLUSH. */
void ipmmu_root_reopen_locked(struct ipmmu_root *root, uint32_t n);
/** Forget what a uTLB holds: its owner. Owner is under the system lock. */
struct ipmmu_utlb *ipmmu_port_utlb(const struct ipmmu_system *system,
				   const struct ipmmu_port *port);

/* ---- flush.c ---- */

/** struct ipmmu_units - the instances that a flush is about. */
struct ipmmu_units {
	bool root;
	uint32_t caches; /**< set */
};

/** struct ipmmu_flush - one flush of one context, and the change of IMCTR that comes with it.
 */
struct ipmmu_flush {
	struct ipmmu_root *root;
	uint32_t context;
	const struct ipmmu_domain
		*domain;             /**< do nothing if it is no longer the holder; or NULL */
	struct ipmmu_domain *retire; /**< gives the context back at the end; or NULL */
	bool everywhere;             /**< in the root and all caches in use */
	struct ipmmu_units units;    /**< ... or in these */
	struct ipmmu_units stuck;    /**< set: those that did not end */
	uint64_t waited_us;          /**< set: for how long, when some did not */
	bool on;                     /**< IMCTR.MMUEN from now on */
	bool retry;                  /**< of a context in quarantine */
	bool claimed;                /**< set: it was this job's turn, and it was done */
};

/**
 * Write IMCTR with FLUSH in the units and wait for all of them. No lock held.
 * At a time-out a LIVE context is in quarantine before the return.
 * Return: IPMMU_OK, IPMMU_E_TIMEOUT, IPMMU_E_UNVERIFIED, IPMMU_E_QUARANTINED (nothing written).
 */
enum ipmmu_err ipmmu_flush_run(struct ipmmu_flush *job);
/** Take INTEN out of a context that the library has not switched on; false: not there. */
bool ipmmu_flush_silence_locked(struct ipmmu_root *root, uint32_t n);
/** Bring IMCTR's INTEN in line with masked, now or when the flush under way has ended. */
void ipmmu_flush_apply_mask_locked(struct ipmmu_root *root, uint32_t n);

/* ---- context.c ---- */

/** A free context for @domain, its table registers written, still off. System lock held. */
enum ipmmu_err ipmmu_context_take(struct ipmmu_domain *domain);
/** Table registers of context @n, IMSTR 0. The context is off. */
void ipmmu_context_program_locked(struct ipmmu_root *root, uint32_t n,
				  const struct ipmmu_table *table);
/** The end of a context that is off and flushed. System lock held. */
void ipmmu_context_give_back_locked(struct ipmmu_domain *domain);
/** Switch a domain's context off, flushed, and give it back. No lock held. */
enum ipmmu_err ipmmu_context_retire(struct ipmmu_domain *domain, bool retry);
/**
 * Make the caches of @master (NULL: none) serve the domain's context, and switch it on in the
 * root when it is @fresh. No lock held.
 */
enum ipmmu_err ipmmu_context_extend(struct ipmmu_domain *domain,
				    const struct ipmmu_master_desc *master, bool fresh);
/** Flush the context that the domain has at the moment, if any. No lock of a root held. */
enum ipmmu_err ipmmu_context_flush(struct ipmmu_domain *domain);
/** QUARANTINED, with every uTLB closed; false when one stays suspect. */
bool ipmmu_context_quarantine_locked(struct ipmmu_root *root, uint32_t n);
/** State of the domain's context; the second takes the root's lock. */
enum ipmmu_domain_state ipmmu_domain_state_locked(const struct ipmmu_domain *domain);
enum ipmmu_domain_state ipmmu_domain_state_of(const struct ipmmu_domain *domain);

/* ---- domain.c ---- */

/** The root with that number, which is told if it is none, or offline. */
enum ipmmu_err ipmmu_domain_find_root(struct ipmmu_system *system, uint32_t index,
				      struct ipmmu_root **out);
/** One that has system, root, table, cookie and what it owns from @like, and is idle. */
enum ipmmu_err ipmmu_domain_add(const struct ipmmu_domain *like, struct ipmmu_domain **out);
/** May a domain end: nobody uses it, or is about to? System lock held. */
enum ipmmu_err ipmmu_domain_decide_end(const struct ipmmu_domain *domain);
/** It does not end before the release, which is the last that a caller does with it. */
void ipmmu_domain_hold(struct ipmmu_domain *domain);
void ipmmu_domain_release(struct ipmmu_domain *domain);

/* ---- quiesce.c: no lock held ---- */

/** Every master of a busy domain; released as far as ipmmu_master_release() does. */
void ipmmu_domain_stop_masters(const struct ipmmu_domain *domain);
void ipmmu_domain_release_masters(const struct ipmmu_domain *domain);
/** Busy no more; if it went to quarantine meanwhile, its masters have been stopped before. */
void ipmmu_domain_unbusy(struct ipmmu_domain *domain);
/** A flush of a domain that is held has failed: see to it that its masters are stopped. */
void ipmmu_domain_stop_denied(struct ipmmu_domain *domain);

/* ---- owned_look.c ---- */

/** struct ipmmu_ops.table_explain. */
typedef uint32_t (*ipmmu_explain_fn)(const struct ipmmu_pt_source *source,
				     struct ipmmu_iova iova, struct ipmmu_pt_level *levels);

/**
 * Every level of the walk of an address, as far as it can be read; of a host's table by @by,
 * or not at all when that is NULL. System lock held.
 */
uint32_t ipmmu_domain_walk(const struct ipmmu_domain *domain, ipmmu_explain_fn by,
			   struct ipmmu_iova iova, struct ipmmu_pt_level *levels);

/* ---- ownership.c: system lock held ---- */

/** May @master go to @to: every uTLB free, of @to already, or its own alone? Tells a conflict.
 */
enum ipmmu_err ipmmu_ports_decide(const struct ipmmu_master *master,
				  const struct ipmmu_domain *to);
/** Its uTLBs become @to's. A move has them to itself; an attach may join others of its group.
 */
void ipmmu_ports_own(const struct ipmmu_master *master, struct ipmmu_domain *to);
/** Undo ipmmu_ports_own() of a master that is still where it was. */
void ipmmu_ports_return(const struct ipmmu_master *master);
/** It gives up its uTLBs; the last one of a domain leaves it to nobody. */
void ipmmu_ports_disown(const struct ipmmu_master *master);

/* ---- master.c ---- */

/** Where a master is. System lock held. */
/* No lock is held; the master is busy, or its domain is. */
void ipmmu_master_quiesce(struct ipmmu_master *master);
/* Not while a uTLB of it does not read back as denied. */
void ipmmu_master_release(struct ipmmu_master *master);
enum ipmmu_master_state ipmmu_master_state_of(const struct ipmmu_master *master);

/* ---- fault.c ---- */

/** Record and clear what context @n reports; false when nothing is pending. */
bool ipmmu_fault_take_locked(struct ipmmu_root *root, uint32_t n);
/** Ask the host for a service where there is something to do. */
void ipmmu_fault_want_service_locked(const struct ipmmu_root *root);

/* ---- probe_look.c, probe_settle.c ---- */

/** Power and read every unit; decide. Nothing is written to a register. */
enum ipmmu_err ipmmu_probe_look(struct ipmmu_system *system);
/** Is S2PTE what the root's mode needs already? */
bool ipmmu_probe_format_fits(const struct ipmmu_root *root);
/** Does a running uTLB stay as found? */
bool ipmmu_probe_stays(const struct ipmmu_mmu *mmu, uint32_t utlb);
/** Not used from now on, for a reason that is told; a root takes its caches along. */
void ipmmu_mmu_set_offline(struct ipmmu_mmu *mmu, enum ipmmu_err why);
/** Bring one root and its caches to the known state. */
void ipmmu_probe_settle(struct ipmmu_root *root);
/** Pay back every power_get; not of units behind a root with deny, when that is kept. */
void ipmmu_probe_power_off(struct ipmmu_system *system, bool keep_deny);

#endif
