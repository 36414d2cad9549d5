/* SPDX-License-Identifier: BSD-2-Clause */
/* SPDX-FileCopyrightText: 2026 The libipmmu authors */
/*
 * rows.h - the workloads: ROW(id, name, what, before, run, flags, span at 40 bits, at 32 bits).
 * before and run are functions of loops.h; a span of 0 is a workload that does not fit.
 */
ROW(W1_COLD, "W1-cold", "map 4 KiB per call, tables are made", empty, map_pages, BENCH_COLD,
    GIB, GIB)
ROW(W1_WARM, "W1-warm", "map 4 KiB per call", warm, map_pages_warm, 0, GIB, GIB)
ROW(W2, "W2", "map a scattered page per call", warm, map_scattered, 0, GIB, GIB)
ROW(W2V, "W2v", "map 32 scattered pages per call", warm, map_vectors, 0, GIB, GIB)
ROW(W3_COLD, "W3-cold", "map 512 pages per call, tables are made", empty, map_tables,
    BENCH_COLD, GIB, GIB)
ROW(W3_WARM, "W3-warm", "map 511 pages per call", warm, map_tables_warm, 0, GIB, GIB)
ROW(W3_MIX, "W3m", "map 16 pages per call, some over the end of a table", mixed, map_mixed, 0,
    GIB, GIB)
ROW(W4, "W4", "map a 2 MiB block per call", empty, map_tables, BENCH_BLOCKS | BENCH_NO_LIMIT,
    64 * GIB, 2 * GIB)
ROW(W4_512, "W4-512", "map 512 blocks of 2 MiB per call", empty, map_blocks,
    BENCH_BLOCKS | BENCH_NO_LIMIT, 64 * GIB, 2 * GIB)
ROW(W5, "W5", "unmap 4 KiB per call", full, unmap_pages, 0, GIB, GIB)
ROW(W5_511, "W5-511", "unmap 511 pages per call", full, unmap_tables_but_one, 0, GIB, GIB)
ROW(W5_2M, "W5-2M", "unmap a 2 MiB block per call", full, unmap_tables,
    BENCH_BLOCKS | BENCH_NO_LIMIT, 64 * GIB, 2 * GIB)
ROW(W5F, "W5f", "unmap 2 MiB over a full table", full, unmap_tables, BENCH_NO_LIMIT, GIB, GIB)
ROW(W6, "W6", "translate at random in 1 GiB", full, translate, BENCH_IN_PLACE, GIB, GIB)
ROW(W6_DEP, "W6-dep", "as W6, each address out of the answer before", full, translate_dependent,
    BENCH_IN_PLACE, GIB, GIB)
ROW(W6_64G, "W6-64G", "translate at random in 64 GiB", full, translate, BENCH_IN_PLACE,
    64 * GIB, 0)
ROW(W6_64G_DEP, "W6-64G-dep", "as W6-64G, each address out of the answer before", full,
    translate_dependent, BENCH_IN_PLACE, 64 * GIB, 0)
ROW(W7, "W7", "unmap and map a page at random in a full 64 GiB (2 GiB)", full, pairs,
    BENCH_IN_PLACE, 64 * GIB, 2 * GIB)
ROW(W8, "W8", "map one page in each of 512 GiB", empty, map_sparse, BENCH_COLD, 512 * GIB, 0)
ROW(W9_MAP, "W9-map", "map 64 KiB per call, tables are made", empty, map_runs, BENCH_COLD, GIB,
    GIB)
ROW(W9_UNMAP, "W9-unmap", "unmap 64 KiB per call", full, unmap_runs, 0, GIB, GIB)
ROW(W9H_MAP, "W9h-map", "as W9-map, with the contiguous hint", empty, map_runs,
    BENCH_COLD | BENCH_BLOCKS | BENCH_HINT, GIB, GIB)
ROW(W9H_UNMAP, "W9h-unmap", "as W9-unmap, with the contiguous hint", full_by_runs, unmap_runs,
    BENCH_BLOCKS | BENCH_HINT, GIB, GIB)
ROW(W10, "W10", "split a 2 MiB block by unmapping a page", full, split, BENCH_BLOCKS, GIB, GIB)
ROW(W12, "W12", "unmap 1 GiB of 4 KiB pages in one call", full, unmap_all, BENCH_NO_LIMIT, GIB,
    GIB)
ROW(WD, "WD", "destroy after 64 GiB (at 32 bits: 2 GiB) of pages", full, destroy,
    BENCH_NO_LIMIT, 64 * GIB, 2 * GIB)
ROW(W12_STEPS, "W12-steps", "as W12, by steps with a budget of 64", full, unmap_by_steps,
    BENCH_ALONE, GIB, GIB)
ROW(WD_STEPS, "WD-steps", "destroy after 1 GiB, by steps with a budget of 64", full,
    destroy_by_steps, BENCH_ALONE, GIB, GIB)
ROW(WM_STEPS, "WM-steps", "merge 1 GiB of pages, by steps with a budget of 64", full_by_runs,
    merge_by_steps, BENCH_ALONE | BENCH_BLOCKS, GIB, GIB)
ROW(G_1M, "grow-1M", "W1-cold over 1 MiB", empty, map_pages, BENCH_COLD, MIB, MIB)
ROW(G_4M, "grow-4M", "W1-cold over 4 MiB", empty, map_pages, BENCH_COLD, 4 * MIB, 4 * MIB)
ROW(G_16M, "grow-16M", "W1-cold over 16 MiB", empty, map_pages, BENCH_COLD, 16 * MIB, 16 * MIB)
ROW(G_64M, "grow-64M", "W1-cold over 64 MiB", empty, map_pages, BENCH_COLD, 64 * MIB, 64 * MIB)
ROW(G_256M, "grow-256M", "W1-cold over 256 MiB", empty, map_pages, BENCH_COLD, 256 * MIB,
    256 * MIB)
ROW(G_1G, "grow-1G", "W1-cold over 1 GiB", empty, map_pages, BENCH_COLD, GIB, GIB)
ROW(G_4G, "grow-4G", "W1-cold over 4 GiB", empty, map_pages, BENCH_COLD, 4 * GIB, 0)
ROW(G_16G, "grow-16G", "W1-cold over 16 GiB", empty, map_pages, BENCH_COLD, 16 * GIB, 0)
ROW(G_64G, "grow-64G", "W1-cold over 64 GiB", empty, map_pages, BENCH_COLD, 64 * GIB, 0)
