// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * qtest.c - the text protocol of `qemu -qtest stdio`, as far as a scenario needs it.
 * Does not know what sits at which address.
 */
#include "qtest.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void child_go(const int *in, const int *out, char *const argv[])
{
	if (dup2(in[0], STDIN_FILENO) < 0 || dup2(out[1], STDOUT_FILENO) < 0) {
		_exit(127);
	}
	(void)close(in[0]);
	(void)close(in[1]);
	(void)close(out[0]);
	(void)close(out[1]);
	(void)execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

bool qtest_start(struct qtest *qtest, char *const argv[])
{
	int in[2];
	int out[2];

	memset(qtest, 0, sizeof(*qtest));
	(void)signal(SIGPIPE, SIG_IGN);
	(void)fflush(NULL);
	if (pipe(in) != 0) {
		return false;
	}
	if (pipe(out) != 0) {
		(void)close(in[0]);
		(void)close(in[1]);
		return false;
	}
	qtest->pid = fork();
	if (qtest->pid == 0) {
		child_go(in, out, argv);
	}
	(void)close(in[0]);
	(void)close(out[1]);
	qtest->to = fdopen(in[1], "w");
	qtest->from = fdopen(out[0], "r");
	qtest->broken = qtest->pid < 0 || qtest->to == NULL || qtest->from == NULL;
	/* The first answer shows whether QEMU has come up at all. */
	(void)qtest_step_ns(qtest, 1);
	return !qtest->broken;
}

void qtest_end(struct qtest *qtest)
{
	if (qtest->to != NULL) {
		(void)fclose(qtest->to);
	}
	if (qtest->from != NULL) {
		(void)fclose(qtest->from);
	}
	if (qtest->pid > 0) {
		(void)kill(qtest->pid, SIGTERM);
		(void)waitpid(qtest->pid, NULL, 0);
	}
	free(qtest->line);
	memset(qtest, 0, sizeof(*qtest));
}

/* The answer to what was sent, behind its OK; NULL when there is none. */
static const char *answer(struct qtest *qtest)
{
	if (qtest->broken || fflush(qtest->to) != 0) {
		qtest->broken = true;
		return NULL;
	}
	do {
		if (getline(&qtest->line, &qtest->line_size, qtest->from) < 0) {
			qtest->broken = true;
			return NULL;
		}
	} while (strncmp(qtest->line, "IRQ ", 4) == 0);
	if (strncmp(qtest->line, "OK", 2) != 0) {
		qtest->broken = true;
		return NULL;
	}
	return qtest->line + 2;
}

static uint64_t answer_number(struct qtest *qtest, int base)
{
	const char *text = answer(qtest);

	return text == NULL ? UINT64_MAX : strtoull(text, NULL, base);
}

static void send(struct qtest *qtest, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void send(struct qtest *qtest, const char *format, ...)
{
	va_list args;

	if (qtest->broken) {
		return;
	}
	va_start(args, format);
	qtest->broken = vfprintf(qtest->to, format, args) < 0;
	va_end(args);
}

uint32_t qtest_read32(struct qtest *qtest, uint64_t at)
{
	send(qtest, "readl 0x%" PRIx64 "\n", at);
	return (uint32_t)answer_number(qtest, 16);
}

void qtest_write32(struct qtest *qtest, uint64_t at, uint32_t value)
{
	send(qtest, "writel 0x%" PRIx64 " 0x%" PRIx32 "\n", at, value);
	(void)answer(qtest);
}

static uint8_t digit(char c)
{
	return (uint8_t)(c >= 'a' ? c - 'a' + 10 : c - '0');
}

void qtest_load(struct qtest *qtest, uint64_t at, uint8_t *bytes, size_t size)
{
	const char *text;
	size_t i;

	send(qtest, "read 0x%" PRIx64 " 0x%zx\n", at, size);
	text = answer(qtest);
	if (text == NULL || strlen(text) < 3 + 2 * size) {
		qtest->broken = true;
		memset(bytes, 0xff, size);
		return;
	}
	text += strlen(" 0x");
	for (i = 0; i < size; i++) {
		bytes[i] = (uint8_t)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
	}
}

void qtest_store(struct qtest *qtest, uint64_t at, const uint8_t *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	send(qtest, "write 0x%" PRIx64 " 0x%zx 0x", at, size);
	for (i = 0; i < size && !qtest->broken; i++) {
		(void)putc(digits[bytes[i] >> 4], qtest->to);
		(void)putc(digits[bytes[i] & 15], qtest->to);
	}
	send(qtest, "\n");
	(void)answer(qtest);
}

uint64_t qtest_step_ns(struct qtest *qtest, uint64_t ns)
{
	send(qtest, "clock_step %" PRIu64 "\n", ns);
	return answer_number(qtest, 10);
}
