// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test_run.c - `ipmmu run` from outside: exit status and what it prints, for scenarios that
 * hold, that do not hold, and that are wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <jansson.h>

#define BOARD BOARDS "/gen3.dtb"

/* What most cases begin with: 8 statements. */
#define START \
	"memory buf 64K at 0x48100000\n" \
	"bring-up\n" \
	"claim ethernet@e6800000\n" \
	"domain d root iommu@e67b0000\n" \
	"map d 0x80000000 64K -> buf rw\n" \
	"map d 0x90000000 4K -> buf r\n" \
	"attach ethernet@e6800000 d\n" \
	"dma ethernet@e6800000 write 0x80000000 8K\n"

static char output[1 << 18];

static int command(const char *line)
{
	FILE *pipe = popen(line, "r");
	size_t size;
	int status;

	assert_non_null(pipe);
	size = fread(output, 1, sizeof(output) - 1, pipe);
	output[size] = '\0';
	status = pclose(pipe);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Runs @text as a scenario on the Gen3 board. */
static int run_with(const char *options, const char *text)
{
	char path[] = "/tmp/ipmmu-run-XXXXXX";
	char line[1024];
	int fd = mkstemp(path);
	int status;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	(void)close(fd);
	(void)snprintf(line, sizeof(line), TOOL " run %s " BOARD " %s 2>&1", options, path);
	status = command(line);
	(void)unlink(path);
	return status;
}

static int run(const char *text)
{
	return run_with("", text);
}

#define assert_says(text) \
	do { \
		if (strstr(output, (text)) == NULL) { \
			fail_msg("no '%s' in: %s", (text), output); \
		} \
	} while (0)

static void scenario_that_holds_ends_with_0(void **state)
{
	(void)state;
	assert_int_equal(run(START), 0);
	assert_says("8192 bytes landed at 0x48100000 (buf + 0x0)");
	assert_says("0 did not");
	assert_says("violations of the hardware's rules: 0\n");
}

static void dma_that_is_stopped_unexpectedly_ends_with_1(void **state)
{
	(void)state;
	assert_int_equal(run(START "dma ethernet@e6800000 read 0x70000000 64\n"), 1);
	assert_says("expected ok, but it was fault at 0x70000000");
}

static void dma_that_lands_unexpectedly_ends_with_1(void **state)
{
	(void)state;
	assert_int_equal(run(START "dma ethernet@e6800000 read 0x80000000 64 expect fault\n"),
			 1);
	assert_says("expected fault, but it was ok");
}

static void wrong_kind_level_address_or_master_of_a_fault_does_not_hold(void **state)
{
	static const char *const wrong[] = {
		"d 0x90000000 translation", "d 0x90001000",   "d level 1", "deny",
		"d master sata@ee300000",   "d multiple-hit",
	};
	char text[2048];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		(void)snprintf(text, sizeof(text),
			       START "dma ethernet@e6800000 write 0x90000000 64 expect fault\n"
				     "expect fault %s\n",
			       wrong[i]);
		assert_int_equal(run(text), 1);
		assert_says("none of them is as said");
	}
	assert_int_equal(run(START "dma ethernet@e6800000 write 0x90000000 64 expect fault\n"
				   "expect fault d 0x90000000 permission level 3 master "
				   "ethernet@e6800000\n"),
			 0);
}

static void library_error_that_is_not_expected_does_not_hold(void **state)
{
	(void)state;
	assert_int_equal(run(START "attach ethernet@e6800000 d\n"), 1);
	assert_says("expected OK, but the answer is E_STATE");
	assert_int_equal(run(START "attach ethernet@e6800000 d expect E_STATE\n"), 0);
	assert_int_equal(run(START "flush d expect E_TIMEOUT\n"), 1);
	assert_says("expected E_TIMEOUT, but the answer is OK");
}

static void states_and_events_are_compared(void **state)
{
	(void)state;
	assert_int_equal(run(START "expect master ethernet@e6800000 attached d\n"
				   "expect domain d live\nexpect mmu iommu@e6740000 online\n"
				   "expect no fault\n"),
			 0);
	assert_int_equal(run(START "expect master ethernet@e6800000 denied\n"), 1);
	assert_int_equal(run(START "expect domain d idle\n"), 1);
	assert_int_equal(run(START "expect mmu iommu@e6740000 offline\n"), 1);
	assert_int_equal(run(START "expect event FLUSH_TIMEOUT\n"), 1);
}

