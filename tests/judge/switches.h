/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * switches.h - a driver with each switch of the model alone. Inside of the judges.
 */
#ifndef SWITCHES_H
#define SWITCHES_H

#include "judge.h"

/**
 * switches_play() - all switches on all machines of @driver.
 * @reports: of the default runs, one a machine. @bad: how many violations are not listed.
 * Return: a line for each, to be given to free().
 */
char *switches_play(const struct judge_driver *driver, struct judge_report *const *reports,
		    const struct judge_run *usual, uint32_t *bad);

#endif
