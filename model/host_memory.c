// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * host_memory.c - RAM pages and small objects of a model host, all out of its one block.
 * Knows nothing of registers; tells the model before table memory changes.
 */
#include "host_private.h"

#include <string.h>

/* Looks like a block entry that leads far away: a walker that reads it is caught. */
enum {
	RUBBISH = 0xa5,
	STALE = 0x5b
};

/* Objects follow each other, each behind a head; free neighbours are joined while looking. */
struct object_head {
	size_t size; /* of what follows, a multiple of the head's own size */
	size_t used;
};

void model_host_memory_init(struct model_host *host)
{
	struct object_head head = {host->object_bytes - sizeof(head), 0};

	memcpy(host->objects, &head, sizeof(head));
	memset(host->used, HOST_PAGE_FREE, host->ram_pages);
	memset(host->ram, RUBBISH, (size_t)host->ram_pages * HOST_PAGE);
}

static struct object_head *head_at(struct model_host *host, size_t at)
{
	return (struct object_head *)(void *)(host->objects + at);
}

static void head_join(struct model_host *host, size_t at)
{
	struct object_head *head = head_at(host, at);
	size_t next = at + sizeof(*head) + head->size;

	while (head->used == 0 && next < host->object_bytes && head_at(host, next)->used == 0) {
		head->size += sizeof(*head) + head_at(host, next)->size;
		next = at + sizeof(*head) + head->size;
	}
}

static void head_split(struct model_host *host, size_t at, size_t size)
{
	struct object_head *head = head_at(host, at);

	if (head->size > size + sizeof(*head)) {
		struct object_head *rest = head_at(host, at + sizeof(*head) + size);

		rest->size = head->size - size - sizeof(*head);
		rest->used = 0;
		head->size = size;
	}
	head->used = 1;
}

void *model_host_alloc(void *arg, size_t size)
{
	struct model_host *host = arg;
	size_t unit = sizeof(struct object_head);
	size_t at = 0;

	if (size > host->object_bytes) {
		return NULL;
	}
	size = (size + unit - 1) / unit * unit;
	while (at < host->object_bytes) {
		struct object_head *head = head_at(host, at);

		head_join(host, at);
		if (head->used == 0 && head->size >= size) {
			head_split(host, at, size);
			host->object_count++;
			return memset(head + 1, 0, size);
		}
		at += unit + head->size;
	}
	return NULL;
}

void model_host_free(void *arg, void *object, size_t size)
{
	struct model_host *host = arg;
	struct object_head *head = (struct object_head *)object - 1;

	memset(object, RUBBISH, size);
	head->used = 0;
	host->object_count--;
}

uint32_t model_host_objects(const struct model_host *host)
{
	return host->object_count;
}

static bool pages_are_free(const struct model_host *host, uint32_t first, uint32_t pages)
{
	uint32_t i;

	if (pages > host->ram_pages || first > host->ram_pages - pages) {
		return false;
	}
	for (i = 0; i < pages; i++) {
		if (host->used[first + i] != HOST_PAGE_FREE) {
			return false;
		}
	}
	return true;
}

static void pages_set(struct model_host *host, uint32_t first, uint32_t pages,
		      enum host_page use, int fill)
{
	model_before_store(host->model);
	memset(host->used + first, (int)use, pages);
	memset(host->ram + (size_t)first * HOST_PAGE, fill, (size_t)pages * HOST_PAGE);
}

/* Number of the first page, MODEL_NONE when there is no room. */
static uint32_t pages_take(struct model_host *host, uint32_t pages, enum host_page use,
			   int fill)
{
	uint64_t start = host->ram_pa / HOST_PAGE;
	uint64_t align = 1;
	uint64_t at;

	if (pages == 0 || pages > host->ram_pages) {
		return MODEL_NONE;
	}
	while (align < pages) {
		align *= 2;
	}
	for (at = (start + align - 1) / align * align; at - start < host->ram_pages;
	     at += align) {
		uint32_t first = (uint32_t)(at - start);

		if (pages_are_free(host, first, pages)) {
			pages_set(host, first, pages, use, fill);
			return first;
		}
	}
	return MODEL_NONE;
}

static uint64_t page_pa(const struct model_host *host, uint32_t page)
{
	return host->ram_pa + (uint64_t)page * HOST_PAGE;
}

static uint32_t page_of(const struct model_host *host, uint64_t pa)
{
	return (uint32_t)((pa - host->ram_pa) / HOST_PAGE);
}

