// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * event.c - a line for every kind of event, out of one table of patterns.
 *
 * In a pattern %u is the unit, %t the uTLB, %a " of" and the master if there is one, %o the
 * other master, %c the context, %v value and %x value in hexadecimal, %V max and %X max in
 * hexadecimal, %e what the error means, %n what to do next, %f value as a mode, %s value as a
 * state of a context, %w the whole of a bad argument.
 */
#include <ipmmu/text.h>

#include "line.h"

/* How a value is written. */
enum form {
	DECIMAL,
	HEX,
	MODE,
	POLICY,
	PART /* not the value, but the unit's part */
};

/* What each IPMMU_WHAT_ value is called. */
static const struct {
	const char *text;
	enum form form;
} subjects[] = {
	[IPMMU_WHAT_NOTHING] = {NULL, DECIMAL},
	[IPMMU_WHAT_HOOK] = {"mandatory hook number", DECIMAL},
	[IPMMU_WHAT_MMU_COUNT] = {"number of MMUs", DECIMAL},
	[IPMMU_WHAT_SOC] = {"part", PART},
	[IPMMU_WHAT_ROOT] = {"root's index", DECIMAL},
	[IPMMU_WHAT_REG_SIZE] = {"size of the register region", HEX},
	[IPMMU_WHAT_PORT_COUNT] = {"number of ports", DECIMAL},
	[IPMMU_WHAT_PORT_MMU] = {"MMU of a port", DECIMAL},
	[IPMMU_WHAT_UTLB] = {"uTLB number", DECIMAL},
	[IPMMU_WHAT_MODE] = {"mode", MODE},
	[IPMMU_WHAT_TABLE_PA] = {"table address", HEX},
	[IPMMU_WHAT_INPUT_BITS] = {"number of input bits", DECIMAL},
	[IPMMU_WHAT_MAX_CONTEXTS] = {"option max_contexts", DECIMAL},
	[IPMMU_WHAT_FLUSH_TIMEOUT] = {"option flush_timeout_us", DECIMAL},
	[IPMMU_WHAT_STORM_LIMIT] = {"option storm_limit", DECIMAL},
	[IPMMU_WHAT_UNSUITABLE] = {"part", PART},
	[IPMMU_WHAT_IOVA] = {"address", HEX},
	[IPMMU_WHAT_PA] = {"machine address", HEX},
	[IPMMU_WHAT_SIZE] = {"size", HEX},
	[IPMMU_WHAT_RIGHTS] = {"rights and memory type", HEX},
	[IPMMU_WHAT_POLICY] = {"policy for valid entries", POLICY},
};

/* Bad arguments of which more can be said than of their error. */
static const struct advice {
	enum ipmmu_what what;
	enum ipmmu_err error;
	const char *text;
	const char *next;
} advices[] = {
	{IPMMU_WHAT_SOC, IPMMU_E_UNSUPPORTED, "the library does not know it",
	 "take the row from ipmmu_soc_find()"},
	{IPMMU_WHAT_UNSUITABLE, IPMMU_E_UNSUPPORTED, "known not to isolate",
	 "use another cut of the part, or set the option accept_unsuitable"},
	{IPMMU_WHAT_PORT_MMU, IPMMU_E_RANGE, "there is none, or it is a root without uTLBs",
	 "name a cache, or on Gen2 the unit"},
	{IPMMU_WHAT_ROOT, IPMMU_E_ROOT, "that unit is no root, or one of another part",
	 "name the root of this unit"},
	{IPMMU_WHAT_IOVA, IPMMU_E_EXISTS, "it is mapped already",
	 "unmap it, or use ipmmu_domain_replace()"},
	{IPMMU_WHAT_RIGHTS, IPMMU_E_UNSUPPORTED, "the table's format cannot say that",
	 "allow reading; writing alone is for stage 2"},
	{IPMMU_WHAT_POLICY, IPMMU_E_UNSUPPORTED, "the domain was made not to do that",
	 "unmap and map, or choose the policy when the domain is created"},
};

