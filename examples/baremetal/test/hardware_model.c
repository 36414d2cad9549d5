// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * hardware_model.c - any machine, with the model of the hardware in the image: registers by
 * hooks, the interrupt by the controller's own means, and a test master that runs in the
 * timer's interrupt, so also in the middle of calls of the library.
 */
#include "hardware.h"

#include <ipmmu-baremetal.h>
#include <ipmmu-cpu.h>
#include <ipmmu-model/model.h>
#include <libfdt.h>
#include <string.h>

enum {
	UNITS = 8,
	MODEL_BYTES = 8 * 1024 * 1024,
	SPI = 32,
	ROUND_US = 40, /* how often the test master looks whether it is time */
	WORDS = 16,
	BUFFER = 4096,
	/* Registers of the test master, as words. */
	CONTROL = 1,
	STATUS = 2,
	LENGTH = 3,
	ADDRESS = 4,
	ADDRESS_HIGH = 5,
	PERIOD = 6,
	ROUNDS = 7,
	ERRORS = 8,
	CONTROL_START = 1,
	CONTROL_WRITE = 2,
	CONTROL_CONTINUOUS = 4,
	CONTROL_COUNT = 16,
	BUSY = 1,
	DONE = 2,
	ERROR = 4,
	STALLED = 8
};

/* Device trees of the examples; board.S. */
extern const uint8_t board_gen2[];
extern const uint8_t board_gen3[];
extern const uint8_t board_gen4[];

static uint8_t bytes[MODEL_BYTES] __attribute__((aligned(16)));
static struct {
	struct model *model;
	struct ipmmu_lock lock;
	struct model_unit_config units[UNITS];
	uint32_t irqs[UNITS];
	bool high[UNITS];
	uint32_t count;
	uint32_t broken[4];
	uint64_t now;
	uint32_t master_unit;
	uint32_t master_utlb;
	uint32_t words[WORDS];
	uint32_t moved;
	uint64_t next;
	uint8_t buffer[BUFFER];
} hw;

static bool is_ram(uint64_t pa, uint64_t size)
{
	return pa >= machine.ram && pa - machine.ram < machine.ram_size &&
	       machine.ram_size - (pa - machine.ram) >= size && (uintptr_t)pa == pa;
}

static bool walker_read(void *arg, uint64_t pa, uint64_t *value)
{
	(void)arg;
	if (!is_ram(pa, sizeof(*value))) {
		return false;
	}
	*value = *(const volatile uint64_t *)(uintptr_t)pa;
	return true;
}

static uint64_t clock_us(void)
{
	return ipmmu_cpu_counter() * 1000000u / ipmmu_cpu_frequency();
}

/* Time passes for the model; lines follow its interrupts. Under the lock. */
static void sync(void)
{
	uint64_t now = clock_us();

	model_tick(hw.model, (uint32_t)(now - hw.now));
	hw.now = now;
}

/* What software pends is gone with its acknowledgement: a line that is up pends again. */
static void settle(void)
{
	uint32_t i;

	for (i = 0; i < hw.count; i++) {
		bool high = hw.units[i].root == i && model_irq(hw.model, i);

		if (high || hw.high[i]) {
			irq_pend(SPI + hw.irqs[i], high);
		}
		hw.high[i] = high;
	}
}

static uint32_t mmio_read32(void *host, void *mmio, uint32_t offset)
{
	unsigned long saved = ipmmu_lock_take(&hw.lock);
	uint32_t value;

	(void)host;
	sync();
	value = model_read(hw.model, (uint32_t)(uintptr_t)mmio - 1, offset);
	settle();
	ipmmu_lock_give(&hw.lock, saved);
	return value;
}

static void mmio_write32(void *host, void *mmio, uint32_t offset, uint32_t value)
{
	unsigned long saved = ipmmu_lock_take(&hw.lock);

	(void)host;
	sync();
	model_write(hw.model, (uint32_t)(uintptr_t)mmio - 1, offset, value);
	settle();
	ipmmu_lock_give(&hw.lock, saved);
}

/* One page of a round. */
static enum model_access_state piece(uint32_t size, uint64_t at)
{
	struct model_access access = {.unit = hw.master_unit,
				      .utlb = hw.master_utlb,
				      .iova = at,
				      .write = (hw.words[CONTROL] & CONTROL_WRITE) != 0};

