// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * load.c - see load.h.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "load.h"

void load_file(struct load *load, const char *name)
{
	char path[512];
	FILE *file;
	long size;

	memset(load, 0, sizeof(*load));
	(void)snprintf(path, sizeof(path), "%s/%s.dtb", FDT_DIR, name);
	file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	size = ftell(file);
	assert_true(size > 0);
	rewind(file);
	load->size = (size_t)size;
	load->blob = malloc(load->size);
	assert_non_null(load->blob);
	assert_int_equal(fread(load->blob, 1, load->size, file), load->size);
	(void)fclose(file);
}

static void copy(char *to, const char *from)
{
	(void)snprintf(to, LOAD_LINE, "%s", from == NULL ? "" : from);
}

void load_defect(void *arg, const struct ipmmu_fdt_defect *defect)
{
	struct load *load = arg;
	struct load_defect *kept = &load->defects[load->defect_count % LOAD_DEFECTS];

	kept->defect = *defect;
	copy(kept->path, defect->path);
	copy(kept->property, defect->property);
	copy(kept->other, defect->other);
	load->defect_count++;
}

static void *need(size_t count, size_t bytes)
{
	void *p = count == 0 ? NULL : calloc(count, bytes);

	assert_true(count == 0 || p != NULL);
	return p;
}

void load_read(struct load *load, const struct ipmmu_fdt_options *options)
{
	struct ipmmu_fdt_storage s;

	load->defect_count = 0;
	memset(&load->storage, 0, sizeof(load->storage));
	load->err = ipmmu_fdt_read(load->blob, load->size, options, &load->storage, load_defect,
				   load, &load->result);
	if (load->err != IPMMU_OK) {
		return;
	}
	assert_int_equal(load->defect_count, 0);
	s = load->result.needs;
	s.mmus = need(s.mmus_max, sizeof(*s.mmus));
	s.masters = need(s.masters_max, sizeof(*s.masters));
	s.ports = need(s.ports_max, sizeof(*s.ports));
	s.regions = need(s.regions_max, sizeof(*s.regions));
	s.text = need(s.text_size, 1);
	load->storage = s;
	load->err = ipmmu_fdt_read(load->blob, load->size, options, &load->storage, load_defect,
				   load, &load->result);
}

void load_free_storage(struct load *load)
{
	free(load->storage.mmus);
	free(load->storage.masters);
	free(load->storage.ports);
	free(load->storage.regions);
	free(load->storage.text);
	memset(&load->storage, 0, sizeof(load->storage));
}

void load_free(struct load *load)
{
	load_free_storage(load);
	free(load->blob);
	load->blob = NULL;
}
