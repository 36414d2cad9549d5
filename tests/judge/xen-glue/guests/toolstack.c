// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * toolstack.c - a program in a Linux dom0 that does what a toolstack does at the end of a
 * domain: it destroys domain 1 by the hypercall, while the domain's master runs, and looks at
 * the master's registers whether its DMA still lands. A static program on /dev/xen/privcmd; no
 * libraries of Xen.
 */
#include "interface.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/** struct privcmd_hypercall - as Linux' interface has it. */
struct privcmd_hypercall {
	uint64_t op;
	uint64_t arg[5];
};

#define PRIVCMD_HYPERCALL _IOC(_IOC_NONE, 'P', 0, sizeof(struct privcmd_hypercall))
#define MASTER_PAGES      2
#define MASTER_PHYSICAL   0x0bf10000
#define PAGE_BYTES        4096

static int privcmd;
static volatile uint8_t *master;
/* Xen reads and writes them where they are, so they must stay in memory. */
static struct domctl op;
static struct sysctl_keys keys;
static char letter;

static long hypercall(uint64_t number, void *argument)
{
	struct privcmd_hypercall call = {.op = number, .arg = {(uintptr_t)argument}};

	return ioctl(privcmd, PRIVCMD_HYPERCALL, &call);
}

static long domctl(uint32_t cmd, uint16_t domain)
{
	op.cmd = cmd;
	op.version = DOMCTL;
	op.domain = domain;
	return hypercall(HYPERCALL_DOMCTL, &op);
}

/* The master is the guest's, so dom0 has to ask for a look at its registers. */
static bool master_map(void)
{
	int memory = open("/dev/mem", O_RDWR | O_SYNC);
	void *at;

	memset(&op, 0, sizeof(op));
	op.u.mapping.gfn = MASTER_PHYSICAL / PAGE_BYTES;
	op.u.mapping.mfn = MASTER_PHYSICAL / PAGE_BYTES;
	op.u.mapping.pages = MASTER_PAGES;
	op.u.mapping.add = 1;
	if (memory < 0 || domctl(DOMCTL_MEMORY_MAPPING, 0) != 0) {
		return false;
	}
	at = mmap(NULL, MASTER_PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, memory,
		  MASTER_PHYSICAL);
	master = at;
	return at != MAP_FAILED;
}

static uint32_t rounds(void)
{
	return *(volatile uint32_t *)(master + MASTER_ROUNDS);
}

static uint32_t rounds_in_ms(unsigned int ms)
{
	uint32_t before = rounds();

	usleep(ms * 1000);
	return rounds() - before;
}

static void key(char which)
{
	letter = which;
	keys.cmd = SYSCTL_DEBUG_KEYS;
	keys.version = SYSCTL;
	keys.keys = (uintptr_t)&letter;
	keys.count = 1;
	hypercall(HYPERCALL_SYSCTL, &keys);
}

int main(void)
{
	long rc;
	int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	privcmd = open("/dev/xen/privcmd", O_RDWR);
	if (privcmd < 0 || mlockall(MCL_CURRENT | MCL_FUTURE) != 0 || !master_map()) {
		perror("toolstack: cannot look at the master");
		return 1;
	}
	printf("toolstack: %u rounds of DMA of domain 1 land in 500 ms\n", rounds_in_ms(500));
	memset(&op, 0, sizeof(op));
	rc = domctl(DOMCTL_DESTROYDOMAIN, 1);
	for (i = 0; rc != 0 && i < 10; i++) {
		usleep(10000);
		rc = domctl(DOMCTL_DESTROYDOMAIN, 1);
	}
	printf(rc == 0 ? "toolstack: domain 1 is destroyed\n"
		       : "toolstack: it is not destroyed\n");
	usleep(200000);
	printf("toolstack: %u rounds of its DMA land in 1000 ms afterwards\n",
	       rounds_in_ms(1000));
	key('I');
	usleep(500000);
	return rc != 0;
}
