/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * page.h - the table of docs/judges.md, scenario by machine. Inside of the judges.
 */
#ifndef PAGE_H
#define PAGE_H

#include "judge.h"

/**
 * page_holds() - is the table of @driver in @path what @reports (one a machine) say?
 * @update: write it instead. The table stands between two comments with the driver's name.
 */
bool page_holds(const char *path, const struct judge_driver *driver,
		struct judge_report *const *reports, bool update);

#endif
