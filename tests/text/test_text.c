// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_text.c - the line of every event and of faults, word by word, and cut at every length.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ipmmu/text.h>

static const struct ipmmu_soc part = {.name = "R-Car H3 ES1.x"};
static const struct ipmmu_mmu_desc mmu = {.name = "ipmmu_ds0", .soc = &part};
static const struct ipmmu_master_desc sata = {.name = "sata"};
static const struct ipmmu_master_desc usb = {.name = "usb"};

#define EVENT(...) \
	{ \
		.mmu = 1, .mmu_desc = &mmu, .utlb = 5, .context = 3, __VA_ARGS__ \
	}
#define NO_UTLB .utlb = IPMMU_NONE

/* A line for every kind of event, in the order of the enum; several for BAD_ARGUMENT. */
static const struct {
	struct ipmmu_event event;
	const char *line;
} events[] = {
	{{.kind = IPMMU_EVENT_BAD_ARGUMENT,
	  .error = IPMMU_E_RANGE,
	  .what = IPMMU_WHAT_UTLB,
	  .mmu = IPMMU_NONE,
	  .utlb = 48,
	  .master = &sata,
	  .value = 48,
	  .max = 47},
	 "ipmmu of sata: uTLB number 48, allowed 0..47: a number lies outside of what the "
	 "hardware or the call allows; use a value inside the range that the event names"},
	{{.kind = IPMMU_EVENT_BAD_ARGUMENT,
	  .error = IPMMU_E_ALIGN,
	  .what = IPMMU_WHAT_TABLE_PA,
	  .mmu = 2,
	  NO_UTLB,
	  .value = 0x48000800,
	  .min = 0x1000},
	 "MMU 2: table address 0x48000800, aligned to 0x1000: an address is not aligned as the "
	 "hardware needs it; align it to the size that the event names"},
	{EVENT(.kind = IPMMU_EVENT_BAD_ARGUMENT, .error = IPMMU_E_EXISTS),
	 "ipmmu_ds0: uTLB 5: the same thing is described, added or mapped already; name each "
	 "once, or unmap what is there"},
	{{.kind = IPMMU_EVENT_BAD_ARGUMENT,
	  .error = IPMMU_E_ARG,
	  .what = IPMMU_WHAT_HOOK,
	  .mmu = IPMMU_NONE,
	  NO_UTLB,
	  .value = 3},
	 "ipmmu: mandatory hook number 3: an argument is missing or contradicts another; "
	 "compare "
	 "the call with its documentation"},
	{{.kind = IPMMU_EVENT_BAD_ARGUMENT,
	  .error = IPMMU_E_FORMAT,
	  .what = IPMMU_WHAT_MODE,
	  .mmu = 0,
	  NO_UTLB,
	  .value = IPMMU_MODE_S2,
	  .min = IPMMU_MODE_S1_AARCH32,
	  .max = IPMMU_MODE_S1_AARCH32},
	 "MMU 0: mode stage 2, allowed stage 1 AArch32: the table's format is not the one that "
	 "the "
	 "root is fixed to; build the table in the format that ipmmu_mmu_query() tells"},
	{{.kind = IPMMU_EVENT_BAD_ARGUMENT,
	  .error = IPMMU_E_RANGE,
	  .what = (enum ipmmu_what)99,
	  .mmu = IPMMU_NONE,
	  NO_UTLB},
	 "ipmmu: a number lies outside of what the hardware or the call allows; use a value "
	 "inside the range that the event names"},
	{{.kind = IPMMU_EVENT_BAD_ARGUMENT,
	  .error = IPMMU_E_RANGE,
	  .what = IPMMU_WHAT_ROOT,
	  .mmu = 1,
	  .mmu_desc = &mmu,
	  NO_UTLB,
	  .value = 1},
	 "ipmmu_ds0: root's index 1, allowed 0: a number lies outside of what the hardware or "
	 "the call allows; use a value inside the range that the event names"},
	{{.kind = IPMMU_EVENT_BAD_ARGUMENT,
	  .error = IPMMU_E_ROOT,
	  .what = IPMMU_WHAT_ROOT,
	  .mmu = 2,
	  .mmu_desc = &mmu,
	  NO_UTLB,
	  .value = 1},
	 "ipmmu_ds0: root's index 1: that unit is no root, or one of another part; name the "
	 "root of this unit"},
	{{.kind = IPMMU_EVENT_BAD_ARGUMENT,
	  .error = IPMMU_E_ROOT,
	  .mmu = 1,
	  .mmu_desc = &mmu,
	  NO_UTLB,
	  .master = &sata},
	 "ipmmu_ds0 of sata: a master or a cache is behind another root, or behind two; name "
	 "the one root that serves all of it"},
	{{.kind = IPMMU_EVENT_BAD_ARGUMENT,
	  .error = IPMMU_E_OFFLINE,
	  .mmu = 1,
	  .mmu_desc = &mmu,
	  NO_UTLB,
	  .master = &sata},
	 "ipmmu_ds0 of sata: the unit has no power, or does not answer; power it by the power "
	 "hooks before the system is created"},
	{{.kind = IPMMU_EVENT_BAD_ARGUMENT,
	  .error = IPMMU_E_RANGE,
	  .what = IPMMU_WHAT_PORT_MMU,
	  .mmu = 1,
	  .mmu_desc = &mmu,
	  NO_UTLB,
	  .master = &sata,
	  .value = 1,
	  .max = 2},
	 "ipmmu_ds0 of sata: MMU of a port 1, allowed 0..2: there is none, or it is a root "
	 "without uTLBs; name a cache, or on Gen2 the unit"},
	{{.kind = IPMMU_EVENT_BAD_ARGUMENT,
	  .error = IPMMU_E_UNSUPPORTED,
	  .what = IPMMU_WHAT_UNSUITABLE,
	  .mmu = 1,
	  .mmu_desc = &mmu,
	  NO_UTLB},
	 "ipmmu_ds0: part R-Car H3 ES1.x: known not to isolate; use another cut of the part, "
	 "or "
	 "set the option accept_unsuitable"},
	{{.kind = IPMMU_EVENT_BAD_ARGUMENT,
	  .error = IPMMU_E_UNSUPPORTED,
	  .what = IPMMU_WHAT_SOC,
	  .mmu = 1,
	  NO_UTLB},
	 "MMU 1: part unknown: the library does not know it; take the row from "
	 "ipmmu_soc_find()"},
	{{.kind = IPMMU_EVENT_BAD_ARGUMENT,
	  .error = IPMMU_E_EXISTS,
	  .what = IPMMU_WHAT_IOVA,
	  .mmu = 1,
	  .mmu_desc = &mmu,
	  NO_UTLB,
	  .value = 0x80001000},
	 "ipmmu_ds0: address 0x80001000: it is mapped already; unmap it, or use "
	 "ipmmu_domain_replace()"},
	{{.kind = IPMMU_EVENT_BAD_ARGUMENT,
	  .error = IPMMU_E_RANGE,
	  .what = IPMMU_WHAT_SIZE,
	  .mmu = 1,
	  .mmu_desc = &mmu,
	  NO_UTLB,
	  .value = 0x2000,
	  .min = 0x1000,
	  .max = 0x1000},
	 "ipmmu_ds0: size 0x2000, allowed 0x1000: a number lies outside of what the hardware "
	 "or "
	 "the call allows; use a value inside the range that the event names"},
	{{.kind = IPMMU_EVENT_BAD_ARGUMENT,
	  .error = IPMMU_E_ALIGN,
	  .what = IPMMU_WHAT_PA,
	  .mmu = 1,
	  .mmu_desc = &mmu,
	  NO_UTLB,
	  .value = 0x2008,
	  .min = 0x1000},
	 "ipmmu_ds0: machine address 0x2008, aligned to 0x1000: an address is not aligned as "
	 "the hardware needs it; align it to the size that the event names"},
	{{.kind = IPMMU_EVENT_BAD_ARGUMENT,
	  .error = IPMMU_E_UNSUPPORTED,
	  .what = IPMMU_WHAT_RIGHTS,
	  .mmu = 1,
	  .mmu_desc = &mmu,
	  NO_UTLB,
	  .value = 0x102},
	 "ipmmu_ds0: rights and memory type 0x102: the table's format cannot say that; allow "
	 "reading; writing alone is for stage 2"},
	{{.kind = IPMMU_EVENT_BAD_ARGUMENT,
	  .error = IPMMU_E_UNSUPPORTED,
	  .what = IPMMU_WHAT_POLICY,
	  .mmu = 1,
	  .mmu_desc = &mmu,
	  NO_UTLB,
	  .value = IPMMU_PT_NEVER,
	  .min = IPMMU_PT_BREAK_BEFORE_MAKE,
	  .max = IPMMU_PT_DIRECT},
	 "ipmmu_ds0: policy for valid entries never, allowed break before make..direct: the "
	 "domain was made not to do that; unmap and map, or choose the policy when the domain "
	 "is created"},
	{EVENT(.kind = IPMMU_EVENT_MMU_ONLINE, .value = IPMMU_MODE_S2),
	 "ipmmu_ds0: online, mode stage 2"},
	{EVENT(.kind = IPMMU_EVENT_MMU_OFFLINE, .error = IPMMU_E_OFFLINE),
	 "ipmmu_ds0: offline: the unit has no power, or does not answer; power it by the power "
	 "hooks before the system is created"},
	{EVENT(.kind = IPMMU_EVENT_MMU_DEAD),
	 "ipmmu_ds0: reads all ones: check its power and its clock"},
	{EVENT(.kind = IPMMU_EVENT_UTLB_DENIED, .master = &sata, .value = 0x31),
	 "ipmmu_ds0: uTLB 5 of sata was running (IMUCTR 0x31) and is denied now"},
	{EVENT(.kind = IPMMU_EVENT_UTLB_KEPT, .value = 0x31),
	 "ipmmu_ds0: uTLB 5 was running (IMUCTR 0x31) and is left so"},
	{EVENT(.kind = IPMMU_EVENT_UTLB_UNMANAGED, .value = 10),
	 "ipmmu_ds0: running uTLBs that no described master has: 10; describe them, or lock "
	 "down"},
	{EVENT(.kind = IPMMU_EVENT_CONTEXT_KEPT, .value = 5),
	 "ipmmu_ds0: context 3 was in use (IMCTR 0x5) and is left so"},
	{EVENT(.kind = IPMMU_EVENT_CONTEXT_HOLDER, .value = IPMMU_CONTEXT_LIVE),
	 "ipmmu_ds0: no context is free: 3 is live"},
	{EVENT(.kind = IPMMU_EVENT_CONFLICT, .master = &sata, .other = &usb),
	 "ipmmu_ds0: uTLB 5 of sata has another domain through usb: attach both to one domain"},
	{EVENT(.kind = IPMMU_EVENT_FLUSH_TIMEOUT, .value = 1007, .max = 1000),
	 "ipmmu_ds0: flush of context 3 did not end in 1007 us, allowed are 1000"},
	{EVENT(.kind = IPMMU_EVENT_QUARANTINED),
	 "ipmmu_ds0: context 3 is in quarantine: ipmmu_context_retry() frees it when its flush "
	 "ends"},
	{EVENT(.kind = IPMMU_EVENT_RELEASED), "ipmmu_ds0: context 3 left quarantine"},
	{EVENT(.kind = IPMMU_EVENT_DENY_UNVERIFIED, .master = &usb, .value = 0x31, .max = 0x71),
	 "ipmmu_ds0: uTLB 5 of usb is not denied: IMUCTR reads 0x31, written was 0x71; stop "
	 "its "
	 "DMA"},
	{EVENT(.kind = IPMMU_EVENT_STATUS_STUCK, .value = 0xffffffff),
	 "ipmmu_ds0: IMSTR of context 3 does not clear: reads 0xffffffff"},
	{EVENT(.kind = IPMMU_EVENT_FAULT_STORM, .value = 17),
	 "ipmmu_ds0: interrupt of context 3 masked for a while, after 17 faults"},
	{EVENT(.kind = IPMMU_EVENT_FAULT_LOST, .value = 18446744073709551615ull),
	 "ipmmu_ds0: 18446744073709551615 faults of context 3 were not recorded: call "
	 "ipmmu_service() sooner"},
	{EVENT(.kind = IPMMU_EVENT_FAULT_SPURIOUS),
	 "ipmmu_ds0: interrupt, but no context has a fault"},
	{{.kind = IPMMU_EVENT_FAULT_UNOWNED,
	  .mmu_desc = &mmu,
	  .context = IPMMU_NONE,
	  .value = 1},
	 "ipmmu_ds0: context ? has a fault (IMSTR 0x1) and no owner"},
	{EVENT(.kind = IPMMU_EVENT_DENY_LEFT, .value = 0xfedcba9876543210),
	 "ipmmu_ds0: context 3 still denies: keep its table at 0xfedcba9876543210"},
	{EVENT(.kind = IPMMU_EVENT_TABLES_LEFT),
	 "ipmmu_ds0: context 3 is in quarantine: keep the tables of the domain that had it"},
	{EVENT(.kind = IPMMU_EVENT_COUNT), "ipmmu_ds0: unknown event"},
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void every_event_has_its_line(void **state)
{
	char line[256];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(events); i++) {
		size_t length = ipmmu_event_text(&events[i].event, line, sizeof(line));

		assert_string_equal(line, events[i].line);
		assert_int_equal(length, strlen(events[i].line));
	}
}