static void landing_in_a_tlb_entry_of_an_unmapped_page_is_called_stale(void **state)
{
	(void)state;
	assert_int_equal(run(START "unmap d 0x80000000 64K\n"
				   "dma ethernet@e6800000 write 0x80000000 64 expect stale\n"
				   "flush d\n"
				   "dma ethernet@e6800000 write 0x80000000 64 expect fault\n"),
			 0);
}

static void reach_over_what_is_mapped_is_found(void **state)
{
	(void)state;
	assert_int_equal(run(START "unmap d 0x80000000 64K\nflush d\n"), 0);
	assert_says("too wide: 0;");
	assert_int_equal(run(START "broken iommu@e67b0000\nbroken iommu@e6740000\n"
				   "unmap d 0x80000000 64K\nflush d\n"),
			 1);
	assert_says("can reach 0x48100000 + 0x1000");
	assert_says("too wide: 1;");
}

static void unit_without_power_is_offline_and_claims_say_so(void **state)
{
	(void)state;
	assert_int_equal(run("power iommu@fe6b0000 refused\nbring-up\n"
			     "expect mmu iommu@fe6b0000 offline\n"
			     "claim codec@fe910000 expect E_OFFLINE\n"),
			 0);
	assert_int_equal(run("dead iommu@e6740000\nbring-up\n"
			     "expect mmu iommu@e6740000 offline\n"
			     "claim ethernet@e6800000 expect E_OFFLINE\n"),
			 0);
}

static void bring_up_that_is_refused_ends_the_scenario(void **state)
{
	(void)state;
	assert_int_equal(run("option max-contexts 1\nbring-up expect E_ARG\nwait 5\n"), 0);
	assert_int_equal(run("option max-contexts 1\nbring-up\n"), 1);
}

/* One kind of wrong input: the text, and what the message must name. */
struct bad_case {
	const char *text;
	const char *says[3];
};

static void check_bad(const struct bad_case *cases, size_t count)
{
	size_t i;
	size_t k;

	for (i = 0; i < count; i++) {
		int status = run(cases[i].text);

		if (status != 2) {
			fail_msg("exit status %d for: %s", status, cases[i].text);
		}
		assert_says("found: ");
		assert_says("allowed: ");
		assert_says("next: ");
		for (k = 0; k < 3 && cases[i].says[k] != NULL; k++) {
			assert_says(cases[i].says[k]);
		}
	}
}

static void wrong_words_are_told_with_their_line(void **state)
{
	static const struct bad_case cases[] = {
		{"bring-up\n\n# comment\nfly away\n", {":4: ", "fly", "--list"}},
		{"bring-up now\n", {":1: ", "too few or too many words"}},
		{"bring-up expect\n", {"expect without a word"}},
		{"bring-up expect E_NONSENSE\n", {"E_NONSENSE", "docs/errors.md"}},
		{"wait 5\n", {"only after `bring-up`"}},
		{"bring-up\nseed 5\n", {":2: ", "only before the machine is switched on"}},
		{"memory a 4K\nram 0 16M\n", {":2: ", "only before the machine"}},
		{"bring-up\npower iommu@e6740000 refused\n", {"only before `bring-up`"}},
		{"wait 5 expect OK\n", {"take `expect` out"}},
		{"switch NONSENSE 1\n", {"NONSENSE", "--list"}},
		{"tlb sticky\n", {"sticky", "adversarial"}},
		{"mode s3\n", {"s3", "s1-aarch32"}},
		{"option speed\n", {"speed", "storm-limit"}},
		{"power iommu@e6740000 gone\n", {"gone", "refused"}},
		{START "expect weather\n", {"weather", "no fault"}},
		{START "expect event RAIN\n", {"RAIN"}},
		{START "expect master ethernet@e6800000 happy\n", {"happy", "quarantined"}},
		{START "dma ethernet@e6800000 push 0 64\n", {"push", "read or write"}},
		{START "dma ethernet@e6800000 read 0 64 expect luck\n", {"luck", "stopped"}},
		{START "map d 0 4K to buf rw\n", {"map DOMAIN IOVA SIZE -> MEMORY"}},
		{START "map d 0 4K -> buf x\n", {"r, w or rw"}},
		{"# nothing\n", {"no statement"}},
	};

	(void)state;
	check_bad(cases, sizeof(cases) / sizeof(cases[0]));
}

