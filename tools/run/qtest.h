/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * qtest.h - a QEMU without CPUs, driven by lines of text: memory, registers and time.
 * After the first thing that goes wrong nothing is sent any more, reads give all ones, and
 * broken says so.
 */
#ifndef TOOLS_RUN_QTEST_H
#define TOOLS_RUN_QTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct qtest {
	FILE *to;
	FILE *from;
	pid_t pid;
	bool broken;
	char *line; /* the last answer */
	size_t line_size;
};

/* @argv ends with NULL and lets QEMU speak on its standard input and output. */
bool qtest_start(struct qtest *qtest, char *const argv[]);
void qtest_end(struct qtest *qtest);
uint32_t qtest_read32(struct qtest *qtest, uint64_t at);
void qtest_write32(struct qtest *qtest, uint64_t at, uint32_t value);
void qtest_load(struct qtest *qtest, uint64_t at, uint8_t *bytes, size_t size);
void qtest_store(struct qtest *qtest, uint64_t at, const uint8_t *bytes, size_t size);
/* Let time pass; returns the virtual clock. */
uint64_t qtest_step_ns(struct qtest *qtest, uint64_t ns);

#endif
