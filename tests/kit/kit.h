/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * kit.h - a machine for tests: the library on the model, watched at every step.
 *
 * All state of a kit, the library's and the model's included, lies in one block of plain bytes:
 * kit_save() and kit_load() copy it. The kit keeps its own books of what each domain maps and
 * of where each master belongs; kit_check() holds hardware against books at every register
 * write, every table store and every return of a call.
 *
 * A broken invariant is told as "CHECKER <name>: ...": I1 reach, I2 bypass and foreign
 * contexts, I3 freed pages, I4 failed calls, I5 costs, lock, order (cleans and barriers), model
 * (an access that is not allowed). The test fails there, unless it has set kit->expect to the
 * name.
 */
#ifndef IPMMU_TESTS_KIT_H
#define IPMMU_TESTS_KIT_H

#include <ipmmu-model/model.h>
#include <ipmmu-model/table.h>
#include <ipmmu/arena.h>
#include <ipmmu/domain.h>
#include <ipmmu/event.h>
#include <ipmmu/fault.h>
#include <ipmmu/master.h>
#include <ipmmu/owned.h>
#include <ipmmu/system.h>

enum {
	KIT_MMUS = 4,
	KIT_MASTERS = 4,
	KIT_PORTS = 3,
	KIT_DOMAINS = 3,
	KIT_PAGES = 4,
	KIT_EVENTS = 32,
	KIT_FAULTS = 40,
	KIT_TABLE_PAGES = 40,
	KIT_NONE = -1
};

/** Where the arena lies for the walker, and where pages that domains map lie. */
#define KIT_RAM_PA  0x40000000ull
#define KIT_DATA_PA 0x80000000ull

struct kit;

/** enum kit_page_state - a page of a domain. */
enum kit_page_state {
	KIT_PAGE_NONE,
	KIT_PAGE_MAPPED,
	KIT_PAGE_PENDING /**< unmapped, no flush has ended since */
};

/** struct kit_page - what a domain's table shall map. */
struct kit_page {
	enum kit_page_state state;
	bool write;      /**< allowed now: during a change what was and what will be */
	bool will_write; /**< when the change is through */
	uint64_t iova;
	uint64_t pa;
	uint64_t old_pa; /**< allowed as well, until a replacement is through; 0 = none */
};

/** struct kit_domain - a domain and the kit's book of it. */
struct kit_domain {
	struct ipmmu_domain *domain; /**< NULL when it does not exist */
	struct model_table table;
	struct kit_page pages[KIT_PAGES];
	bool quarantined; /**< a call has told so */
	bool abandoned;   /**< gone for the host, its pages wait for IPMMU_EVENT_RELEASED */
	bool owned;       /**< of table only root and input_bits are set then */
};

/** struct kit_master - a master and the kit's book of it. */
struct kit_master {
	struct ipmmu_master_desc desc;
	struct ipmmu_port ports[KIT_PORTS];
	struct ipmmu_master *master; /**< NULL when not claimed */
	int in;                      /**< domain, or KIT_NONE */
	int going;                   /**< domain of the call under way, or KIT_NONE */
	bool busy;                   /**< a call that moves it is under way */
	bool unverified;             /**< the library has told that it cannot verify its deny */
	bool running;                /**< it emits an access at every register write */
	int programmed;              /**< domain for which it was told to run */
	bool stopped;                /**< by the quiesce hook */
	uint64_t iova;               /**< where it runs */
	uint32_t under_way;          /**< kit_begin(): a handle, and 1; 0 = none */
};

/** enum kit_fail_class - what can be made to fail. */
enum kit_fail_class {
	KIT_FAIL_NOTHING,
	KIT_FAIL_ALLOC, /**< alloc, lock_create, table_alloc */
	KIT_FAIL_POLL,  /**< a read of IMCTR says FLUSH */
	KIT_FAIL_ZERO,  /**< a read gives 0 */
	KIT_FAIL_ONES,  /**< a read gives all ones */
	KIT_FAIL_LAST,  /**< a read gives what the read before it gave */
	KIT_FAIL_CLASSES
};

/** struct kit_fail - the @nth site of a class fails, once or for ever. */
struct kit_fail {
	enum kit_fail_class what;
	uint32_t nth; /**< from 1 */
	bool forever;
	uint32_t seen;  /**< sites that came by */
	uint32_t fired; /**< sites that failed */
};

/** struct kit_order - what kit_order.c remembers. */
struct kit_order {
	const void *table; /**< the last table that the library got */
	size_t size;
	bool dirty;   /**< ... and has not cleaned */
	bool stores;  /**< stores or cleans since the last barrier */
	bool flushes; /**< flushes started since the last barrier */
};

/** struct kit_imctr - the last two writes of one IMCTR. */
struct kit_imctr {
	uint32_t was;
	uint32_t is;
	uint64_t was_us;
	uint64_t is_us;
};

