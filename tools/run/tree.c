// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * tree.c - the board: a device-tree blob read into descriptions on the heap.
 * Chooses the product register when nobody gives it: the newest usable cut of the part.
 */
#include "run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	BLOB_BYTES_MAX = 16 << 20
};

static bool tree_bad(const struct run *run, const char *found, const char *allowed,
		     const char *next)
{
	fprintf(stderr, "%s: found: %s\n  allowed: %s\n  next: %s\n", run->args.board, found,
		allowed, next);
	return false;
}

static void *blob_read(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	void *blob = file == NULL ? NULL : malloc(BLOB_BYTES_MAX);

	if (blob != NULL) {
		*size = fread(blob, 1, BLOB_BYTES_MAX, file);
		if (ferror(file) != 0) {
			free(blob);
			blob = NULL;
			errno = EIO;
		}
	}
	if (file != NULL) {
		(void)fclose(file);
	}
	return blob;
}

static bool storage_alloc(struct ipmmu_fdt_storage *storage,
			  const struct ipmmu_fdt_storage *needs)
{
	*storage = *needs;
	storage->mmus = calloc(needs->mmus_max + 1, sizeof(*storage->mmus));
	storage->masters = calloc(needs->masters_max + 1, sizeof(*storage->masters));
	storage->ports = calloc(needs->ports_max + 1, sizeof(*storage->ports));
	storage->regions = calloc(needs->regions_max + 1, sizeof(*storage->regions));
	storage->text = calloc(needs->text_size + 1, 1);
	return storage->mmus != NULL && storage->masters != NULL && storage->ports != NULL &&
	       storage->regions != NULL && storage->text != NULL;
}

void run_tree_free(struct run_tree *tree)
{
	free(tree->storage.mmus);
	free(tree->storage.masters);
	free(tree->storage.ports);
	free(tree->storage.regions);
	free(tree->storage.text);
	memset(tree, 0, sizeof(*tree));
}

/* Errors of the tree are told; its notes are the business of `ipmmu topology`. */
static void tree_defect(void *arg, const struct ipmmu_fdt_defect *defect)
{
	const struct run *run = arg;
	char line[RUN_TEXT];

	if (defect->error) {
		(void)ipmmu_fdt_defect_text(defect, line, sizeof(line));
		fprintf(stderr, "%s: left out: %s\n", run->args.board, line);
	}
}

static enum ipmmu_err tree_fill(struct run *run, const void *blob, size_t size)
{
	struct ipmmu_fdt_options options = {run->args.with_disabled, NULL};
	struct ipmmu_fdt_storage none = {0};
	struct ipmmu_fdt_storage needs;
	enum ipmmu_err err;

	if (run->tree.has_prr) {
		options.prr = &run->tree.prr;
	}
	err = ipmmu_fdt_read(blob, size, &options, &none, NULL, NULL, &run->tree.result);
	needs = run->tree.result.needs;
	if (err != IPMMU_OK && err != IPMMU_E_NO_MEMORY) {
		return err;
	}
	if (!storage_alloc(&run->tree.storage, &needs)) {
		return IPMMU_E_NO_MEMORY;
	}
	return ipmmu_fdt_read(blob, size, &options, &run->tree.storage,
			      run->tree.has_prr ? tree_defect : NULL, run, &run->tree.result);
}

/* Of two rows of one part: the usable one, then the newer one. */
static bool row_is_better(const struct ipmmu_soc *row, const struct ipmmu_soc *best)
{
	if (best == NULL || row->unsuitable != best->unsuitable) {
		return best == NULL || best->unsuitable;
	}
	return row->cut_min > best->cut_min;
}

static struct ipmmu_prr newest_cut(const char *compatible)
{
	const struct ipmmu_soc *best = NULL;
	struct ipmmu_prr prr;
	size_t i;

	for (i = 0; i < ipmmu_soc_count(); i++) {
		const struct ipmmu_soc *row = ipmmu_soc_row(i);

		if (strcmp(row->compatible, compatible) == 0 && row_is_better(row, best)) {
			best = row;
		}
	}
	prr.product = best->product;
	prr.cut = best->cut_min;
	return prr;
}

bool run_cut_assumed(const struct run *run)
{
	const char *compatible = run->tree.storage.mmus[0].soc->compatible;
	uint32_t rows = 0;
	size_t i;

	for (i = 0; i < ipmmu_soc_count(); i++) {
		rows += strcmp(ipmmu_soc_row(i)->compatible, compatible) == 0 ? 1u : 0u;
	}
	return !run->args.has_prr && rows > 1;
}

/* The first reading finds the part; its rows then give the cut for the second. */
static enum ipmmu_err tree_choose(struct run *run, const void *blob, size_t size)
{
	enum ipmmu_err err = tree_fill(run, blob, size);
	struct ipmmu_prr prr;

	if (err != IPMMU_OK || run->tree.result.desc.mmu_count == 0) {
		return err;
	}
	prr = newest_cut(run->tree.storage.mmus[0].soc->compatible);
	run_tree_free(&run->tree);
	run->tree.prr = prr;
	run->tree.has_prr = true;
	return tree_fill(run, blob, size);
}

static bool tree_usable(const struct run *run, enum ipmmu_err err)
{
	if (err != IPMMU_OK) {
		return tree_bad(run, ipmmu_error_text(err), "a compiled device tree",
				ipmmu_error_next(err));
	}
	if (run->tree.result.desc.mmu_count != 0) {
		return true;
	}
	if (run->tree.result.disabled_mmus != 0) {
		return tree_bad(run, "a tree whose IPMMUs are all disabled",
				"a tree with an IPMMU that is on", "try --with-disabled");
	}
	return tree_bad(run, "a tree without a usable IPMMU", "a tree with an IPMMU",
			"run `ipmmu topology` on it, which tells what is wrong");
}

bool run_tree_read(struct run *run)
{
	size_t size = 0;
	void *blob = blob_read(run->args.board, &size);
	enum ipmmu_err err;

	if (blob == NULL) {
		return tree_bad(run, strerror(errno), "a compiled device tree (.dtb)",
				"compile one: dtc -O dtb -o board.dtb board.dts");
	}
	if (run->args.has_prr) {
		run->tree.prr = ipmmu_prr_decode(run->args.prr);
		run->tree.has_prr = true;
		err = tree_fill(run, blob, size);
	} else {
		err = tree_choose(run, blob, size);
	}
	free(blob);
	return tree_usable(run, err);
}
