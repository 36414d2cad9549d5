// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * board.c - read a file, measure the tree, get storage, read the tree, keep the defects.
 */
#include <errno.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"

/** No tree comes near; a larger file is something else. */
#define FILE_MAX ((size_t)64 << 20)

static int complain(const char *file, const char *what, const char *next)
{
	(void)fprintf(stderr, "ipmmu topology: %s: %s; %s\n", file, what, next);
	return -1;
}

static int file_read(struct board *board, FILE *file)
{
	size_t room = 1 << 16;
	size_t got;
	void *larger;

	do {
		room *= 2;
		larger = realloc(board->blob, room);
		if (larger == NULL || room > 2 * FILE_MAX) {
			board->blob = larger == NULL ? board->blob : larger;
			errno = EFBIG;
			return -1;
		}
		board->blob = larger;
		got = fread((char *)board->blob + board->size, 1, room - board->size, file);
		board->size += got;
	} while (board->size == room);
	return ferror(file) ? -1 : 0;
}

static int blob_load(struct board *board)
{
	FILE *file = fopen(board->file, "rb");
	int bad;

	if (file == NULL) {
		return complain(board->file, strerror(errno),
				"give the path of a compiled device tree (.dtb)");
	}
	bad = file_read(board, file);
	if (bad != 0) {
		(void)complain(board->file, strerror(errno),
			       "give a readable file of at most 64 MiB");
	}
	(void)fclose(file);
	return bad;
}

static char *copy(const char *text)
{
	return text == NULL ? NULL : strdup(text);
}

/* Without memory a finding is dropped here, and the counts of the result still tell of it. */
static void keep(void *arg, const struct ipmmu_fdt_defect *defect)
{
	struct board *board = arg;
	size_t bytes = ipmmu_fdt_defect_text(defect, NULL, 0) + 1;
	struct finding *more =
		realloc(board->findings, (board->finding_count + 1) * sizeof(*more));
	struct finding *finding;

	if (more == NULL) {
		return;
	}
	board->findings = more;
	finding = &more[board->finding_count];
	finding->defect = *defect;
	finding->defect.path = copy(defect->path);
	finding->defect.property = copy(defect->property);
	finding->defect.other = copy(defect->other);
	finding->text = malloc(bytes);
	if (finding->text != NULL) {
		(void)ipmmu_fdt_defect_text(defect, finding->text, bytes);
	}
	board->finding_count++;
}

static bool storage_get(struct ipmmu_fdt_storage *s)
{
	s->mmus = calloc(s->mmus_max + 1, sizeof(*s->mmus));
	s->masters = calloc(s->masters_max + 1, sizeof(*s->masters));
	s->ports = calloc(s->ports_max + 1, sizeof(*s->ports));
	s->regions = calloc(s->regions_max + 1, sizeof(*s->regions));
	s->text = calloc(s->text_size + 1, 1);
	return s->mmus != NULL && s->masters != NULL && s->ports != NULL &&
	       s->regions != NULL && s->text != NULL;
}

static int tree_read(struct board *board, const struct ipmmu_fdt_options *options)
{
	enum ipmmu_err err = ipmmu_fdt_read(board->blob, board->size, options, &board->storage,
					    NULL, NULL, &board->result);

	if (err == IPMMU_OK) {
		board->storage = board->result.needs;
		if (!storage_get(&board->storage)) {
			return complain(board->file, "no memory",
					"read it on a larger machine");
		}
		err = ipmmu_fdt_read(board->blob, board->size, options, &board->storage, keep,
				     board, &board->result);
	}
	if (err == IPMMU_E_TREE) {
		return complain(board->file, "no device tree blob, or a damaged one",
				"compile the source: dtc -I dts -O dtb -o BOARD.dtb BOARD.dts");
	}
	if (err != IPMMU_OK) {
		return complain(board->file, ipmmu_error_text(err), ipmmu_error_next(err));
	}
	return 0;
}

static char *model_of(const void *blob)
{
	int length = 0;
	const char *model = fdt_getprop(blob, 0, "model", &length);
	char *shown;
	char *c;

	if (model == NULL || length <= 0 || memchr(model, 0, (size_t)length) == NULL) {
		return strdup("");
	}
	shown = strdup(model);
	for (c = shown; c != NULL && *c != '\0'; c++) {
		*c = *c < ' ' || *c > '~' ? '?' : *c;
	}
	return shown;
}

int board_load(struct board *board, const char *file, const struct ipmmu_fdt_options *options)
{
	memset(board, 0, sizeof(*board));
	board->file = file;
	if (blob_load(board) != 0 || tree_read(board, options) != 0) {
		return -1;
	}
	board->model = model_of(board->blob);
	if (board->model == NULL || board_group(board) != 0) {
		return complain(file, "no memory", "read it on a larger machine");
	}
	return 0;
}

void board_free(struct board *board)
{
	uint32_t i;

	for (i = 0; i < board->finding_count; i++) {
		free((void *)(uintptr_t)board->findings[i].defect.path);
		free((void *)(uintptr_t)board->findings[i].defect.property);
		free((void *)(uintptr_t)board->findings[i].defect.other);
		free(board->findings[i].text);
	}
	free(board->findings);
	free(board->groups);
	free(board->sizes);
	free(board->storage.mmus);
	free(board->storage.masters);
	free(board->storage.ports);
	free(board->storage.regions);
	free(board->storage.text);
	free(board->model);
	free(board->blob);
}
