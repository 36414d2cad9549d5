// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * dma.c - the statement `dma`: a master moves bytes page by page, and each page is held against
 * what the scenario has mapped. What lands elsewhere is an error, whatever is expected.
 */
#include "run.h"

#include <string.h>

enum {
	PAGE = 4096,
	DMA_MAX = 1 << 24,
	STALL_RETRIES = 4, /* a master gives up after so many */
	SHOWN = 4
};

/* enum outcome - what became of a page's worth; the first that is not OK names the whole. */
enum outcome {
	OUTCOME_OK,
	OUTCOME_FAULT,   /* stopped, and recorded by the unit */
	OUTCOME_ABORT,   /* stopped, not recorded */
	OUTCOME_STALLED, /* stopped, and the master hangs */
	OUTCOME_STALE,   /* landed where it may land until the next flush */
	OUTCOME_BYPASS,  /* not translated */
	OUTCOME_WRONG    /* landed where nothing is mapped for it */
};

static const char *const outcome_names[] = {"ok",    "fault",  "abort", "stalled",
					    "stale", "bypass", "wrong"};

struct dma {
	uint32_t master;
	struct ipmmu_port port;
	bool write;
	uint64_t iova;
	uint64_t size;
	uint64_t times;
	/* what happened: */
	enum outcome outcome;
	uint64_t at;     /* IOVA at which the outcome showed */
	uint64_t pa;     /* where the first byte landed */
	uint64_t landed; /* bytes that did */
	uint32_t context;
	uint8_t first[SHOWN];
};

static bool dma_option(struct run *run, const struct run_line *line, uint32_t i,
		       struct dma *dma)
{
	const struct ipmmu_master_desc *desc = &run->tree.result.desc.masters[dma->master];
	uint64_t number;

	if (i + 1 < line->count && strcmp(line->words[i], "port") == 0) {
		if (!run_number(run, line, line->words[i + 1], 0, desc->port_count - 1u,
				&number)) {
			return false;
		}
		dma->port = desc->ports[number];
		return true;
	}
	if (i + 1 < line->count && strcmp(line->words[i], "times") == 0) {
		return run_number(run, line, line->words[i + 1], 1, 10000, &dma->times);
	}
	return run_bad(run, line, line->words[i], line->statement->usage, "write it so");
}

static bool expect_word_check(const struct run *run, const struct run_line *line)
{
	static const char *const words[] = {"ok",      "fault",       "abort",
					    "stalled", "stale",       "bypass",
					    "stopped", "translation", "permission"};
	uint32_t i;
	uint32_t k;

	for (i = 0; i < line->expect_count; i++) {
		uint32_t first = i == 0 ? 0 : 7;
		uint32_t last = i == 0 ? 7 : 9;

		for (k = first; k < last && strcmp(line->expect[i], words[k]) != 0; k++) {
		}
		if (k == last) {
			return run_bad(run, line, line->expect[i],
				       "ok, fault [translation|permission], abort, stalled, "
				       "stale, bypass, or stopped for every way to be stopped",
				       "write one of them behind `expect`");
		}
	}
	return true;
}

static bool dma_parse(struct run *run, const struct run_line *line, struct dma *dma)
{
	uint32_t i;

	if (!run_master_find(run, line, line->words[1], &dma->master)) {
		return false;
	}
	dma->port = run->tree.result.desc.masters[dma->master].ports[0];
	dma->times = 1;
	dma->write = strcmp(line->words[2], "write") == 0;
	if (!dma->write && strcmp(line->words[2], "read") != 0) {
		return run_bad(run, line, line->words[2], "read or write", "choose one");
	}
	if (!run_number(run, line, line->words[3], 0, (1ull << 40) - 1, &dma->iova) ||
	    !run_number(run, line, line->words[4], 1, DMA_MAX, &dma->size)) {
		return false;
	}
	for (i = 5; i < line->count; i += 2) {
		if (!dma_option(run, line, i, dma)) {
			return false;
		}
	}
	return expect_word_check(run, line);
}

/* What the master sends: every byte depends on its place, every line sends others. */
static uint8_t dma_byte(const struct run *run, uint64_t iova)
{
	return (uint8_t)(iova * 7u + (iova >> 8) * 3u + run->step.line->number * 29u + 1u);
}