static void wrong_numbers_are_told_with_their_range(void **state)
{
	static const struct bad_case cases[] = {
		{"seed x\n", {"found: x", "0xffffffffffffffff"}},
		{"seed 0\n", {"from 0x1 to"}},
		{"seed -1\n", {"found: -1"}},
		{"seed 99999999999999999999\n", {"found: 99999999999999999999"}},
		{"seed 17179869184G\n", {"found: 17179869184G"}},
		{"seed 12Q\n", {"found: 12Q"}},
		{"seed 0x\n", {"found: 0x"}},
		{"switch STALL_ON_FAULT 3\n", {"from 0x0 to 0x2"}},
		{"ram 0x1000 16M\n", {"crooked", "multiple of 8K"}},
		{"ram 0 3K\n", {"found: 3K"}},
		{"ram 0xfffff00000 16M\n", {"crooked", "1 TiB"}},
		{"memory a 5000\n", {"multiple of 4K"}},
		{"memory a 17M\n", {"RAM is left"}},
		{"memory a 4K at 0x1000\n", {"0x1000", "free RAM"}},
		{"memory a 8K at 0x48000000\nmemory b 4K at 0x48001000\n", {":2: "}},
		{START "domain e root iommu@e67b0000 width 41\n", {"0x20 to 0x28"}},
		{START "domain e root iommu@e67b0000 width 32\n", {"widths of the table"}},
		{START "map d 0xfffffff000 8K -> buf rw\n", {"widths of the table"}},
		{START "map d 0x800 4K -> buf rw\n", {"IOVA 0x800", "a multiple of 4K"}},
		{START "map d 0 5000 -> buf rw\n", {"size 5000", "a multiple of 4K"}},
		{START "map d 0 4K -> buf+2K rw\n", {"offset in the memory 2K", "multiple"}},
		{START "unmap d 0x80000800 4K\n", {"IOVA 0x80000800", "a multiple of 4K"}},
		{START "map d 0 128K -> buf rw\n", {"inside of the memory"}},
		{START "map d 0 4K -> buf+64K rw\n", {"from 0x0 to 0xffff"}},
		{START "dma ethernet@e6800000 read 0x10000000000 64\n", {"0xffffffffff"}},
		{START "dma ethernet@e6800000 read 0 64 port 1\n", {"from 0x0 to 0x0"}},
		{"running ethernet@e6800000 16\n", {"from 0x0 to 0xf"}},
	};

	(void)state;
	check_bad(cases, sizeof(cases) / sizeof(cases[0]));
}

static void wrong_names_are_told_with_what_there_is(void **state)
{
	static const struct bad_case cases[] = {
		{"bring-up\nclaim gpu\n", {"gpu, which no node", "ethernet@e6800000"}},
		{"bring-up\nclaim 0\n", {"several nodes", "/soc/ethernet@e6800000"}},
		{"bring-up\nclaim iommu@e6740000\n", {"which no node is called"}},
		{"name x nothing\n", {"nothing, which no node"}},
		{"name x sata@ee300000\nname x codec@fe910000\n", {":2: ", "not given yet"}},
		{"bring-up\nattach sata@ee300000 d\n", {"claim it first"}},
		{START "attach ethernet@e6800000 dd\n", {"dd", "make it first"}},
		{START "domain d root iommu@e67b0000\n", {"not used yet"}},
		{START "domain e from iommu@e67b0000\n", {"from", "root MMU"}},
		{START "memory buf 4K\n", {"not used yet"}},
		{START "map d 0 4K -> bufx rw\n", {"bufx", "make it first"}},
		{START "map d 0x80001000 4K -> buf rw\n", {"nothing is mapped", "unmap it"}},
	};

	(void)state;
	check_bad(cases, sizeof(cases) / sizeof(cases[0]));
}

static void unmap_may_not_cut_a_block(void **state)
{
	static const char text[] = "memory big 2M at 0x48200000\nbring-up\n"
				   "domain d root iommu@e67b0000\n"
				   "map d 0 2M -> big rw%s\nunmap d 0x1000 4K\n";
	char blocks[512];
	char pages[512];

	(void)state;
	(void)snprintf(blocks, sizeof(blocks), text, "");
	(void)snprintf(pages, sizeof(pages), text, " pages");
	assert_int_equal(run(blocks), 2);
	assert_says("cuts no block");
	assert_int_equal(run(pages), 0);
}