static void every_kind_of_event_is_in_the_list(void **state)
{
	uint32_t kind;
	size_t i;

	(void)state;
	for (kind = 0; kind <= IPMMU_EVENT_COUNT; kind++) {
		for (i = 0; i < COUNT(events) && (uint32_t)events[i].event.kind != kind; i++) {
		}
		assert_true(i < COUNT(events));
	}
}

static void short_names_give_lines_of_at_most_192_bytes(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(events); i++) {
		assert_true(strlen(events[i].line) < 192);
	}
}

/* Bytes behind the size stay, the line is cut and ended, the whole length is answered. */
static void check_cut(const char *cut, size_t size, size_t length, const char *whole)
{
	size_t keep;

	assert_int_equal(length, strlen(whole));
	assert_int_equal((unsigned char)cut[size], 0xa5);
	if (size != 0) {
		keep = size - 1 < length ? size - 1 : length;
		assert_memory_equal(cut, whole, keep);
		assert_int_equal(cut[keep], 0);
	}
}

static void lines_are_cut_at_every_length(void **state)
{
	char line[256];
	size_t size;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(events); i++) {
		for (size = 0; size <= strlen(events[i].line) + 2; size++) {
			memset(line, 0xa5, sizeof(line));
			check_cut(line, size, ipmmu_event_text(&events[i].event, line, size),
				  events[i].line);
		}
	}
	assert_int_equal(ipmmu_event_text(&events[0].event, NULL, 100), strlen(events[0].line));
}