static bool was_recorded(const struct run *run, uint64_t iova)
{
	uint32_t i;

	for (i = 0; i < run->step.fault_count && i < RUN_FAULTS; i++) {
		uint64_t page = run->step.faults[i].iova.v ^ iova;

		if ((page & 0xfffff000u) == 0) {
			return true;
		}
	}
	return false;
}

/*
 * An access that faults may hold its uTLB until the host has cleared the status; then it ends
 * with an error, as the page is still not mapped. One that waits behind an older fault tries
 * again when the host has dealt with that.
 */
static void transfer_try(struct run *run, struct run_transfer *transfer)
{
	uint32_t i;

	run->machine->transfer(run, transfer);
	run_interrupts(run);
	for (i = 0; i < STALL_RETRIES && transfer->access.state == MODEL_ACCESS_STALLED &&
		    !transfer->faulted;
	     i++) {
		run->machine->transfer(run, transfer);
		run_interrupts(run);
	}
}

/* The bytes of a write must be in memory, those of a read must have been there. */
static bool bytes_match(const struct run *run, const struct run_transfer *transfer,
			const uint8_t *bytes)
{
	uint32_t i;

	for (i = 0; i < transfer->size; i++) {
		if (bytes[i] != (transfer->access.write
					 ? dma_byte(run, transfer->access.iova + i)
					 : transfer->bytes[i])) {
			return false;
		}
	}
	return true;
}

static enum outcome landing_judge(struct run *run, const struct dma *dma,
				  const struct run_transfer *transfer)
{
	const struct model_access *access = &transfer->access;
	const struct run_domain *owner = NULL;
	struct ipmmu_utlb_info utlb;
	bool stale = false;
	uint8_t *bytes = model_host_bytes(run->host, access->pa, transfer->size);

	if (access->bypass) {
		return OUTCOME_BYPASS;
	}
	if (ipmmu_utlb_query(run->system, dma->port.mmu, dma->port.utlb, &utlb) == IPMMU_OK) {
		owner = run_domain_of(run, utlb.owner);
	}
	if (owner == NULL || bytes == NULL ||
	    !run_map_covers(owner, access->iova, access->pa, dma->write, &stale)) {
		return OUTCOME_WRONG;
	}
	if (!transfer->moved || !bytes_match(run, transfer, bytes)) {
		return OUTCOME_WRONG;
	}
	return stale ? OUTCOME_STALE : OUTCOME_OK;
}

static void transfer_fill(const struct run *run, const struct dma *dma,
			  struct run_transfer *transfer)
{
	uint32_t i;

	transfer->access.unit = dma->port.mmu;
	transfer->access.utlb = dma->port.utlb;
	transfer->access.write = dma->write;
	for (i = 0; i < transfer->size; i++) {
		transfer->bytes[i] = dma_byte(run, transfer->access.iova + i);
	}
}

static enum outcome page_move(struct run *run, struct dma *dma, uint64_t iova, uint64_t size)
{
	struct run_transfer transfer = {0};

	transfer.size = (uint32_t)size;
	transfer.access.iova = iova;
	transfer_fill(run, dma, &transfer);
	transfer_try(run, &transfer);
	if (transfer.access.state != MODEL_ACCESS_DONE) {
		if (transfer.faulted) {
			return OUTCOME_FAULT;
		}
		return transfer.access.state == MODEL_ACCESS_STALLED ? OUTCOME_STALLED
								     : OUTCOME_ABORT;
	}
	if (dma->landed == 0) {
		dma->pa = transfer.access.pa;
		dma->context = transfer.access.context;
		memcpy(dma->first, transfer.bytes, SHOWN);
	}
	if (transfer.moved) {
		dma->landed += size;
	}
	return landing_judge(run, dma, &transfer);
}

/* Page by page; ends at the first page that does not arrive as it should. */
static void dma_move(struct run *run, struct dma *dma)
{
	uint64_t done = 0;

	dma->landed = 0;
	dma->outcome = OUTCOME_OK;
	while (done < dma->size && dma->outcome == OUTCOME_OK) {
		uint64_t iova = dma->iova + done;
		uint64_t size = PAGE - iova % PAGE;

		if (size > dma->size - done) {
			size = dma->size - done;
		}
		dma->at = iova;
		dma->outcome = page_move(run, dma, iova, size);
		done += size;
	}
}

