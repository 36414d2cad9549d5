# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""facts.py - what scripts/bench knows besides times: where it ran, instructions, stack.

usage: facts.py TOP TOOL     with BENCH_* in the environment
"""
import json
import os
import sys

import callgrind

CONFIGS = {"s2-40 coherent": [], "s2-40 non-coherent": ["--non-coherent"],
           "s1-32 coherent": ["--format", "s1-32"],
           "s1-32 non-coherent": ["--format", "s1-32", "--non-coherent"]}


def main(tool):
    document = {name: os.environ["BENCH_" + name.upper()]
                for name in ("commit", "compiler", "machine", "peer")
                if os.environ.get("BENCH_" + name.upper())}
    if os.environ.get("BENCH_PROOF"):
        document["selftest"] = os.environ["BENCH_PROOF"]
    if os.environ.get("BENCH_COUNT") == "yes":
        document["instructions"] = {name: callgrind.per_operation(tool, args)
                                    for name, args in CONFIGS.items()}
        document["steps"] = {name: callgrind.longest_step(tool, name, [])
                             for name in ("W12-steps", "WD-steps")}
    json.dump(document, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[2])
