// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * test-master.c - a Linux driver for the test master that plays through what an IOMMU must do
 * when it is loaded, and prints one line for each: data lands and comes back, an address
 * without a mapping, a mapping that may only be read, and one that is gone are stopped.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/iommu.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>

enum {
	REG_CONTROL = 0x04,
	REG_STATUS = 0x08,
	REG_LENGTH = 0x0c,
	REG_ADDRESS = 0x10,
	REG_ADDRESS_HIGH = 0x14,
	REG_PERIOD = 0x18,
	BUFFER = 0x1000,
	CONTROL_START = 1,
	CONTROL_WRITE = 2,
	STATUS_BUSY = 1,
	STATUS_DONE = 2,
	BYTES = 256,
	AGAIN_US = 50000, /* longer than a case: each fault is told once */
	AWAY = 64 * 4096
};

struct master {
	struct device *dev;
	void __iomem *base;
	u8 *page;
	unsigned int failed;
};

static void buffer_fill(struct master *m, u8 seed)
{
	u32 i;

	for (i = 0; i < BYTES; i += 4) {
		writel(0x01010101u * (u8)(seed + i / 4), m->base + BUFFER + i);
	}
}

static bool bytes_are(const struct master *m, u8 seed)
{
	u32 i;

	for (i = 0; i < BYTES; i++) {
		if (m->page[i] != (u8)(seed + i / 4)) {
			return false;
		}
	}
	return true;
}

/* True when all bytes moved. A master that is held goes on, or not, once the fault is cleared.
 */
static bool run(struct master *m, dma_addr_t at, bool write)
{
	u32 status;
	u32 tries;

	writel(0, m->base + REG_CONTROL);
	writel(BYTES, m->base + REG_LENGTH);
	writel(AGAIN_US, m->base + REG_PERIOD);
	writel(lower_32_bits(at), m->base + REG_ADDRESS);
	writel(upper_32_bits(at), m->base + REG_ADDRESS_HIGH);
	writel(CONTROL_START | (write ? CONTROL_WRITE : 0), m->base + REG_CONTROL);
	for (tries = 0; tries < 20; tries++) {
		status = readl(m->base + REG_STATUS);
		if (!(status & STATUS_BUSY)) {
			break;
		}
		usleep_range(200, 400);
	}
	writel(0, m->base + REG_CONTROL);
	/* Let the interrupt of a fault be served before the next case. */
	msleep(20);
	return (status & STATUS_DONE) != 0;
}

static void tell(struct master *m, bool held, const char *what, dma_addr_t at)
{
	m->failed += !held;
	dev_info(m->dev, "%s: %s at %pad\n", held ? "ok" : "NOT OK", what, &at);
}

static void play(struct master *m)
{
	dma_addr_t at = dma_map_single(m->dev, m->page, PAGE_SIZE, DMA_BIDIRECTIONAL);
	bool moved;

	if (dma_mapping_error(m->dev, at)) {
		tell(m, false, "mapped", 0);
		return;
	}
	tell(m, iommu_get_domain_for_dev(m->dev) != NULL, "behind an IOMMU", at);
	buffer_fill(m, 0x10);
	moved = run(m, at, true);
	tell(m, moved && bytes_are(m, 0x10), "written data landed", at);
	moved = run(m, at - AWAY, true);
	tell(m, !moved, "unmapped address stopped", at - AWAY);
	dma_unmap_single(m->dev, at, PAGE_SIZE, DMA_BIDIRECTIONAL);
	buffer_fill(m, 0x20);
	moved = run(m, at, true);
	tell(m, !moved && bytes_are(m, 0x10), "write after unmap stopped", at);
	at = dma_map_single(m->dev, m->page, PAGE_SIZE, DMA_TO_DEVICE);
	buffer_fill(m, 0x30);
	moved = run(m, at, true);
	tell(m, !moved && bytes_are(m, 0x10), "write to a read-only mapping stopped", at);
	moved = run(m, at, false);
	tell(m, moved && readl(m->base + BUFFER) == 0x10101010, "data read back", at);
	dma_unmap_single(m->dev, at, PAGE_SIZE, DMA_TO_DEVICE);
}

static int master_probe(struct platform_device *pdev)
{
	struct master m = {.dev = &pdev->dev};

	m.base = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(m.base)) {
		return PTR_ERR(m.base);
	}
	m.page = (u8 *)__get_free_page(GFP_KERNEL | __GFP_ZERO);
	if (m.page == NULL || dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(32)) != 0) {
		free_page((unsigned long)m.page);
		return -ENOMEM;
	}
	play(&m);
	free_page((unsigned long)m.page);
	dev_info(&pdev->dev, "end, %u not ok\n", m.failed);
	return 0;
}

static const struct of_device_id master_match[] = {
	{.compatible = "libipmmu,test-master"},
	{},
};

static struct platform_driver master_driver = {
	.probe = master_probe,
	.driver = {.name = "ipmmu-test-master", .of_match_table = master_match},
};

module_platform_driver(master_driver);
MODULE_LICENSE("GPL");
