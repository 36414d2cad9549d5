// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * kit_order.c - memory before registers, registers before the first look: cleans and barriers.
 *
 * The model sees every store at once, as no machine does; what would go wrong on one is held
 * against the order of the hooks here.
 */
#include "kit.h"

void kit_order_table(struct kit *kit, const void *start, uint32_t pages)
{
	kit->order.table = start;
	kit->order.size = (size_t)pages * IPMMU_PAGE_SIZE;
	kit->order.dirty = true;
}

void kit_order_clean(struct kit *kit, const void *start, size_t size)
{
	if (start == kit->order.table && size >= kit->order.size) {
		kit->order.dirty = false;
	}
	kit->order.stores = true;
}

void kit_order_store(struct kit *kit)
{
	kit->order.stores = true;
}

void kit_order_barrier(struct kit *kit)
{
	kit->order.stores = false;
	kit->order.flushes = false;
}

void kit_order_imctr_write(struct kit *kit, uint32_t value)
{
	const uint32_t mmuen = 1;
	const uint32_t flush = 2;

	if (kit->order.dirty && (value & mmuen) != 0) {
		kit_found(kit, "order",
			  "a context is enabled over a table that was not cleaned");
	}
	if (kit->order.stores && (value & flush) != 0) {
		kit_found(kit, "order", "a flush is started with no barrier after the stores");
	}
	kit->order.flushes = kit->order.flushes || (value & flush) != 0;
}

void kit_order_imctr_read(struct kit *kit)
{
	if (kit->order.flushes) {
		kit_found(kit, "order", "a flush is looked at with no barrier after its start");
	}
}
