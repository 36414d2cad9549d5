/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * rig.h - a system over the hardware, address spaces, and the test master: what cases share.
 */
#ifndef RIG_H
#define RIG_H

#include <ipmmu/domain.h>
#include <ipmmu/fault.h>
#include <ipmmu/fdt.h>
#include <ipmmu/master.h>
#include <ipmmu/owned.h>
#include <ipmmu/pgtable.h>
#include <ipmmu-baremetal.h>

#include "hardware.h"
#include "tap.h"

enum {
	RIG_MMUS = 8,
	RIG_MASTERS = 8,
	RIG_PORTS = 80,
	RIG_TEXT = 512,
	RIG_FAULTS = 32,
	RIG_LINE = 192,
	RIG_TABLE_PAGES = 96,
	RIG_MEMORY = 1024 * 1024,
	RIG_STORM = 65536, /* the tests fault often and at once, and wait for no unmask */
	WATCHED = 32       /* pages that are looked at for what has no business there */
};

/* The host of the library; its first member is the port. */
struct rig {
	struct ipmmu_baremetal metal;
	struct ipmmu_ops ops;
	struct ipmmu_fdt_result tree;
	struct ipmmu_system *system;
	struct ipmmu_master *master; /* the test master */
	const struct ipmmu_master_desc *desc;
	uint32_t root;
	struct ipmmu_fault faults[RIG_FAULTS];
	volatile uint32_t fault_count;
	volatile uint32_t interrupts;
	volatile uint32_t lost; /* faults of which the library says that they have no record */
	bool stops;             /* the quiesce hook stops the test master */
	volatile uint32_t stopped;
	char line[RIG_LINE]; /* the last one */
	uint32_t lines;
	void (*print_event)(void *host, const struct ipmmu_event *event);
};

extern struct rig rig;

/* Everything anew, whatever is left of the case before: the test master stands still, the
 * hardware is whole, the system is made and the test master is claimed. Without a storm limit
 * of its own it is RIG_STORM. */
bool rig_start(const struct ipmmu_options *options);
/* As rig_start(), up to the system and without it. @memory: bytes of the arena. */
enum ipmmu_err rig_prepare(size_t memory);
/* All is given back, and the hardware has seen nothing that is not allowed. */
bool rig_end(void);
/* Its second part: the system ends, wherever the test master is. */
bool rig_disconnect(void);
/* The master of the tree whose node's name begins with @node; NULL: there is none. */
const struct ipmmu_master_desc *rig_find(const char *node);
/* The library's service half, when it is due. */
void rig_service(void);
/* Wait until @at is not @value, or for @us; does the library's service meanwhile. */
bool rig_wait(volatile uint32_t *at, uint32_t value, uint32_t us);
void rig_pass(uint32_t us);

/* A domain with a table of its own, or of the host's: then the engine is used without the core.
 */
struct space {
	struct ipmmu_domain *domain;
	struct ipmmu_pt pt; /* of the host's */
	bool hosts;
};

bool space_create(struct space *space);
bool space_create_hosts(struct space *space);
bool space_map(struct space *space, uint64_t iova, const void *at, uint64_t size,
	       uint8_t rights);
/* With the flushes that it takes. */
bool space_unmap(struct space *space, uint64_t iova, uint64_t size);
bool space_destroy(struct space *space);

/* The watched pages: filled with what says where it was, and looked at. */
extern uint8_t watched[WATCHED][PAGE];
void watch(void);
/* No page but @a and @b (WATCHED: none) has changed. */
bool untouched_but(uint32_t a, uint32_t b);

/* Registers and bits of the test master: docs/qemu.md. */
enum {
	MASTER_CONTROL = 0x04,
	MASTER_STATUS = 0x08,
	MASTER_LENGTH = 0x0c,
	MASTER_ADDRESS = 0x10,
	MASTER_ADDRESS_HIGH = 0x14,
	MASTER_PERIOD = 0x18,
	MASTER_ROUNDS = 0x1c,
	MASTER_ERRORS = 0x20,
	MASTER_BUFFER = 0x1000,
	MASTER_START = 1,
	MASTER_WRITE = 2,
	MASTER_CONTINUOUS = 4,
	MASTER_COUNT = 16,
	STATUS_BUSY = 1,
	STATUS_DONE = 2,
	STATUS_ERROR = 4,
	STATUS_STALLED = 8
};

/* Tell the test master what to do; it begins at once. */
void master_begin(uint64_t iova, uint32_t size, uint32_t control);
void master_stop(void);
/* One round, up to its end or until it is held; then it stands still. True: it went well. */
bool master_round(uint64_t iova, uint32_t size, bool write);
/* Its buffer: byte i is @seed + i. */
void master_fill(uint32_t seed);
bool master_holds(const uint8_t *bytes, uint32_t size);
bool bytes_are(const uint8_t *bytes, uint32_t size, uint32_t seed);

#endif
