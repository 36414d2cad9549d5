/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * run.h - what the parts of `ipmmu run` share: the scenario, the machine and the account.
 */
#ifndef TOOLS_RUN_H
#define TOOLS_RUN_H

#include <stdio.h>

#include <ipmmu-model/host.h>
#include <ipmmu-posix.h>
#include <ipmmu/domain.h>
#include <ipmmu/event.h>
#include <ipmmu/fault.h>
#include <ipmmu/fdt.h>
#include <ipmmu/master.h>
#include <ipmmu/owned.h>
#include <ipmmu/system.h>
#include <ipmmu/text.h>
#include <jansson.h>

#include "machine.h"

enum {
	RUN_NAMES = 128,
	RUN_MEMORIES = 64,
	RUN_DOMAINS = 32,
	RUN_FAULTS = 64,
	RUN_EVENTS = 64,
	RUN_TEXT = 512
};

struct run;
struct run_line;

/* enum run_phase - a scenario goes through these in order. */
enum run_phase {
	RUN_PHASE_SETUP,   /* the machine is not made yet */
	RUN_PHASE_POWERED, /* power-on state; the library has not touched it */
	RUN_PHASE_LIVE     /* brought up */
};

/* enum run_expects - what may stand behind `expect` at the end of a statement. */
enum run_expects {
	RUN_EXPECTS_NOTHING,
	RUN_EXPECTS_ERROR,  /* the name of an error */
	RUN_EXPECTS_OUTCOME /* what becomes of a DMA */
};

/* One kind of statement. A handler returns false for bad input, which it has told. */
struct run_statement {
	const char *name;
	const char *usage;
	uint32_t args_min;
	uint32_t args_max;
	enum run_phase first; /* earliest phase */
	enum run_phase last;  /* latest phase */
	enum run_expects expects;
	bool (*fn)(struct run *run, const struct run_line *line);
	const char *what;
};

/* One statement of the scenario. */
struct run_line {
	uint32_t number;
	char *text;   /* the words with one blank between them, without comment */
	char *buffer; /* what the words point into */
	char **words; /* words[0] is the name, then the arguments */
	uint32_t count;
	char **expect; /* words behind `expect`; NULL when there is none */
	uint32_t expect_count;
	const struct run_statement *statement;
};

struct run_scenario {
	const char *file;
	struct run_line *lines;
	uint32_t count;
};

/* What the command line says. */
struct run_args {
	const char *board;
	const char *scenario;
	bool walk; /* `ipmmu walk`, with the next two */
	const char *domain;
	const char *iova;
	bool json;
	bool verbose;
	bool list;
	bool on_qemu;
	const char *qemu; /* the binary; NULL = nobody said */
	bool with_disabled;
	bool has_prr;
	uint32_t prr;
	/* What the command line sets, no statement changes. */
	bool fixed_seed;
	bool fixed_mode;
	bool fixed_tlb;
	bool fixed_switch[MODEL_SWITCH_COUNT];
	struct model_config model; /* switches, seed, TLB mode */
	struct ipmmu_options options;
};

/* The description of the board, with the memory that it points into. */
struct run_tree {
	struct ipmmu_fdt_storage storage;
	struct ipmmu_fdt_result result;
	struct ipmmu_prr prr;
	bool has_prr;
};

struct run_name {
	char *name;
	char *target;
};

struct run_memory {
	char *name;
	uint64_t pa;
	uint64_t size;
};

/* A mapping as the scenario asked for it: what DMA is held against. */
struct run_map {
	uint64_t iova;
	uint64_t pa;
	uint64_t size;
	bool read;
	bool write;
	bool unmapped; /* gone from the table; a TLB may hold it until the next flush */
};

/* A table of the library, as it sees it and where it is. */
struct run_table {
	const uint8_t *bytes;
	uint64_t pa;
	size_t size;
};

struct run_domain {
	char *name;
	uint32_t root;
	bool owned;                  /* the library owns its tables */
	struct model_table table;    /* otherwise */
	struct ipmmu_domain *handle; /* NULL: it has ended */
	/* Of one that was abandoned: the context that it has left in quarantine. Its table and
	 * its pages stay until that is free. IPMMU_NONE otherwise. */
	uint32_t left;
	struct run_map *maps;
	uint32_t map_count;
};

/* What one statement did. */
struct run_step {
	const struct run_line *line;
	bool held;
	char result[RUN_TEXT];
	char wanted[RUN_TEXT]; /* what was expected, when it did not hold */
	struct ipmmu_fault faults[RUN_FAULTS];
	uint32_t fault_count; /* may exceed RUN_FAULTS */
	struct ipmmu_event events[RUN_EVENTS];
	uint32_t event_count; /* may exceed RUN_EVENTS */
	struct model_counts before;
	json_t *extra; /* members that the statement adds to its JSON object */
	char *detail;  /* lines that the statement adds to the text; NULL = none */
};