/** enum kit_place - hooks at which another CPU can have its turn. */
enum kit_place {
	KIT_AT_NOTHING,
	KIT_AT_LOCK, /**< about to take one, with none held */
	KIT_AT_RELAX,
	KIT_AT_QUIESCE,
	KIT_AT_RELEASE,
	KIT_AT_FAULT
};

/**
 * struct kit_meanwhile - what another CPU does in the middle of a call.
 *
 * @run is called once, at the @nth time that the library comes to the place. It may make calls
 * of its own: they run to their end, and the one that was stopped goes on behind them.
 */
struct kit_meanwhile {
	enum kit_place place;
	uint32_t nth; /**< from 1 */
	void (*run)(struct kit *kit, int a, int b);
	int a;
	int b;
};

/** struct kit_config - which machine. */
struct kit_config {
	enum ipmmu_generation generation;
	enum ipmmu_mode mode;
	uint32_t caches; /**< 0 on Gen2 */
	struct ipmmu_options options;
	struct model_config model; /**< units and bus are the kit's */
	bool quiesce;              /**< the quiesce hook stops masters */
	bool no_locks;
	bool no_power_hooks;
	uint32_t table_pages; /**< in the arena; 0 = KIT_TABLE_PAGES */
	/** Domains own their tables, made by @wish; the walker sees only what was cleaned. */
	bool owned;
	struct ipmmu_owned_config wish;
};

/** struct kit - everything. Read what you like; the books are written by the calls below. */
struct kit {
	struct kit_config config;
	struct ipmmu_soc soc;
	struct ipmmu_ops ops;
	struct ipmmu_mmu_desc mmus[KIT_MMUS];
	struct model_unit_config units[KIT_MMUS];
	struct ipmmu_master_desc described[KIT_MASTERS];
	struct ipmmu_system_desc desc;
	struct ipmmu_system *system;
	struct ipmmu_arena *arena;
	struct model *model;
	struct kit_master masters[KIT_MASTERS];
	struct kit_domain domains[KIT_DOMAINS];
	/* what the hooks have seen */
	struct ipmmu_event events[KIT_EVENTS];
	uint32_t event_count;
	struct ipmmu_fault faults[KIT_FAULTS];
	uint32_t fault_count;
	uint64_t reads;
	uint64_t writes;
	uint64_t most_writes; /**< I5: kit->writes may not pass it; 0 = any */
	uint32_t escalations;
	uint32_t services_wanted;
	uint32_t quiesced;
	uint32_t released;
	uint32_t powered[KIT_MMUS];
	uint32_t last_read;
	uint32_t releases_told; /**< IPMMU_EVENT_RELEASED */
	bool dead_clock;
	uint32_t clock_step_us;  /**< the clock goes in steps of this; 0 = 1 */
	uint64_t clock_ahead_us; /**< of the model: time in which the hardware does nothing */
	bool no_power;           /**< power_get fails */
	struct kit_meanwhile meanwhile;
	uint32_t overlaps; /**< calls that began while another was under way */
	uint32_t depth;    /**< calls under way */
	/* watching */
	struct kit_fail fail;
	struct kit_order order;
	struct kit_imctr imctrs[KIT_MMUS][IPMMU_MAX_CONTEXTS];
	struct kit_fail also; /**< a second failure, for pairs */
	uint32_t locks_held;  /**< bit 0 the system's, 1 a page table's, 2 a root's */
	bool in_interrupt;
	bool watching;      /**< kit_check() checks */
	const char *expect; /**< name of the checker that is meant to find something */
	uint32_t found;     /**< how often it did */
	size_t size;        /**< bytes of the whole block */
	uint8_t *ram;       /**< the arena; the walker sees it at KIT_RAM_PA */
	size_t ram_size;
	uint8_t *seen; /**< owned: what the walker sees of the arena; else NULL */
};

/* ---- kit.c: machines and copies ---- */

/** kit_config() - Gen3, stage 2, two caches, default model; see kit.c for the masters. */
struct kit_config kit_config(void);
/** kit_new() - a machine after power-on; nothing of the library runs yet. */
struct kit *kit_new(const struct kit_config *config);
/** kit_free() */
void kit_free(struct kit *kit);
/** kit_start() - ipmmu_system_create(), asserted to succeed. */
void kit_start(struct kit *kit);
/** kit_create() - ipmmu_system_create(). */
enum ipmmu_err kit_create(struct kit *kit);
/** kit_save() / kit_load() - copy the whole machine to and from @bytes of kit->size. */
void kit_save(const struct kit *kit, void *bytes);
void kit_load(struct kit *kit, const void *bytes);

/* ---- kit_call.c, kit_owned.c: calls of the library, with the books kept ---- */

