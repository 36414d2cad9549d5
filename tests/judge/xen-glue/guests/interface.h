/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * interface.h - numbers and structures: of Xen's hypercalls, of the test master, and of the lab
 * page. DOMCTL and SYSCTL are the versions of Xen's interfaces.
 */
#ifndef INTERFACE_H
#define INTERFACE_H

#include <stdint.h>

/* Numbers of Xen's public interface. */
enum {
	HYPERCALL_CONSOLE_IO = 18,
	HYPERCALL_SCHED_OP = 29,
	HYPERCALL_SYSCTL = 35,
	HYPERCALL_DOMCTL = 36,
	SYSCTL_DEBUG_KEYS = 7,
	DOMCTL_DESTROYDOMAIN = 2,
	DOMCTL_GETDOMAININFO = 5,
	DOMCTL_ASSIGN_DEVICE = 37,
	DOMCTL_MEMORY_MAPPING = 39,
	DOMCTL_DEASSIGN_DEVICE = 47,
	DOMCTL_DEVICE_OF_TREE = 1,
	DOMINF_SHUTDOWN = 4,
	CONSOLE_WRITE = 0,
	SCHED_YIELD = 0,
	SCHED_SHUTDOWN = 2,
	SHUTDOWN_POWEROFF = 0
};

/* The test master: see the page on QEMU's machine. */
enum {
	MASTER_ID = 0x00,
	MASTER_CONTROL = 0x04,
	MASTER_STATUS = 0x08,
	MASTER_LENGTH = 0x0c,
	MASTER_ADDRESS = 0x10,
	MASTER_ADDRESS_HIGH = 0x14,
	MASTER_PERIOD = 0x18,
	MASTER_ROUNDS = 0x1c,
	MASTER_BUFFER = 0x1000,
	CONTROL_START = 1,
	CONTROL_WRITE = 2,
	CONTROL_CONTINUOUS = 4,
	CONTROL_COUNT = 16,
	STATUS_BUSY = 1,
	STATUS_DONE = 2,
	STATUS_STALLED = 8,
	ID = 0x4d545049,
	WORDS = 16
};

/* The lab page: behind the driver's back. */
enum {
	LAB_STUCK = 0x10,
	LAB_DEAD = 0x18,
	LAB_VIOLATIONS = 0x40,
	LAB_READS = 0x60,
	LAB_WRITES = 0x64,
	LAB_FLUSHES = 0x68
};

/** struct domctl - as Xen's, with the members that are used here. */
struct domctl {
	uint32_t cmd;
	uint32_t version;
	uint16_t domain;
	uint16_t pad[3];
	union {
		struct {
			uint64_t gfn;
			uint64_t mfn;
			uint64_t pages;
			uint32_t add;
		} mapping;
		struct {
			uint32_t kind;
			uint32_t flags;
			uint32_t length;
			uint32_t pad;
			uint64_t path;
		} device;
		struct {
			uint16_t domain;
			uint16_t pad;
			uint32_t flags;
		} info;
		uint8_t all[256];
	} u;
};

/** struct sysctl_keys - Xen's sysctl, for pressing debug keys. */
struct sysctl_keys {
	uint32_t cmd;
	uint32_t version;
	uint64_t keys;
	uint32_t count;
	uint32_t rest[31];
};

#endif
