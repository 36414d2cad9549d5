// SPDX-License-Identifier: GPL-2.0-only
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * hypervisor.c - the functions of Xen that the driver calls.
 */
#include <hypervisor.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "../judge.h"

unsigned int p2m_ipa_bits = 44;

void xen_assert(bool holds, const char *what)
{
	if (!judge_check(holds, "an assertion of the driver fails: %s", what)) {
		abort();
	}
}

/* Letters that Xen puts behind %p stay in the text. */
void printk(const char *format, ...)
{
	char text[200];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	judge_log("%s", text);
}

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

void list_add(struct list_head *entry, struct list_head *head)
{
	entry->next = head->next;
	entry->prev = head;
	head->next->prev = entry;
	head->next = entry;
}

/* A member that is taken out twice would be seen. */
void list_del(struct list_head *entry)
{
	entry->prev->next = entry->next;
	entry->next->prev = entry->prev;
	entry->next = NULL;
	entry->prev = NULL;
}

void spin_lock(spinlock_t *lock)
{
	judge_check(lock->held == 0, "a lock is taken twice");
	lock->held = 1;
}

void spin_unlock(spinlock_t *lock)
{
	judge_check(lock->held == 1, "a lock is given back that is not held");
	lock->held = 0;
}

void udelay(unsigned long us)
{
	judge_time((uint32_t)us);
}

void *xen_zalloc(size_t size)
{
	return calloc(1, size);
}

void xfree(void *object)
{
	free(object);
}

void __iomem *ioremap_nocache(paddr_t at, size_t size)
{
	return judge_ioremap(at, size);
}

void iounmap(void __iomem *at)
{
	(void)at;
}

uint32_t readl(const volatile void __iomem *at)
{
	return judge_readl(at);
}

void writel(uint32_t value, volatile void __iomem *at)
{
	judge_writel(value, at);
}

void p2m_restrict_ipa_bits(unsigned int bits)
{
	p2m_ipa_bits = min(p2m_ipa_bits, bits);
}

int iommu_fwspec_add_ids(struct device *dev, const uint32_t *ids, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		dev->iommu_fwspec->ids[dev->iommu_fwspec->num_ids++] = ids[i];
	}
	return 0;
}

int dt_device_get_address(const struct dt_device_node *node, unsigned int index, u64 *at,
			  u64 *size)
{
	*at = node->at;
	*size = node->size;
	return index == 0 ? 0 : -EINVAL;
}

const void *dt_find_property(const struct dt_device_node *node, const char *name, u32 *length)
{
	(void)length;
	return strcmp(name, "renesas,ipmmu-main") == 0 && node->has_main ? node : NULL;
}

struct dt_device_node *dt_find_compatible_node(struct dt_device_node *from, const char *type,
					       const char *compatible)
{
	static struct dt_device_node prr;

	(void)from;
	(void)type;
	prr.name = "chipid";
	prr.at = judge_machine()->prr_at;
	prr.size = 4;
	return strcmp(compatible, "renesas,prr") == 0 ? &prr : NULL;
}

const struct dt_device_match *dt_match_node(const struct dt_device_match *list,
					    const struct dt_device_node *node)
{
	for (; list->compatible != NULL; list++) {
		if (strcmp(list->compatible, node->compatible) == 0) {
			return list;
		}
	}
	return NULL;
}

/** struct line - the interrupt that the driver has asked for; the root has the only one. */
static struct {
	void (*handler)(int irq, void *arg, struct cpu_user_regs *regs);
	int irq;
	void *arg;
} line;

static void take(void *arg)
{
	(void)arg;
	line.handler(line.irq, line.arg, NULL);
}

int request_irq(unsigned int irq, unsigned int flags,
		void (*handler)(int irq, void *arg, struct cpu_user_regs *regs),
		const char *name, void *arg)
{
	(void)flags;
	(void)name;
	line.handler = handler;
	line.irq = (int)irq;
	line.arg = arg;
	judge_on_irq(0, take, NULL);
	return 0;
}

void arch_iommu_hwdom_init(struct domain *d)
{
	(void)d;
}

/* The P2M is changed by its own calls here; nobody asks the driver to. */
int arm_iommu_map_page(struct domain *d, dfn_t dfn, mfn_t mfn, unsigned int flags,
		       unsigned int *flush_flags)
{
	(void)d;
	(void)dfn;
	(void)mfn;
	(void)flags;
	(void)flush_flags;
	return -EOPNOTSUPP;
}

int arm_iommu_unmap_page(struct domain *d, dfn_t dfn, unsigned int order,
			 unsigned int *flush_flags)
{
	(void)d;
	(void)dfn;
	(void)order;
	(void)flush_flags;
	return -EOPNOTSUPP;
}