static void missing_and_broken_files_are_told(void **state)
{
	(void)state;
	assert_int_equal(command(TOOL " run " BOARD " /nonexistent.scn 2>&1"), 2);
	assert_says("/nonexistent.scn: found: No such file");
	assert_int_equal(command(TOOL " run /nonexistent.dtb /nonexistent.scn 2>&1"), 2);
	assert_says("/nonexistent.dtb: found: No such file");
	assert_int_equal(command(TOOL " run " TOOL " /nonexistent.scn 2>&1"), 2);
	assert_says("the device tree cannot be read");
	assert_int_equal(run("# nothing\n"), 2);
	assert_null(strstr(output, ":0:"));
	assert_says(": found: no statement");
	assert_int_equal(command("head -c 2000 " BOARD " > " BOARDS "/cut.dtb; " TOOL
				 " run " BOARDS "/cut.dtb /nonexistent.scn 2>&1"),
			 2);
	assert_says("dtc");
	assert_int_equal(command(TOOL " run " BOARD " " TOOL " 2>&1"), 2);
	assert_says("text file");
	assert_int_equal(command(TOOL " run / /nonexistent.scn 2>&1"), 2);
}

static void wrong_options_are_told(void **state)
{
	static const char *const options[] = {
		"--set X=1",
		"--set STALL_ON_FAULT=9",
		"--set STALL_ON_FAULT",
		"--seed many",
		"--prr 0xzz",
		"--mode fast",
		"--nonsense",
		"--seed -1",
		"--seed 0",
		"--tlb sticky",
		"--machine board",
	};
	char line[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		(void)snprintf(line, sizeof(line), TOOL " run %s " BOARD " x 2>&1", options[i]);
		assert_int_equal(command(line), 2);
	}
	assert_int_equal(command(TOOL " run 2>&1"), 2);
	assert_says("allowed: ipmmu run BOARD.dtb SCENARIO");
	assert_int_equal(command(TOOL " run a b c 2>&1"), 2);
}

static void qemu_that_is_not_named_or_does_not_start_is_told(void **state)
{
	(void)state;
	(void)unsetenv("IPMMU_QEMU");
	assert_int_equal(run_with("--machine qemu", START), 2);
	assert_says("`scripts/qemu build` makes one and prints its path");
	assert_int_equal(run_with("--machine qemu --qemu /nonexistent", START), 2);
	assert_says("a QEMU that does not start");
	assert_int_equal(run_with("--machine qemu --qemu cat", START), 2);
	assert_says("a QEMU that does not start");
	assert_int_equal(run_with("--machine qemu --qemu cat", "ram 0 16M\n" START), 2);
	assert_says("RAM that this machine cannot have");
}

static void command_line_wins_over_the_scenario(void **state)
{
	(void)state;
	assert_int_equal(run_with("--mode s1-aarch32", "mode s2\n" START), 0);
	assert_says("stage 1");
	assert_int_equal(run_with("--tlb off", "tlb random\n" START "unmap d 0x80000000 64K\n"
					       "dma ethernet@e6800000 read 0x80000000 64 "
					       "expect fault\n"),
			 0);
	assert_int_equal(run_with("--seed 77", "seed 5\n" START), 0);
	assert_says("seed 77");
}

static void cut_chooses_the_row(void **state)
{
	(void)state;
	assert_int_equal(run(START), 0);
	assert_says("H3 ES3");
	assert_says("cut not known, the newest usable one is taken");
	assert_int_equal(run_with("--prr 0x4f20", START), 0);
	assert_says("H3 ES3");
	assert_null(strstr(output, "cut not known"));
	assert_int_equal(run_with("--prr 0x4f10", "bring-up expect E_UNSUPPORTED\n"), 0);
	assert_int_equal(run_with("--prr 0x5210", START), 2);
}

/* Of the usable rows of a part, the newest. */
static void cut_that_nobody_tells_is_the_newest(void **state)
{
	(void)state;
	assert_int_equal(command("sed s/r8a7795/r8a77965/ " BOARD_SOURCE
				 " | dtc -q -O dtb -o " BOARDS
				 "/m3n.dtb && echo bring-up > " BOARDS "/m3n.scn && " TOOL
				 " run " BOARDS "/m3n.dtb " BOARDS "/m3n.scn"),
			 0);
	assert_says("R-Car M3-N, 5 MMUs");
	assert_says("cut not known");
	assert_int_equal(command(TOOL " run " BOARDS "/gen4.dtb " BOARDS "/m3n.scn"), 0);
	assert_null(strstr(output, "cut not known"));
}

static void violation_of_the_hardware_fails_whatever_is_expected(void **state)
{
	(void)state;
	assert_int_equal(run_with("--set SL0_STAGE2=1", "bring-up\n"), 1);
	assert_says("violation BAD_TABLE at iommu@e67b0000");
	assert_null(strstr(output, "rules: 0\n"));
}

