/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * findings.h - the list of what the model flags in drivers that nobody here wrote. Inside of
 * the judges. A violation that no row names is one too many; so is a row that nothing uses.
 */
#ifndef FINDINGS_H
#define FINDINGS_H

#include "judge.h"

/** findings_load() - the rows of @driver; false, and a message, when the file is not sound. */
bool findings_load(const char *path, const struct judge_driver *driver);

/**
 * findings_unlisted() - how many violations no row names; prints them, and remembers the rows
 * that are used. @scenario: MODEL_NONE for all.
 */
uint32_t findings_unlisted(const struct judge_driver *driver, const struct judge_report *report,
			   const struct judge_machine *machine, const struct judge_run *run,
			   uint32_t scenario);

/** findings_unused() - print what no violation used; how many rows have such a part. */
uint32_t findings_unused(void);

#endif
