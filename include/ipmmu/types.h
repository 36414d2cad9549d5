/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * types.h - addresses, numbers and the few words that every other header needs.
 */
#ifndef IPMMU_TYPES_H
#define IPMMU_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ipmmu/error.h>

/** struct ipmmu_iova - an address as a master emits it. */
struct ipmmu_iova {
	uint64_t v;
};

/** struct ipmmu_pa - a machine address, as the walker and the bus see it. */
struct ipmmu_pa {
	uint64_t v;
};

/** The largest numbers of any part; each part's own are in its SoC row. */
enum {
	IPMMU_MAX_CONTEXTS = 16,
	IPMMU_MAX_UTLBS = 64,
	/** Caches behind one root: a set of them fits one word. H3 ES2/3 has 16. */
	IPMMU_MAX_CACHES = 30,
	/** Instances in one system description. */
	IPMMU_MAX_MMUS = 64,
	/** Bytes of one table page. */
	IPMMU_PAGE_SIZE = 4096,
	/** Table addresses and translated addresses are this wide. */
	IPMMU_PA_BITS = 40
};

/** No number: an absent interrupt, IMSSTR bit, context or MMU. */
#define IPMMU_NONE 0xffffffffu

/** enum ipmmu_generation - which register layout an instance has. */
enum ipmmu_generation {
	IPMMU_GEN2 = 2, /**< R-Car Gen2, RZ/G1, R-Mobile APE6: every instance is a root */
	IPMMU_GEN3 = 3, /**< R-Car Gen3, RZ/G2: one root and its caches, 8 contexts */
	IPMMU_GEN4 = 4  /**< R-Car Gen4: one root and its caches, 16 contexts */
};

/** enum ipmmu_mode - the one table format that a root is fixed to at probe. */
enum ipmmu_mode {
	IPMMU_MODE_AUTO = 0,   /**< stage 2 where the part is known to do it, else AArch32 */
	IPMMU_MODE_S2,         /**< stage-2 VMSAv8-64, 33..40-bit input */
	IPMMU_MODE_S1_AARCH32, /**< stage-1 AArch32-LPAE, 32-bit input */
	IPMMU_MODE_S1_AARCH64, /**< stage-1 VMSAv8-64, 39-bit input */
	IPMMU_MODE_COUNT
};

#endif
