/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * fdt.h - from a flattened device tree to plain descriptions. Optional part of the library:
 * needs libfdt.
 *
 * Allocates nothing: the caller supplies all storage. Trusts nothing in the blob.
 */
#ifndef IPMMU_FDT_H
#define IPMMU_FDT_H

#include <ipmmu/desc.h>

#ifdef __cplusplus
extern "C" {
#endif

/** X(name, is it an error (1) or a note (0), text) */
#define IPMMU_FDT_DEFECTS(X) \
	X(BAD_BLOB, 1, "the blob is no device tree, or is damaged") \
	X(NO_STORAGE, 1, "the tree has more than the caller's storage holds") \
	X(TOO_MANY, 1, "there are more of them than the reader follows") \
	X(TOO_DEEP, 1, "nodes are nested deeper than the reader follows") \
	X(MISSING, 1, "a property that must be there is not") \
	X(BAD_SIZE, 1, "a property has not the number of bytes that it must have") \
	X(BAD_CELLS, 1, "a cell count is not what the binding says") \
	X(BAD_VALUE, 1, "a value is outside of what the binding allows") \
	X(BAD_PHANDLE, 1, "a phandle points to nowhere, or to a node of another kind") \
	X(UNEXPECTED, 1, "a property that must not be there is") \
	X(UNKNOWN_SOC, 1, "the compatible strings name no part that the library knows") \
	X(BAD_UTLB, 1, "a uTLB number is out of the part's range") \
	X(BAD_REG, 1, "a register region has a size or a place that cannot be") \
	X(OVERLAP, 1, "two register regions overlap") \
	X(NO_MAIN, 1, "a cache without renesas,ipmmu-main, or with one that is no root") \
	X(DUPLICATE, 1, "the same entry twice") \
	X(PARTIAL, 1, "a port is on an IPMMU that is left out, and so is the whole master") \
	X(DUPLICATE_INDEX, 0, "two caches of one root carry the same IMSSTR bit") \
	X(DISABLED_MMU, 0, "a master names an IPMMU that is disabled") \
	X(GROUP, 0, "masters share a uTLB: they form a group") \
	X(IOMMU_MAP_MASKED, 0, "the mask makes functions behind a bridge share its uTLBs")

#define IPMMU_FDT_DEFECT_ENUM_(name, error, text) IPMMU_FDT_##name,

/** enum ipmmu_fdt_defect_kind - what is wrong with, or notable in, a tree. */
enum ipmmu_fdt_defect_kind {
	IPMMU_FDT_DEFECTS(IPMMU_FDT_DEFECT_ENUM_) IPMMU_FDT_DEFECT_COUNT
};

#undef IPMMU_FDT_DEFECT_ENUM_

/** struct ipmmu_fdt_defect - one finding. Strings are valid during the callback only. */
struct ipmmu_fdt_defect {
	enum ipmmu_fdt_defect_kind kind;
	bool error;           /**< false: a note */
	const char *path;     /**< node */
	const char *property; /**< NULL where it is about the node */
	const char *other;    /**< path of the second node, NULL if none */
	bool has_value;       /**< value is set */
	bool has_range;       /**< min and max are set */
	uint64_t value;       /**< what was found */
	uint64_t min;         /**< lowest allowed */
	uint64_t max;         /**< highest allowed */
};

/** Called for each finding. */
typedef void (*ipmmu_fdt_defect_fn)(void *arg, const struct ipmmu_fdt_defect *defect);

/**
 * struct ipmmu_fdt_region - memory that a master must reach, or addresses it must not use.
 *
 * One per child of /reserved-memory and master that goes with it, by the master's memory-region
 * or by the child's iommu-addresses; a child that goes with no described master has one without
 * master. Of a child with several memory ranges the first is given.
 */
struct ipmmu_fdt_region {
	const char *name;   /**< path of the reserved-memory node */
	uint32_t master;    /**< index in the description's masters; IPMMU_NONE: nobody's */
	struct ipmmu_pa pa; /**< of the region; size 0: only IOVA is reserved */
	uint64_t size;
	struct ipmmu_iova iova; /**< iommu-addresses; iova_size 0: none given */
	uint64_t iova_size;
};

/**
 * struct ipmmu_fdt_storage - the caller's memory; counts are its capacities.
 *
 * The description points into it: it must live as long as the description is used.
 */
struct ipmmu_fdt_storage {
	struct ipmmu_mmu_desc *mmus;
	uint32_t mmus_max;
	struct ipmmu_master_desc *masters;
	uint32_t masters_max;
	struct ipmmu_port *ports;
	uint32_t ports_max;
	struct ipmmu_fdt_region *regions;
	uint32_t regions_max;
	char *text; /**< names */
	size_t text_size;
};

/** struct ipmmu_fdt_options - how to read. All zero is right for a real machine. */
struct ipmmu_fdt_options {
	/** Read IPMMUs and masters whose status, or that of a node above, says disabled as if
	 * it did not. */
	bool with_disabled;
	const struct ipmmu_prr *prr; /**< picks the row of the cut; NULL: the most restricted */
};

/** struct ipmmu_fdt_result - what was read; points into the storage. */
struct ipmmu_fdt_result {
	struct ipmmu_system_desc desc;
	struct ipmmu_pa prr; /**< address of the product register */
	bool has_prr;
	const struct ipmmu_fdt_region *regions;
	uint32_t region_count;
	uint32_t disabled_mmus;    /**< IPMMU nodes left out as they are disabled */
	uint32_t disabled_masters; /**< masters left out as they are disabled themselves */
	uint32_t errors;           /**< defects that are errors */
	uint32_t notes;            /**< defects that are notes */
	/** What a storage must hold for this tree (at most), also when it was too small. */
	struct ipmmu_fdt_storage needs;
};

/** The reader's limits; a tree that goes beyond has a defect TOO_DEEP or TOO_MANY. */
enum {
	IPMMU_FDT_MAX_DEPTH = 32,    /**< nodes above each other */
	IPMMU_FDT_MAX_RESERVED = 64, /**< children of /reserved-memory; iommu-addresses too */
	IPMMU_FDT_MAX_FOREIGN = 16,  /**< IOMMUs of other kinds */
	IPMMU_FDT_MAX_MAP = 256,     /**< entries of one iommu-map */
	IPMMU_FDT_MAX_PATH = 256     /**< bytes of a path with its 0; longer ones are cut */
};

/**
 * ipmmu_fdt_read() - describe the IPMMUs and masters of a tree.
 * @blob:    the tree, aligned to 8 bytes, at most 64 MiB.  @size: bytes readable there.
 * @options: NULL = all zero.
 * @storage: where descriptions go. All zero measures only.
 * @fn:      told of each defect; may be NULL.  @arg: given to it.
 * @result:  filled in.
 *
 * A node with an error is left out, and so is what hangs on it (the caches of a main, the
 * masters of a cache); everything else is described. A master is described with all its ports
 * or not at all: one with a port on an MMU that is left out is too, with PARTIAL; it is a note
 * where all its MMUs are disabled. A master without a port is left out as well. A tree without
 * IPMMU is no error: mmu_count is 0. The mmio cookies of the MMUs are NULL: the host maps the
 * registers and fills them in. Measuring looks for no defects but those of the blob: call once
 * to measure, once to read, and each defect is told once.
 *
 * Return: IPMMU_OK, also with defects; or
 *   IPMMU_E_ARG        a NULL pointer; @result untouched
 *   IPMMU_E_TREE       the blob is no tree, is damaged or is not aligned
 *   IPMMU_E_NO_MEMORY  storage too small: result->needs says how much; nothing described
 * Context: any; no side effects; about 5 KiB of stack. Cost: a few passes over the blob.
 * Source: Documentation/devicetree/bindings/iommu/renesas,ipmmu-vmsa.yaml of Linux 6.1 and
 * later (one or two cells in renesas,ipmmu-main).
 */
IPMMU_MUST_CHECK enum ipmmu_err ipmmu_fdt_read(const void *blob, size_t size,
					       const struct ipmmu_fdt_options *options,
					       const struct ipmmu_fdt_storage *storage,
					       ipmmu_fdt_defect_fn fn, void *arg,
					       struct ipmmu_fdt_result *result);

/** ipmmu_fdt_defect_name() - "BAD_UTLB" and so on. */
const char *ipmmu_fdt_defect_name(enum ipmmu_fdt_defect_kind kind);

/**
 * ipmmu_fdt_defect_text() - one line: node path, property, value and allowed range.
 * @defect: the defect.  @buffer: gets the line, always ended by 0 when @size > 0.
 * @size: bytes of @buffer; longer lines are cut.
 * Return: bytes that the whole line has, without the 0.  Context: any; no side effects.
 */
size_t ipmmu_fdt_defect_text(const struct ipmmu_fdt_defect *defect, char *buffer, size_t size);

#ifdef __cplusplus
}
#endif
#endif
