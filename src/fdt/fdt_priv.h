/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * fdt_priv.h - what the files of the device-tree reader share.
 *
 * All work memory is one struct reader on the stack of ipmmu_fdt_read(). Every pass is one
 * forward walk with a fixed number of frames, so that no blob can make it recurse, and no list
 * in it grows with the blob, so that no blob can make it slow.
 */
#ifndef IPMMU_FDT_PRIV_H
#define IPMMU_FDT_PRIV_H

#include <ipmmu/fdt.h>

/** struct fdt_frame - one node on the way from the root to the current one. */
struct fdt_frame {
	const char *name;
	int node;
	uint16_t name_length;
	bool off; /**< its status, or one above it, is not okay */
};

/** struct fdt_walk - a walk over all nodes in the order of the blob. */
struct fdt_walk {
	const void *blob;
	int node;
	int depth;
	bool too_deep; /**< something was skipped */
	struct fdt_frame frames[IPMMU_FDT_MAX_DEPTH];
};

enum fdt_unit_state {
	FDT_LIVE,
	FDT_DISABLED,
	FDT_DEAD
};

/** struct fdt_unit - an IPMMU node; its description is at the same index until compaction. */
struct fdt_unit {
	const char *name;
	uint64_t used; /**< uTLBs that a master has */
	int node;
	uint32_t phandle; /**< 0: nothing can refer to it */
	uint32_t main;    /**< phandle of its root; 0 on a root */
	uint32_t index;   /**< in the description */
	uint8_t cells;    /**< that follow its phandle in a reference */
	uint8_t state;    /**< enum fdt_unit_state */
};

/** struct fdt_foreign - an IOMMU of another kind: only the length of its references matters. */
struct fdt_foreign {
	uint32_t phandle;
	uint32_t cells;
};

/** struct fdt_reserved - a child of /reserved-memory and its rows of the caller's regions. */
struct fdt_reserved {
	uint32_t phandle;
	uint32_t first; /**< its own row; those of its iommu-addresses follow */
	uint32_t end;
	bool claimed; /**< a described master goes with it */
};

/** struct fdt_reader - the state of one call. */
struct fdt_reader {
	struct fdt_walk walk;
	const struct ipmmu_fdt_options *options;
	const struct ipmmu_fdt_storage *storage;
	struct ipmmu_fdt_result *result;
	ipmmu_fdt_defect_fn fn;
	void *arg;
	struct fdt_unit units[IPMMU_MAX_MMUS];
	uint32_t unit_count;
	struct fdt_foreign foreign[IPMMU_FDT_MAX_FOREIGN];
	uint32_t foreign_count;
	struct fdt_reserved reserved[IPMMU_FDT_MAX_RESERVED];
	uint32_t reserved_count;
	uint32_t addresses_count; /**< iommu-addresses entries so far */
	uint32_t region_count;
	uint32_t master_count;
	uint32_t port_count;
	size_t text_used;
	char path[IPMMU_FDT_MAX_PATH];
};

/** struct fdt_prop - a property's bytes; p is NULL where the node has none. */
struct fdt_prop {
	const uint8_t *p;
	uint32_t length;
};

/* walk.c */
void ipmmu_fdt_walk_start(struct fdt_walk *walk, const void *blob);
bool ipmmu_fdt_walk_next(struct fdt_walk *walk);
/** Path of the node at @depth of the walk, cut to @size; returns bytes with the 0. */
size_t ipmmu_fdt_walk_path(const struct fdt_walk *walk, int depth, char *buffer, size_t size);
bool ipmmu_fdt_walk_off(const struct fdt_walk *walk);
/** Is the current node a child of /reserved-memory? */
bool ipmmu_fdt_walk_reserved(const struct fdt_walk *walk);

/* prop.c */
struct fdt_prop ipmmu_fdt_prop(const void *blob, int node, const char *name);
/** Cell @i; the caller has checked the length. */
uint32_t ipmmu_fdt_cell(struct fdt_prop prop, uint32_t i);
/** The number in @count (0..2) cells from cell @i on. */
uint64_t ipmmu_fdt_number(struct fdt_prop prop, uint32_t i, uint32_t count);
/** Next string of a list: NULL at its end or where a string has none. *at starts at 0. */
const char *ipmmu_fdt_string(struct fdt_prop prop, uint32_t *at);
bool ipmmu_fdt_same(const char *a, const char *b);
bool ipmmu_fdt_compatible(const void *blob, int node, const char *name);
bool ipmmu_fdt_is_ipmmu(const void *blob, int node);

