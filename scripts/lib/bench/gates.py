# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""gates.py - what the figures of the benchmark have to be, and whether they are.

A gate on time is told, never asserted. Gates on counts hold for each run on any machine.
"""
PAGES = 262144   # of 1 GiB
TABLES = 513     # for them, without the root

# (gate, workload, measure, must, stretch), coherent and not where a pair is given.
#   peer    time of the peer over ours, at least
#   limit   ours over the limit, at most
#   instr   instructions for each operation, at most
TIMES = [
    ("G1", "W1-warm", "peer", 4.5, 6),
    ("G1", "W1-warm", "limit", 2.0, 1.6),
    ("G1", "W1-warm", "instr", 75, 50),
    ("G2", "W5", "peer", (3.5, 3.0), 4.9),
    ("G2", "W5", "instr", 60, 40),
    ("G3", "W2v", "peer", 8, 13),
    ("G3", "W2v", "limit", 3, 2),
    ("G4", "W3-cold", "limit", 1.35, 1.22),
    ("G4", "W3-cold", "peer", 2.0, 2.3),
    ("G5", "W3-warm", "limit", 2.2, 1.6),
    ("G5", "W3-warm", "peer", 1.9, None),
    ("G6", "W5-511", "limit", 1.8, 1.4),
    ("G6", "W5-511", "peer", 3.3, 4),
    ("G7", "W4", "peer", 2.2, 3),
    ("G7", "W4-512", "peer", 2.0, 2.4),
    ("G8", "W6", "limit", 1.5, 1.25),
    ("G8", "W6", "peer", 2.0, 2.6),
    ("G8", "W6", "instr", 45, 36),
    ("G8", "W6-64G", "limit", 1.5, 1.25),
    ("G8", "W6-64G", "peer", 2.0, 2.6),
    ("G8", "W6-dep", "limit", 1.05, None),
    ("G8", "W6-64G-dep", "limit", 1.05, None),
    ("G9", "W7", "peer", (3.0, 2.4), 4.5),
    ("G10", "W9-map", "peer", 1.9, None),
    ("G10", "W9-unmap", "peer", 2.3, None),
    ("G11", "W10", "peer", (2.0, 4.0), None),
]

# (gate, workload, count, relation, number, when): of our side, for the whole workload.
COUNTS = [
    ("G10", "W9h-map", "hinted", "==", PAGES, "always"),
    ("G11", "W10", "cleans", "<=", 2 * 512, "non-coherent"),
    ("G11", "W10", "lines", "<=", 65 * 512, "non-coherent"),
    ("G13", "W1-cold", "lines", "<=", PAGES + 65 * TABLES, "non-coherent"),
    ("G13", "W2v", "lines", "<=", int(0.13 * 512 * 15 * 32), "non-coherent"),
    ("G13", "W3-cold", "lines", "<=", 33400, "non-coherent"),
    ("G13", "W5-511", "cleans", "<=", 512, "non-coherent"),
    ("G13", "W5-511", "lines", "<=", 32768, "non-coherent"),
    ("G13", "W1-warm", "cleans", "<=", PAGES - 512, "non-coherent"),
    ("G13", "W1-warm", "lines", "<=", PAGES - 512, "non-coherent"),
    ("G13", "W3-warm", "cleans", "<=", 512, "non-coherent"),
    ("G13", "W3-warm", "lines", "<=", 32768, "non-coherent"),
    ("G13", "W5", "cleans", "<=", PAGES, "non-coherent"),
    ("G13", "W5", "lines", "<=", PAGES, "non-coherent"),
    ("G13", "W7", "lines", "<=", 2 * 65536, "non-coherent"),
    ("G13", "W8", "cleans", "<=", (1536, None), "non-coherent"),
    ("G13", "W8", "lines", "<=", (66048, None), "non-coherent"),
    ("G13", "W9-unmap", "cleans", "<=", 16384, "non-coherent"),
    ("G13", "W9-unmap", "lines", "<=", 32768, "non-coherent"),
    ("G13", "W3-cold", "cleans", "==", 0, "coherent"),
    ("G13", "W5-511", "cleans", "==", 0, "coherent"),
    ("G14", "W1-cold", "flushes", "==", 0, "always"),
    ("G14", "W3-cold", "flushes", "==", 0, "always"),
    ("G14", "W4-512", "flushes", "==", 0, "always"),
    ("G14", "W5", "flushes", "==", PAGES, "always"),
    ("G14", "W5f", "flushes", "==", 512, "always"),
    ("G14", "W12", "flushes", "==", 1, "always"),
    ("G14", "WM-steps", "flushes", "==", 1, "always"),
    ("G13", "WM-steps", "cleans", "==", TABLES, "non-coherent"),
    ("G13", "WM-steps", "lines", "==", TABLES, "non-coherent"),
    ("G16", "WM-steps", "allocs", "==", 0, "always"),
    ("G16", "WM-steps", "pages", "==", (6, 5), "always"),
    ("G16", "W1-cold", "pages", "==", (TABLES + 2, TABLES + 1), "always"),
    ("G16", "W1-cold", "allocs", "==", TABLES, "always"),
    ("G16", "W1-warm", "allocs", "==", 0, "always"),
    ("G16", "W2v", "allocs", "==", 0, "always"),
    ("G16", "W8", "pages", "==", (1026, None), "always"),
    ("G16", "W8", "allocs", "==", (1024, None), "always"),
    ("G16", "W5", "pages", "<=", (4, 3), "always"),
    ("G16", "W5f", "pages", "<=", (4, 3), "always"),
    ("G16", "W9-unmap", "pages", "<=", (4, 3), "always"),
    ("G16", "W12", "pages", "<=", (4, 3), "always"),
    ("G16", "WD", "pages", "==", 0, "always"),
]

GROWTH = ["grow-4M", "grow-16M", "grow-64M", "grow-256M", "grow-1G", "grow-4G", "grow-16G",
          "grow-64G"]
STEP_MOST = 10000
RELATIONS = {"<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, "==": lambda a, b: a == b}


def row_of(run, name):
    return next((row for row in run["rows"] if row["name"] == name), None)


def side_of(row, name):
    return next((side for side in row["sides"] if side["name"] == name), None)


def verdict(gate, what, value, relation, must, stretch=None, kind="figure"):
    """One line of the table of gates; kind is figure or count."""
    return {"gate": gate, "kind": kind, "what": what, "value": value, "relation": relation, "must": must,
            "stretch": stretch, "pass": RELATIONS[relation](value, must)}


def pick(value, first):
    """Of a pair that depends on the kind of run, the one that holds."""
    return value[0 if first else 1] if isinstance(value, tuple) else value


def of_counts(run):
    """The gates on counts that this run can tell about."""
    for gate, name, count, relation, number, when in COUNTS:
        row = row_of(run, name)
        must = pick(number, run["format"] == "s2-40")
        if row is None or must is None:
            continue
        if when == "always" or (when == "coherent") == run["coherent"]:
            value = side_of(row, "ours")["counts"][count]
            yield verdict(gate, f"{name} {count}", value, relation, must, kind="count")


def measured(run, row, measure, instructions):
    """The value and how it has to compare; None when it was not measured."""
    if measure == "instr":
        counted = instructions.get(row["name"], {}).get("ours")
        return None if counted is None else (counted, "<=")
    side = side_of(row, "linux" if measure == "peer" else "limit")
    if side is None:
        return None
    if measure == "peer":
        return side["over"]["median"], ">="
    return side["under"]["median"], "<="


def of_times(run, instructions):
    for gate, name, measure, must, stretch in TIMES:
        row = row_of(run, name)
        found = row and measured(run, row, measure, instructions)
        if found:
            label = {"peer": "Linux / ours", "limit": "ours / limit", "instr": "instructions"}
            yield verdict(gate, f"{name} {label[measure]}", found[0], found[1],
                          pick(must, run["coherent"]), stretch)


def of_growth(run, instructions):
    rows = [row for row in (row_of(run, name) for name in GROWTH) if row]
    times = {row["name"]: side_of(row, "ours")["ns"]["median"] for row in rows}
    if "grow-16M" in times:
        worst = max(times, key=times.get)
        yield verdict("G12", "most ns of 4 MiB to 64 GiB / ns of 16 MiB",
                      times[worst] / times["grow-16M"], "<=", 1.35)
        of_limit = {row["name"]: side_of(row, "limit")["under"]["median"] for row in rows}
        worst = max(of_limit, key=of_limit.get)
        yield verdict("G12", "most ours / limit of 4 MiB to 64 GiB", of_limit[worst], "<=", 1.7)
    counted = {name: instructions[name]["ours"] for name in GROWTH[1:] if name in instructions}
    if counted:
        low, high = min(counted.values()), max(counted.values())
        yield verdict("G12", "instructions from 16 MiB on, most / least", high / low,
                      "<=", 1.04)


def of_steps(steps):
    for name, most in steps.items():
        yield verdict("G17", f"{name} instructions, the longest", most, "<=", STEP_MOST)
