/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * load.h - a tree in memory with what the reader says of it. Judges nothing.
 */
#ifndef TESTS_FDT_LOAD_H
#define TESTS_FDT_LOAD_H

#include <ipmmu/fdt.h>

enum {
	LOAD_DEFECTS = 64,
	LOAD_LINE = 400
};

/** struct load_defect - a defect with its own copies of the strings; "" for NULL. */
struct load_defect {
	struct ipmmu_fdt_defect defect;
	char path[LOAD_LINE];
	char property[LOAD_LINE];
	char other[LOAD_LINE];
};

struct load {
	void *blob; /**< exactly as large as the tree, so that a sanitizer sees any overrun */
	size_t size;
	struct ipmmu_fdt_storage storage;
	struct ipmmu_fdt_result result;
	struct load_defect defects[LOAD_DEFECTS];
	uint32_t defect_count;
	enum ipmmu_err err;
};

/** Read the file @name.dtb of the build; fails the test where it cannot. */
void load_file(struct load *load, const char *name);
/** Measure, get storage of exactly that size, read. */
void load_read(struct load *load, const struct ipmmu_fdt_options *options);
void load_free_storage(struct load *load);
void load_free(struct load *load);
void load_defect(void *arg, const struct ipmmu_fdt_defect *defect);

#endif