	model_access(hw.model, &access);
	if (access.state != MODEL_ACCESS_DONE) {
		return access.state;
	}
	if (!is_ram(access.pa, size)) {
		return MODEL_ACCESS_ABORT;
	}
	if (access.write) {
		memcpy((void *)(uintptr_t)access.pa, hw.buffer + hw.moved, size);
	} else {
		memcpy(hw.buffer + hw.moved, (const void *)(uintptr_t)access.pa, size);
	}
	hw.moved += size;
	return MODEL_ACCESS_DONE;
}

static void round_end(bool good)
{
	hw.words[STATUS] &= ~(uint32_t)STALLED;
	hw.words[STATUS] |= good ? DONE : ERROR;
	hw.words[good ? ROUNDS : ERRORS]++;
	hw.moved = 0;
	if ((hw.words[CONTROL] & CONTROL_CONTINUOUS) == 0) {
		hw.words[STATUS] &= ~(uint32_t)BUSY;
	}
}

static void round_go(void)
{
	uint64_t at = hw.words[ADDRESS] | (uint64_t)hw.words[ADDRESS_HIGH] << 32;

	hw.next = hw.now + hw.words[PERIOD];
	if (hw.moved == 0 && (hw.words[CONTROL] & CONTROL_COUNT) != 0) {
		memcpy(hw.buffer, &hw.words[ROUNDS], 4);
	}
	while (hw.moved < hw.words[LENGTH]) {
		uint32_t rest = hw.words[LENGTH] - hw.moved;
		uint32_t page = BUFFER - (uint32_t)(at + hw.moved) % BUFFER;
		enum model_access_state state = piece(rest < page ? rest : page, at + hw.moved);

		if (state == MODEL_ACCESS_STALLED) {
			hw.words[STATUS] |= STALLED;
			return;
		}
		if (state != MODEL_ACCESS_DONE) {
			round_end(false);
			return;
		}
	}
	round_end(true);
}

/* From the timer's interrupt. */
static void master_run(void *arg)
{
	unsigned long saved = ipmmu_lock_take(&hw.lock);

	(void)arg;
	sync();
	if ((hw.words[STATUS] & BUSY) != 0 && hw.now >= hw.next) {
		round_go();
	}
	settle();
	ipmmu_lock_give(&hw.lock, saved);
}

uint32_t hardware_faults(void)
{
	unsigned long saved = ipmmu_lock_take(&hw.lock);
	uint32_t faults = (uint32_t)model_counts_get(hw.model).faults;

	ipmmu_lock_give(&hw.lock, saved);
	return faults;
}

uint32_t hardware_master_read(uint32_t offset)
{
	uint32_t value;

	if (offset < BUFFER) {
		return *(volatile uint32_t *)&hw.words[offset / 4 % WORDS];
	}
	memcpy(&value, hw.buffer + (offset - BUFFER), 4);
	return value;
}

static void control_write(uint32_t value)
{
	hw.words[STATUS] &= ~(uint32_t)(BUSY | STALLED);
	hw.words[CONTROL] = value & ~(uint32_t)CONTROL_START;
	hw.moved = 0;
	if ((value & CONTROL_START) != 0) {
		hw.words[STATUS] = BUSY;
		hw.words[ROUNDS] = 0;
		hw.words[ERRORS] = 0;
		sync();
		round_go();
		settle();
	}
}

void hardware_master_write(uint32_t offset, uint32_t value)
{
	unsigned long saved = ipmmu_lock_take(&hw.lock);

	if (offset >= BUFFER) {
		memcpy(hw.buffer + (offset - BUFFER), &value, 4);
	} else if (offset / 4 == CONTROL) {
		control_write(value);
	} else if ((hw.words[STATUS] & BUSY) == 0) {
		hw.words[offset / 4 % WORDS] = value;
	}
	ipmmu_lock_give(&hw.lock, saved);
}

/* The boot loader's arguments choose: board=gen2, gen3 or gen4. */
static uint32_t generation(void)
{
	int node = fdt_path_offset(machine.fdt, "/chosen");
	const char *text = node < 0 ? NULL : fdt_getprop(machine.fdt, node, "bootargs", NULL);

	if (text != NULL && strlen(text) >= 10 && memcmp(text, "board=gen", 9) == 0 &&
	    text[9] >= '2' && text[9] <= '4' && (text[10] == '\0' || text[10] == ' ')) {
		return (uint32_t)text[9] - '0';
	}
	return sizeof(long) == 8 ? 3 : 2;
}

