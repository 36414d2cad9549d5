/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * host_private.h - the state of a model host, shared by host.c and host_memory.c only.
 */
#ifndef MODEL_HOST_PRIVATE_H
#define MODEL_HOST_PRIVATE_H

#include <ipmmu-model/host.h>

#define HOST_PAGE 4096u

/* enum host_page - what a RAM page is used for. */
enum host_page {
	HOST_PAGE_FREE,
	HOST_PAGE_DATA, /* one view: what is stored is seen at once */
	HOST_PAGE_TABLE /* two views: the walker sees what was cleaned */
};

/* One unit; its address is the mmio cookie. */
struct host_unit {
	uint32_t index;
	uint32_t users; /* power_get minus power_put */
	bool always_on;
};

struct model_host {
	size_t size; /* of the whole block */
	struct model *model;
	struct host_unit *units;
	uint32_t unit_count;
	uint32_t ram_pages;
	uint64_t ram_pa;
	uint8_t *ram;  /* as masters and the walker see it */
	uint8_t *view; /* table pages as the CPU sees them, before they are cleaned */
	uint8_t *used; /* enum host_page, one per page */
	uint8_t *objects;
	size_t object_bytes;
	uint32_t object_count;
};

void model_host_memory_init(struct model_host *host);
void *model_host_alloc(void *arg, size_t size);
void model_host_free(void *arg, void *object, size_t size);
void *model_host_table_alloc(void *arg, uint32_t pages, struct ipmmu_pa *pa);
void model_host_table_free(void *arg, void *table, struct ipmmu_pa pa, uint32_t pages);
void *model_host_table_ptr(void *arg, struct ipmmu_pa pa);
bool model_host_table_read(void *arg, struct ipmmu_pa at, uint64_t *entry);
void model_host_clean(void *arg, const void *start, size_t size);
bool model_host_load(void *arg, uint64_t pa, uint64_t *value);

#endif
