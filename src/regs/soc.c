// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * soc.c - one row per part, and per range of its cuts where they differ.
 *
 * Parts of one compatible string stand together, the most restricted row first: it is the
 * answer when the cut is not known. Ability that nobody has shown is unknown, not yes. Parts
 * sold under another name (R-Car H3e and so on) have the string of the part they are.
 */
#include "regs.h"

/* The columns that a whole generation shares. */
#define GEN2_ \
	.generation = IPMMU_GEN2, .contexts = 4, .first_context = 0, .contexts_driven = 1, \
	.utlbs = 32, .sl0_s1 = 1
#define GEN3_ \
	.generation = IPMMU_GEN3, .contexts = 8, .first_context = 1, .contexts_driven = 7, \
	.utlbs = 48, .sl0_s2 = 1, .sl0_s1 = 2
#define GEN4_ \
	.generation = IPMMU_GEN4, .contexts = 16, .first_context = 1, .contexts_driven = 15, \
	.utlbs = 64, .sl0_s2 = 1, .sl0_s1 = 2

#define PART_(what, string)    .name = (what), .compatible = (string)
#define CUTS_(id, first, last) .product = (id), .cut_min = (first), .cut_max = (last)
#define ANY_CUT_(id)           CUTS_(id, 0x00, 0xff)
/* "H/W restriction No.71 #9" and "No.100"; firmware serves the caches that are always on. */
#define LATE_CACHES_ .discache = true, .discache_late_only = true
/* The same silicon under other firmware, of which nothing is known: all caches. */
#define ALL_CACHES_ .discache = true

/* Gen2 and R-Mobile APE6 have no stage 2. */
#define GEN2_ROW_(what, string, id) \
	{ \
		PART_(what, string), GEN2_, ANY_CUT_(id), \
			.stage2 = IPMMU_NO, .source = "Linux 6.1 DT binding and ipmmu-vmsa.c" \
	}
#define GEN4_ROW_(what, string, id, ability, from) \
	{ \
		PART_(what, string), GEN4_, ANY_CUT_(id), .stage2 = (ability), \
							  .source = (from) \
	}