/* address.c */
struct fdt_range {
	uint64_t start;
	uint64_t size;
};
/** First entry of the current node's reg as the CPU sees it; reports what is wrong. */
bool ipmmu_fdt_reg(struct fdt_reader *r, struct fdt_range *range);
/** Cells of the bus @node: false where they are not 1 or 2. */
bool ipmmu_fdt_cells(const void *blob, int node, uint32_t *address, uint32_t *size);

/* report.c */
/** Path of the current node. */
const char *ipmmu_fdt_path(struct fdt_reader *r);
/** Path of the current node, kept in the storage. */
const char *ipmmu_fdt_keep_path(struct fdt_reader *r);
void ipmmu_fdt_report(struct fdt_reader *r, struct ipmmu_fdt_defect defect);
void ipmmu_fdt_report_value(struct fdt_reader *r, enum ipmmu_fdt_defect_kind kind,
			    const char *property, uint64_t value);
void ipmmu_fdt_report_range(struct fdt_reader *r, enum ipmmu_fdt_defect_kind kind,
			    const char *property, struct ipmmu_fdt_defect range);
void ipmmu_fdt_report_missing(struct fdt_reader *r, const char *property);

/* measure.c */
enum fdt_node_kind {
	FDT_NODE_OTHER,
	FDT_NODE_UNIT,
	FDT_NODE_RESERVED,
	FDT_NODE_MASTER
};
/** What the current node is: one thing only, so that measure and fill cannot differ. */
enum fdt_node_kind ipmmu_fdt_kind(const struct fdt_walk *walk);
void ipmmu_fdt_measure(struct fdt_reader *r);
bool ipmmu_fdt_fits(struct fdt_reader *r);

/* unit.c, unit_prop.c, link.c */
void ipmmu_fdt_unit_collect(struct fdt_reader *r);
void ipmmu_fdt_foreign_collect(struct fdt_reader *r);
/** Read the current node's properties; false where it has an error. */
bool ipmmu_fdt_unit_read(struct fdt_reader *r, struct fdt_unit *unit,
			 struct ipmmu_mmu_desc *mmu);
struct fdt_unit *ipmmu_fdt_unit_find(struct fdt_reader *r, uint32_t phandle);
void ipmmu_fdt_link(struct fdt_reader *r);

/* power.c */
bool ipmmu_fdt_power(struct fdt_reader *r, struct ipmmu_mmu_desc *mmu);

/* region.c */
void ipmmu_fdt_prr_collect(struct fdt_reader *r);
void ipmmu_fdt_region_collect(struct fdt_reader *r);
/** Give the current node, now master @master, its regions. */
void ipmmu_fdt_region_claim(struct fdt_reader *r, uint32_t master);
void ipmmu_fdt_region_finish(struct fdt_reader *r);

/* port.c */
/** struct fdt_master - a master while it is read. */
struct fdt_master {
	struct ipmmu_port *ports;
	uint32_t count;
	bool bad;
	const struct fdt_unit *missing; /**< left out, and the master has a port on it */
	struct ipmmu_fdt_defect lost;   /**< what is told of that port; its path comes last */
};
bool ipmmu_fdt_master_has(const struct fdt_master *master, const struct fdt_unit *unit,
			  uint32_t utlb);
void ipmmu_fdt_master_add(struct fdt_reader *r, struct fdt_master *master,
			  const struct fdt_unit *unit, uint32_t utlb, const char *property);
/** A port on a unit that is left out. One of several is remembered, and reported later. */
void ipmmu_fdt_master_lose(struct fdt_reader *r, struct fdt_master *master,
			   const struct fdt_unit *unit, struct ipmmu_fdt_defect defect);
/** The first master described that has @port. */
const char *ipmmu_fdt_port_owner(const struct fdt_reader *r, struct ipmmu_port port);

/* map.c */
void ipmmu_fdt_map_read(struct fdt_reader *r, struct fdt_master *master);

/* master.c */
void ipmmu_fdt_master_collect(struct fdt_reader *r);

#endif
