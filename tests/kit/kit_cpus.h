/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * kit_cpus.h - several CPUs on one kit: each is a thread, one of which runs at a time. They
 * take turns where the library relaxes, so a case comes out the same each time.
 *
 * When all CPUs that run have had their turn, a microsecond passes. The bodies make calls of
 * the library itself: the kit's own calls keep books for one caller at a time. A checker that
 * finds something ends the test program.
 */
#ifndef IPMMU_TESTS_KIT_CPUS_H
#define IPMMU_TESTS_KIT_CPUS_H

#include "kit.h"

enum {
	KIT_CPUS = 32,
	KIT_FOR_EVER = 0x7fffffff
};

/** struct kit_cpus - set it up, then kit_cpus_run(). */
struct kit_cpus {
	struct kit *kit;
	uint32_t count;
	void (*body)(struct kit_cpus *cpus, uint32_t cpu);
	/** A CPU that is kept from running at its nth turn (from 1; 0 = none), for that long;
	 * KIT_FOR_EVER: until all others have ended. */
	uint32_t frozen;
	uint32_t freeze_at;
	uint32_t freeze_us;
	/* what came of it */
	enum ipmmu_err results[KIT_CPUS];
	uint64_t took_us[KIT_CPUS]; /**< kit_cpus_flush() */
	uint32_t turns[KIT_CPUS];
};

/** kit_cpus_run() - all bodies, each on a CPU of its own, until all have ended. */
void kit_cpus_run(struct kit_cpus *cpus);
/** kit_cpus_relax() - this CPU has nothing to do now; for bodies. */
void kit_cpus_relax(struct kit_cpus *cpus);
/** kit_cpus_flush() - a body: one ipmmu_domain_flush() of domain 0. */
void kit_cpus_flush(struct kit_cpus *cpus, uint32_t cpu);

#endif