static const struct {
	struct ipmmu_fault fault;
	const char *line;
} faults[] = {
	{{.root = 0,
	  .context = 3,
	  .context_state = IPMMU_CONTEXT_LIVE,
	  .iova = {0x12345000},
	  .kinds = IPMMU_FAULT_TRANSLATION,
	  .level = 2,
	  .status = 0x2001,
	  .masters = {&sata},
	  .master_count = 1},
	 "root 0 context 3 (live): translation fault at 0x12345000, level 2, by sata (IMSTR "
	 "0x2001)"},
	{{.root = 1,
	  .context = 15,
	  .context_state = IPMMU_CONTEXT_DENY,
	  .stale = true,
	  .iova = {0xff12345678},
	  .kinds = IPMMU_FAULT_PERMISSION | IPMMU_FAULT_MULTIPLE_HIT,
	  .code = IPMMU_FAULT_CODE_ACCESS,
	  .level = 3,
	  .status = 0x3412,
	  .masters = {&sata, &usb},
	  .master_count = 2},
	 "root 1 context 15 (deny, given back since): permission and multiple hit fault at "
	 "0xff12345678, level 3, access permission, by sata or usb (IMSTR 0x3412)"},
	{{.kinds = IPMMU_FAULT_ABORT, .code = IPMMU_FAULT_CODE_SECURE, .status = 0x504},
	 "root 0 context 0 (reserved): table walk abort fault at 0x0, level 0, secure access, "
	 "by "
	 "no claimed master (IMSTR 0x504)"},
	{{.code = IPMMU_FAULT_CODE_TLB_FORMAT,
	  .masters = {&sata, &usb, &sata, NULL},
	  .master_count = 6},
	 "root 0 context 0 (reserved): unknown fault at 0x0, level 0, table format, by sata or "
	 "usb or sata or ? or 2 more (IMSTR 0x0)"},
	{{.context = 1,
	  .context_state = IPMMU_CONTEXT_LIVE,
	  .iova = {0x10002000},
	  .kinds = IPMMU_FAULT_TRANSLATION,
	  .level = 3,
	  .status = 0x3001,
	  .masters = {&sata},
	  .master_count = 1,
	  .walk = {{.level = 1, .kind = IPMMU_PT_TABLE},
		   {.level = 2, .index = 128, .at = {0x48001400}}},
	  .walk_count = 2},
	 "root 0 context 1 (live): translation fault at 0x10002000, level 3, by sata (IMSTR "
	 "0x3001); the walk ends at level 2 entry 128 at 0x48001400 is 0x0: nothing mapped"},
	{{.context = 2,
	  .context_state = IPMMU_CONTEXT_LIVE,
	  .iova = {0xfe000000},
	  .kinds = IPMMU_FAULT_PERMISSION,
	  .code = IPMMU_FAULT_CODE_SECURE,
	  .level = 1,
	  .status = 0x1502,
	  .masters = {&sata},
	  .master_count = 1,
	  .walk = {{.level = 1,
		    .index = 3,
		    .at = {0x48001018},
		    .value = 0x48003003,
		    .kind = IPMMU_PT_REFUSED,
		    .refusal = IPMMU_PT_REFUSED_NSTABLE}},
	  .walk_count = 1},
	 "root 0 context 2 (live): permission fault at 0xfe000000, level 1, secure access, by "
	 "sata (IMSTR 0x1502); the walk ends at level 1 entry 3 at 0x48001018 is 0x48003003: "
	 "NSTable is clear (bit 63), the unit refuses it"},
	{{.context = 2,
	  .context_state = IPMMU_CONTEXT_LIVE,
	  .kinds = IPMMU_FAULT_ABORT,
	  .level = 2,
	  .status = 0x2004,
	  .masters = {&usb},
	  .master_count = 1,
	  .walk = {{.level = 1,
		    .at = {0x48001000},
		    .value = 0xf0000003,
		    .kind = IPMMU_PT_TABLE,
		    .pa = {0xf0000000}}},
	  .walk_count = 1},
	 "root 0 context 2 (live): table walk abort fault at 0x0, level 2, by usb (IMSTR "
	 "0x2004); the walk ends at level 1 entry 0 at 0x48001000 is 0xf0000003: table at "
	 "0xf0000000, which cannot be read"},
	{{.code = 7, .master_count = 0},
	 "root 0 context 0 (reserved): unknown fault at 0x0, level 0, unknown code 7, by no "
	 "claimed master (IMSTR 0x0)"},
};

