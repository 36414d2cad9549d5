// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * firmware.c - firmware that uses an IPMMU and leaves it on: context 1 over a table that leads
 * each address of the first GiB of RAM to itself, and a uTLB on it.
 *   STAGE2  the table is one of stage 2; otherwise of stage 1
 *   UTLB    the uTLB of unit 2; at the test master's (32) DMA is left running, too
 * Register numbers are those of Gen3; written once more, and not taken from the library.
 */
#include <stdint.h>

void firmware_main(void);

#define ROOT   0x0b000000u
#define CACHE  0x0b040000u
#define MASTER 0x0bf10000u
#define RAM    0x40000000u

enum {
	IMCTR = 0x40, /* of context 1, as the next four */
	IMTTBCR = 0x48,
	IMTTLBR0 = 0x50,
	IMTTUBR0 = 0x54,
	IMMAIR0 = 0x68,
	IMSAUXCTLR = 0x504,
	S2PTE = 1 << 3,
	VA64 = 1 << 29,
	ON_AND_FLUSH = 3,
	FLUSH = 2,
	MASTER_UTLB = 32
};

#ifdef STAGE2
enum {
	CONTROL = VA64,
	BLOCK = 0x7fd /* a block, readable, writable, accessed */
};
#define TTBCR 0xc0000058u
#else
enum {
	CONTROL = 0,
	BLOCK = 0x461 /* a block, non-secure, accessed */
};
#define TTBCR 0x80000080u
#endif

static volatile uint64_t table[1024] __attribute__((aligned(8192)));
static volatile uint32_t page[1024] __attribute__((aligned(4096)));

static void put(uint32_t at, uint32_t value)
{
	*(volatile uint32_t *)(uintptr_t)at = value;
}

static uint32_t get(uint32_t at)
{
	return *(volatile uint32_t *)(uintptr_t)at;
}

static void context_on(void)
{
	table[RAM >> 30] = RAM | BLOCK;
#ifdef STAGE2
	put(ROOT + IMSAUXCTLR, get(ROOT + IMSAUXCTLR) | S2PTE);
#endif
	put(ROOT + IMTTLBR0, (uint32_t)(uintptr_t)table);
	put(ROOT + IMTTUBR0, 0);
	put(ROOT + IMTTBCR, TTBCR);
	put(ROOT + IMMAIR0, 0x0004ff44);
	put(ROOT + IMCTR, CONTROL | ON_AND_FLUSH);
	put(CACHE + IMCTR, ON_AND_FLUSH);
	while (((get(ROOT + IMCTR) | get(CACHE + IMCTR)) & FLUSH) != 0) {
	}
}

static void utlb_on(void)
{
	uint32_t at = UTLB < 32 ? 0x300 + 16 * UTLB : 0x600 + 16 * (UTLB - 32);

	put(CACHE + at, 1 << 4 | ON_AND_FLUSH);
}

void firmware_main(void)
{
	context_on();
	utlb_on();
	if (UTLB == MASTER_UTLB) {
		put(MASTER + 0x0c, 64);
		put(MASTER + 0x10, (uint32_t)(uintptr_t)page);
		put(MASTER + 0x14, 0);
		/* start, write, go on, count */
		put(MASTER + 0x04, 1 | 2 | 4 | 16);
	}
}