static uint64_t memory_alloc(void *arg, uint32_t pages)
{
	struct model_host *host = arg;
	uint32_t first = pages_take(host, pages, HOST_PAGE_DATA, 0);

	return first == MODEL_NONE ? 0 : page_pa(host, first);
}

static void memory_free(void *arg, uint64_t pa, uint32_t pages)
{
	struct model_host *host = arg;

	pages_set(host, page_of(host, pa), pages, HOST_PAGE_FREE, RUBBISH);
}

void *model_host_bytes(struct model_host *host, uint64_t pa, size_t size)
{
	uint64_t total = (uint64_t)host->ram_pages * HOST_PAGE;

	if (pa < host->ram_pa || size > total || pa - host->ram_pa > total - size) {
		return NULL;
	}
	return host->ram + (size_t)(pa - host->ram_pa);
}

bool model_host_load(void *arg, uint64_t pa, uint64_t *value)
{
	const uint8_t *bytes = model_host_bytes(arg, pa, 8);
	uint32_t i;

	if (bytes == NULL) {
		return false;
	}
	*value = 0;
	for (i = 0; i < 8; i++) {
		*value |= (uint64_t)bytes[i] << (8 * i);
	}
	return true;
}

static void memory_store(void *arg, uint64_t pa, uint64_t value)
{
	struct model_host *host = arg;
	uint8_t *bytes = model_host_bytes(host, pa, 8);
	uint32_t i;

	if (bytes == NULL) {
		return;
	}
	model_before_store(host->model);
	for (i = 0; i < 8; i++) {
		bytes[i] = (uint8_t)(value >> (8 * i));
	}
}

struct model_memory model_host_memory(struct model_host *host)
{
	struct model_memory memory = {host, memory_alloc, memory_free, model_host_load,
				      memory_store};

	return memory;
}

bool model_host_claim(struct model_host *host, uint64_t pa, uint32_t pages)
{
	uint64_t offset = pa - host->ram_pa;

	if (pa < host->ram_pa || pa % HOST_PAGE != 0 || pages == 0 ||
	    offset / HOST_PAGE >= host->ram_pages ||
	    !pages_are_free(host, page_of(host, pa), pages)) {
		return false;
	}
	pages_set(host, page_of(host, pa), pages, HOST_PAGE_DATA, 0);
	return true;
}

uint32_t model_host_pages_free(const struct model_host *host)
{
	uint32_t count = 0;
	uint32_t i;

	for (i = 0; i < host->ram_pages; i++) {
		count += host->used[i] == HOST_PAGE_FREE;
	}
	return count;
}

void *model_host_table_alloc(void *arg, uint32_t pages, struct ipmmu_pa *pa)
{
	struct model_host *host = arg;
	uint32_t first = pages_take(host, pages, HOST_PAGE_TABLE, RUBBISH);

	if (first == MODEL_NONE) {
		return NULL;
	}
	pa->v = page_pa(host, first);
	/* What is in them for the CPU is rubbish as well, but other than for the walker. */
	return memset(host->view + (size_t)first * HOST_PAGE, STALE, (size_t)pages * HOST_PAGE);
}

void model_host_table_free(void *arg, void *table, struct ipmmu_pa pa, uint32_t pages)
{
	(void)table;
	memory_free(arg, pa.v, pages);
}

void *model_host_table_ptr(void *arg, struct ipmmu_pa pa)
{
	struct model_host *host = arg;
	uint64_t offset = pa.v - host->ram_pa;

	if (offset / HOST_PAGE >= host->ram_pages ||
	    host->used[offset / HOST_PAGE] != HOST_PAGE_TABLE) {
		return NULL;
	}
	return host->view + (size_t)offset;
}

bool model_host_table_read(void *arg, struct ipmmu_pa at, uint64_t *entry)
{
	return model_host_load(arg, at.v, entry);
}

void model_host_clean(void *arg, const void *start, size_t size)
{
	struct model_host *host = arg;
	const uint8_t *bytes = start;
	size_t total = (size_t)host->ram_pages * HOST_PAGE;
	size_t offset;

	if (bytes < host->view || bytes >= host->view + total) {
		return;
	}
	offset = (size_t)(bytes - host->view);
	if (size > total - offset) {
		size = total - offset;
	}
	model_before_store(host->model);
	memcpy(host->ram + offset, bytes, size);
}
