// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * console.c - a PL011 that firmware has set up, and a small printf. Lines of several cores do
 * not mix.
 */
#include "image.h"

#include <ipmmu-baremetal.h>
#include <ipmmu-cpu.h>

enum {
	UART_DATA = 0x00,
	UART_FLAGS = 0x18,
	UART_FULL = 1 << 5
};

static uintptr_t uart;
static struct ipmmu_lock lock;

void console_start(uint64_t at)
{
	uart = (uintptr_t)at;
	ipmmu_lock_init(&lock, IPMMU_LOCK_IRQ);
}

static void put(char c)
{
	while ((ipmmu_cpu_read32(uart + UART_FLAGS) & UART_FULL) != 0) {
	}
	ipmmu_cpu_write32(uart + UART_DATA, (uint8_t)c);
}

static void put_text(const char *text)
{
	while (*text != '\0') {
		if (*text == '\n') {
			put('\r');
		}
		put(*text++);
	}
}

static void put_number(uint64_t value, uint32_t base)
{
	char digits[21];
	char *at = digits + sizeof(digits) - 1;

	*at = '\0';
	do {
		*--at = "0123456789abcdef"[value % base];
		value /= base;
	} while (value > 0);
	put_text(at);
}

static void put_argument(char kind, bool is_wide, va_list *args)
{
	if (kind == 's') {
		put_text(va_arg(*args, const char *));
	} else if (kind == 'c') {
		put((char)va_arg(*args, int));
	} else if (is_wide) {
		put_number(va_arg(*args, wide), kind == 'x' ? 16 : 10);
	} else {
		put_number(va_arg(*args, uint32_t), kind == 'x' ? 16 : 10);
	}
}

void print(const char *format, ...)
{
	unsigned long saved;
	va_list args;

	if (uart == 0) {
		return;
	}
	saved = ipmmu_lock_take(&lock);
	va_start(args, format);
	for (; *format != '\0'; format++) {
		bool is_wide = false;

		if (*format != '%') {
			char one[2] = {*format, '\0'};

			put_text(one);
			continue;
		}
		while (*++format == 'l') {
			is_wide = true;
		}
		put_argument(*format, is_wide, &args);
	}
	va_end(args);
	ipmmu_lock_give(&lock, saved);
}

void print_line(void *arg, const char *line)
{
	(void)arg;
	print("# %s\n", line);
}
