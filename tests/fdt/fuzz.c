// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * fuzz.c - the reader as a libFuzzer target: nothing but sanitizers judges it.
 *
 * clang -fsanitize=fuzzer,address,undefined -Iinclude -Isrc/port tests/fdt/fuzz.c
 *	src/regs/soc.c -lfdt, and all of src/fdt
 */
#include <stdlib.h>
#include <string.h>

#include <ipmmu/fdt.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void show(void *arg, const struct ipmmu_fdt_defect *defect)
{
	char line[64];

	*(size_t *)arg += ipmmu_fdt_defect_text(defect, line, sizeof(line));
}

static void *need(size_t count, size_t bytes)
{
	return count == 0 ? NULL : calloc(count, bytes);
}

static void read_all(const void *blob, size_t size)
{
	struct ipmmu_fdt_storage s = {0};
	struct ipmmu_fdt_result result;
	size_t text = 0;

	if (ipmmu_fdt_read(blob, size, NULL, &s, show, &text, &result) != IPMMU_OK) {
		return;
	}
	s = result.needs;
	s.mmus = need(s.mmus_max, sizeof(*s.mmus));
	s.masters = need(s.masters_max, sizeof(*s.masters));
	s.ports = need(s.ports_max, sizeof(*s.ports));
	s.regions = need(s.regions_max, sizeof(*s.regions));
	s.text = need(s.text_size, 1);
	if (ipmmu_fdt_read(blob, size, NULL, &s, show, &text, &result) != IPMMU_OK) {
		abort();
	}
	free(s.mmus);
	free(s.masters);
	free(s.ports);
	free(s.regions);
	free(s.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *blob = malloc(size == 0 ? 1 : size);

	if (blob == NULL) {
		return 0;
	}
	memcpy(blob, data, size);
	read_all(blob, size);
	free(blob);
	return 0;
}