struct run_totals {
	uint32_t statements;
	uint32_t held;
	uint32_t failed;
	uint32_t landed;
	uint32_t stopped;
	uint64_t violations;
	uint32_t isolation_checks;
	uint32_t isolation_broken;
};

struct run {
	struct ipmmu_posix posix; /* first: struct run is the host pointer */
	struct run_args args;
	struct run_scenario scenario;
	struct run_tree tree;
	enum run_phase phase;
	uint64_t ram_pa;
	uint64_t ram_size;
	const struct run_machine *machine;
	struct run_qemu *qemu;   /* of that machine */
	struct model_host *host; /* RAM, and objects of the library */
	uint32_t power_users[IPMMU_MAX_MMUS];
	struct run_table *tables;
	uint32_t table_count;
	struct ipmmu_ops ops;
	struct ipmmu_system *system;
	struct ipmmu_master **masters; /* by index of the description; NULL: not claimed */
	bool refuse_power[IPMMU_MAX_MMUS];
	struct run_name names[RUN_NAMES];
	uint32_t name_count;
	struct run_memory memories[RUN_MEMORIES];
	uint32_t memory_count;
	struct run_domain domains[RUN_DOMAINS];
	uint32_t domain_count;
	struct run_step step;
	struct ipmmu_fault last_faults[RUN_FAULTS]; /* of the last statement but `expect` */
	uint32_t last_fault_count;
	struct ipmmu_event last_events[RUN_EVENTS];
	uint32_t last_event_count;
	struct run_totals totals;
	bool colour;
	json_t *json_steps;
	json_t *json_walk; /* of `ipmmu walk` */
};

/* words.c */
/* Says file:line, what was found, what is allowed, what to do next. Always false. */
bool run_bad(const struct run *run, const struct run_line *line, const char *found,
	     const char *allowed, const char *next);
bool run_number(const struct run *run, const struct run_line *line, const char *word,
		uint64_t min, uint64_t max, uint64_t *out);
bool run_error_find(const char *name, enum ipmmu_err *err);
char *run_copy(const char *text);
/* Behind the last slash of a path. */
const char *run_short(const char *path);

/* names.c */
bool run_name_add(struct run *run, const struct run_line *line, const char *name,
		  const char *target);
bool run_master_find(const struct run *run, const struct run_line *line, const char *word,
		     uint32_t *master);
bool run_mmu_find(const struct run *run, const struct run_line *line, const char *word,
		  uint32_t *mmu);
struct run_memory *run_memory_find(struct run *run, const char *name);
struct run_domain *run_domain_find(struct run *run, const char *name);
struct run_domain *run_domain_need(struct run *run, const struct run_line *line,
				   const char *name);
struct run_domain *run_domain_of(struct run *run, const struct ipmmu_domain *handle);
/* A master that is claimed. */
bool run_master_need(struct run *run, const struct run_line *line, uint32_t *master);

/* args.c */
void run_args_parse(struct run_args *args, int argc, char **argv);
/* All that the command needs; false when it has been told that something is missing. */
bool run_args_complete(const struct run_args *args);
/* Option words that the command line and the scenario share; false when unknown. */
bool run_tlb_parse(const char *word, enum model_tlb_mode *mode);
bool run_mode_parse(const char *word, enum ipmmu_mode *mode);
bool run_switch_parse(const char *name, enum model_switch *which);

/* tree.c */
bool run_tree_read(struct run *run);
void run_tree_free(struct run_tree *tree);
/* Nobody told the cut, and another cut would be another row. */
bool run_cut_assumed(const struct run *run);

/* machine.c */
bool run_machine_make(struct run *run);
void run_machine_end(struct run *run);
void run_interrupts(struct run *run);
void run_service(struct run *run);
/* The machine has RAM of its own, or looks at ours. */
void run_ram_changed(struct run *run, uint64_t pa, uint32_t pages);

/* memory.c: RAM for tables and buffers; the machine is told what changes. */
struct model_memory run_memory(struct run *run);

