/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/* Stands in for the header of this name. */
#include <peer.h>