static const char *const patterns[] = {
	[IPMMU_EVENT_BAD_ARGUMENT] = "%u%a: %w%e; %n",
	[IPMMU_EVENT_MMU_ONLINE] = "%u: online, mode %f",
	[IPMMU_EVENT_MMU_OFFLINE] = "%u: offline: %e; %n",
	[IPMMU_EVENT_MMU_DEAD] = "%u: reads all ones: check its power and its clock",
	[IPMMU_EVENT_UTLB_DENIED] = "%u: uTLB %t%a was running (IMUCTR %x) and is denied now",
	[IPMMU_EVENT_UTLB_KEPT] = "%u: uTLB %t%a was running (IMUCTR %x) and is left so",
	[IPMMU_EVENT_UTLB_UNMANAGED] = "%u: running uTLBs that no described master has: %v; "
				       "describe them, or lock down",
	[IPMMU_EVENT_CONTEXT_KEPT] = "%u: context %c was in use (IMCTR %x) and is left so",
	[IPMMU_EVENT_CONTEXT_HOLDER] = "%u: no context is free: %c is %s",
	[IPMMU_EVENT_CONFLICT] =
		"%u: uTLB %t%a has another domain through %o: attach both to one domain",
	[IPMMU_EVENT_FLUSH_TIMEOUT] =
		"%u: flush of context %c did not end in %v us, allowed are %V",
	[IPMMU_EVENT_QUARANTINED] = "%u: context %c is in quarantine: ipmmu_context_retry() "
				    "frees it when its flush ends",
	[IPMMU_EVENT_RELEASED] = "%u: context %c left quarantine",
	[IPMMU_EVENT_DENY_UNVERIFIED] =
		"%u: uTLB %t%a is not denied: IMUCTR reads %x, written was %X; stop its DMA",
	[IPMMU_EVENT_STATUS_STUCK] = "%u: IMSTR of context %c does not clear: reads %x",
	[IPMMU_EVENT_FAULT_STORM] =
		"%u: interrupt of context %c masked for a while, after %v faults",
	[IPMMU_EVENT_FAULT_LOST] =
		"%u: %v faults of context %c were not recorded: call ipmmu_service() sooner",
	[IPMMU_EVENT_FAULT_SPURIOUS] = "%u: interrupt, but no context has a fault",
	[IPMMU_EVENT_FAULT_UNOWNED] = "%u: context %c has a fault (IMSTR %x) and no owner",
	[IPMMU_EVENT_DENY_LEFT] = "%u: context %c still denies: keep its table at %x",
	[IPMMU_EVENT_TABLES_LEFT] = "%u: context %c is in quarantine: keep the tables of the "
				    "domain that had it",
};

_Static_assert(sizeof(patterns) / sizeof(patterns[0]) == IPMMU_EVENT_COUNT,
	       "an event without a pattern");

static void put_unit(struct ipmmu_line *line, const struct ipmmu_event *event)
{
	if (event->mmu_desc != NULL) {
		ipmmu_line_text(line, event->mmu_desc->name);
	} else if (event->mmu != IPMMU_NONE) {
		ipmmu_line_text(line, "MMU ");
		ipmmu_line_number(line, event->mmu);
	} else {
		ipmmu_line_text(line, "ipmmu");
	}
}

static void put_index(struct ipmmu_line *line, uint32_t index)
{
	if (index == IPMMU_NONE) {
		ipmmu_line_char(line, '?');
	} else {
		ipmmu_line_number(line, index);
	}
}

static void put_of_master(struct ipmmu_line *line, const struct ipmmu_event *event)
{
	if (event->master != NULL) {
		ipmmu_line_text(line, " of ");
		ipmmu_line_text(line, event->master->name);
	}
}

static void put_other(struct ipmmu_line *line, const struct ipmmu_event *event)
{
	ipmmu_line_text(line, event->other == NULL ? NULL : event->other->name);
}

static const char *part_of(const struct ipmmu_event *event)
{
	const struct ipmmu_mmu_desc *mmu = event->mmu_desc;

	return mmu == NULL || mmu->soc == NULL ? "unknown" : mmu->soc->name;
}

static const char *policy_text(uint64_t value)
{
	static const char *const names[] = {"never", "break before make", "direct"};

	return value < sizeof(names) / sizeof(names[0]) ? names[value] : "unknown";
}

static void put_value(struct ipmmu_line *line, uint64_t value, enum form form)
{
	if (form == HEX) {
		ipmmu_line_hex(line, value);
	} else if (form == MODE) {
		ipmmu_line_text(line, ipmmu_mode_text((enum ipmmu_mode)(uint32_t)value));
	} else if (form == POLICY) {
		ipmmu_line_text(line, policy_text(value));
	} else {
		ipmmu_line_number(line, value);
	}
}