/* account.c */
uint32_t run_at_most(uint32_t count, uint32_t limit);
/* What happened, in words. */
void run_say(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* An expectation, and whether it held; @format says what was expected. */
void run_expect(struct run *run, bool held, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The answer of the library against what the line expects (OK without `expect`). */
bool run_answer(struct run *run, const struct run_line *line, enum ipmmu_err err);
/* Something that no scenario may expect. */
void run_broken(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* json.c */
json_t *run_json_hex(uint64_t value);
/* Every level of a walk, and the entry's meaning in words. */
json_t *run_json_walk(const struct ipmmu_pt_level *levels, uint32_t count);

/* mapped.c */
/* NULL without memory, like false below. */
struct run_map *run_mapped_add(struct run_domain *domain);
bool run_mapped_cut(struct run_domain *domain, uint64_t start, uint64_t end);
/* The rights of @wanted for what is mapped in its range. */
bool run_mapped_protect(struct run_domain *domain, const struct run_map *wanted);
/* A flush has ended: no TLB holds what was unmapped before. */
void run_mapped_forget(struct run_domain *domain);
/* Domains without a context have nothing left in a TLB; abandoned ones may be free by now. */
void run_mapped_settle(struct run *run);

/* check.c */
bool run_map_covers(const struct run_domain *domain, uint64_t iova, uint64_t pa, bool write,
		    bool *stale);
void run_isolation_check(struct run *run);

/* walk.c */
bool run_expect_walk(struct run *run, const struct run_line *line);
/* `ipmmu walk`, after its scenario; false when the domain or the address is wrong. */
bool run_walk(struct run *run);

/* domains.c */
/* A table of the scenario's own refuses: why, and what to do. Always false. */
bool run_table_bad(const struct run *run, const struct run_line *line,
		   enum model_table_error err);

/* expect.c */
void run_expects_list(FILE *out);

/* account_json.c, account_text.c */
void run_json_step(struct run *run);
void run_json_end(struct run *run);
void run_text_step(struct run *run);
void run_account_begin(struct run *run);
void run_account_end(struct run *run);

/* step.c */
void run_step_begin(struct run *run, const struct run_line *line);
void run_step_end(struct run *run);

/* statements.c */
const struct run_statement *run_statement_find(const char *name);
void run_statements_list(FILE *out);

/* input.c */
bool run_scenario_read(struct run *run);
void run_scenario_free(struct run_scenario *scenario);

/* handlers; the table in statements.c says what each does */
bool run_do_ram(struct run *run, const struct run_line *line);
bool run_do_seed(struct run *run, const struct run_line *line);
bool run_do_switch(struct run *run, const struct run_line *line);
bool run_do_tlb(struct run *run, const struct run_line *line);
bool run_do_mode(struct run *run, const struct run_line *line);
bool run_do_option(struct run *run, const struct run_line *line);
bool run_do_name(struct run *run, const struct run_line *line);
bool run_do_say(struct run *run, const struct run_line *line);
bool run_do_memory(struct run *run, const struct run_line *line);
bool run_do_power(struct run *run, const struct run_line *line);
bool run_do_dead(struct run *run, const struct run_line *line);
bool run_do_running(struct run *run, const struct run_line *line);
bool run_do_bring_up(struct run *run, const struct run_line *line);
bool run_do_claim(struct run *run, const struct run_line *line);
bool run_do_remove(struct run *run, const struct run_line *line);
bool run_do_attach(struct run *run, const struct run_line *line);
bool run_do_move(struct run *run, const struct run_line *line);
bool run_do_detach(struct run *run, const struct run_line *line);
bool run_do_domain(struct run *run, const struct run_line *line);
bool run_do_destroy(struct run *run, const struct run_line *line);
bool run_do_map(struct run *run, const struct run_line *line);
bool run_do_unmap(struct run *run, const struct run_line *line);
bool run_do_protect(struct run *run, const struct run_line *line);
bool run_do_replace(struct run *run, const struct run_line *line);
bool run_do_merge(struct run *run, const struct run_line *line);
bool run_do_walk(struct run *run, const struct run_line *line);
bool run_do_flush(struct run *run, const struct run_line *line);
bool run_do_retry(struct run *run, const struct run_line *line);
bool run_do_abandon(struct run *run, const struct run_line *line);
bool run_do_reserve(struct run *run, const struct run_line *line);
bool run_do_unreserve(struct run *run, const struct run_line *line);
bool run_do_dma(struct run *run, const struct run_line *line);
bool run_do_expect(struct run *run, const struct run_line *line);
bool run_do_stuck(struct run *run, const struct run_line *line);
bool run_do_broken(struct run *run, const struct run_line *line);
bool run_do_unstick(struct run *run, const struct run_line *line);
bool run_do_service(struct run *run, const struct run_line *line);
bool run_do_interrupt(struct run *run, const struct run_line *line);
bool run_do_wait(struct run *run, const struct run_line *line);
bool run_do_dump(struct run *run, const struct run_line *line);

#endif