enum ipmmu_err kit_domain_new(struct kit *kit, int domain);
enum ipmmu_err kit_domain_end(struct kit *kit, int domain);
/** Of an owned table these are the calls of owned.h, flush included; the first two assert. */
void kit_map(struct kit *kit, int domain, int page, bool write);
void kit_unmap(struct kit *kit, int domain, int page);
enum ipmmu_err kit_try_map(struct kit *kit, int domain, int page, bool write);
enum ipmmu_err kit_try_unmap(struct kit *kit, int domain, int page);
enum ipmmu_err kit_try_protect(struct kit *kit, int domain, int page, bool write);
/** kit_try_replace() - the page leads elsewhere: kit_pa() of @page + KIT_PAGES, or back. */
enum ipmmu_err kit_try_replace(struct kit *kit, int domain, int page);
enum ipmmu_err kit_add(struct kit *kit, int master);
enum ipmmu_err kit_remove(struct kit *kit, int master);
enum ipmmu_err kit_attach(struct kit *kit, int master, int domain,
			  struct ipmmu_move_result *result);
enum ipmmu_err kit_move(struct kit *kit, int master, int domain,
			struct ipmmu_move_result *result);
enum ipmmu_err kit_detach(struct kit *kit, int master, struct ipmmu_move_result *result);
enum ipmmu_err kit_flush(struct kit *kit, int domain);
enum ipmmu_err kit_retry(struct kit *kit, int domain);
/** kit_abandon() - its pages stay in the books until IPMMU_EVENT_RELEASED. */
enum ipmmu_err kit_abandon(struct kit *kit, int domain);
enum ipmmu_err kit_context_retry(struct kit *kit, uint32_t context);
uint32_t kit_system_retry(struct kit *kit);
enum ipmmu_err kit_master_flush(struct kit *kit, int master);
enum ipmmu_err kit_reserve(struct kit *kit, int domain);
enum ipmmu_err kit_unreserve(struct kit *kit, int domain);
bool kit_interrupt(struct kit *kit, uint32_t root);
bool kit_service(struct kit *kit, uint32_t budget);

/** kit_dma() - one access of a master's first port; the state tells what became of it. */
struct model_access kit_dma(struct kit *kit, int master, uint64_t iova, bool write);
/** kit_begin() - an access that is translated now and lands later: when something drains it, or
 * when the quiesce hook stops its master. False when it does not pass. */
bool kit_begin(struct kit *kit, int master, uint64_t iova, bool write);
/** kit_end() - it lands if it has not yet; true when it does. */
bool kit_end(struct kit *kit, int master, struct model_access *access);
/**
 * kit_program() - an attached master is told to run: an access at each register write, and one
 * that is under way for long.
 */
void kit_program(struct kit *kit, int master);
/** kit_iova() / kit_pa() - addresses of page @page of domain @domain. */
uint64_t kit_iova(int domain, int page);
uint64_t kit_pa(int domain, int page);

/** kit_event() - the last event of @kind, NULL if there was none. */
const struct ipmmu_event *kit_event(const struct kit *kit, enum ipmmu_event_kind kind);
/** kit_forget() - events, faults and counts. */
void kit_forget(struct kit *kit);

/* ---- kit_ops.c ---- */

/** kit_hooks() - fill in kit->ops. */
void kit_hooks(struct kit *kit);
/** kit_meet() - the library has come to @place: another CPU may have its turn. */
void kit_meet(struct kit *kit, enum kit_place place);
/** kit_run() - each running master emits an access, which must land where it was programmed. */
void kit_run(struct kit *kit);
/** kit_memory() - table pages out of the arena, each store watched. */
struct model_memory kit_memory(struct kit *kit);

/* ---- kit_order.c: what the hooks see ---- */

void kit_order_table(struct kit *kit, const void *start, uint32_t pages);
void kit_order_clean(struct kit *kit, const void *start, size_t size);
void kit_order_store(struct kit *kit);
void kit_order_barrier(struct kit *kit);
void kit_order_imctr_write(struct kit *kit, uint32_t value);
void kit_order_imctr_read(struct kit *kit);

/* ---- kit_check.c ---- */

/** kit_check() - hold the hardware against the books now. */
void kit_check(struct kit *kit);
/** kit_selected() - domain on whose context a uTLB is, KIT_NONE if on none. */
int kit_selected(const struct kit *kit, uint32_t unit, uint32_t utlb);
/** kit_released() - IPMMU_EVENT_RELEASED was sent, and no lock is held. */
void kit_released(struct kit *kit, const struct ipmmu_event *event);
/** kit_landed() - an access that was under way lands now: for model_on_land(). */
void kit_landed(void *kit, const struct model_access *access);
/** kit_freed() - pages go back: no walker may reach them. */
void kit_freed(struct kit *kit, uint64_t pa, uint32_t pages);
/** kit_found() - a checker has found something. Fails the test unless it was expected. */
void kit_found(struct kit *kit, const char *checker, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
