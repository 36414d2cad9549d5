// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * A context that has had several holders: what the one before was promised is kept when it was
 * given back, however often the next one flushes.
 */
#include "owned/owned_priv.h"
#include "rig.h"

/* As after that many flushes. */
static void count_on(struct ipmmu_context *context, uint32_t flushes)
{
	context->flush.begun += flushes;
	context->flush.ended += flushes;
	context->flush.lost += flushes;
}

static void ticket_of_a_former_holder_is_served(void **state)
{
	static const uint32_t flushes[] = {1, 0x7fffffff, 0x80000000u, 0x80000001u,
					   0xffffffffu};
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++) {
		struct kit_config config = kit_config();
		struct kit *kit;
		struct ipmmu_domain *former;
		struct ipmmu_context *context;

		config.owned = true;
		kit = rig_ready(&config);
		former = kit->domains[0].domain;
		rig_attach(kit, DMAC, 0);
		context = former->context;
		kit_unmap(kit, 0, 0);
		assert_int_equal(kit_detach(kit, DMAC, NULL), IPMMU_OK);
		rig_attach(kit, DMAC, 1);
		assert_ptr_equal(kit->domains[1].domain->context, context);
		assert_ptr_equal(former->owned->last.context, context);
		count_on(context, flushes[i]);
		assert_int_equal(kit_flush(kit, 1), IPMMU_OK);
		assert_int_equal(ipmmu_ticket_look(former->owned->last), IPMMU_TICKET_SERVED);
		kit_map(kit, 0, 0, true);
		kit_free(kit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ticket_of_a_former_holder_is_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