static void faults_have_their_lines(void **state)
{
	char line[512];
	size_t size;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(faults); i++) {
		ipmmu_fault_text(&faults[i].fault, line, sizeof(line));
		assert_string_equal(line, faults[i].line);
		for (size = 0; size <= strlen(faults[i].line) + 2; size++) {
			memset(line, 0xa5, sizeof(line));
			check_cut(line, size, ipmmu_fault_text(&faults[i].fault, line, size),
				  faults[i].line);
		}
	}
}

#define REFUSED(number, entry, why) \
	{ \
		.level = (number), .index = 7, .at = {0x48003038}, .value = (entry), \
		.kind = IPMMU_PT_REFUSED, .refusal = IPMMU_PT_REFUSED_##why \
	}

static const struct {
	struct ipmmu_pt_level level;
	const char *line;
} levels[] = {
	{{.level = 1,
	  .index = 2,
	  .at = {0x48000010},
	  .value = 0x48001003,
	  .kind = IPMMU_PT_TABLE,
	  .pa = {0x48001000},
	  .size = 1u << 30},
	 "level 1 entry 2 at 0x48000010 is 0x48001003: table at 0x48001000"},
	{{.level = 2,
	  .index = 5,
	  .at = {0x48001028},
	  .value = 0x8000000080200725,
	  .kind = IPMMU_PT_BLOCK,
	  .pa = {0x80200000},
	  .size = 0x200000,
	  .prot = {IPMMU_PT_READ | IPMMU_PT_WRITE, IPMMU_PT_CACHED}},
	 "level 2 entry 5 at 0x48001028 is 0x8000000080200725: block of 0x200000 bytes at "
	 "0x80200000, read, write, write-back"},
	{{.level = 3,
	  .index = 511,
	  .at = {0x48002ff8},
	  .value = 0x90000443,
	  .kind = IPMMU_PT_PAGE,
	  .pa = {0x90000000},
	  .size = 4096,
	  .prot = {IPMMU_PT_READ | IPMMU_PT_NO_EXECUTE, IPMMU_PT_DEVICE},
	  .contiguous = true},
	 "level 3 entry 511 at 0x48002ff8 is 0x90000443: page of 0x1000 bytes at 0x90000000, "
	 "read, no execute, device, contiguous"},
	{{.level = 3,
	  .at = {0x48002000},
	  .value = 0x90000442,
	  .kind = IPMMU_PT_BROKEN,
	  .pa = {0x90000000},
	  .size = 4096,
	  .prot = {IPMMU_PT_WRITE, IPMMU_PT_UNCACHED}},
	 "level 3 entry 0 at 0x48002000 is 0x90000442: not valid, as if 0x1000 bytes at "
	 "0x90000000, write, uncached"},
	{REFUSED(3, 0x48002f65, FORM),
	 "level 3 entry 7 at 0x48003038 is 0x48002f65: its form is reserved (bits 1:0), the "
	 "unit refuses it"},
	{REFUSED(1, 0x20048005003, ADDRESS),
	 "level 1 entry 7 at 0x48003038 is 0x20048005003: its address has more than 40 bits "
	 "(bits 47:40), the unit refuses it"},
	{REFUSED(2, 0x48005003, NSTABLE),
	 "level 2 entry 7 at 0x48003038 is 0x48005003: NSTable is clear (bit 63), the unit "
	 "refuses it"},
	{REFUSED(3, 0x48002f47, NS),
	 "level 3 entry 7 at 0x48003038 is 0x48002f47: NS is clear (bit 5), the unit refuses "
	 "it"},
	{REFUSED(3, 0x480043ff, AF),
	 "level 3 entry 7 at 0x48003038 is 0x480043ff: the access flag is clear (bit 10), the "
	 "unit refuses it"},
	{REFUSED(2, 0x480017fd, ALIGN),
	 "level 2 entry 7 at 0x48003038 is 0x480017fd: its address is not aligned to its size, "
	 "the unit may refuse it or ignore the low bits"},
	{REFUSED(3, 0x8000073f, RIGHTS),
	 "level 3 entry 7 at 0x48003038 is 0x8000073f: it allows neither read nor write (bits "
	 "7:6), the unit refuses it"},
};

