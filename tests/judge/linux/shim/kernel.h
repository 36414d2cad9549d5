/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * kernel.h - as much of Linux as its IPMMU driver and its page tables ask for, on top of the
 * judges' machine. What takes more than a line is in kernel.c. Not a copy of Linux's headers:
 * written from what the driver calls.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "words.h"

#define EPROBE_DEFER 517

typedef int8_t s8;
typedef uint8_t u8;

#define __iomem
#define EXPORT_SYMBOL_GPL(symbol) extern int kernel_exports_nothing

/* An option is on when it is a macro for 1: its text is then one letter long. */
#define KERNEL_TEXT(...)   #__VA_ARGS__
#define KERNEL_TEXT_OF(x)  KERNEL_TEXT(x)
#define IS_ENABLED(option) (sizeof(KERNEL_TEXT_OF(option)) == 2)

#define DMA_BIT_MASK(n) (~0ull >> (64 - (n)))

#define DECLARE_BITMAP(name, bits) unsigned long name[((bits) + 63) / 64]
#define bitmap_zero(map, bits)     memset(map, 0, ((bits) + 63) / 64 * 8)
int find_first_zero_bit(const unsigned long *map, unsigned int bits);
void set_bit(int bit, unsigned long *map);
void clear_bit(unsigned int bit, unsigned long *map);

/* Errors in pointers. */
#define ERR_PTR(error)   ((void *)(intptr_t)(error))
#define PTR_ERR(at)      ((int)(intptr_t)(at))
#define IS_ERR(at)       ((uintptr_t)(at) >= (uintptr_t)-4095)
#define WARN_ON(wrong)   kernel_warn(!!(wrong), #wrong)
#define VM_BUG_ON(wrong) ((void)WARN_ON(wrong))
bool kernel_warn(bool wrong, const char *what);

/* Barriers and locks: one thread only, but locks must pair up. */
#define wmb()     ((void)0)
#define dma_wmb() ((void)0)
u64 cmpxchg64_relaxed(u64 *at, u64 old, u64 new);

typedef struct {
	int held;
} spinlock_t;
struct mutex {
	int held;
};
void kernel_lock(int *held);
void kernel_unlock(int *held);
#define spin_lock_init(lock)                ((lock)->held = 0)
#define spin_lock_irqsave(lock, flags)      ((flags) = 0, kernel_lock(&(lock)->held))
#define spin_unlock_irqrestore(lock, flags) ((void)(flags), kernel_unlock(&(lock)->held))
#define mutex_init(lock)                    ((lock)->held = 0)
#define mutex_lock(lock)                    kernel_lock(&(lock)->held)
#define mutex_unlock(lock)                  kernel_unlock(&(lock)->held)

/* Time. */
void udelay(unsigned long us);
#define cpu_relax() ((void)0)

/* Memory. */
enum {
	GFP_KERNEL = 1,
	GFP_ATOMIC = 2,
	__GFP_ZERO = 4,
	__GFP_HIGHMEM = 8
};
struct page;
void *kzalloc(size_t size, gfp_t gfp);
#define kmalloc(size, gfp) kzalloc(size, gfp)
void kfree(void *object);
int get_order(unsigned long size);
struct page *alloc_pages_node(int node, gfp_t gfp, int order);
#define page_address(page)        ((void *)(page))
#define __free_pages(page, order) free_pages((unsigned long)(page), order)
void free_pages(unsigned long at, int order);
phys_addr_t virt_to_phys(void *at);
void *phys_to_virt(phys_addr_t pa);
#define __pa(at) virt_to_phys(at)
#define __va(pa) phys_to_virt(pa)

/* Devices. */
struct device_node;
struct device;

struct iommu_fwspec {
	u32 num_ids;
	u32 ids[8];
};

struct of_device_id {
	const char *compatible;
	const void *data;
};

