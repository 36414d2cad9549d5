// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * host.c - the parts of Linux that call the driver: driver core, IOMMU core, sleep.
 */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>

#include "../judge.h"
#include "private.h"

static struct device_node nodes[JUDGE_UNITS];
static uint32_t node_count;
static struct device_node *bound[JUDGE_UNITS]; /* in this order they are resumed */
static uint32_t bound_count;

static struct device *masters[8];
static uint32_t master_count;

static const struct {
	const char *machine;
	const char *compatible[3];
} compatibles[] = {
	{"r8a7790", {"renesas,ipmmu-r8a7790", "renesas,ipmmu-vmsa"}},
	{"r8a77951", {"renesas,ipmmu-r8a7795"}},
	{"r8a77965", {"renesas,ipmmu-r8a77965"}},
	{"r8a779f0", {"renesas,ipmmu-r8a779f0", "renesas,rcar-gen4-ipmmu-vmsa"}},
};

void host_device_add(uint32_t unit)
{
	const struct judge_machine *m = judge_machine();
	struct device_node *node = &nodes[node_count++];
	uint32_t i = 0;

	while (strcmp(compatibles[i].machine, m->name) != 0) {
		i++;
	}
	memcpy(node->compatible, compatibles[i].compatible, sizeof(node->compatible));
	node->unit = unit;
	node->has_main = m->generation != MODEL_GEN2 && unit != 0;
	snprintf(node->name, sizeof(node->name), "%llx.iommu",
		 (unsigned long long)m->units[unit].base);
	node->pdev.dev.name = node->name;
	node->pdev.dev.of_node = node;
	node->pdev.dev.driver = &kernel_driver->driver;
	node->pdev.memory.start = m->units[unit].base;
	node->pdev.memory.size = m->generation == MODEL_GEN4 ? 0x20000 : 0x1000;
	node->pdev.irq = node->has_main ? 0 : (int)(196 + unit);
}

static const struct of_device_id *match(const struct device_node *node)
{
	const struct of_device_id *id;
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(node->compatible) && node->compatible[i] != NULL; i++) {
		for (id = kernel_driver->driver.of_match_table; id->compatible != NULL; id++) {
			if (strcmp(id->compatible, node->compatible[i]) == 0) {
				return id;
			}
		}
	}
	return NULL;
}

const void *of_device_get_match_data(const struct device *dev)
{
	const struct of_device_id *id = match(dev->of_node);

	return id != NULL ? id->data : NULL;
}

void *of_find_property(const struct device_node *node, const char *name, int *length)
{
	static char there;

	(void)length;
	return strcmp(name, "renesas,ipmmu-main") == 0 && node->has_main ? &there : NULL;
}

struct platform_device *of_find_device_by_node(struct device_node *node)
{
	return &node->pdev;
}

int driver_for_each_device(struct device_driver *driver, struct device *start, void *data,
			   int (*fn)(struct device *dev, void *data))
{
	uint32_t i;
	int error = 0;

	(void)driver;
	(void)start;
	for (i = 0; i < bound_count && error == 0; i++) {
		error = fn(&bound[i]->pdev.dev, data);
	}
	return error;
}

uint32_t host_probe(void)
{
	uint32_t rounds = 0;
	uint32_t before;
	uint32_t i;

	do {
		before = bound_count;
		rounds++;
		for (i = 0; i < node_count; i++) {
			int error;

			if (nodes[i].bound || match(&nodes[i]) == NULL) {
				continue;
			}
			error = kernel_driver->probe(&nodes[i].pdev);
			judge_check(error == 0 || error == -EPROBE_DEFER, "probe ends with %d",
				    error);
			if (error == 0) {
				nodes[i].bound = true;
				bound[bound_count++] = &nodes[i];
			}
		}
	} while (bound_count != before && bound_count != node_count);
	return rounds;
}

uint32_t host_devices_bound(void)
{
	return bound_count;
}

/* All units of a driver have the same. */
static const struct iommu_ops *ops;

int iommu_device_register(struct iommu_device *iommu, const struct iommu_ops *its_ops,
			  struct device *dev)
{
	(void)dev;
	iommu->ops = its_ops;
	ops = its_ops;
	return 0;
}

void iommu_device_unregister(struct iommu_device *iommu)
{
	iommu->ops = NULL;
}

int iommu_fwspec_add_ids(struct device *dev, u32 *ids, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		dev->fwspec.ids[dev->fwspec.num_ids++] = ids[i];
	}
	return 0;
}

struct iommu_group *iommu_group_alloc(void)
{
	return calloc(1, sizeof(struct iommu_group));
}

struct iommu_group *generic_device_group(struct device *dev)
{
	(void)dev;
	return iommu_group_alloc();
}

int report_iommu_fault(struct iommu_domain *domain, struct device *dev, unsigned long iova,
		       int flags)
{
	(void)dev;
	(void)flags;
	return domain->fault != NULL ? domain->fault(domain, iova) : -ENOSYS;
}

static struct iommu_domain *domain_alloc(unsigned int type)
{
	struct iommu_domain *domain = ops->domain_alloc(type);

	domain->type = type;
	domain->ops = ops->default_domain_ops;
	return domain;
}

struct iommu_domain *host_domain_alloc(void)
{
	return domain_alloc(IOMMU_DOMAIN_UNMANAGED);
}

