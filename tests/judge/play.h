/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * play.h - the state of a play, shared by the files that make its machine. Inside of the
 * judges.
 */
#ifndef PLAY_H
#define PLAY_H

#include "judge.h"

enum {
	REGION = 0x20000, /* of registers, per unit */
	LOG = 1 << 16
};

/** struct play - all that there is of one. */
struct play {
	const struct judge_machine *machine;
	struct model *model;
	struct judge_report *report;
	uint32_t scenario;
	uint32_t prr;
	uint8_t *registers;
	uint8_t *view; /* RAM with the CPU's cache in front of it */
	uint8_t *ram;  /* as masters and walkers see it */
	uint8_t used[JUDGE_PAGES];
	struct {
		void (*fn)(void *arg);
		void *arg;
	} irq[JUDGE_UNITS];
	uint32_t log_length;
	char log[LOG];
};

extern struct play play_now;

/** play_line() - a line in the trace. */
void play_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

const char *play_unit_name(uint32_t unit);
bool play_is_root(uint32_t unit);

/** play_collect() - take what the model has flagged since. */
void play_collect(void);

/** play_read64() - RAM as the walker sees it. */
bool play_read64(void *arg, uint64_t pa, uint64_t *value);

#endif