static bool outcome_stopped(enum outcome outcome)
{
	return outcome == OUTCOME_FAULT || outcome == OUTCOME_ABORT ||
	       outcome == OUTCOME_STALLED;
}

static bool kind_held(const struct run *run, const char *word)
{
	uint32_t kind = strcmp(word, "permission") == 0 ? IPMMU_FAULT_PERMISSION
							: IPMMU_FAULT_TRANSLATION;
	uint32_t i;

	for (i = 0; i < run->step.fault_count && i < RUN_FAULTS; i++) {
		if ((run->step.faults[i].kinds & kind) != 0) {
			return true;
		}
	}
	return false;
}

static void dma_judge(struct run *run, const struct run_line *line, const struct dma *dma)
{
	const char *wanted = line->expect == NULL ? "ok" : line->expect[0];
	bool held = strcmp(wanted, outcome_names[dma->outcome]) == 0 ||
		    (strcmp(wanted, "stopped") == 0 && outcome_stopped(dma->outcome));
	uint32_t i;

	for (i = 1; i < line->expect_count; i++) {
		held = held && kind_held(run, line->expect[i]);
	}
	if (dma->outcome == OUTCOME_FAULT && dma->times == 1) {
		run_expect(run, was_recorded(run, dma->at),
			   "the fault at 0x%llx was not reported", (unsigned long long)dma->at);
	}
	run_expect(run, held && dma->outcome != OUTCOME_WRONG,
		   "expected %s, but it was %s at 0x%llx", wanted, outcome_names[dma->outcome],
		   (unsigned long long)dma->at);
}

/* The memory that holds @pa, for people: its name and the offset in it. */
static void place_text(const struct run *run, uint64_t pa, char *text, size_t size)
{
	uint32_t i;

	text[0] = '\0';
	for (i = 0; i < run->memory_count; i++) {
		const struct run_memory *memory = &run->memories[i];

		if (pa >= memory->pa && pa - memory->pa < memory->size) {
			(void)snprintf(text, size, " (%s + 0x%llx)", memory->name,
				       (unsigned long long)(pa - memory->pa));
		}
	}
}

static void dma_tell(struct run *run, const struct dma *dma)
{
	char place[RUN_TEXT];

	if (dma->landed > 0) {
		place_text(run, dma->pa, place, sizeof(place));
		run_say(run, "%llu bytes %s 0x%llx%s, %02x %02x %02x %02x...",
			(unsigned long long)dma->landed, dma->write ? "landed at" : "came from",
			(unsigned long long)dma->pa, place, dma->first[0], dma->first[1],
			dma->first[2], dma->first[3]);
	}
	if (dma->outcome != OUTCOME_OK) {
		run_say(run, "%s at 0x%llx", outcome_names[dma->outcome],
			(unsigned long long)dma->at);
	}
}

static void dma_json(struct run *run, const struct dma *dma)
{
	char pa[24];

	if (run->step.extra == NULL) {
		return;
	}
	(void)snprintf(pa, sizeof(pa), "0x%llx", (unsigned long long)dma->pa);
	(void)json_object_set_new(run->step.extra, "outcome",
				  json_string(outcome_names[dma->outcome]));
	(void)json_object_set_new(run->step.extra, "bytes", json_integer((int)dma->landed));
	if (dma->landed > 0) {
		(void)json_object_set_new(run->step.extra, "pa", json_string(pa));
	}
}

bool run_do_dma(struct run *run, const struct run_line *line)
{
	struct dma dma = {0};
	uint64_t i;

	if (!dma_parse(run, line, &dma)) {
		return false;
	}
	for (i = 0; i < dma.times; i++) {
		dma_move(run, &dma);
		run->totals.landed += dma.outcome == OUTCOME_OK;
		run->totals.stopped += outcome_stopped(dma.outcome);
	}
	run_service(run);
	dma_tell(run, &dma);
	dma_json(run, &dma);
	dma_judge(run, line, &dma);
	return true;
}
