// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * qemu_args.c - the command line of a QEMU that has the units of the board and the model's
 * settings of the scenario. docs/qemu.md describes the properties.
 */
#include "qemu_args.h"

#include <stdarg.h>
#include <stdlib.h>

static void arg_add(struct run_qemu_args *qemu, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void arg_add(struct run_qemu_args *qemu, const char *format, ...)
{
	va_list values;

	if (qemu->argc == RUN_QEMU_ARGS) {
		abort();
	}
	va_start(values, format);
	(void)vsnprintf(qemu->text[qemu->argc], RUN_QEMU_TEXT, format, values);
	va_end(values);
	qemu->argv[qemu->argc] = qemu->text[qemu->argc];
	qemu->argv[++qemu->argc] = NULL;
}

static void global_add(struct run_qemu_args *qemu, const char *name, uint64_t value)
{
	arg_add(qemu, "-global");
	arg_add(qemu, "renesas-ipmmu.%s=%llu", name, (unsigned long long)value);
}

/* Units as the tree has them: each with its root, and its bit in IMSSTR where it has one. */
static void layout_add(const struct run *run, struct run_qemu_args *args)
{
	const struct ipmmu_system_desc *desc = &run->tree.result.desc;
	char text[RUN_QEMU_TEXT] = "";
	size_t used = 0;
	uint32_t i;

	for (i = 0; i < desc->mmu_count && used < sizeof(text) - 16; i++) {
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%u",
					 i == 0 ? "" : ":", desc->mmus[i].root);
		if (desc->mmus[i].root != i && desc->mmus[i].imsstr_bit != IPMMU_NONE) {
			used += (size_t)snprintf(text + used, sizeof(text) - used, ".%u",
						 desc->mmus[i].imsstr_bit);
		}
		args->off |= desc->mmus[i].always_on ? 0 : 1u << i;
	}
	arg_add(args, "-global");
	arg_add(args, "renesas-ipmmu.layout=%s", text);
}

static void model_add(const struct run *run, struct run_qemu_args *args)
{
	static const char *const tlbs[] = {"off", "random", "adversarial"};
	const struct model_config *model = &run->args.model;
	const struct ipmmu_soc *soc = run->tree.result.desc.mmus[0].soc;
	uint32_t i;

	global_add(args, "generation", (uint64_t)soc->generation);
	global_add(args, "context-tlb", model->context_tlb_entries);
	global_add(args, "utlb-tlb", model->utlb_tlb_entries);
	global_add(args, "flush-us", model->flush_us);
	global_add(args, "seed", model->seed);
	global_add(args, "off", args->off);
	arg_add(args, "-global");
	arg_add(args, "renesas-ipmmu.tlb=%s", tlbs[model->tlb_mode]);
	arg_add(args, "-global");
	arg_add(args, "renesas-ipmmu.stage2=%s",
		run->args.options.force_stage2 || soc->stage2 == IPMMU_YES ? "on" : "off");
	for (i = 0; i < MODEL_SWITCH_COUNT; i++) {
		global_add(args, model_switch_name((enum model_switch)i), model->switches[i]);
	}
}

struct run_qemu_args *run_qemu_args(const struct run *run)
{
	struct run_qemu_args *qemu = calloc(1, sizeof(*qemu));

	if (qemu == NULL) {
		return NULL;
	}
	arg_add(qemu, "%s", run->args.qemu);
	arg_add(qemu, "-machine");
	arg_add(qemu, "virt,iommu=ipmmu,gic-version=3,memory-backend=ram");
	arg_add(qemu, "-object");
	arg_add(qemu, "memory-backend-ram,id=ram,reserve=off,size=%llu",
		(unsigned long long)(run->ram_pa + run->ram_size - RUN_QEMU_RAM));
	arg_add(qemu, "-m");
	arg_add(qemu, "%lluB",
		(unsigned long long)(run->ram_pa + run->ram_size - RUN_QEMU_RAM));
	arg_add(qemu, "-accel");
	arg_add(qemu, "qtest");
	arg_add(qemu, "-qtest");
	arg_add(qemu, "stdio");
	arg_add(qemu, "-qtest-log");
	arg_add(qemu, "none");
	arg_add(qemu, "-display");
	arg_add(qemu, "none");
	arg_add(qemu, "-nodefaults");
	layout_add(run, qemu);
	model_add(run, qemu);
	return qemu;
}