static void json_tells_every_step_and_the_sums(void **state)
{
	json_t *all;
	json_t *steps;
	json_t *dma;
	json_t *summary;

	(void)state;
	assert_int_equal(run_with("--json", START "dma ethernet@e6800000 read 0 64\n"), 1);
	all = json_loads(output, 0, NULL);
	assert_non_null(all);
	steps = json_object_get(all, "steps");
	assert_int_equal(json_array_size(steps), 9);
	dma = json_array_get(steps, 7);
	assert_true(json_is_true(json_object_get(dma, "held")));
	assert_string_equal(json_string_value(json_object_get(dma, "outcome")), "ok");
	assert_int_equal(json_integer_value(json_object_get(dma, "bytes")), 8192);
	assert_string_equal(json_string_value(json_object_get(dma, "pa")), "0x48100000");
	dma = json_array_get(steps, 8);
	assert_true(json_is_false(json_object_get(dma, "held")));
	dma = json_array_get(json_object_get(dma, "faults"), 0);
	assert_string_equal(json_string_value(json_object_get(dma, "domain")), "d");
	assert_string_equal(json_string_value(json_object_get(dma, "iova")), "0x0");
	summary = json_object_get(all, "summary");
	assert_int_equal(json_integer_value(json_object_get(summary, "failed")), 1);
	assert_int_equal(json_integer_value(json_object_get(summary, "dma_landed")), 1);
	json_decref(all);
}

static void same_seed_gives_the_same_account(void **state)
{
	static char first[sizeof(output)];
	static const char text[] = START "dump iommu@e67b0000\n"
					 "dma ethernet@e6800000 read 0x1000 64 times 40 "
					 "expect stopped\nexpect event FAULT_STORM\n";

	(void)state;
	assert_int_equal(run_with("--json", text), 0);
	(void)strcpy(first, strstr(output, "\"steps\""));
	assert_int_equal(run_with("--json", text), 0);
	assert_string_equal(first, strstr(output, "\"steps\""));
	assert_says("\"IMTTBCR\"");
}

static void page_read(char *page, size_t size)
{
	FILE *file = fopen(DOCS "/scenarios.md", "r");

	assert_non_null(file);
	page[fread(page, 1, size - 1, file)] = '\0';
	(void)fclose(file);
}

/* The indented block under "A first scenario", and what the page says that it counts. */
static void first_scenario_of_the_page_holds_and_counts_what_the_page_says(void **state)
{
	static char page[1 << 16];
	char *block;
	char *end;

	(void)state;
	page_read(page, sizeof(page));
	block = strstr(page, "## A first scenario");
	assert_non_null(block);
	block = strstr(block, "\n    ") + 1;
	end = strstr(block, "\n\n");
	assert_non_null(strstr(end, "this scenario counts 8 expectations"));
	end[1] = '\0';
	assert_int_equal(run(block), 0);
	assert_says("; 8 expectations held, 0 did not\n");
}

/* An owned table: START, with the library as the builder. */
#define OWNED(policy) \
	"memory buf 4M at 0x48200000\n" \
	"bring-up\n" \
	"claim ethernet@e6800000\n" \
	"domain d root iommu@e67b0000 owned" policy "\n" \
	"map d 0x80000000 64K -> buf rw\n" \
	"attach ethernet@e6800000 d\n"

static void owned_tables_are_flushed_by_the_call(void **state)
{
	(void)state;
	assert_int_equal(run("tlb adversarial\n" OWNED("") "unmap d 0x80000000 4K\n"), 0);
	assert_says("out of the table, and out of every TLB");
	assert_int_equal(run("tlb adversarial\n" OWNED(
				 "") "unmap d 0x80000000 4K\n"
				     "dma ethernet@e6800000 write 0x80000000 64\n"),
			 1);
	assert_says("expected ok, but it was fault");
	/* The table is right, but what was mapped is still in a TLB. */
	assert_int_equal(run("tlb adversarial\n" OWNED("") "broken iommu@e67b0000\n"
							   "broken iommu@e6740000\n"
							   "unmap d 0x80000000 4K\n"),
			 1);
	assert_says("which is not its domain's");
}

