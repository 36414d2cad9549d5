// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * string.c - what the library and libfdt take from a C library. Plain and small; an image that
 * has a C library leaves this file and libc/ out.
 */
#include <string.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	if ((((uintptr_t)t | (uintptr_t)f | size) & (sizeof(long) - 1u)) == 0) {
		long *tl = to;
		const long *fl = from;

		for (; size > 0; size -= sizeof(long)) {
			*tl++ = *fl++;
		}
	}
	while (size-- > 0) {
		*t++ = *f++;
	}
	return to;
}

void *memmove(void *to, const void *from, size_t size)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	if (t <= f) {
		while (size-- > 0) {
			*t++ = *f++;
		}
	} else {
		while (size-- > 0) {
			t[size] = f[size];
		}
	}
	return to;
}

void *memset(void *at, int value, size_t size)
{
	unsigned char *a = at;

	if (value == 0 && (((uintptr_t)a | size) & (sizeof(long) - 1u)) == 0) {
		long *al = at;

		for (; size > 0; size -= sizeof(long)) {
			*al++ = 0;
		}
	}
	while (size-- > 0) {
		*a++ = (unsigned char)value;
	}
	return at;
}

int memcmp(const void *left, const void *right, size_t size)
{
	const unsigned char *l = left;
	const unsigned char *r = right;

	for (; size > 0; size--, l++, r++) {
		if (*l != *r) {
			return *l < *r ? -1 : 1;
		}
	}
	return 0;
}

void *memchr(const void *at, int value, size_t size)
{
	const unsigned char *a = at;

	for (; size > 0; size--, a++) {
		if (*a == (unsigned char)value) {
			return (void *)(uintptr_t)a;
		}
	}
	return NULL;
}

size_t strlen(const char *text)
{
	size_t size = 0;

	while (text[size] != '\0') {
		size++;
	}
	return size;
}

size_t strnlen(const char *text, size_t most)
{
	size_t size = 0;

	while (size < most && text[size] != '\0') {
		size++;
	}
	return size;
}

int strcmp(const char *left, const char *right)
{
	while (*left != '\0' && *left == *right) {
		left++;
		right++;
	}
	return (unsigned char)*left - (unsigned char)*right;
}

char *strrchr(const char *text, int value)
{
	const char *found = NULL;

	do {
		if (*text == (char)value) {
			found = text;
		}
	} while (*text++ != '\0');
	return (char *)(uintptr_t)found;
}