const void *hardware_tree(size_t *size)
{
	static const uint8_t *const boards[] = {board_gen2, board_gen3, board_gen4};
	const uint8_t *board = boards[generation() - 2];

	*size = fdt_totalsize(board);
	return board;
}

const char *hardware_master_name(void)
{
	return generation() == 4 ? "dma-controller@e7351000" : "ethernet";
}

bool hardware_product(uint32_t *value)
{
	static const uint32_t products[] = {0x4500, 0x4f20, 0x5a00}; /* H2, H3 ES3.0, S4 */

	*value = products[generation() - 2];
	return true;
}

static void unit_describe(struct model_unit_config *unit, const struct ipmmu_mmu_desc *mmu,
			  bool is_root)
{
	unit->generation = (enum model_generation)mmu->soc->generation;
	unit->root = mmu->root;
	unit->contexts = mmu->soc->contexts;
	unit->utlbs = is_root && mmu->soc->generation != IPMMU_GEN2 ? 0 : mmu->soc->utlbs;
	unit->imsstr_bit = mmu->imsstr_bit;
	unit->powered = mmu->always_on;
	unit->stage2 = mmu->soc->stage2 == IPMMU_YES;
}

/* Once: the hardware stays as it is from case to case. */
static bool power_on(const struct ipmmu_mmu_desc *mmus, uint32_t count)
{
	struct model_config config;
	uint32_t i;

	if (count > UNITS) {
		return false;
	}
	model_config_default(&config);
	for (i = 0; i < count; i++) {
		unit_describe(&hw.units[i], &mmus[i], mmus[i].root == i);
		hw.irqs[i] = mmus[i].irq;
	}
	config.units = hw.units;
	config.unit_count = count;
	config.bus.read64 = walker_read;
	ipmmu_lock_init(&hw.lock, IPMMU_LOCK_IRQ);
	hw.count = count;
	hw.now = clock_us();
	hw.words[LENGTH] = 64;
	hw.words[PERIOD] = 100;
	hw.model = model_init(bytes, sizeof(bytes), &config);
	if (hw.model == NULL) {
		print("# the model needs %u bytes\n", (uint32_t)model_size(&config));
		return false;
	}
	timer_every(ROUND_US, master_run, NULL);
	return true;
}

bool hardware_connect(struct ipmmu_ops *ops, struct ipmmu_mmu_desc *mmus, uint32_t count)
{
	uint32_t i;

	if (hw.model == NULL && !power_on(mmus, count)) {
		return false;
	}
	for (i = 0; i < count; i++) {
		mmus[i].mmio = (void *)(uintptr_t)(i + 1);
	}
	ops->mmio_read32 = mmio_read32;
	ops->mmio_write32 = mmio_write32;
	return true;
}

void hardware_master_place(uint32_t unit, uint32_t utlb)
{
	hw.master_unit = unit;
	hw.master_utlb = utlb;
}

static void unit_break(enum hardware_fault fault, uint32_t unit, bool on)
{
	switch (fault) {
	case HARDWARE_STUCK:
		model_set_stuck(hw.model, unit, MODEL_NONE, on);
		break;
	case HARDWARE_DROPPED:
		model_set_flush_dropped(hw.model, unit, on);
		break;
	case HARDWARE_DEAD:
		model_set_dead(hw.model, unit, on);
		break;
	default:
		model_power(hw.model, unit, !on);
		break;
	}
}

void hardware_break(enum hardware_fault fault, uint32_t units)
{
	unsigned long saved = ipmmu_lock_take(&hw.lock);
	uint32_t changed = hw.broken[fault] ^ units;
	uint32_t i;

	hw.broken[fault] = units;
	for (i = 0; i < hw.count; i++) {
		if ((changed >> i & 1) != 0) {
			unit_break(fault, i, (units >> i & 1) != 0);
		}
	}
	ipmmu_lock_give(&hw.lock, saved);
}

uint32_t hardware_violations(void)
{
	unsigned long saved = ipmmu_lock_take(&hw.lock);
	uint32_t count = (uint32_t)model_violation_count(hw.model);

	model_violation_clear(hw.model);
	ipmmu_lock_give(&hw.lock, saved);
	return count;
}

/* Nothing but the test master is behind this one. */
void test_hardware(void);
void test_hardware(void)
{
}