struct dev_pm_ops {
	int (*suspend_noirq)(struct device *dev);
	int (*resume_noirq)(struct device *dev);
};
#define SET_NOIRQ_SYSTEM_SLEEP_PM_OPS(suspend, resume) \
	.suspend_noirq = (suspend), .resume_noirq = (resume)

struct device_driver {
	const char *name;
	const struct of_device_id *of_match_table;
	const struct dev_pm_ops *pm;
};

struct device {
	const char *name;
	struct device_node *of_node;
	void *driver_data;
	struct device_driver *driver;
	/* of masters */
	struct iommu_fwspec fwspec;
	void *iommu_priv;
	struct iommu_group *group;
};

struct resource {
	phys_addr_t start;
	phys_addr_t size;
};

struct platform_device {
	struct device dev;
	struct resource memory;
	int irq;
};

struct platform_driver {
	struct device_driver driver;
	int (*probe)(struct platform_device *pdev);
	int (*remove)(struct platform_device *pdev);
};

enum {
	IORESOURCE_MEM = 1
};

#define dev_name(dev)                    ((dev)->name)
#define dev_to_node(dev)                 ((void)(dev), 0)
#define dev_get_drvdata(dev)             ((dev)->driver_data)
#define put_device(dev)                  ((void)(dev))
#define platform_get_drvdata(pdev)       ((pdev)->dev.driver_data)
#define platform_set_drvdata(pdev, data) ((void)((pdev)->dev.driver_data = (data)))
#define of_match_ptr(table)              (table)
void kernel_say(const struct device *dev, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
#define dev_err(dev, ...)             kernel_say(dev, __VA_ARGS__)
#define dev_info(dev, ...)            kernel_say(dev, __VA_ARGS__)
#define dev_err_ratelimited(dev, ...) kernel_say(dev, __VA_ARGS__)

void *devm_kzalloc(struct device *dev, size_t size, gfp_t gfp);
void *devm_ioremap_resource(struct device *dev, struct resource *resource);
struct resource *platform_get_resource(struct platform_device *pdev, int type, int index);
int platform_get_irq(struct platform_device *pdev, int index);
const void *of_device_get_match_data(const struct device *dev);
void *of_find_property(const struct device_node *node, const char *name, int *length);
struct platform_device *of_find_device_by_node(struct device_node *node);
int driver_for_each_device(struct device_driver *driver, struct device *start, void *data,
			   int (*fn)(struct device *dev, void *data));

#define builtin_platform_driver(its_driver) \
	struct platform_driver *const kernel_driver = &(its_driver)
extern struct platform_driver *const kernel_driver;

struct soc_device_attribute {
	const char *family;
	const char *soc_id;
	const char *revision;
};
const struct soc_device_attribute *soc_device_match(const struct soc_device_attribute *list);

typedef enum {
	IRQ_NONE,
	IRQ_HANDLED
} irqreturn_t;
int devm_request_irq(struct device *dev, int irq, irqreturn_t (*handler)(int irq, void *arg),
		     unsigned long flags, const char *name, void *arg);

u32 ioread32(const void __iomem *at);
void iowrite32(u32 value, void __iomem *at);

/* DMA. */
enum dma_data_direction {
	DMA_TO_DEVICE = 1
};
int dma_set_mask_and_coherent(struct device *dev, u64 mask);
dma_addr_t dma_map_single(struct device *dev, void *at, size_t size,
			  enum dma_data_direction direction);
void dma_unmap_single(struct device *dev, dma_addr_t at, size_t size,
		      enum dma_data_direction direction);
#define dma_mapping_error(dev, at) ((void)(dev), (at) == 0)
void dma_sync_single_for_device(struct device *dev, dma_addr_t at, size_t size,
				enum dma_data_direction direction);

/* IOMMUs. */
enum {
	IOMMU_READ = 1,
	IOMMU_WRITE = 2,
	IOMMU_CACHE = 4,
	IOMMU_NOEXEC = 8,
	IOMMU_MMIO = 16,
	IOMMU_PRIV = 32
};

enum {
	IOMMU_DOMAIN_UNMANAGED = 1,
	IOMMU_DOMAIN_DMA = 3
};

struct iommu_ops;
struct iommu_domain;

struct iommu_iotlb_gather {
	unsigned long start;
	unsigned long end;
	bool queued;
};
#define iommu_iotlb_gather_queued(gather) ((gather) != NULL && (gather)->queued)

struct iommu_device {
	const struct iommu_ops *ops;
};

struct iommu_group {
	struct iommu_domain *domain;
	struct iommu_domain *default_domain;
};

struct iommu_domain {
	unsigned int type;
	const struct iommu_domain_ops *ops;
	struct {
		dma_addr_t aperture_start;
		dma_addr_t aperture_end;
		bool force_aperture;
	} geometry;
	int (*fault)(struct iommu_domain *domain, unsigned long iova);
};

struct of_phandle_args {
	struct device_node *np;
	int args_count;
	u32 args[4];
};

struct iommu_domain_ops {
	int (*attach_dev)(struct iommu_domain *domain, struct device *dev);
	void (*detach_dev)(struct iommu_domain *domain, struct device *dev);
	int (*map)(struct iommu_domain *domain, unsigned long iova, phys_addr_t pa, size_t size,
		   int prot, gfp_t gfp);
	size_t (*unmap)(struct iommu_domain *domain, unsigned long iova, size_t size,
			struct iommu_iotlb_gather *gather);
	void (*flush_iotlb_all)(struct iommu_domain *domain);
	void (*iotlb_sync)(struct iommu_domain *domain, struct iommu_iotlb_gather *gather);
	phys_addr_t (*iova_to_phys)(struct iommu_domain *domain, dma_addr_t iova);
	void (*free)(struct iommu_domain *domain);
};

struct iommu_ops {
	struct iommu_domain *(*domain_alloc)(unsigned int type);
	struct iommu_device *(*probe_device)(struct device *dev);
	void (*release_device)(struct device *dev);
	void (*probe_finalize)(struct device *dev);
	struct iommu_group *(*device_group)(struct device *dev);
	int (*of_xlate)(struct device *dev, struct of_phandle_args *args);
	const struct iommu_domain_ops *default_domain_ops;
	unsigned long pgsize_bitmap;
};

#define dev_iommu_fwspec_get(dev)     (&(dev)->fwspec)
#define dev_iommu_priv_get(dev)       ((dev)->iommu_priv)
#define dev_iommu_priv_set(dev, priv) ((void)((dev)->iommu_priv = (priv)))
#define iommu_group_ref_get(group)    (group)
int iommu_fwspec_add_ids(struct device *dev, u32 *ids, int count);
int report_iommu_fault(struct iommu_domain *domain, struct device *dev, unsigned long iova,
		       int flags);
struct iommu_group *iommu_group_alloc(void);
struct iommu_group *generic_device_group(struct device *dev);
#define iommu_device_sysfs_add(iommu, parent, groups, name) ((void)(iommu), 0)
#define iommu_device_sysfs_remove(iommu)                    ((void)(iommu))
int iommu_device_register(struct iommu_device *iommu, const struct iommu_ops *ops,
			  struct device *dev);
void iommu_device_unregister(struct iommu_device *iommu);

#ifdef CONFIG_ARM
struct dma_iommu_mapping {
	struct iommu_domain *domain;
};
extern int platform_bus_type;
struct dma_iommu_mapping *arm_iommu_create_mapping(void *bus, dma_addr_t base, u64 size);
int arm_iommu_attach_device(struct device *dev, struct dma_iommu_mapping *mapping);
void arm_iommu_detach_device(struct device *dev);
void arm_iommu_release_mapping(struct dma_iommu_mapping *mapping);
#endif

#endif
