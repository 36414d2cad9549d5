/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * trace.h - the record of a play as lines, and the names of registers. Inside of the judges.
 */
#ifndef TRACE_H
#define TRACE_H

#include "judge.h"

/** trace_begin() - lines go into @report from now on. */
void trace_begin(struct judge_report *report);

/** trace_line() - one more; a line that is the last one again is counted instead. */
void trace_line(const char *line);

/**
 * trace_register() - name of the register at @offset of a unit.
 * @index: of context or uTLB, MODEL_NONE when there is one only.
 */
const char *trace_register(enum model_generation generation, bool is_root, uint32_t offset,
			   uint32_t *index);

#endif
