/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * hypervisor.h - as much of Xen as its IPMMU driver asks for, on top of the judges' machine.
 * What takes more than a line is in hypervisor.c. Not a copy of Xen's headers: written from
 * what the driver calls.
 */
#ifndef HYPERVISOR_H
#define HYPERVISOR_H

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
typedef uint64_t paddr_t;

#define __iomem
#define __init
#define __initconst
#define __must_check __attribute__((warn_unused_result))

#define container_of(at, type, member) ((type *)((char *)(at)-offsetof(type, member)))
#define min(a, b)                      ((a) < (b) ? (a) : (b))
#define PAGE_SIZE_4K                   0x1000ul
#define DOMID_XEN                      0x7ff2

/* Errors in pointers. */
#define ERR_PTR(error) ((void *)(intptr_t)(error))
#define PTR_ERR(at)    ((int)(intptr_t)(at))
#define IS_ERR(at)     ((uintptr_t)(at) >= (uintptr_t)-4095)

void xen_assert(bool holds, const char *what);
#define ASSERT(holds) xen_assert(holds, #holds)

#define XENLOG_INFO    ""
#define XENLOG_WARNING ""
#define XENLOG_ERR     ""
void printk(const char *format, ...);

/* Bits. */
#define DECLARE_BITMAP(name, bits) unsigned long name[((bits) + 63) / 64]
#define bitmap_zero(map, bits)     memset(map, 0, ((bits) + 63) / 64 * 8)
int find_first_zero_bit(const unsigned long *map, unsigned int bits);
void set_bit(int bit, unsigned long *map);
void clear_bit(unsigned int bit, unsigned long *map);

/* Lists: a ring through the head. */
struct list_head {
	struct list_head *next;
	struct list_head *prev;
};
#define LIST_HEAD(name)      struct list_head name = {&(name), &(name)}
#define INIT_LIST_HEAD(head) ((void)((head)->next = (head)->prev = (head)))
#define list_empty(head)     ((head)->next == (head))
void list_add(struct list_head *entry, struct list_head *head);
void list_del(struct list_head *entry);
#define list_for_each_entry(at, head, member) \
	for ((at) = container_of((head)->next, __typeof__(*(at)), member); \
	     &(at)->member != (head); \
	     (at) = container_of((at)->member.next, __typeof__(*(at)), member))

/* One thread only, but locks must pair up. */
typedef struct {
	int held;
} spinlock_t;
#define DEFINE_SPINLOCK(name) spinlock_t name
void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);
#define spin_lock_init(lock)                ((lock)->held = 0)
#define spin_lock_irqsave(lock, flags)      ((flags) = 0, spin_lock(lock))
#define spin_unlock_irqrestore(lock, flags) ((void)(flags), spin_unlock(lock))

/* Time and memory. */
#define cpu_relax() ((void)0)
void udelay(unsigned long us);
void *xen_zalloc(size_t size);
#define xzalloc(type) ((type *)xen_zalloc(sizeof(type)))
void xfree(void *object);
void __iomem *ioremap_nocache(paddr_t at, size_t size);
void iounmap(void __iomem *at);
uint32_t readl(const volatile void __iomem *at);
void writel(uint32_t value, volatile void __iomem *at);

struct page_info {
	paddr_t at;
};
#define page_to_maddr(page) ((page)->at)
extern unsigned int p2m_ipa_bits;
void p2m_restrict_ipa_bits(unsigned int bits);

/* Devices. */
struct iommu_fwspec;
struct dt_device_node;

struct device {
	struct iommu_fwspec *iommu_fwspec;
};
typedef struct device device_t;

struct iommu_fwspec {
	struct device *iommu_dev;
	void *iommu_priv;
	unsigned int num_ids;
	uint32_t ids[8];
};
#define dev_iommu_fwspec_get(dev) ((dev)->iommu_fwspec)
int iommu_fwspec_add_ids(struct device *dev, const uint32_t *ids, int count);

