// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * machine.c - the parts on which drivers are judged, each with a few of its units, where
 * device trees have them. RAM lies over 4 GiB, so that upper halves of addresses matter.
 */
#include "judge.h"

#include <string.h>

static const struct judge_machine machines[] = {
	{"r8a7790",
	 "R-Car Gen2",
	 "r8a7790",
	 "ES1.0",
	 MODEL_GEN2,
	 0x4500,
	 0xff000044,
	 0x140000000,
	 2,
	 {{"DS", 0xe6740000}, {"MP", 0xec680000}}},
	{"r8a77951",
	 "R-Car Gen3",
	 "r8a7795",
	 "ES3.0",
	 MODEL_GEN3,
	 0x4f20,
	 0xfff00044,
	 0x500000000,
	 3,
	 {{"MM", 0xe67b0000}, {"DS0", 0xe6740000}, {"DS1", 0xe7740000}}},
	{"r8a77965",
	 "R-Car Gen3",
	 "r8a77965",
	 "ES1.0",
	 MODEL_GEN3,
	 0x5500,
	 0xfff00044,
	 0x480000000,
	 3,
	 {{"MM", 0xe67b0000}, {"DS0", 0xe6740000}, {"DS1", 0xe7740000}}},
	{"r8a779f0",
	 "R-Car Gen4",
	 "r8a779f0",
	 "ES1.0",
	 MODEL_GEN4,
	 0x5a00,
	 0xfff00044,
	 0x480000000,
	 3,
	 {{"MM", 0xeefc0000}, {"DS0", 0xeed00000}, {"HC", 0xeed40000}}},
};

const struct judge_machine *judge_machine_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		if (strcmp(machines[i].name, name) == 0) {
			return &machines[i];
		}
	}
	return NULL;
}
