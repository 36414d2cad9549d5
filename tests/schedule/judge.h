/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * judge.h - the hardware against the books. Knows the public headers and the model only.
 *
 *	reach      what a claimed master can reach is mapped in a domain where it may be
 *	bypass     a claimed master is never untranslated, never on a context of a domain where
 *	           it may not be, and never on one in quarantine
 *	model      the library does nothing with a register that hardware does not allow
 *
 * A uTLB that did not take the last write is left out: nobody can do anything about it but to
 * say so, and that the library does say it is judged in answer.h.
 */
#ifndef SCHEDULE_JUDGE_H
#define SCHEDULE_JUDGE_H

#include <ipmmu-model/model.h>

struct machine;

/** judge_select() - which contexts masters are on. Cheap: after each register write. */
void judge_select(struct machine *m);
/** judge_reach() - ... and all that they can reach, where the run is judged at each step. */
void judge_reach(struct machine *m);
/** judge_all() - ... now, in any run. */
void judge_all(struct machine *m);
/** judge_landed() - an access has landed. */
void judge_landed(struct machine *m, const struct model_access *access);
/** judge_job() - an access of @master has landed at @pa. */
void judge_job(struct machine *m, int master, uint64_t pa);
/** judge_model() - no access that hardware does not allow. */
void judge_model(struct machine *m);
/** judge_reaches() - can a port of @master reach @pa by @iova? */
bool judge_reaches(struct machine *m, int master, uint64_t iova, uint64_t pa);
/** judge_is_on() - is every port of @master on the table at @root? */
bool judge_is_on(const struct machine *m, int master, uint64_t root);
/** judge_table_of() - the table that @context walks, or walked when it was on last. */
uint64_t judge_table_of(const struct machine *m, uint32_t context);
/** judge_root_of() - the table that @context walks; 0 when it is off. */
uint64_t judge_root_of(const struct machine *m, uint32_t context);
/** judge_selected() - the context that a uTLB is on; MODEL_NONE in bypass. */
uint32_t judge_selected(const struct machine *m, uint32_t unit, uint32_t utlb);

#endif
