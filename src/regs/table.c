// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * table.c - the table of registers and fields, and the proof that no two fields overlap.
 */
#include "table.h"

/* Two fields overlap when their masks' sum differs from their masks' union. */
#define SUM_(set, gens, msb, lsb) \
	+(((gens) & (set)) != 0u ? (uint64_t)IPMMU_MASK32(msb, lsb) : 0u)
#define UNION_(set, gens, msb, lsb) \
	| (((gens) & (set)) != 0u ? (uint64_t)IPMMU_MASK32(msb, lsb) : 0u)
#define SUM2_(reg, sym, name, msb, lsb, gens, where)   SUM_(IPMMU_G2, gens, msb, lsb)
#define SUM3_(reg, sym, name, msb, lsb, gens, where)   SUM_(IPMMU_G3, gens, msb, lsb)
#define SUM4_(reg, sym, name, msb, lsb, gens, where)   SUM_(IPMMU_G4, gens, msb, lsb)
#define UNION2_(reg, sym, name, msb, lsb, gens, where) UNION_(IPMMU_G2, gens, msb, lsb)
#define UNION3_(reg, sym, name, msb, lsb, gens, where) UNION_(IPMMU_G3, gens, msb, lsb)
#define UNION4_(reg, sym, name, msb, lsb, gens, where) UNION_(IPMMU_G4, gens, msb, lsb)

#define DISJOINT_(reg, bank, offset, count, gens, where, access, source) \
	_Static_assert((0u IPMMU_FIELDS_##reg(SUM2_)) == (0u IPMMU_FIELDS_##reg(UNION2_)), \
		       #reg ": fields overlap on Gen2"); \
	_Static_assert((0u IPMMU_FIELDS_##reg(SUM3_)) == (0u IPMMU_FIELDS_##reg(UNION3_)), \
		       #reg ": fields overlap on Gen3"); \
	_Static_assert((0u IPMMU_FIELDS_##reg(SUM4_)) == (0u IPMMU_FIELDS_##reg(UNION4_)), \
		       #reg ": fields overlap on Gen4");
IPMMU_REGISTERS(DISJOINT_)

/* A field in generations that its register does not have would be a slip. */
#define STRAY_(reg, sym, name, msb, lsb, gens, where) | (gens)
#define NO_STRAY_(reg, bank, offset, count, gens, where, access, source) \
	_Static_assert(((0u IPMMU_FIELDS_##reg(STRAY_)) & ~(gens)) == 0u, \
		       #reg ": a field in a generation without the register");
IPMMU_REGISTERS(NO_STRAY_)

/* Each list ends with a row without a name: some registers have no known field. */
#define FIELD_(reg, sym, name, msb, lsb, gens, where) {name, msb, lsb, gens, where},
#define FIELDS_(reg, bank, offset, count, gens, where, access, source) \
	static const struct ipmmu_field reg##_fields[] = { \
		IPMMU_FIELDS_##reg(FIELD_){NULL, 0, 0, 0, 0}, \
	};
IPMMU_REGISTERS(FIELDS_)

#define REGISTER_(reg, bank, offset, count, gens, where, access, source) \
	{#reg, \
	 IPMMU_BANK_##bank, \
	 IPMMU_ACCESS_##access, \
	 offset, \
	 count, \
	 gens, \
	 where, \
	 reg##_fields, \
	 source},
static const struct ipmmu_register registers[] = {IPMMU_REGISTERS(REGISTER_)};

const struct ipmmu_register *ipmmu_register_get(size_t i)
{
	return i < sizeof(registers) / sizeof(registers[0]) ? &registers[i] : NULL;
}

static bool here(uint32_t generations, uint32_t where, enum ipmmu_generation generation,
		 bool is_root)
{
	uint32_t kind = is_root ? IPMMU_IN_ROOT : IPMMU_IN_CACHE;

	if (generation == IPMMU_GEN2) {
		kind = IPMMU_IN_BOTH;
	}
	return (generations & (1u << (uint32_t)generation)) != 0u && (where & kind) != 0u;
}

bool ipmmu_register_here(const struct ipmmu_register *reg, enum ipmmu_generation generation,
			 bool is_root)
{
	return here(reg->generations, reg->where, generation, is_root);
}

bool ipmmu_field_here(const struct ipmmu_field *field, enum ipmmu_generation generation,
		      bool is_root)
{
	return here(field->generations, field->where, generation, is_root);
}

uint32_t ipmmu_field_mask(const struct ipmmu_field *field)
{
	return IPMMU_MASK32(field->msb, field->lsb);
}

uint32_t ipmmu_register_mask(const struct ipmmu_register *reg, enum ipmmu_generation generation,
			     bool is_root)
{
	const struct ipmmu_field *field;
	uint32_t mask = 0;

	if (!ipmmu_register_here(reg, generation, is_root)) {
		return 0;
	}
	for (field = reg->fields; field->name != NULL; field++) {
		if (ipmmu_field_here(field, generation, is_root)) {
			mask |= ipmmu_field_mask(field);
		}
	}
	return mask;
}

uint32_t ipmmu_register_place(const struct ipmmu_register *reg,
			      const struct ipmmu_layout *layout, uint32_t i)
{
	if (reg->bank == IPMMU_BANK_CONTEXT) {
		return ipmmu_regs_context(layout, i, reg->offset);
	}
	if (reg->bank == IPMMU_BANK_UTLB) {
		return ipmmu_regs_utlb(layout, i) + reg->offset;
	}
	return ipmmu_regs_global(layout, reg->offset);
}

void ipmmu_register_fields(const struct ipmmu_register *reg, enum ipmmu_generation generation,
			   bool is_root, struct ipmmu_register_value *out)
{
	const size_t most = sizeof(out->fields) / sizeof(out->fields[0]);
	const struct ipmmu_field *field;

	for (field = reg->fields; field->name != NULL && out->field_count < most; field++) {
		if (ipmmu_field_here(field, generation, is_root)) {
			out->fields[out->field_count].name = field->name;
			out->fields[out->field_count].value =
				ipmmu_field_get(out->value, ipmmu_field_mask(field));
			out->field_count++;
		}
	}
}