static void abandoned_domain_leaves_its_context_and_a_retry_frees_it(void **state)
{
	static const char *const tables[] = {"", " owned"};
	char text[2048];
	uint32_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		(void)snprintf(text, sizeof(text),
			       "memory buf 64K\nbring-up\nclaim ethernet@e6800000\n"
			       "domain d root iommu@e67b0000%s\n"
			       "map d 0x80000000 4K -> buf rw\nattach ethernet@e6800000 d\n"
			       "abandon d expect E_STATE\nstuck iommu@e67b0000\n"
			       "flush d expect E_TIMEOUT\nabandon d\n"
			       "expect master ethernet@e6800000 denied\n"
			       "expect context iommu@e67b0000 1 quarantined\n"
			       "retry all expect E_QUARANTINED\n"
			       "retry iommu@e67b0000 1 expect E_TIMEOUT\n"
			       "unstick iommu@e67b0000\nretry %s\nexpect event RELEASED\n"
			       "expect context iommu@e67b0000 1 free\n"
			       "retry iommu@e67b0000 1 expect E_STATE\n"
			       "domain d root iommu@e67b0000%s\n"
			       "map d 0x80000000 4K -> buf rw\nattach ethernet@e6800000 d\n"
			       "dma ethernet@e6800000 write 0x80000000 64\n",
			       tables[i], i == 0 ? "all" : "iommu@e67b0000 1", tables[i]);
		assert_int_equal(run_with("--tlb adversarial", text), 0);
		assert_says("too wide: 0; violations of the hardware's rules: 0");
	}
	/* A domain that is gone has no name, and its context is not quarantined for ever. */
	assert_int_equal(run(START "stuck iommu@e67b0000\nflush d expect E_TIMEOUT\n"
				   "abandon d\nexpect context iommu@e67b0000 1 free\n"),
			 1);
	assert_says("expected free");
	assert_int_equal(run(START "stuck iommu@e67b0000\nflush d expect E_TIMEOUT\n"
				   "abandon d\nretry d\n"),
			 2);
	assert_says("the name of a domain");
}

static void flush_of_a_master_ends_what_waits_in_deny(void **state)
{
#define FAULTS \
	"bring-up\nclaim ethernet@e6800000\n" \
	"dma ethernet@e6800000 write 0x80000000 64 expect stopped\n"
	(void)state;
	assert_int_equal(run_with("--set STALL_ON_FAULT=2",
				  FAULTS "flush ethernet@e6800000\n"
					 "dma ethernet@e6800000 write 0x80000000 64 "
					 "expect fault\n"),
			 0);
	assert_int_equal(run_with("--set STALL_ON_FAULT=2",
				  FAULTS "dma ethernet@e6800000 write 0x80000000 64 "
					 "expect fault\n"),
			 1);
	assert_says("expected fault, but it was stalled");
}

static void options_of_the_library_reach_it(void **state)
{
	(void)state;
	/* A host that wrongly says so: what a uTLB holds stays. */
	assert_int_equal(run_with("--tlb adversarial --set FLUSH_COVERS_UTLBS=0",
				  START "unmap d 0x80000000 4K\nflush d\n"),
			 0);
	assert_int_equal(run_with("--tlb adversarial --set FLUSH_COVERS_UTLBS=0",
				  "option context-flush-reaches-utlbs\n" START
				  "unmap d 0x80000000 4K\nflush d\n"),
			 1);
	assert_says("by its uTLB, which is not its domain's");
	/* A cache that does not show the end of a flush. */
	assert_int_equal(
		run("option cache-flush-unreadable\n" START "stuck iommu@e6740000\nflush d\n"),
		0);
	assert_int_equal(run(START "stuck iommu@e6740000\nflush d\n"), 1);
	/* The host of a part that keeps "nothing is there" knows it. */
	assert_int_equal(run_with("--tlb adversarial --set ABSENT_CACHED=1",
				  OWNED("") "dma ethernet@e6800000 write 0x80010000 64 "
					    "expect fault\n"
					    "map d 0x80010000 4K -> buf+64K rw\n"
					    "dma ethernet@e6800000 write 0x80010000 64\n"),
			 0);
	assert_int_equal(run("option flush-additions 1\nbring-up\n"), 2);
	assert_says("flush-additions, max-contexts N");
}