static void levels_of_a_walk_have_their_lines(void **state)
{
	char line[256];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(levels); i++) {
		size_t length = ipmmu_level_text(&levels[i].level, line, sizeof(line));

		assert_string_equal(line, levels[i].line);
		assert_int_equal(length, strlen(line));
		assert_true(length < 160);
		memset(line, 0xa5, sizeof(line));
		check_cut(line, 20, ipmmu_level_text(&levels[i].level, line, 20),
			  levels[i].line);
	}
}

/* Every member as long as it can be. */
static struct ipmmu_pt_level longest_level(uint32_t kind, uint32_t refusal)
{
	const struct ipmmu_pt_level level = {
		.level = 3,
		.index = 1023,
		.at = {0xfffffffff8},
		.value = UINT64_MAX,
		.kind = (enum ipmmu_pt_kind)kind,
		.refusal = (enum ipmmu_pt_refusal)refusal,
		.pa = {0xfffffffff000},
		.size = 0x40000000,
		.prot = {7, IPMMU_PT_CACHED},
		.contiguous = true,
	};

	return level;
}

static void every_level_has_a_line_of_at_most_160_bytes(void **state)
{
	char line[256];
	uint32_t kind;
	uint32_t refusal;

	(void)state;
	for (kind = 0; kind < IPMMU_PT_KIND_COUNT; kind++) {
		for (refusal = 0; refusal < IPMMU_PT_REFUSAL_COUNT; refusal++) {
			struct ipmmu_pt_level level = longest_level(kind, refusal);

			assert_in_range(ipmmu_level_text(&level, line, sizeof(line)), 1, 159);
		}
	}
}

