// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * names.c - one word or two for every value of the public enums.
 */
#include <ipmmu/text.h>

#define COUNT_(names) (sizeof(names) / sizeof((names)[0]))

static const char *name_of(const char *const *names, size_t count, uint32_t value)
{
	return value < count && names[value] != NULL ? names[value] : "?";
}

const char *ipmmu_event_name(enum ipmmu_event_kind kind)
{
#define NAME_(name, what) #name,
	static const char *const names[] = {IPMMU_EVENTS(NAME_)};
#undef NAME_

	return name_of(names, COUNT_(names), (uint32_t)kind);
}

const char *ipmmu_mode_text(enum ipmmu_mode mode)
{
	static const char *const names[] = {
		[IPMMU_MODE_AUTO] = "automatic",
		[IPMMU_MODE_S2] = "stage 2",
		[IPMMU_MODE_S1_AARCH32] = "stage 1 AArch32",
		[IPMMU_MODE_S1_AARCH64] = "stage 1 AArch64",
	};

	_Static_assert(COUNT_(names) == IPMMU_MODE_COUNT, "a mode without a text");
	return name_of(names, COUNT_(names), (uint32_t)mode);
}

const char *ipmmu_context_state_text(enum ipmmu_context_state state)
{
	static const char *const names[] = {
		[IPMMU_CONTEXT_RESERVED] = "reserved",
		[IPMMU_CONTEXT_FREE] = "free",
		[IPMMU_CONTEXT_DENY] = "deny",
		[IPMMU_CONTEXT_LIVE] = "live",
		[IPMMU_CONTEXT_QUARANTINED] = "quarantined",
		[IPMMU_CONTEXT_KEPT] = "kept",
		[IPMMU_CONTEXT_RETRYING] = "quarantined, retry under way",
	};

	_Static_assert(COUNT_(names) == IPMMU_CONTEXT_STATE_COUNT, "a state without a text");
	return name_of(names, COUNT_(names), (uint32_t)state);
}

const char *ipmmu_master_state_text(enum ipmmu_master_state state)
{
	static const char *const names[] = {
		[IPMMU_MASTER_DENIED] = "denied",
		[IPMMU_MASTER_ATTACHED] = "attached",
		[IPMMU_MASTER_QUARANTINED] = "quarantined",
		[IPMMU_MASTER_UNVERIFIED] = "unverified",
		[IPMMU_MASTER_BYPASS] = "bypass",
	};

	return name_of(names, COUNT_(names), (uint32_t)state);
}

const char *ipmmu_utlb_state_text(enum ipmmu_utlb_state state)
{
	static const char *const names[] = {
		[IPMMU_UTLB_UNMANAGED] = "unmanaged",
		[IPMMU_UTLB_DENIED] = "denied",
		[IPMMU_UTLB_OPEN] = "open",
		[IPMMU_UTLB_BYPASS] = "bypass",
		[IPMMU_UTLB_UNVERIFIED] = "unverified",
	};

	return name_of(names, COUNT_(names), (uint32_t)state);
}
