/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/* trace.h - the name under which QEMU looks for the trace events of a directory. */
#include "trace/trace-hw_misc_ipmmu.h"
