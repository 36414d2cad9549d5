// SPDX-License-Identifier: BSD-2-Clause
// SPDX-FileCopyrightText: 2026 The libipmmu authors
/*
 * switches.c - prints the switches that the model declares: name, values, default.
 */
#include <stdio.h>

#include <ipmmu-model/model.h>

int main(void)
{
	uint32_t i;

	for (i = 0; i < MODEL_SWITCH_COUNT; i++) {
		enum model_switch which = (enum model_switch)i;

		printf("%s %u %u\n", model_switch_name(which), model_switch_values(which),
		       model_switch_default(which));
	}
	return 0;
}
