// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * kernel.c - the functions of Linux that the driver and its page tables call.
 * Page tables are written in the CPU's view of RAM, and walkers see what was cleaned.
 */
#include <kernel.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "../judge.h"
#include "private.h"

int kernel_exports_nothing;

int find_first_zero_bit(const unsigned long *map, unsigned int bits)
{
	unsigned int n = 0;

	while (n < bits && (map[n / 64] >> (n % 64) & 1) != 0) {
		n++;
	}
	return (int)n;
}

void set_bit(int bit, unsigned long *map)
{
	map[bit / 64] |= 1ul << (bit % 64);
}

void clear_bit(unsigned int bit, unsigned long *map)
{
	map[bit / 64] &= ~(1ul << (bit % 64));
}

bool kernel_warn(bool wrong, const char *what)
{
	judge_check(!wrong, "the driver warns: %s", what);
	return wrong;
}

void kernel_say(const struct device *dev, const char *format, ...)
{
	char text[200];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	judge_log("%s: %s", dev->name, text);
}

u64 cmpxchg64_relaxed(u64 *at, u64 old, u64 new)
{
	u64 was = *at;

	if (was == old) {
		*at = new;
	}
	return was;
}

void kernel_lock(int *held)
{
	judge_check(*held == 0, "a lock is taken twice");
	*held = 1;
}

void kernel_unlock(int *held)
{
	judge_check(*held == 1, "a lock is given back that is not held");
	*held = 0;
}

void udelay(unsigned long us)
{
	judge_time((uint32_t)us);
}

void *kzalloc(size_t size, gfp_t gfp)
{
	(void)gfp;
	return calloc(1, size);
}

void kfree(void *object)
{
	free(object);
}

void *devm_kzalloc(struct device *dev, size_t size, gfp_t gfp)
{
	(void)dev;
	return kzalloc(size, gfp);
}

int get_order(unsigned long size)
{
	int order = 0;

	while ((PAGE_SIZE << order) < size) {
		order++;
	}
	return order;
}

struct page *alloc_pages_node(int node, gfp_t gfp, int order)
{
	(void)node;
	(void)gfp;
	return judge_pages_alloc(1u << order);
}

void free_pages(unsigned long at, int order)
{
	judge_pages_free((void *)at, 1u << order);
}

phys_addr_t virt_to_phys(void *at)
{
	return judge_pa(at);
}

void *phys_to_virt(phys_addr_t pa)
{
	return judge_view(pa);
}

u32 ioread32(const void __iomem *at)
{
	return judge_readl(at);
}

void iowrite32(u32 value, void __iomem *at)
{
	judge_writel(value, at);
}

int dma_set_mask_and_coherent(struct device *dev, u64 mask)
{
	(void)dev;
	return mask == DMA_BIT_MASK(40) ? 0 : -EIO;
}

dma_addr_t dma_map_single(struct device *dev, void *at, size_t size,
			  enum dma_data_direction direction)
{
	(void)dev;
	(void)direction;
	judge_clean(at, size);
	return judge_pa(at);
}

void dma_unmap_single(struct device *dev, dma_addr_t at, size_t size,
		      enum dma_data_direction direction)
{
	(void)dev;
	(void)at;
	(void)size;
	(void)direction;
}

void dma_sync_single_for_device(struct device *dev, dma_addr_t at, size_t size,
				enum dma_data_direction direction)
{
	(void)dev;
	(void)direction;
	judge_clean(judge_view(at), size);
}

void *devm_ioremap_resource(struct device *dev, struct resource *resource)
{
	void *at = judge_ioremap(resource->start, resource->size);

	(void)dev;
	return at != NULL ? at : ERR_PTR(-EINVAL);
}

struct resource *platform_get_resource(struct platform_device *pdev, int type, int index)
{
	return type == IORESOURCE_MEM && index == 0 ? &pdev->memory : NULL;
}

int platform_get_irq(struct platform_device *pdev, int index)
{
	return index == 0 && pdev->irq != 0 ? pdev->irq : -ENXIO;
}

/** struct line - one interrupt that a driver has asked for. */
struct line {
	irqreturn_t (*handler)(int irq, void *arg);
	int irq;
	void *arg;
};

static struct line lines[JUDGE_UNITS];

static void take(void *arg)
{
	const struct line *line = arg;

	judge_check(line->handler(line->irq, line->arg) == IRQ_HANDLED,
		    "the handler takes its interrupt");
}

int devm_request_irq(struct device *dev, int irq, irqreturn_t (*handler)(int irq, void *arg),
		     unsigned long flags, const char *name, void *arg)
{
	uint32_t unit = dev->of_node->unit;

	(void)flags;
	(void)name;
	lines[unit].handler = handler;
	lines[unit].irq = irq;
	lines[unit].arg = arg;
	judge_on_irq(unit, take, &lines[unit]);
	return 0;
}

/* A name in a list may end with a star. */
static bool name_fits(const char *pattern, const char *name)
{
	size_t length = strlen(pattern);

	if (length > 0 && pattern[length - 1] == '*') {
		return strncmp(pattern, name, length - 1) == 0;
	}
	return strcmp(pattern, name) == 0;
}

static const struct judge_machine *part; /* NULL: the one that is played */

void host_part(const struct judge_machine *machine)
{
	part = machine;
}

const struct soc_device_attribute *soc_device_match(const struct soc_device_attribute *list)
{
	const struct judge_machine *m = part != NULL ? part : judge_machine();

	for (; list->family != NULL || list->soc_id != NULL || list->revision != NULL; list++) {
		if ((list->family == NULL || name_fits(list->family, m->family)) &&
		    (list->soc_id == NULL || name_fits(list->soc_id, m->soc)) &&
		    (list->revision == NULL || name_fits(list->revision, m->revision))) {
			return list;
		}
	}
	return NULL;
}
