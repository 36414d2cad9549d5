// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * fdt.c - the order of the reading: check the blob, measure, collect the IPMMUs, link them,
 * then the masters. Touches no hardware and allocates nothing.
 */
#include <libfdt.h>

#include "fdt_priv.h"
#include "ipmmu_port.h"

/** Larger blobs are refused: no tree comes near, and counts then fit 32 bits. */
#define BLOB_MAX ((size_t)64 << 20)

/* Before version 16 nodes carry whole paths; libfdt 1.6 dereferences NULL on a bad one. */
#define VERSION_MIN  16u
#define VERSION_CELL 5u
#define HEADER_BYTES 40u

static int blob_error(const void *blob, size_t size)
{
	struct fdt_prop header = {blob, HEADER_BYTES};

	if (size < HEADER_BYTES || size > BLOB_MAX) {
		return -FDT_ERR_TRUNCATED;
	}
	if (ipmmu_fdt_cell(header, VERSION_CELL) < VERSION_MIN) {
		return -FDT_ERR_BADVERSION;
	}
	return fdt_check_full(blob, size);
}

static bool blob_check(struct fdt_reader *r, size_t size)
{
	struct ipmmu_fdt_defect defect = {.kind = IPMMU_FDT_BAD_BLOB};
	int err = blob_error(r->walk.blob, size);

	if (err == 0) {
		return true;
	}
	defect.has_value = true;
	defect.value = (uint64_t)-err;
	ipmmu_fdt_report(r, defect);
	return false;
}

static void collect_units(struct fdt_reader *r)
{
	ipmmu_fdt_walk_start(&r->walk, r->walk.blob);
	while (ipmmu_fdt_walk_next(&r->walk)) {
		switch (ipmmu_fdt_kind(&r->walk)) {
		case FDT_NODE_UNIT:
			ipmmu_fdt_unit_collect(r);
			break;
		case FDT_NODE_RESERVED:
			ipmmu_fdt_region_collect(r);
			break;
		default:
			ipmmu_fdt_foreign_collect(r);
			ipmmu_fdt_prr_collect(r);
			break;
		}
	}
	if (r->walk.too_deep) {
		ipmmu_fdt_report(r, (struct ipmmu_fdt_defect){.kind = IPMMU_FDT_TOO_DEEP,
							      .has_value = true,
							      .value = IPMMU_FDT_MAX_DEPTH + 1,
							      .has_range = true,
							      .min = 1,
							      .max = IPMMU_FDT_MAX_DEPTH});
	}
}

static void collect_masters(struct fdt_reader *r)
{
	ipmmu_fdt_walk_start(&r->walk, r->walk.blob);
	while (ipmmu_fdt_walk_next(&r->walk)) {
		if (ipmmu_fdt_kind(&r->walk) == FDT_NODE_MASTER) {
			ipmmu_fdt_master_collect(r);
		}
	}
	r->result->desc.masters = r->storage->masters;
	r->result->desc.master_count = r->master_count;
}

static bool storage_is_empty(const struct ipmmu_fdt_storage *s)
{
	return s->mmus == NULL && s->masters == NULL && s->ports == NULL &&
	       s->regions == NULL && s->text == NULL;
}

/* A tree without IPMMU needs nothing, and nothing in it is this reader's business. */
static enum ipmmu_err read_tree(struct fdt_reader *r, size_t size)
{
	if (!blob_check(r, size)) {
		return IPMMU_E_TREE;
	}
	ipmmu_fdt_measure(r);
	if (r->result->needs.mmus_max == 0 || storage_is_empty(r->storage)) {
		return IPMMU_OK;
	}
	if (!ipmmu_fdt_fits(r)) {
		return IPMMU_E_NO_MEMORY;
	}
	collect_units(r);
	ipmmu_fdt_link(r);
	collect_masters(r);
	ipmmu_fdt_region_finish(r);
	return IPMMU_OK;
}

enum ipmmu_err ipmmu_fdt_read(const void *blob, size_t size,
			      const struct ipmmu_fdt_options *options,
			      const struct ipmmu_fdt_storage *storage, ipmmu_fdt_defect_fn fn,
			      void *arg, struct ipmmu_fdt_result *result)
{
	static const struct ipmmu_fdt_options no_options;
	struct fdt_reader reader;

	if (blob == NULL || storage == NULL || result == NULL) {
		return IPMMU_E_ARG;
	}
	memset(result, 0, sizeof(*result));
	memset(&reader, 0, sizeof(reader));
	reader.walk.blob = blob;
	reader.options = options == NULL ? &no_options : options;
	reader.storage = storage;
	reader.result = result;
	reader.fn = fn;
	reader.arg = arg;
	return read_tree(&reader, size);
}
