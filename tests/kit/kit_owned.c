// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * kit_owned.c - the calls of owned.h on one page, with the books kept: what a change may still
 * reach until it is through, and what waits in quarantine for a retry.
 */
#include "kit.h"
#include "kit_judge.h"

#include "kit_cmocka.h"

static void map_in_table(struct kit_domain *book, const struct kit_page *entry)
{
	assert_int_equal(model_table_map(&book->table, entry->iova, entry->pa, IPMMU_PAGE_SIZE,
					 true, entry->write, false),
			 MODEL_TABLE_OK);
}

static struct ipmmu_pt_prot prot_of(bool write)
{
	return (struct ipmmu_pt_prot){
		(uint8_t)(write ? IPMMU_PT_READ | IPMMU_PT_WRITE : IPMMU_PT_READ),
		IPMMU_PT_CACHED};
}

/* A change that began and did not end waits in quarantine, where it may find the domain. */
static void judge_change(struct kit *kit, enum kit_call call, int domain,
			 const struct kit_start *start, enum ipmmu_err err)
{
	if (err == IPMMU_E_TIMEOUT || err == IPMMU_E_UNVERIFIED || err == IPMMU_E_QUARANTINED) {
		kit_quarantine(kit, domain);
	}
	kit_judge(kit, call, start, err);
}

enum ipmmu_err kit_try_map(struct kit *kit, int domain, int page, bool write)
{
	struct kit_domain *book = &kit->domains[domain];
	struct kit_page *entry = &book->pages[page];
	struct kit_page was = *entry;
	struct kit_start start;
	enum ipmmu_err err;

	if (entry->state != KIT_PAGE_MAPPED) {
		*entry = (struct kit_page){
			.state = KIT_PAGE_MAPPED,
			.write = write,
			.will_write = write,
			.iova = kit_iova(domain, page),
			.pa = kit_pa(domain, page),
		};
	}
	if (!book->owned) {
		map_in_table(book, entry);
		return IPMMU_OK;
	}
	kit_judge_begin(kit, &start);
	err = ipmmu_domain_map(book->domain, (struct ipmmu_iova){kit_iova(domain, page)},
			       (struct ipmmu_pa){kit_pa(domain, page)}, IPMMU_PAGE_SIZE,
			       prot_of(write));
	if (err != IPMMU_OK && err != IPMMU_E_TIMEOUT && err != IPMMU_E_UNVERIFIED) {
		*entry = was;
	}
	if (!kit->config.options.flush_additions && kit->depth == 1 &&
	    !kit_overlapped(kit, &start) && kit->writes != start.view.writes) {
		kit_found(kit, "I5", "a map writes registers");
	}
	judge_change(kit, KIT_CALL_MAP, domain, &start, err);
	return err;
}

enum ipmmu_err kit_try_unmap(struct kit *kit, int domain, int page)
{
	struct kit_page *entry = &kit->domains[domain].pages[page];
	enum kit_page_state was = entry->state;
	struct kit_start start;
	enum ipmmu_err err;

	kit_judge_begin(kit, &start);
	if (was == KIT_PAGE_MAPPED) {
		entry->state = KIT_PAGE_PENDING;
	}
	err = ipmmu_domain_unmap(kit->domains[domain].domain,
				 (struct ipmmu_iova){kit_iova(domain, page)}, IPMMU_PAGE_SIZE);
	if (err == IPMMU_OK) {
		/* Another call may have mapped it again. */
		entry->state = entry->state == KIT_PAGE_PENDING ? KIT_PAGE_NONE : entry->state;
	} else if (err != IPMMU_E_TIMEOUT && err != IPMMU_E_UNVERIFIED) {
		entry->state = was;
	}
	judge_change(kit, KIT_CALL_UNMAP, domain, &start, err);
	return err;
}

/* Through, or to be carried through by a retry, or refused. */
static void settle_page(struct kit_page *entry, const struct kit_page *was, enum ipmmu_err err)
{
	if (err == IPMMU_OK) {
		entry->write = entry->will_write;
		entry->old_pa = 0;
	} else if (err != IPMMU_E_TIMEOUT && err != IPMMU_E_UNVERIFIED) {
		*entry = *was;
	}
}

enum ipmmu_err kit_try_protect(struct kit *kit, int domain, int page, bool write)
{
	struct kit_page *entry = &kit->domains[domain].pages[page];
	struct kit_page was = *entry;
	struct kit_start start;
	enum ipmmu_err err;

	kit_judge_begin(kit, &start);
	entry->write = entry->write || write;
	entry->will_write = write;
	err = ipmmu_domain_protect(kit->domains[domain].domain,
				   (struct ipmmu_iova){kit_iova(domain, page)}, IPMMU_PAGE_SIZE,
				   prot_of(write));
	settle_page(entry, &was, err);
	judge_change(kit, KIT_CALL_PROTECT, domain, &start, err);
	return err;
}

enum ipmmu_err kit_try_replace(struct kit *kit, int domain, int page)
{
	struct kit_page *entry = &kit->domains[domain].pages[page];
	struct kit_page was = *entry;
	struct kit_start start;
	enum ipmmu_err err;

	kit_judge_begin(kit, &start);
	entry->old_pa = entry->pa;
	entry->pa = kit_pa(domain, entry->pa == kit_pa(domain, page) ? page + KIT_PAGES : page);
	err = ipmmu_domain_replace(
		kit->domains[domain].domain, (struct ipmmu_iova){kit_iova(domain, page)},
		(struct ipmmu_pa){entry->pa}, IPMMU_PAGE_SIZE, prot_of(entry->write));
	settle_page(entry, &was, err);
	judge_change(kit, KIT_CALL_REPLACE, domain, &start, err);
	return err;
}

void kit_changes_settled(struct kit *kit, int domain)
{
	int i;

	for (i = 0; i < KIT_PAGES; i++) {
		struct kit_page *page = &kit->domains[domain].pages[i];

		settle_page(page, page, IPMMU_OK);
	}
}
