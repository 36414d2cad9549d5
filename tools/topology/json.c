// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * json.c - a board for programs; docs/device-trees.md documents each key.
 * Addresses and values are strings in hex: JSON readers lose bits of large numbers.
 */
#include <inttypes.h>
#include <jansson.h>

#include "topology.h"

static json_t *hex(uint64_t value)
{
	return json_sprintf("0x%" PRIx64, value);
}

static json_t *number_or_null(uint32_t value)
{
	return value == IPMMU_NONE ? json_null() : json_integer(value);
}

/* Node names may hold any byte; JSON takes UTF-8 only. */
static json_t *text(const char *value)
{
	json_t *made;
	char clean[IPMMU_FDT_MAX_PATH * 4];
	size_t i;

	if (value == NULL) {
		return json_null();
	}
	made = json_string(value);
	if (made != NULL) {
		return made;
	}
	for (i = 0; value[i] != '\0' && i < sizeof(clean) - 1; i++) {
		clean[i] = value[i] < ' ' || value[i] > '~' ? '?' : value[i];
	}
	clean[i] = '\0';
	return json_string(clean);
}

static json_t *json_interrupts(const struct ipmmu_mmu_desc *mmu)
{
	if (mmu->irq == IPMMU_NONE) {
		return json_null();
	}
	return json_pack("{s:o, s:o}", "nonsecure", number_or_null(mmu->irq), "secure",
			 number_or_null(mmu->irq_secure));
}

static json_t *json_part(const struct ipmmu_soc *soc)
{
	return json_pack("{s:s, s:i, s:i, s:i, s:i, s:s, s:b}", "name", soc->name, "generation",
			 (int)soc->generation, "contexts", soc->contexts, "usable_contexts",
			 soc->contexts - soc->first_context, "utlbs", soc->utlbs, "stage2",
			 topology_ability(soc->stage2), "unsuitable", soc->unsuitable);
}

static json_t *json_mmu(const struct ipmmu_system_desc *desc, uint32_t i)
{
	const struct ipmmu_mmu_desc *mmu = &desc->mmus[i];

	return json_pack("{s:o, s:s, s:i, s:o, s:{s:o, s:o}, s:{s:b, s:o, s:o}, s:o, s:o}",
			 "name", text(mmu->name), "kind", mmu->root == i ? "root" : "cache",
			 "root", (int)mmu->root, "part", json_part(mmu->soc), "reg", "address",
			 hex(mmu->reg.v), "size", hex(mmu->reg_size), "power", "always_on",
			 mmu->always_on, "provider", number_or_null(mmu->power_phandle), "cell",
			 number_or_null(mmu->power_cell), "interrupts", json_interrupts(mmu),
			 "status_bit", number_or_null(mmu->imsstr_bit));
}

static json_t *json_master(const struct board *board, uint32_t i)
{
	const struct ipmmu_master_desc *master = &board->result.desc.masters[i];
	json_t *ports = json_array();
	uint32_t k;

	for (k = 0; k < master->port_count; k++) {
		json_array_append_new(ports,
				      json_pack("{s:i, s:i}", "mmu", master->ports[k].mmu,
						"utlb", master->ports[k].utlb));
	}
	return json_pack("{s:o, s:o, s:o}", "name", text(master->name), "ports", ports, "group",
			 board_grouped(board, i) ? json_integer(board->groups[i])
						 : json_null());
}

static json_t *json_region(const struct ipmmu_fdt_region *region)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "name", text(region->name), "master",
			 number_or_null(region->master), "address", hex(region->pa.v), "size",
			 hex(region->size), "iova", hex(region->iova.v), "iova_size",
			 hex(region->iova_size));
}

static json_t *json_defect(const struct finding *finding)
{
	const struct ipmmu_fdt_defect *defect = &finding->defect;

	return json_pack("{s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "kind",
			 ipmmu_fdt_defect_name(defect->kind), "error", defect->error, "node",
			 text(defect->path), "property", text(defect->property), "other",
			 text(defect->other), "value",
			 defect->has_value ? hex(defect->value) : json_null(), "min",
			 defect->has_range ? hex(defect->min) : json_null(), "max",
			 defect->has_range ? hex(defect->max) : json_null(), "text",
			 text(finding->text));
}

static json_t *json_counts(const struct board *board)
{
	const struct ipmmu_fdt_result *r = &board->result;

	return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "mmus",
			 (int)r->desc.mmu_count, "roots", (int)board->root_count, "masters",
			 (int)r->desc.master_count, "utlbs", (int)board->utlb_count, "groups",
			 (int)board->group_count, "disabled_mmus", (int)r->disabled_mmus,
			 "disabled_masters", (int)r->disabled_masters, "errors", (int)r->errors,
			 "notes", (int)r->notes);
}

static void fill(json_t *mmus, json_t *masters, json_t *regions, json_t *defects,
		 const struct board *board)
{
	const struct ipmmu_fdt_result *r = &board->result;
	uint32_t i;

	for (i = 0; i < r->desc.mmu_count; i++) {
		json_array_append_new(mmus, json_mmu(&r->desc, i));
	}
	for (i = 0; i < r->desc.master_count; i++) {
		json_array_append_new(masters, json_master(board, i));
	}
	for (i = 0; i < r->region_count; i++) {
		json_array_append_new(regions, json_region(&r->regions[i]));
	}
	for (i = 0; i < board->finding_count; i++) {
		json_array_append_new(defects, json_defect(&board->findings[i]));
	}
}

int topology_json(const struct board *board, FILE *out)
{
	json_t *mmus = json_array();
	json_t *masters = json_array();
	json_t *regions = json_array();
	json_t *defects = json_array();
	const struct ipmmu_fdt_result *r = &board->result;
	json_t *all;
	int bad;

	fill(mmus, masters, regions, defects, board);
	all = json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "format", 1, "file",
			text(board->file), "model", text(board->model), "prr",
			r->has_prr ? hex(r->prr.v) : json_null(), "counts", json_counts(board),
			"mmus", mmus, "masters", masters, "regions", regions, "defects",
			defects);
	if (all == NULL) {
		return -1;
	}
	bad = json_dumpf(all, out, JSON_INDENT(2));
	json_decref(all);
	return bad == 0 && fputc('\n', out) != EOF ? 0 : -1;
}