/* With E_ALIGN min is the alignment; but for E_RANGE, two limits of 0 are no range. */
static void put_range(struct ipmmu_line *line, const struct ipmmu_event *event, enum form form)
{
	if (event->error == IPMMU_E_ALIGN) {
		ipmmu_line_text(line, ", aligned to ");
		ipmmu_line_hex(line, event->min);
	} else if (event->error == IPMMU_E_RANGE || event->min != 0u || event->max != 0u) {
		ipmmu_line_text(line, ", allowed ");
		put_value(line, event->min, form);
		if (event->min != event->max) {
			ipmmu_line_text(line, "..");
			put_value(line, event->max, form);
		}
	}
}

static void put_argument(struct ipmmu_line *line, const struct ipmmu_event *event)
{
	uint32_t what = (uint32_t)event->what;
	enum form form;

	if (event->utlb != IPMMU_NONE && event->what != IPMMU_WHAT_UTLB) {
		ipmmu_line_text(line, "uTLB ");
		ipmmu_line_number(line, event->utlb);
		ipmmu_line_text(line, ": ");
	}
	if (what >= sizeof(subjects) / sizeof(subjects[0]) || subjects[what].text == NULL) {
		return;
	}
	form = subjects[what].form;
	ipmmu_line_text(line, subjects[what].text);
	ipmmu_line_char(line, ' ');
	if (form == PART) {
		ipmmu_line_text(line, part_of(event));
	} else {
		put_value(line, event->value, form);
		put_range(line, event, form);
	}
	ipmmu_line_text(line, ": ");
}

static void put_object(struct ipmmu_line *line, const struct ipmmu_event *event, char code)
{
	switch (code) {
	case 'u':
		put_unit(line, event);
		break;
	case 't':
		put_index(line, event->utlb);
		break;
	case 'c':
		put_index(line, event->context);
		break;
	case 'a':
		put_of_master(line, event);
		break;
	case 'o':
		put_other(line, event);
		break;
	default:
		put_argument(line, event);
		break;
	}
}

/* What the error means here, or what to do next. */
static void put_error(struct ipmmu_line *line, const struct ipmmu_event *event, bool next)
{
	const char *text =
		next ? ipmmu_error_next(event->error) : ipmmu_error_text(event->error);
	size_t i;

	for (i = 0; i < sizeof(advices) / sizeof(advices[0]); i++) {
		if (advices[i].what == event->what && advices[i].error == event->error) {
			text = next ? advices[i].next : advices[i].text;
		}
	}
	ipmmu_line_text(line, text);
}

static void put_word(struct ipmmu_line *line, const struct ipmmu_event *event, char code)
{
	uint32_t value = (uint32_t)event->value;

	switch (code) {
	case 'e':
		put_error(line, event, false);
		break;
	case 'n':
		put_error(line, event, true);
		break;
	case 'f':
		ipmmu_line_text(line, ipmmu_mode_text((enum ipmmu_mode)value));
		break;
	case 's':
		ipmmu_line_text(line,
				ipmmu_context_state_text((enum ipmmu_context_state)value));
		break;
	default:
		put_object(line, event, code);
		break;
	}
}

static void put_code(struct ipmmu_line *line, const struct ipmmu_event *event, char code)
{
	switch (code) {
	case 'v':
		ipmmu_line_number(line, event->value);
		break;
	case 'x':
		ipmmu_line_hex(line, event->value);
		break;
	case 'V':
		ipmmu_line_number(line, event->max);
		break;
	case 'X':
		ipmmu_line_hex(line, event->max);
		break;
	default:
		put_word(line, event, code);
		break;
	}
}

size_t ipmmu_event_text(const struct ipmmu_event *event, char *buffer, size_t size)
{
	struct ipmmu_line line;
	const char *c = "%u: unknown event";

	ipmmu_line_begin(&line, buffer, size);
	if ((uint32_t)event->kind < IPMMU_EVENT_COUNT) {
		c = patterns[event->kind];
	}
	for (; *c != '\0'; c++) {
		if (*c == '%') {
			c++;
			put_code(&line, event, *c);
		} else {
			ipmmu_line_char(&line, *c);
		}
	}
	return line.length;
}