static const struct ipmmu_soc rows[] = {
	GEN2_ROW_("R-Mobile APE6", "renesas,ipmmu-r8a73a4", 0),
	GEN2_ROW_("RZ/G1H", "renesas,ipmmu-r8a7742", 0x45),
	GEN2_ROW_("RZ/G1M", "renesas,ipmmu-r8a7743", 0x47),
	GEN2_ROW_("RZ/G1N", "renesas,ipmmu-r8a7744", 0x4b),
	GEN2_ROW_("RZ/G1E", "renesas,ipmmu-r8a7745", 0x4c),
	GEN2_ROW_("R-Car H2", "renesas,ipmmu-r8a7790", 0x45),
	GEN2_ROW_("R-Car M2-W", "renesas,ipmmu-r8a7791", 0x47),
	GEN2_ROW_("R-Car M2-N", "renesas,ipmmu-r8a7793", 0x4b),
	GEN2_ROW_("R-Car E2", "renesas,ipmmu-r8a7794", 0x4c),
	GEN2_ROW_("any R-Car Gen2 or RZ/G1", "renesas,ipmmu-vmsa", 0),
	{PART_("R-Car H3 ES2.x", "renesas,ipmmu-r8a7795"), GEN3_, CUTS_(0x4f, 0x10, 0x1f),
	 .stage2 = IPMMU_NO, .unsuitable = true, LATE_CACHES_,
	 .source = "Linux soc_denylist, Xen PRR check, mmngr_drv 4aed49e, TF-A"},
	{PART_("R-Car H3 ES1.x", "renesas,ipmmu-r8a7795"), GEN3_, CUTS_(0x4f, 0x00, 0x0f),
	 .stage2 = IPMMU_NO, .unsuitable = true,
	 .source = "Linux 6.1 soc_denylist, Xen PRR check"},
	{PART_("R-Car H3 ES3.x", "renesas,ipmmu-r8a7795"), GEN3_, CUTS_(0x4f, 0x20, 0xff),
	 .stage2 = IPMMU_YES, .source = "Xen PRR check"},
	{PART_("R-Car M3-W ES1.x", "renesas,ipmmu-r8a7796"), GEN3_, CUTS_(0x52, 0x00, 0x1f),
	 .stage2 = IPMMU_NO, .unsuitable = true,
	 .source = "Linux 6.1 soc_denylist, Xen PRR check"},
	/* Trees older than the string of M3-W+ name it so. */
	{PART_("R-Car M3-W+", "renesas,ipmmu-r8a7796"), GEN3_, CUTS_(0x52, 0x20, 0xff),
	 .stage2 = IPMMU_YES, .source = "Xen PRR check"},
	{PART_("R-Car M3-W+", "renesas,ipmmu-r8a77961"), GEN3_, CUTS_(0x52, 0x20, 0xff),
	 .stage2 = IPMMU_YES, .source = "Xen PRR check"},
	{PART_("R-Car M3-N ES1.x", "renesas,ipmmu-r8a77965"), GEN3_, CUTS_(0x55, 0x00, 0x0f),
	 .stage2 = IPMMU_YES, LATE_CACHES_,
	 .source = "Xen PRR check, mmngr_drv 62a5611, e83338c, TF-A"},
	{PART_("R-Car M3-N", "renesas,ipmmu-r8a77965"), GEN3_, CUTS_(0x55, 0x10, 0xff),
	 .stage2 = IPMMU_YES, .source = "Xen PRR check"},
	{PART_("R-Car V3M", "renesas,ipmmu-r8a77970"), GEN3_, ANY_CUT_(0x54),
	 .stage2 = IPMMU_UNKNOWN, .source = "Linux 6.1 DT binding"},
	{PART_("R-Car V3H", "renesas,ipmmu-r8a77980"), GEN3_, ANY_CUT_(0x56),
	 .stage2 = IPMMU_UNKNOWN, .source = "Linux 6.1 DT binding"},
	{PART_("R-Car E3 ES1.x", "renesas,ipmmu-r8a77990"), GEN3_, CUTS_(0x57, 0x00, 0x0f),
	 .stage2 = IPMMU_UNKNOWN, LATE_CACHES_,
	 .source = "Linux 6.1 DT binding, mmngr_drv 672e644, e83338c, TF-A"},
	{PART_("R-Car E3", "renesas,ipmmu-r8a77990"), GEN3_, CUTS_(0x57, 0x10, 0xff),
	 .stage2 = IPMMU_UNKNOWN, .source = "Linux 6.1 DT binding"},
	{PART_("R-Car D3", "renesas,ipmmu-r8a77995"), GEN3_, ANY_CUT_(0x58),
	 .stage2 = IPMMU_UNKNOWN, .source = "Linux 6.1 DT binding"},
	{PART_("RZ/G2M", "renesas,ipmmu-r8a774a1"), GEN3_, CUTS_(0x52, 0x00, 0x1f),
	 .stage2 = IPMMU_NO, .unsuitable = true,
	 .source = "Linux 6.1 soc_denylist; twin of M3-W"},
	{PART_("RZ/G2M, later cut", "renesas,ipmmu-r8a774a1"), GEN3_, CUTS_(0x52, 0x20, 0xff),
	 .stage2 = IPMMU_UNKNOWN, .unsuitable = true, .source = "Linux 6.1 soc_denylist"},
	{PART_("RZ/G2N ES1.x", "renesas,ipmmu-r8a774b1"), GEN3_, CUTS_(0x55, 0x00, 0x0f),
	 .stage2 = IPMMU_UNKNOWN, ALL_CACHES_,
	 .source = "Linux 6.1 DT binding; twin of M3-N ES1.x"},
	{PART_("RZ/G2N", "renesas,ipmmu-r8a774b1"), GEN3_, CUTS_(0x55, 0x10, 0xff),
	 .stage2 = IPMMU_UNKNOWN, .source = "Linux 6.1 DT binding"},
	{PART_("RZ/G2E ES1.x", "renesas,ipmmu-r8a774c0"), GEN3_, CUTS_(0x57, 0x00, 0x0f),
	 .stage2 = IPMMU_UNKNOWN, ALL_CACHES_,
	 .source = "Linux 6.1 DT binding; twin of E3 ES1.x"},
	{PART_("RZ/G2E", "renesas,ipmmu-r8a774c0"), GEN3_, CUTS_(0x57, 0x10, 0xff),
	 .stage2 = IPMMU_UNKNOWN, .source = "Linux 6.1 DT binding"},
	{PART_("RZ/G2H", "renesas,ipmmu-r8a774e1"), GEN3_, ANY_CUT_(0x4f),
	 .stage2 = IPMMU_UNKNOWN, .source = "Linux 6.1 DT binding; twin of H3 ES3.x"},
	GEN4_ROW_("R-Car V3U", "renesas,ipmmu-r8a779a0", 0x59, IPMMU_UNKNOWN,
		  "Linux 6.1 DT binding"),
	GEN4_ROW_("R-Car S4", "renesas,ipmmu-r8a779f0", 0x5a, IPMMU_YES, "Xen PRR check"),
	GEN4_ROW_("R-Car V4H", "renesas,ipmmu-r8a779g0", 0x5c, IPMMU_YES, "Xen PRR check"),
	GEN4_ROW_("R-Car V4M", "renesas,ipmmu-r8a779h0", 0x5d, IPMMU_UNKNOWN,
		  "Linux 7.0 DT binding"),
	GEN4_ROW_("any R-Car Gen4", "renesas,rcar-gen4-ipmmu-vmsa", 0, IPMMU_UNKNOWN,
		  "Linux 6.1 DT binding"),
	/* The first name of the string above, in early trees. */
	GEN4_ROW_("any R-Car Gen4", "renesas,rcar-gen4-ipmmu", 0, IPMMU_UNKNOWN,
		  "Linux DT binding before the rename"),
};

