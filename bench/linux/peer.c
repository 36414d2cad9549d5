// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * peer.c - what of the stand-in for Linux is not inline: messages, small objects, cleans.
 */
#include <peer.h>
#include "peer_side.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct bench_memory *peer_memory;
static unsigned int warnings;

bool peer_warn(void)
{
	warnings++;
	return true;
}

unsigned int peer_warnings(void)
{
	return warnings;
}

void peer_say(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	(void)vfprintf(stderr, format, list);
	va_end(list);
}

void *kmalloc(size_t size, gfp_t gfp)
{
	(void)gfp;
	return malloc(size);
}

void kfree(void *object)
{
	free(object);
}

void peer_clean(dma_addr_t at, size_t size)
{
	bench_memory_clean(peer_memory, phys_to_virt(at), size);
}
