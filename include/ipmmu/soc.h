/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * soc.h - what is known of a part: one row of data per SoC and cut.
 */
#ifndef IPMMU_SOC_H
#define IPMMU_SOC_H

#include <ipmmu/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** enum ipmmu_ability - a fact that may be unknown; unknown is treated as no. */
enum ipmmu_ability {
	IPMMU_NO = 0,
	IPMMU_YES,
	IPMMU_UNKNOWN
};

/** struct ipmmu_prr - the product register, decoded. */
struct ipmmu_prr {
	uint16_t product; /**< bits 14:8, such as 0x4f for H3 */
	uint16_t cut; /**< bits 7:0: (major - 1) << 4 | minor; corrected where it misreports */
};

/**
 * struct ipmmu_soc - one row: a part, or a range of its cuts.
 *
 * Rows are constant data of the library; hosts get pointers from ipmmu_soc_find().
 */
struct ipmmu_soc {
	const char *name;       /**< as people say it: "R-Car H3 ES3.x" */
	const char *compatible; /**< device-tree string of its IPMMU nodes */
	enum ipmmu_generation generation;
	uint16_t product; /**< PRR product, 0 where there is no PRR or it does not matter */
	uint16_t cut_min; /**< first cut of the row */
	uint16_t cut_max; /**< last cut of the row */
	uint8_t contexts; /**< contexts in the hardware: 4, 8 or 16 */
	uint8_t first_context; /**< contexts below it are reserved: 0, or 1 on Gen3 and Gen4 */
	uint8_t contexts_driven; /**< contexts that public drivers use, from first_context on */
	uint8_t utlbs;           /**< uTLBs per instance: 32, 48 or 64 */
	uint8_t sl0_s2;          /**< IMTTBCR.SL0 for a stage-2 walk from level 1 */
	uint8_t sl0_s1;          /**< IMTTBCR.SL0 for a stage-1 walk from level 1 */
	enum ipmmu_ability stage2; /**< can the walker read stage-2 format? */
	bool unsuitable;           /**< known not to isolate: refused unless accepted by name */
	bool discache;             /**< erratum: caches need IMSCTLR.DISCACHE */
	bool discache_late_only; /**< ... only caches outside ALWAYS_ON: firmware did the others
				  */
	const char *source;      /**< where the row comes from */
};

/**
 * ipmmu_prr_decode() - split a PRR value and correct the cuts that misreport.
 * @value: the register as read (0xfff00044 on Gen3 and Gen4, 0xff000044 on Gen2).
 *
 * M3-W ES1.1 and ES1.3 report 0x5210 and 0x5211; they come out as cuts 0x01 and 0x03.
 *
 * Return: product and cut.
 * Context: any; no side effects.
 * Source: Linux 6.1 drivers/soc/renesas/renesas-soc.c.
 */
struct ipmmu_prr ipmmu_prr_decode(uint32_t value);

/**
 * ipmmu_soc_find() - the row of a part.
 * @compatible: a device-tree string, such as "renesas,ipmmu-r8a7795"; generic strings
 *              ("renesas,ipmmu-vmsa", "renesas,rcar-gen4-ipmmu-vmsa") have rows of their own.
 * @prr:        the decoded product register, or NULL where it could not be read.
 *
 * Without @prr a part with several rows answers its most restricted one. A @prr whose product
 * is not the part's own answers NULL: the tree describes another chip.
 *
 * Return: the row, or NULL where there is none.
 * Context: any; no side effects.
 */
const struct ipmmu_soc *ipmmu_soc_find(const char *compatible, const struct ipmmu_prr *prr);

/** ipmmu_soc_count() - number of rows. */
size_t ipmmu_soc_count(void);

/** ipmmu_soc_row() - row @i, NULL from ipmmu_soc_count() on. */
const struct ipmmu_soc *ipmmu_soc_row(size_t i);

#ifdef __cplusplus
}
#endif
#endif
