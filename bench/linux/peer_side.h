/* SPDX-License-Identifier: GPL-2.0-only */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
#ifndef PEER_SIDE_H
#define PEER_SIDE_H

/** peer_warnings() - how often Linux's code warned. */
unsigned int peer_warnings(void);

#endif