static bool same_text(const char *a, const char *b)
{
	size_t i;

	for (i = 0; a[i] == b[i]; i++) {
		if (a[i] == '\0') {
			return true;
		}
	}
	return false;
}

struct ipmmu_prr ipmmu_prr_decode(uint32_t value)
{
	struct ipmmu_prr prr;

	prr.product = (uint16_t)ipmmu_field_get(value, PRR_PRODUCT);
	prr.cut = (uint16_t)ipmmu_field_get(value, PRR_CUT);
	if (prr.product == 0x52u && prr.cut == 0x10u) {
		prr.cut = 0x01u;
	}
	if (prr.product == 0x52u && prr.cut == 0x11u) {
		prr.cut = 0x03u;
	}
	return prr;
}

static bool row_fits(const struct ipmmu_soc *row, const struct ipmmu_prr *prr)
{
	if (prr == NULL) {
		return true;
	}
	return (row->product == 0u || row->product == prr->product) &&
	       prr->cut >= row->cut_min && prr->cut <= row->cut_max;
}

const struct ipmmu_soc *ipmmu_soc_find(const char *compatible, const struct ipmmu_prr *prr)
{
	size_t i;

	if (compatible == NULL) {
		return NULL;
	}
	for (i = 0; i < ipmmu_soc_count(); i++) {
		if (same_text(rows[i].compatible, compatible) && row_fits(&rows[i], prr)) {
			return &rows[i];
		}
	}
	return NULL;
}

size_t ipmmu_soc_count(void)
{
	return sizeof(rows) / sizeof(rows[0]);
}

const struct ipmmu_soc *ipmmu_soc_row(size_t i)
{
	return i < ipmmu_soc_count() ? &rows[i] : NULL;
}
