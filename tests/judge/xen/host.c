// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * host.c - the parts of Xen that call the driver: setup, device tree, domains, P2M.
 * P2Ms are made by the model's plain builder: 40 bits, two tables at the top.
 */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>

#include <ipmmu-model/table.h>

#include "../judge.h"

enum {
	FLUSH_ADDED = 1,
	FLUSH_MODIFIED = 2
};

static struct dt_device_node nodes[JUDGE_UNITS];
static char names[JUDGE_UNITS][24];
static uint32_t node_count;
static bool set_up[JUDGE_UNITS];
static const struct iommu_ops *ops;

static const struct {
	const char *machine;
	const char *compatible;
} compatibles[] = {
	{"r8a77951", "renesas,ipmmu-r8a7795"},
	{"r8a77965", "renesas,ipmmu-r8a77965"},
	{"r8a779f0", "renesas,ipmmu-r8a779f0"},
};

void iommu_set_ops(const struct iommu_ops *its_ops)
{
	ops = its_ops;
}

void host_node_add(uint32_t unit)
{
	const struct judge_machine *m = judge_machine();
	struct dt_device_node *node = &nodes[node_count];
	uint32_t i = 0;

	while (strcmp(compatibles[i].machine, m->name) != 0) {
		i++;
	}
	snprintf(names[node_count], sizeof(names[0]), "iommu@%llx",
		 (unsigned long long)m->units[unit].base);
	node->name = names[node_count++];
	node->compatible = compatibles[i].compatible;
	node->has_main = unit != 0;
	node->irq = unit == 0 ? 228 : 0;
	node->at = m->units[unit].base;
	node->size = m->generation == MODEL_GEN4 ? 0x20000 : 0x1000;
}

int host_setup(void)
{
	bool progress;
	uint32_t i;

	do {
		progress = false;
		for (i = 0; i < node_count; i++) {
			int error;

			if (set_up[i]) {
				continue;
			}
			error = xen_driver.init(&nodes[i], NULL);
			judge_check(nodes[i].used_by == DOMID_XEN, "%s is kept from domains",
				    nodes[i].name);
			if (error != 0 && error != -EAGAIN) {
				return error;
			}
			set_up[i] = error == 0;
			progress = progress || set_up[i];
		}
	} while (progress);
	return 0;
}

uint32_t host_ready(void)
{
	uint32_t count = 0;
	uint32_t i;

	for (i = 0; i < node_count; i++) {
		count += set_up[i];
	}
	return count;
}

int host_master_add(struct dt_device_node *master, const char *name, uint32_t unit,
		    const uint32_t *utlbs, uint32_t count)
{
	struct dt_phandle_args args = {nodes, 1, {0}};
	uint32_t i;
	int error = 0;

	while (args.np->at != judge_machine()->units[unit].base) {
		args.np++;
	}
	memset(master, 0, sizeof(*master));
	master->name = name;
	master->dev.iommu_fwspec = calloc(1, sizeof(struct iommu_fwspec));
	master->dev.iommu_fwspec->iommu_dev = &args.np->dev;
	for (i = 0; i < count && error == 0; i++) {
		args.args[0] = utlbs[i];
		error = ops->dt_xlate(&master->dev, &args);
	}
	return error != 0 ? error : ops->add_device(0, &master->dev);
}

/** struct host_domain - a domain with its P2M. */
struct host_domain {
	struct domain d;
	struct page_info root;
	struct model_table p2m;
};

static uint64_t p2m_alloc(void *arg, uint32_t pages)
{
	void *view = judge_pages_alloc(pages);

	(void)arg;
	if (view == NULL) {
		return 0;
	}
	judge_clean(view, (size_t)pages * JUDGE_PAGE);
	return judge_pa(view);
}

static void p2m_free(void *arg, uint64_t pa, uint32_t pages)
{
	(void)arg;
	judge_pages_free(judge_view(pa), pages);
}

static bool p2m_load(void *arg, uint64_t pa, uint64_t *value)
{
	(void)arg;
	memcpy(value, judge_view(pa), 8);
	return true;
}

static void p2m_store(void *arg, uint64_t pa, uint64_t value)
{
	(void)arg;
	memcpy(judge_view(pa), &value, 8);
	judge_clean(judge_view(pa), 8);
}

struct domain *host_domain_create(uint32_t id)
{
	static const struct model_memory memory = {NULL, p2m_alloc, p2m_free, p2m_load,
						   p2m_store};
	struct host_domain *h = calloc(1, sizeof(*h));

	judge_check(p2m_ipa_bits == 40, "the driver restricts the P2M to 40 bits");
	judge_check(model_table_create(&h->p2m, MODEL_FORMAT_S2, 40, &memory) == MODEL_TABLE_OK,
		    "a P2M is made");
	h->root.at = h->p2m.root;
	h->d.domain_id = id;
	h->d.arch.p2m.root = &h->root;
	judge_check(ops->init(&h->d) == 0, "the driver takes the domain");
	if (id == 0) {
		ops->hwdom_init(&h->d);
	}
	return &h->d;
}

static struct host_domain *whole(struct domain *d)
{
	return container_of(d, struct host_domain, d);
}

void host_domain_destroy(struct domain *d)
{
	struct host_domain *h = whole(d);

	ops->teardown(d);
	model_table_destroy(&h->p2m);
	free(h);
}

int host_assign(struct domain *d, struct dt_device_node *master)
{
	return ops->assign_device(d, 0, &master->dev, 0);
}

int host_reassign(struct domain *s, struct domain *t, struct dt_device_node *master)
{
	return ops->reassign_device(s, t, 0, &master->dev);
}

static void flush(struct domain *d, uint64_t ipa, uint64_t size, unsigned int flags)
{
	dfn_t dfn = {ipa / PAGE_SIZE_4K};

	judge_check(ops->iotlb_flush(d, dfn, size / PAGE_SIZE_4K, flags) == 0, "it is flushed");
}

void host_p2m_add(struct domain *d, uint64_t ipa, uint64_t pa, uint64_t size, bool write)
{
	judge_check(model_table_map(&whole(d)->p2m, ipa, pa, size, true, write, true) ==
			    MODEL_TABLE_OK,
		    "the P2M takes it");
	flush(d, ipa, size, FLUSH_ADDED);
}

void host_p2m_remove(struct domain *d, uint64_t ipa, uint64_t size)
{
	judge_check(model_table_unmap(&whole(d)->p2m, ipa, size) == MODEL_TABLE_OK,
		    "the P2M gives it up");
	flush(d, ipa, size, FLUSH_MODIFIED);
}