void host_domain_free(struct iommu_domain *domain)
{
	domain->ops->free(domain);
}

/* A new domain takes over from the old one without a detach in between. */
int host_attach(struct device *master, struct iommu_domain *domain)
{
	struct iommu_group *group = master->group;
	int error = 0;
	uint32_t i;

	for (i = 0; i < master_count && error == 0; i++) {
		if (masters[i]->group != group) {
			continue;
		}
		if (domain != NULL) {
			error = domain->ops->attach_dev(domain, masters[i]);
		} else {
			group->domain->ops->detach_dev(group->domain, masters[i]);
		}
	}
	if (error == 0) {
		group->domain = domain;
	}
	return error;
}

/* A master that joins a group goes where the group is. */
static int join(struct device *master)
{
	struct iommu_group *group = master->group;

	if (IS_ENABLED(CONFIG_IOMMU_DMA) && group->default_domain == NULL) {
		group->default_domain = domain_alloc(IOMMU_DOMAIN_DMA);
		group->domain = group->default_domain;
	}
	return group->domain != NULL ? group->domain->ops->attach_dev(group->domain, master)
				     : 0;
}

static struct device_node *node_of(uint32_t unit)
{
	struct device_node *node = nodes;

	while (node->unit != unit) {
		node++;
	}
	return node;
}

static int translate(struct device *master, struct device_node *node, const u32 *utlbs,
		     uint32_t count)
{
	struct of_phandle_args args = {node, 1, {0}};
	uint32_t i;
	int error = 0;

	for (i = 0; i < count && error == 0; i++) {
		args.args[0] = utlbs[i];
		error = ops->of_xlate(master, &args);
	}
	return error;
}

int host_master_add(struct device *master, const char *name, uint32_t unit, const u32 *utlbs,
		    uint32_t count)
{
	struct iommu_device *iommu;
	int error;

	memset(master, 0, sizeof(*master));
	master->name = name;
	error = translate(master, node_of(unit), utlbs, count);
	if (error != 0) {
		return error;
	}
	iommu = ops->probe_device(master);
	if (IS_ERR(iommu)) {
		return PTR_ERR(iommu);
	}
	master->group = ops->device_group(master);
	if (IS_ERR(master->group)) {
		return PTR_ERR(master->group);
	}
	masters[master_count++] = master;
	error = join(master);
	ops->probe_finalize(master);
	return error;
}

void host_master_remove(struct device *master)
{
	uint32_t i = 0;

	ops->release_device(master);
	while (masters[i] != master) {
		i++;
	}
	masters[i] = masters[--master_count];
}

#ifdef CONFIG_ARM
int platform_bus_type;

struct dma_iommu_mapping *arm_iommu_create_mapping(void *bus, dma_addr_t base, u64 size)
{
	struct dma_iommu_mapping *mapping = calloc(1, sizeof(*mapping));

	(void)bus;
	(void)base;
	(void)size;
	mapping->domain = host_domain_alloc();
	return mapping;
}

int arm_iommu_attach_device(struct device *dev, struct dma_iommu_mapping *mapping)
{
	return host_attach(dev, mapping->domain);
}

void arm_iommu_detach_device(struct device *dev)
{
	judge_check(host_attach(dev, NULL) == 0, "%s is detached", dev->name);
}

/* The last reference frees the domain; these hosts hold one only. */
void arm_iommu_release_mapping(struct dma_iommu_mapping *mapping)
{
	if (mapping != NULL) {
		host_domain_free(mapping->domain);
		free(mapping);
	}
}
#endif

static uint64_t page_size(uint64_t addresses, uint64_t size)
{
	uint64_t page = SZ_1G;

	while ((ops->pgsize_bitmap & page) == 0 || (addresses & (page - 1)) != 0 ||
	       page > size) {
		page >>= 1;
	}
	return page;
}

int host_map(struct iommu_domain *domain, uint64_t iova, uint64_t pa, uint64_t size, int prot)
{
	int error = 0;

	while (size != 0 && error == 0) {
		uint64_t page = page_size(iova | pa, size);

		error = domain->ops->map(domain, iova, pa, page, prot, GFP_KERNEL);
		iova += page;
		pa += page;
		size -= page;
	}
	return error;
}

uint64_t host_unmap(struct iommu_domain *domain, uint64_t iova, uint64_t size)
{
	struct iommu_iotlb_gather gather = {iova, iova + size - 1, false};
	uint64_t done = 0;

	while (done < size) {
		uint64_t page = page_size(iova + done, size - done);
		uint64_t now = domain->ops->unmap(domain, iova + done, page, &gather);

		if (now == 0) {
			break;
		}
		done += now;
	}
	domain->ops->iotlb_sync(domain, &gather);
	return done;
}

void host_sleep(void)
{
	uint32_t i;

	for (i = 0; i < judge_machine()->unit_count; i++) {
		model_power(judge_model(), i, false);
		model_power(judge_model(), i, true);
	}
	for (i = 0; i < bound_count; i++) {
		judge_check(kernel_driver->driver.pm->resume_noirq(&bound[i]->pdev.dev) == 0,
			    "%s resumes", bound[i]->name);
	}
}

void host_remove(void)
{
	while (bound_count > 0) {
		struct device_node *node = bound[--bound_count];

		judge_check(kernel_driver->remove(&node->pdev) == 0, "%s is unbound",
			    node->name);
		node->bound = false;
	}
}
