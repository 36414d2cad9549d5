/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * level.h - one level of a walk, as part of a longer line.
 */
#ifndef IPMMU_SRC_TEXT_LEVEL_H
#define IPMMU_SRC_TEXT_LEVEL_H

#include <ipmmu/pgtable.h>

#include "line.h"

/** ipmmu_line_level() - append what ipmmu_level_text() says. */
void ipmmu_line_level(struct ipmmu_line *line, const struct ipmmu_pt_level *level);

#endif