struct dt_device_node {
	const char *name;
	const char *compatible;
	bool has_main; /* renesas,ipmmu-main */
	bool is_protected;
	uint32_t used_by;
	int irq;
	uint64_t at;
	uint64_t size;
	struct device dev;
};
#define dev_to_dt(its_dev)                  container_of(its_dev, struct dt_device_node, dev)
#define dt_to_dev(node)                     (&(node)->dev)
#define dt_node_full_name(node)             ((node)->name)
#define dt_device_is_protected(node)        ((node)->is_protected)
#define dt_device_set_protected(node)       ((void)((node)->is_protected = true))
#define dt_device_set_used_by(node, domain) ((void)((node)->used_by = (domain)))
#define platform_get_irq(node, index)       ((node)->irq != 0 ? (node)->irq : -ENODEV)

struct dt_phandle_args {
	struct dt_device_node *np;
	int args_count;
	uint32_t args[4];
};

struct dt_device_match {
	const char *compatible;
	const void *data;
};

int dt_device_get_address(const struct dt_device_node *node, unsigned int index, u64 *at,
			  u64 *size);
const void *dt_find_property(const struct dt_device_node *node, const char *name, u32 *length);
struct dt_device_node *dt_find_compatible_node(struct dt_device_node *from, const char *type,
					       const char *compatible);
const struct dt_device_match *dt_match_node(const struct dt_device_match *list,
					    const struct dt_device_node *node);

struct cpu_user_regs;
int request_irq(unsigned int irq, unsigned int flags,
		void (*handler)(int irq, void *arg, struct cpu_user_regs *regs),
		const char *name, void *arg);

/* Domains. */
struct domain {
	uint32_t domain_id;
	struct {
		struct {
			struct page_info *root;
		} p2m;
	} arch;
	struct domain_iommu {
		struct {
			void *priv;
		} arch;
	} iommu;
};
#define dom_iommu(d)          (&(d)->iommu)
#define is_hardware_domain(d) ((d)->domain_id == 0)

typedef struct {
	uint64_t dfn;
} dfn_t;
typedef struct {
	uint64_t mfn;
} mfn_t;

struct iommu_ops {
	unsigned long page_sizes;
	int (*init)(struct domain *d);
	void (*hwdom_init)(struct domain *d);
	int (*add_device)(u8 devfn, device_t *dev);
	int (*assign_device)(struct domain *d, u8 devfn, device_t *dev, u32 flag);
	int (*reassign_device)(struct domain *s, struct domain *t, u8 devfn, device_t *dev);
	int (*map_page)(struct domain *d, dfn_t dfn, mfn_t mfn, unsigned int flags,
			unsigned int *flush_flags);
	int (*unmap_page)(struct domain *d, dfn_t dfn, unsigned int order,
			  unsigned int *flush_flags);
	void (*teardown)(struct domain *d);
	int (*iotlb_flush)(struct domain *d, dfn_t dfn, unsigned long page_count,
			   unsigned int flush_flags);
	int (*dt_xlate)(device_t *dev, const struct dt_phandle_args *args);
};
void iommu_set_ops(const struct iommu_ops *ops);
void arch_iommu_hwdom_init(struct domain *d);
int arm_iommu_map_page(struct domain *d, dfn_t dfn, mfn_t mfn, unsigned int flags,
		       unsigned int *flush_flags);
int arm_iommu_unmap_page(struct domain *d, dfn_t dfn, unsigned int order,
			 unsigned int *flush_flags);

enum {
	DEVICE_IOMMU = 1
};

struct device_desc {
	const char *name;
	int class;
	const struct dt_device_match *dt_match;
	int (*init)(struct dt_device_node *node, const void *data);
};
extern const struct device_desc xen_driver;
#define DT_DEVICE_START(its_name, text, its_class) \
	const struct device_desc xen_driver = {.name = (text), .class = (its_class),
#define DT_DEVICE_END \
	} \
	;

#endif
