# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""facts.py - what scripts/bench knows besides times: where it ran, instructions, stack, text.

usage: facts.py TOP TOOL     with BENCH_* in the environment
"""
import json
import os
import re
import subprocess
import sys

import callgrind

CONFIGS = {"s2-40 coherent": [], "s2-40 non-coherent": ["--non-coherent"],
           "s1-32 coherent": ["--format", "s1-32"],
           "s1-32 non-coherent": ["--format", "s1-32", "--non-coherent"]}


# All workloads of the first; of the others what has a gate.
COUNTED = {"s2-40 coherent": []}
GATED = ["W1-warm", "W5", "W6"]


def stack(build):
    """G19, by the test that holds it: the deepest chain of calls of the engine, for arm64."""
    done = subprocess.run(["meson", "test", "-C", build, "--no-rebuild", "--verbose",
                           "calls-pgtable"],
                          check=False, capture_output=True, encoding="utf-8")
    deepest = re.search(r"deepest chain (\d+) of", done.stdout)
    if deepest is None:
        raise SystemExit(f"the test calls-pgtable failed:\n{done.stderr}{done.stdout}")
    return ["G19", "stack of the deepest chain of calls, bytes", int(deepest.group(1)), "<=", 256,
            192]


def text(top):
    """G18, by the test of the smallest builds, where there is one: with constants, for arm64."""
    if not os.path.exists(top + "/tests/static/lean.py"):
        return []
    done = subprocess.run([top + "/tests/static/lean.py", top], check=False, capture_output=True,
                          encoding="utf-8")
    found = re.search(r"^engine: (\d+) bytes, at most (\d+)", done.stdout, re.M)
    if found is None:
        raise SystemExit(f"tests/static/lean.py failed:\n{done.stderr}{done.stdout}")
    return [["G18", "text of the smallest engine at -Os -flto, bytes", int(found.group(1)), "<=",
             int(found.group(2)), 3072]]


def main(top, tool):
    document = {name: os.environ["BENCH_" + name.upper()]
                for name in ("commit", "compiler", "machine", "peer")
                if os.environ.get("BENCH_" + name.upper())}
    document["load"] = os.getloadavg()[0]
    if os.environ.get("BENCH_PROOF"):
        document["selftest"] = os.environ["BENCH_PROOF"]
    if os.environ.get("BENCH_COUNT") == "yes":
        document["instructions"] = {name: callgrind.per_operation(
            tool, args + COUNTED.get(name, GATED)) for name, args in CONFIGS.items()}
        document["steps"] = {name: callgrind.longest_step(tool, name, [])
                             for name in ("W12-steps", "WD-steps", "WM-steps")}
        document["other_gates"] = [*text(top),
                                   stack(os.path.dirname(os.path.dirname(tool)))]
    json.dump(document, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
