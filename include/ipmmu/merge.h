/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * merge.h - blocks again where a table was cut into pages: a call of the engine of pgtable.h
 * that is optional. Who does not call it does not link it; ipmmu_domain_merge() of owned.h
 * does.
 */
#ifndef IPMMU_MERGE_H
#define IPMMU_MERGE_H

#include <ipmmu/pgtable.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * ipmmu_pt_merge() - give blocks to what a range maps by pages: nothing else changes.
 * @iova, @size: multiples of 4 KiB, within the input width. What goes has to lie in it as a
 *               whole.
 * @budget: entries looked at before the call answers CONTINUE; 0 = no bound. A table that was
 *          begun is gone through to its end: at most 512 entries more.
 * @next:   what is to be done; FLUSH and FLUSH_CONTINUE only when a table went.
 *
 * Each table whose entries are all leaves with the same rights and memory type, and with
 * addresses that go on from a multiple of what it covers, becomes one block: tables of pages
 * first, then tables of blocks. The contiguous hint makes no difference. Tables that went are
 * given back by ipmmu_pt_flush_end(), as after any other change. A second call finds nothing.
 *
 * By the replace policy: with IPMMU_PT_DIRECT each goes in one store, and one flush is due; a
 * unit that still knows the way to a table that went may find its first entry invalid until
 * then. With IPMMU_PT_BREAK_BEFORE_MAKE what goes is invalid until a flush has ended, one for
 * each level on which something goes. Needs no memory, and takes none.
 *
 * Return: IPMMU_OK, or, with nothing changed,
 *   IPMMU_E_ALIGN, IPMMU_E_RANGE, IPMMU_E_BUSY  as ipmmu_pt_unmap()
 *   IPMMU_E_UNSUPPORTED  the replace policy or the split policy is IPMMU_PT_NEVER
 */
enum ipmmu_err ipmmu_pt_merge(struct ipmmu_pt *pt, struct ipmmu_iova iova, uint64_t size,
			      uint32_t budget, enum ipmmu_pt_next *next) IPMMU_MUST_CHECK;

#ifdef __cplusplus
}
#endif
#endif