static void protect_replace_and_merge_are_for_owned_tables(void **state)
{
	(void)state;
	assert_int_equal(run(START "protect d 0x80000000 4K r\n"), 2);
	assert_says("a domain that owns its tables");
	assert_int_equal(run(OWNED("") "protect d 0x80000000 4K r\n"), 1);
	assert_says("answer is E_UNSUPPORTED");
	assert_int_equal(run(OWNED(" bbm") "protect d 0x80000000 8K r\n"
					   "dma ethernet@e6800000 write 0x80001000 64\n"),
			 1);
	assert_says("expected ok, but it was fault");
	assert_int_equal(run(OWNED(" direct") "replace d 0x80000000 4K -> buf+64K rw\n"
					      "dma ethernet@e6800000 write 0x80000000 64\n"
					      "dma ethernet@e6800000 write 0x80001000 64\n"),
			 0);
	assert_says("64 bytes landed at 0x48210000 (buf + 0x10000)");
	assert_int_equal(run(START "merge d 0x80000000 2M\n"), 2);
	assert_says("a domain that owns its tables");
	assert_int_equal(run(OWNED("") "merge d 0x80000000 2M\n"), 1);
	assert_says("answer is E_UNSUPPORTED");
	assert_int_equal(run(OWNED(" slow")), 2);
}

static void walk_shows_every_level_and_where_it_leads(void **state)
{
	(void)state;
	assert_int_equal(run(START "walk d 0x80001010\n"), 0);
	assert_says("3 levels");
	assert_says("0x80001010 leads to 0x48101010 (buf + 0x1010)");
	assert_int_equal(run(OWNED(" bbm") "map d 0x40000000 2M -> buf+2M rw\n"
					   "expect walk d 0x40001000 block\n"
					   "expect walk d 0x40200000 empty\n"),
			 0);
	assert_int_equal(run(OWNED("") "expect walk d 0x80000000 block\n"), 1);
	assert_says("ends at block, it ends at page");
	assert_int_equal(run(OWNED("") "expect walk d 0x80000000 refused\n"), 1);
	assert_says("ends at refused, it ends at page");
	assert_int_equal(run(OWNED("") "expect walk d 0x80000000 hole\n"), 2);
	assert_says("empty, broken, block, page or refused");
	assert_int_equal(run(OWNED("") "walk d 0x10000000000\n"), 0);
	assert_says("beyond the 40 bits");
}

/* The command: BOARD SCENARIO DOMAIN IOVA. */
static int walk(const char *options, const char *text, const char *rest)
{
	char path[] = "/tmp/ipmmu-walk-XXXXXX";
	char line[1024];
	int fd = mkstemp(path);
	int status;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	(void)close(fd);
	(void)snprintf(line, sizeof(line), TOOL " walk %s " BOARD " %s %s 2>&1", options, path,
		       rest);
	status = command(line);
	(void)unlink(path);
	return status;
}

static void walk_command_shows_the_table_after_the_scenario(void **state)
{
	(void)state;
	assert_int_equal(walk("", START, "d 0x90000ff8"), 0);
	assert_ptr_equal(strstr(output, "d: stage 2, 40-bit input, table at 0x"), output);
	assert_says("page of 0x1000 bytes at 0x48100000, read, write-back");
	assert_says("0x90000ff8 leads to 0x48100ff8 (buf + 0xff8)");
	assert_int_equal(walk("", OWNED(""), "d 0x70000000"), 0);
	assert_says("nothing mapped");
	assert_says("0x70000000 leads nowhere");
	assert_int_equal(walk("", START, "e 0"), 2);
	assert_says("found: e");
	assert_int_equal(walk("", START, "d x"), 2);
	assert_int_equal(walk("", START, "d"), 2);
	assert_says("walk BOARD.dtb SCENARIO DOMAIN IOVA");
	assert_int_equal(walk("", START "flush d expect E_BUSY\n", "d 0"), 1);
	assert_says("expected E_BUSY, but the answer is OK");
}

static void walk_command_tells_levels_as_json(void **state)
{
	json_t *all;
	json_t *levels;

	(void)state;
	assert_int_equal(walk("--json", OWNED(""), "d 0x80002004"), 0);
	all = json_loads(output, 0, NULL);
	assert_non_null(all);
	levels = json_object_get(json_object_get(all, "walk"), "levels");
	assert_int_equal(json_array_size(levels), 3);
	assert_string_equal(
		json_string_value(json_object_get(json_array_get(levels, 2), "kind")), "page");
	assert_string_equal(
		json_string_value(json_object_get(json_array_get(levels, 2), "rights")), "rw");
	assert_true(json_is_null(json_object_get(json_array_get(levels, 2), "refusal")));
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(all, "walk"), "pa")),
		"0x48202004");
	json_decref(all);
}