static void every_fault_has_a_line_of_the_bytes_that_are_said(void **state)
{
	static const struct ipmmu_master_desc named = {.name = "pcie@e65d0000-ep"};
	static const struct ipmmu_master_desc nameless = {.name = ""};
	char line[512];
	uint32_t kind;
	uint32_t i;

	(void)state;
	assert_int_equal(strlen(named.name), 16);
	for (i = 0; i < IPMMU_PT_KIND_COUNT * IPMMU_PT_REFUSAL_COUNT; i++) {
		struct ipmmu_fault fault = {
			.root = 63,
			.context = 15,
			.context_state = IPMMU_CONTEXT_QUARANTINED,
			.iova = {0xffffffffff},
			.code = IPMMU_FAULT_CODE_ACCESS,
			.level = 3,
			.status = UINT32_MAX,
			.masters = {&named},
			.master_count = 1,
			.walk = {longest_level(i % IPMMU_PT_KIND_COUNT,
					       i / IPMMU_PT_KIND_COUNT)},
			.walk_count = 1,
		};

		for (kind = 1; kind <= IPMMU_FAULT_MULTIPLE_HIT; kind *= 2) {
			fault.kinds = kind;
			assert_in_range(ipmmu_fault_text(&fault, line, sizeof(line)), 1, 319);
		}
		fault.kinds = 15;
		fault.stale = true;
		fault.masters[0] = &nameless;
		fault.masters[1] = &nameless;
		fault.masters[2] = &nameless;
		fault.masters[3] = &nameless;
		fault.master_count = 4 + 9999;
		assert_in_range(ipmmu_fault_text(&fault, line, sizeof(line)), 1, 399);
	}
}

