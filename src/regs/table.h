/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * table.h - the registers as a table: for dumps, documentation and tests.
 */
#ifndef IPMMU_SRC_REGS_TABLE_H
#define IPMMU_SRC_REGS_TABLE_H

#include <ipmmu/dump.h>

#include "regs.h"

/** enum ipmmu_bank - what a register exists once for. */
enum ipmmu_bank {
	IPMMU_BANK_CONTEXT, /**< a context */
	IPMMU_BANK_UTLB,    /**< a uTLB */
	IPMMU_BANK_PMB,     /**< an instance: its physical-mapping buffer */
	IPMMU_BANK_GLOBAL,  /**< an instance */
	IPMMU_BANK_PRODUCT, /**< a chip; outside of the instance */
	IPMMU_BANK_OSID     /**< a PCIe host bridge of Gen4; outside of the instance */
};

/** enum ipmmu_access - how a register may be used, as far as it is known. */
enum ipmmu_access {
	IPMMU_ACCESS_WRITE,  /**< read and write */
	IPMMU_ACCESS_MODIFY, /**< holds unknown bits: read, modify, write */
	IPMMU_ACCESS_CLEAR,  /**< read; write 0 clears it */
	IPMMU_ACCESS_READ,   /**< only reading is known */
	IPMMU_ACCESS_NAME    /**< only the name is known: leave it alone */
};

/** struct ipmmu_field - one field of a register. */
struct ipmmu_field {
	const char *name;    /**< NULL behind the last */
	uint8_t msb;         /**< highest bit */
	uint8_t lsb;         /**< lowest bit */
	uint8_t generations; /**< IPMMU_G2 | IPMMU_G3 | IPMMU_G4 */
	uint8_t where;       /**< IPMMU_IN_ROOT | IPMMU_IN_CACHE */
};

/** struct ipmmu_register - one register. */
struct ipmmu_register {
	const char *name;
	enum ipmmu_bank bank;
	enum ipmmu_access access;
	uint16_t offset;     /**< in its bank */
	uint8_t count;       /**< how many, 4 bytes apart */
	uint8_t generations; /**< IPMMU_G2 | IPMMU_G3 | IPMMU_G4 */
	uint8_t where;       /**< IPMMU_IN_ROOT | IPMMU_IN_CACHE */
	const struct ipmmu_field *fields;
	const char *source; /**< public driver or document that shows it */
};

/** ipmmu_register_get() - register @i of the table; NULL behind the last. */
const struct ipmmu_register *ipmmu_register_get(size_t i);

/**
 * ipmmu_register_here() - does an instance have it?
 * @is_root: a root; true for every instance of Gen2, which has the cache's registers too.
 */
bool ipmmu_register_here(const struct ipmmu_register *reg, enum ipmmu_generation generation,
			 bool is_root);

/** ipmmu_field_here() - likewise, for a field. */
bool ipmmu_field_here(const struct ipmmu_field *field, enum ipmmu_generation generation,
		      bool is_root);

/** ipmmu_field_mask() - the bits of a field. */
uint32_t ipmmu_field_mask(const struct ipmmu_field *field);

/** ipmmu_register_mask() - the bits of all fields that an instance has of @reg. */
uint32_t ipmmu_register_mask(const struct ipmmu_register *reg, enum ipmmu_generation generation,
			     bool is_root);

/** ipmmu_register_place() - its offset in an instance, that of context or uTLB @i. */
uint32_t ipmmu_register_place(const struct ipmmu_register *reg,
			      const struct ipmmu_layout *layout, uint32_t i);

/** ipmmu_register_fields() - take apart out->value into the fields that an instance has. */
void ipmmu_register_fields(const struct ipmmu_register *reg, enum ipmmu_generation generation,
			   bool is_root, struct ipmmu_register_value *out);

#endif