static void faults_tell_the_entry_where_the_walk_ends(void **state)
{
	json_t *all;
	json_t *steps;
	json_t *faults;
	json_t *last;

	(void)state;
	assert_int_equal(
		run(OWNED("") "dma ethernet@e6800000 read 0x80010000 64 expect fault\n"), 0);
	assert_says("; the walk ends at level 3 entry 16 at 0x");
	assert_says("is 0x0: nothing mapped");
	assert_int_equal(run_with("--json",
				  OWNED("") "dma ethernet@e6800000 read 0x80010000 64 "
					    "expect fault\n"),
			 0);
	all = json_loads(output, 0, NULL);
	assert_non_null(all);
	steps = json_object_get(all, "steps");
	faults = json_object_get(json_array_get(steps, json_array_size(steps) - 1), "faults");
	last = json_array_get(json_object_get(json_array_get(faults, 0), "walk"), 2);
	assert_string_equal(json_string_value(json_object_get(last, "kind")), "empty");
	assert_int_equal(json_integer_value(json_object_get(last, "level")), 3);
	json_decref(all);
}

static void every_statement_is_documented(void **state)
{
	static char page[1 << 16];
	uint32_t usages = 0;
	char *save = NULL;
	char *line;

	(void)state;
	page_read(page, sizeof(page));
	assert_int_equal(command(TOOL " run --list"), 0);
	for (line = strtok_r(output, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		char quoted[256] = "`";
		size_t at = 1;

		if (strncmp(line, "switches", 8) == 0) {
			break;
		}
		if (line[0] == ' ' || strstr(line, "can stand before") != NULL) {
			continue;
		}
		for (; *line != '\0' && at + 4 < sizeof(quoted); line++) {
			if (*line == '|') {
				quoted[at++] = '\\'; /* as a table writes it */
			}
			quoted[at++] = *line;
		}
		(void)strcpy(quoted + at, "`");
		if (strstr(page, quoted) == NULL) {
			fail_msg("not in docs/scenarios.md: %s", quoted);
		}
		usages++;
	}
	assert_true(usages > 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scenario_that_holds_ends_with_0),
		cmocka_unit_test(dma_that_is_stopped_unexpectedly_ends_with_1),
		cmocka_unit_test(dma_that_lands_unexpectedly_ends_with_1),
		cmocka_unit_test(wrong_kind_level_address_or_master_of_a_fault_does_not_hold),
		cmocka_unit_test(library_error_that_is_not_expected_does_not_hold),
		cmocka_unit_test(states_and_events_are_compared),
		cmocka_unit_test(landing_in_a_tlb_entry_of_an_unmapped_page_is_called_stale),
		cmocka_unit_test(reach_over_what_is_mapped_is_found),
		cmocka_unit_test(unit_without_power_is_offline_and_claims_say_so),
		cmocka_unit_test(bring_up_that_is_refused_ends_the_scenario),
		cmocka_unit_test(wrong_words_are_told_with_their_line),
		cmocka_unit_test(wrong_numbers_are_told_with_their_range),
		cmocka_unit_test(wrong_names_are_told_with_what_there_is),
		cmocka_unit_test(unmap_may_not_cut_a_block),
		cmocka_unit_test(missing_and_broken_files_are_told),
		cmocka_unit_test(wrong_options_are_told),
		cmocka_unit_test(qemu_that_is_not_named_or_does_not_start_is_told),
		cmocka_unit_test(command_line_wins_over_the_scenario),
		cmocka_unit_test(cut_chooses_the_row),
		cmocka_unit_test(cut_that_nobody_tells_is_the_newest),
		cmocka_unit_test(violation_of_the_hardware_fails_whatever_is_expected),
		cmocka_unit_test(json_tells_every_step_and_the_sums),
		cmocka_unit_test(same_seed_gives_the_same_account),
		cmocka_unit_test(
			first_scenario_of_the_page_holds_and_counts_what_the_page_says),
		cmocka_unit_test(owned_tables_are_flushed_by_the_call),
		cmocka_unit_test(abandoned_domain_leaves_its_context_and_a_retry_frees_it),
		cmocka_unit_test(flush_of_a_master_ends_what_waits_in_deny),
		cmocka_unit_test(options_of_the_library_reach_it),
		cmocka_unit_test(protect_replace_and_merge_are_for_owned_tables),
		cmocka_unit_test(walk_shows_every_level_and_where_it_leads),
		cmocka_unit_test(walk_command_shows_the_table_after_the_scenario),
		cmocka_unit_test(walk_command_tells_levels_as_json),
		cmocka_unit_test(faults_tell_the_entry_where_the_walk_ends),
		cmocka_unit_test(every_statement_is_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