static void values_of_enums_have_words(void **state)
{
	static const char *const modes[] = {"automatic", "stage 2", "stage 1 AArch32",
					    "stage 1 AArch64", "?"};
	static const char *const contexts[] = {"reserved",
					       "free",
					       "deny",
					       "live",
					       "quarantined",
					       "kept",
					       "quarantined, retry under way",
					       "?"};
	static const char *const masters[] = {"denied",     "attached", "quarantined",
					      "unverified", "bypass",   "?"};
	static const char *const kinds[] = {"empty", "broken",  "table", "block",
					    "page",  "refused", "?"};
	static const char *const utlbs[] = {"unmanaged", "denied",     "open",
					    "bypass",    "unverified", "?"};
	uint32_t i;

	(void)state;
	for (i = 0; i < COUNT(modes); i++) {
		assert_string_equal(ipmmu_mode_text((enum ipmmu_mode)i), modes[i]);
	}
	for (i = 0; i < COUNT(kinds); i++) {
		assert_string_equal(ipmmu_kind_text((enum ipmmu_pt_kind)i), kinds[i]);
	}
	assert_string_equal(ipmmu_refusal_text(IPMMU_PT_NOT_REFUSED), "not refused");
	assert_string_equal(ipmmu_refusal_text(IPMMU_PT_REFUSED_NS), "NS is clear (bit 5)");
	assert_string_equal(ipmmu_refusal_text(IPMMU_PT_REFUSAL_COUNT), "?");
	for (i = 0; i < COUNT(contexts); i++) {
		assert_string_equal(ipmmu_context_state_text((enum ipmmu_context_state)i),
				    contexts[i]);
	}
	for (i = 0; i < COUNT(masters); i++) {
		assert_string_equal(ipmmu_master_state_text((enum ipmmu_master_state)i),
				    masters[i]);
		assert_string_equal(ipmmu_utlb_state_text((enum ipmmu_utlb_state)i), utlbs[i]);
	}
}

static void events_have_names(void **state)
{
	(void)state;
	assert_string_equal(ipmmu_event_name(IPMMU_EVENT_BAD_ARGUMENT), "BAD_ARGUMENT");
	assert_string_equal(ipmmu_event_name(IPMMU_EVENT_DENY_LEFT), "DENY_LEFT");
	assert_string_equal(ipmmu_event_name(IPMMU_EVENT_COUNT), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_event_has_its_line),
		cmocka_unit_test(every_kind_of_event_is_in_the_list),
		cmocka_unit_test(short_names_give_lines_of_at_most_192_bytes),
		cmocka_unit_test(lines_are_cut_at_every_length),
		cmocka_unit_test(faults_have_their_lines),
		cmocka_unit_test(levels_of_a_walk_have_their_lines),
		cmocka_unit_test(every_level_has_a_line_of_at_most_160_bytes),
		cmocka_unit_test(every_fault_has_a_line_of_the_bytes_that_are_said),
		cmocka_unit_test(values_of_enums_have_words),
		cmocka_unit_test(events_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
