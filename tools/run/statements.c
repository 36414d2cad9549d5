// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * statements.c - the table of statements: the parser, the help and the documentation use it.
 * Does nothing itself.
 */
#include "run.h"

#include <string.h>

#define SETUP   RUN_PHASE_SETUP, RUN_PHASE_SETUP
#define POWERED RUN_PHASE_SETUP, RUN_PHASE_POWERED
#define LIVE    RUN_PHASE_LIVE, RUN_PHASE_LIVE
#define ALWAYS  RUN_PHASE_SETUP, RUN_PHASE_LIVE

static const struct run_statement statements[] = {
	{"ram", "ram BASE SIZE", 2, 2, SETUP, RUN_EXPECTS_NOTHING, run_do_ram,
	 "where RAM is; 16M at 0x48000000 otherwise"},
	{"seed", "seed N", 1, 1, SETUP, RUN_EXPECTS_NOTHING, run_do_seed,
	 "seed of everything that the model leaves to chance"},
	{"switch", "switch NAME VALUE", 2, 2, SETUP, RUN_EXPECTS_NOTHING, run_do_switch,
	 "how the model behaves where nobody knows the hardware"},
	{"tlb", "tlb off|random|adversarial", 1, 1, SETUP, RUN_EXPECTS_NOTHING, run_do_tlb,
	 "what the model's TLBs keep"},
	{"mode", "mode auto|s2|s1-aarch32|s1-aarch64", 1, 1, SETUP, RUN_EXPECTS_NOTHING,
	 run_do_mode, "table format of every root"},
	{"option", "option NAME [VALUE]", 1, 2, SETUP, RUN_EXPECTS_NOTHING, run_do_option,
	 "an option of the library"},
	{"name", "name SHORT NODE", 2, 2, ALWAYS, RUN_EXPECTS_NOTHING, run_do_name,
	 "a short name for a master or an MMU"},
	{"say", "say TEXT...", 1, 64, ALWAYS, RUN_EXPECTS_NOTHING, run_do_say,
	 "a heading in the account"},
	{"memory", "memory NAME SIZE [at PA]", 2, 4, ALWAYS, RUN_EXPECTS_NOTHING, run_do_memory,
	 "a stretch of RAM, filled with a pattern"},
	{"power", "power MMU refused", 2, 2, POWERED, RUN_EXPECTS_NOTHING, run_do_power,
	 "the host cannot power an MMU"},
	{"dead", "dead MMU", 1, 1, POWERED, RUN_EXPECTS_NOTHING, run_do_dead,
	 "an MMU reads all ones"},
	{"running", "running MASTER CONTEXT", 2, 2, POWERED, RUN_EXPECTS_NOTHING,
	 run_do_running, "firmware left the uTLBs of a master enabled on a context"},
	{"bring-up", "bring-up", 0, 0, POWERED, RUN_EXPECTS_ERROR, run_do_bring_up,
	 "bring every MMU to a known state"},
	{"claim", "claim MASTER", 1, 1, LIVE, RUN_EXPECTS_ERROR, run_do_claim,
	 "from now on the master is denied or in a domain"},
	{"remove", "remove MASTER", 1, 1, LIVE, RUN_EXPECTS_ERROR, run_do_remove,
	 "give up the claim; the master stays denied"},
	{"domain", "domain NAME root MMU [width BITS] [owned [never|bbm|direct]]", 3, 7, LIVE,
	 RUN_EXPECTS_ERROR, run_do_domain, "an empty address space"},
	{"destroy", "destroy DOMAIN", 1, 1, LIVE, RUN_EXPECTS_ERROR, run_do_destroy,
	 "end a domain without masters"},
	{"map", "map DOMAIN IOVA SIZE -> MEMORY[+OFFSET] r|w|rw [pages]", 6, 7, LIVE,
	 RUN_EXPECTS_ERROR, run_do_map, "map; blocks where they fit, unless `pages`"},
	{"unmap", "unmap DOMAIN IOVA SIZE", 3, 3, LIVE, RUN_EXPECTS_ERROR, run_do_unmap,
	 "change the table only: TLBs may keep it until a flush; owned: flush, too"},
	{"protect", "protect DOMAIN IOVA SIZE r|w|rw", 4, 4, LIVE, RUN_EXPECTS_ERROR,
	 run_do_protect, "owned: other rights for what is mapped, and flush"},
	{"replace", "replace DOMAIN IOVA SIZE -> MEMORY[+OFFSET] r|w|rw", 6, 6, LIVE,
	 RUN_EXPECTS_ERROR, run_do_replace, "owned: map over what is mapped, and flush"},
	{"merge", "merge DOMAIN IOVA SIZE", 3, 3, LIVE, RUN_EXPECTS_ERROR, run_do_merge,
	 "owned: blocks again where pages can be one, and flush"},
	{"walk", "walk DOMAIN IOVA", 2, 2, LIVE, RUN_EXPECTS_NOTHING, run_do_walk,
	 "every level of the walk of an address"},
	{"flush", "flush DOMAIN|MASTER", 1, 1, LIVE, RUN_EXPECTS_ERROR, run_do_flush,
	 "forget every translation of a domain; of a master: of where it is, deny included"},
	{"retry", "retry DOMAIN|MMU CONTEXT|all", 1, 2, LIVE, RUN_EXPECTS_ERROR, run_do_retry,
	 "try to get out of quarantine: a domain, a context, or all that no domain has"},
	{"abandon", "abandon DOMAIN", 1, 1, LIVE, RUN_EXPECTS_ERROR, run_do_abandon,
	 "give up a domain in quarantine; its context stays there"},
	{"reserve", "reserve DOMAIN", 1, 1, LIVE, RUN_EXPECTS_ERROR, run_do_reserve,
	 "give it a context now, and keep it"},
	{"unreserve", "unreserve DOMAIN", 1, 1, LIVE, RUN_EXPECTS_ERROR, run_do_unreserve,
	 "give the context back with the last master"},
	{"attach", "attach MASTER DOMAIN", 2, 2, LIVE, RUN_EXPECTS_ERROR, run_do_attach,
	 "put a denied master into a domain"},
	{"move", "move MASTER DOMAIN", 2, 2, LIVE, RUN_EXPECTS_ERROR, run_do_move,
	 "from its domain into another, by way of deny"},
	{"detach", "detach MASTER", 1, 1, LIVE, RUN_EXPECTS_ERROR, run_do_detach,
	 "out of its domain; it is denied afterwards"},
	{"dma", "dma MASTER read|write IOVA SIZE [port N] [times N]", 4, 8, LIVE,
	 RUN_EXPECTS_OUTCOME, run_do_dma, "the master moves bytes"},
	{"stuck", "stuck MMU", 1, 1, LIVE, RUN_EXPECTS_NOTHING, run_do_stuck,
	 "flushes of this MMU never end"},
	{"unstick", "unstick MMU", 1, 1, LIVE, RUN_EXPECTS_NOTHING, run_do_unstick,
	 "flushes of this MMU end again"},
	{"broken", "broken MMU", 1, 1, LIVE, RUN_EXPECTS_NOTHING, run_do_broken,
	 "flushes of this MMU end in time but empty nothing"},
	{"interrupt", "interrupt MMU", 1, 1, LIVE, RUN_EXPECTS_NOTHING, run_do_interrupt,
	 "an interrupt of a root comes, whether or not there is a reason"},
	{"service", "service", 0, 0, LIVE, RUN_EXPECTS_NOTHING, run_do_service,
	 "the service half of the fault path once more"},
	{"wait", "wait MICROSECONDS", 1, 1, LIVE, RUN_EXPECTS_NOTHING, run_do_wait,
	 "time passes"},
	{"dump", "dump MMU", 1, 1, LIVE, RUN_EXPECTS_NOTHING, run_do_dump,
	 "registers that are not 0, with their fields"},
	{"expect", "expect WHAT...", 1, 8, LIVE, RUN_EXPECTS_NOTHING, run_do_expect,
	 "see the table of expectations"},
};

const struct run_statement *run_statement_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		if (strcmp(statements[i].name, name) == 0) {
			return &statements[i];
		}
	}
	return NULL;
}

void run_statements_list(FILE *out)
{
	size_t i;

	for (i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		fprintf(out, "%s\n    %s\n", statements[i].usage, statements[i].what);
	}
}
