/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * object_sizes.h - upper bounds for the small objects that the core asks its host for.
 *
 * The arena counts with these numbers and knows nothing else of the core. Whoever allocates an
 * object asserts its bound there, so that a bound is raised together with its object.
 */
#ifndef IPMMU_OBJECT_SIZES_H
#define IPMMU_OBJECT_SIZES_H

enum {
	IPMMU_BYTES_SYSTEM = 192, /**< one per system */
	IPMMU_BYTES_MMU = 64,     /**< one per MMU, all in one allocation */
	IPMMU_BYTES_ROOT = 9216,  /**< one per root, its contexts and their faults included */
	IPMMU_BYTES_UTLB = 40,    /**< one per uTLB, those of an MMU in one allocation */
	IPMMU_BYTES_MASTER = 64,  /**< one per claimed master */
	IPMMU_BYTES_DOMAIN = 96,  /**< one per domain */
	IPMMU_BYTES_OWNED = 512   /**< one more per domain that owns its tables */
};

/* X(how many allocations at once, most bytes of each); n is struct ipmmu_arena_needs. */
#define IPMMU_OBJECTS(X) \
	X(1u, IPMMU_BYTES_SYSTEM) \
	X(1u, ((size_t)n->roots + n->caches) * IPMMU_BYTES_MMU) \
	X(n->roots, IPMMU_BYTES_ROOT) \
	X((size_t)n->roots + n->caches, (size_t)IPMMU_MAX_UTLBS * IPMMU_BYTES_UTLB) \
	X(n->masters, IPMMU_BYTES_MASTER) \
	X(n->domains, IPMMU_BYTES_DOMAIN) \
	X(n->owned_domains, IPMMU_BYTES_OWNED)

#endif
