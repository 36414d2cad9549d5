#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""check.py - hold what does not depend on the machine: counts, and instructions.

usage: check.py counts TOOL
       check.py instructions TOOL BASELINE [--record]

counts: the gates on counts, for each format, coherent and not.
instructions: the gates on instructions, and instructions for each operation within 10 % of those in
BASELINE: more is a loss, less means that the baseline is old. --record writes it.
Exit codes: 0 as it has to be, 1 not.
"""
import json
import subprocess
import sys

import callgrind
import gates
from facts import CONFIGS

ALLOWED = 0.10
# Below this a change of one instruction would be more than what is allowed.
FLOOR = 0.6

# What is counted, in each configuration: the first knows all, the others what differs.
COUNTED = {
    "s2-40 coherent": ["W1-cold", "W1-warm", "W2v", "W3-cold", "W3-warm", "W3m", "W4", "W4-512",
                       "W5", "W5-511", "W5-2M", "W5f", "W6", "W7", "W8", "W9-map", "W9-unmap",
                       "W9h-map", "W9h-unmap", "W10", "W12", "WD", "grow-16M", "grow-256M"],
    "s2-40 non-coherent": ["W1-warm", "W2v", "W3-cold", "W5", "W5-511", "W10"],
    "s1-32 coherent": ["W1-warm", "W5", "W6"],
}


def counts(tool):
    held = short = 0
    for args in CONFIGS.values():
        done = subprocess.run([tool, "--once", *args], check=True, stdout=subprocess.PIPE)
        run = json.loads(done.stdout)
        for found in gates.of_counts(run):
            held += found["pass"]
            if not found["pass"]:
                short += 1
                print(f"{found['gate']}, {run['format']}, "
                      f"{'coherent' if run['coherent'] else 'non-coherent'}: {found['what']} is "
                      f"{found['value']}, it has to be {found['relation']} {found['must']}")
    print(f"{held} counts hold, {short} do not")
    return 0 if held > 0 and short == 0 else 1


def measure(tool):
    """{(configuration, workload): instructions}"""
    result = {}
    for config, rows in COUNTED.items():
        counted = callgrind.per_operation(tool, [*CONFIGS[config], "--ours", *rows])
        for name, sides in counted.items():
            result[config, name] = sides["ours"]
    for name in ("W12-steps", "WD-steps", "WM-steps"):
        result["s2-40 coherent", name] = callgrind.longest_step(tool, name, ["--ours"])
    return result


def record(path, found):
    with open(path, encoding="utf-8") as text:
        head = [line for line in text if line.startswith("#")]
    with open(path, "w", encoding="utf-8") as text:
        text.writelines(head)
        for (config, name), value in found.items():
            text.write(f"{config} {name} {value:.1f}\n")


def baseline(path):
    with open(path, encoding="utf-8") as text:
        rows = [line.split() for line in text if not line.startswith("#")]
    return {(f"{row[0]} {row[1]}", row[2]): float(row[3]) for row in rows}


def compare(found, wanted):
    bad = 0
    for key in sorted(found.keys() | wanted.keys()):
        label = " ".join(key)
        if key not in found or key not in wanted:
            print(f"{label}: {'not measured' if key in wanted else 'not in the baseline'}")
            bad += 1
            continue
        change = found[key] - wanted[key]
        if abs(change) > max(ALLOWED * wanted[key], FLOOR):
            bad += 1
            print(f"{label}: {found[key]:.1f} instructions, {wanted[key]:.1f} in the baseline: " +
                  ("more than 10 % more, find out why" if change > 0 else
                   "update the baseline"))
    return bad


def short(found):
    """How many of the gates on instructions do not hold where the walker is coherent."""
    bad = 0
    steps = {name: value for (_, name), value in found.items() if name.endswith("-steps")}
    for row in gates.of_steps(steps):
        bad += not row["pass"]
        if not row["pass"]:
            print(f"{row['gate']}: {row['what']}: {row['value']}, at most {row['must']}")
    for config in [one for one in COUNTED if one.endswith(" coherent")]:
        counted = {name: {"ours": value} for (one, name), value in found.items() if one == config}
        run = {"coherent": True,
               "rows": [{"name": name, "sides": []} for name in counted
                        if not name.startswith("grow-")]}
        for row in (*gates.of_times(run, counted), *gates.of_growth(run, counted)):
            if not row["pass"]:
                bad += 1
                print(f"{row['gate']}, {config}: {row['what']}: {row['value']:.2f}, it has to be "
                      f"{row['relation']} {row['must']}")
    return bad


def instructions(tool, path, recording):
    found = measure(tool)
    if recording:
        record(path, found)
        return 0
    bad = compare(found, baseline(path))
    missed = short(found)
    print(f"{len(found)} figures, {bad} are not within 10 % of the baseline; {missed} gates on "
          "instructions do not hold")
    return 1 if bad or missed else 0


def main(args):
    if len(args) == 2 and args[0] == "counts":
        return counts(args[1])
    if len(args) in (3, 4) and args[0] == "instructions" and args[3:] in ([], ["--record"]):
        return instructions(args[1], args[2], len(args) == 4)
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
