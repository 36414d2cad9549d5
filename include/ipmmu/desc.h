/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * desc.h - plain descriptions of a system: filled by ipmmu_fdt_read(), or by hand.
 *
 * The library keeps pointers into a description; it must outlive the system made from it.
 */
#ifndef IPMMU_DESC_H
#define IPMMU_DESC_H

#include <ipmmu/soc.h>
#include <ipmmu/types.h>

/** struct ipmmu_mmu_desc - one IPMMU instance. */
struct ipmmu_mmu_desc {
	const char *name;            /**< for messages; a device-tree path, or any text */
	const struct ipmmu_soc *soc; /**< its row */
	uint32_t root;          /**< index of its root in the description; its own if root */
	struct ipmmu_pa reg;    /**< start of the register region */
	uint64_t reg_size;      /**< bytes of it */
	void *mmio;             /**< cookie for the host's MMIO hooks; the host fills it in */
	bool always_on;         /**< in a power domain that is never off */
	uint32_t power_phandle; /**< power-domains: provider; IPMMU_NONE if none */
	uint32_t power_cell;    /**< power-domains: its cell; IPMMU_NONE if none */
	uint32_t imsstr_bit;    /**< its bit in the root's IMSSTR; IPMMU_NONE if not known */
	uint32_t irq;           /**< non-secure GIC SPI number; IPMMU_NONE on a cache */
	uint32_t irq_secure;    /**< secure GIC SPI number; IPMMU_NONE if absent */
};

/** struct ipmmu_port - one uTLB of one instance. */
struct ipmmu_port {
	uint16_t mmu;  /**< index in the description's mmus */
	uint16_t utlb; /**< 0 .. soc->utlbs - 1 */
};

/** struct ipmmu_master_desc - one bus master and the ports through which it reaches memory. */
struct ipmmu_master_desc {
	const char *name;               /**< for messages; a device-tree path, or any text */
	const struct ipmmu_port *ports; /**< at least one */
	uint32_t port_count;            /**< number of ports */
	bool keep;    /**< leave it, and who shares its uTLBs, as found at the start */
	void *cookie; /**< the host's own */
};

/** struct ipmmu_system_desc - everything that one library instance drives. */
struct ipmmu_system_desc {
	const struct ipmmu_mmu_desc *mmus;
	uint32_t mmu_count; /**< 1 .. IPMMU_MAX_MMUS */
	/** Masters that exist, whether or not the host will ever claim them. */
	const struct ipmmu_master_desc *masters;
	uint32_t master_count;
};

#endif
