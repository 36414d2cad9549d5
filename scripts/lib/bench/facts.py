# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""facts.py - what scripts/bench knows besides times: where it ran, instructions, stack, text.

usage: facts.py TOP TOOL     with BENCH_* in the environment
"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

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
    """G18: bytes of the engine for arm64 that a host links who calls these and nothing else."""
    calls = ["create", "map", "unmap", "continue", "flush_begin", "flush_end", "translate",
             "destroy"]
    lean = "src/pgtable/shape_lean.h"
    shape = ['-DIPMMU_PT_SHAPE="shape_lean.h"'] if os.path.exists(f"{top}/{lean}") else []
    with tempfile.TemporaryDirectory() as work:
        out = work + "/engine"
        subprocess.run(["aarch64-linux-gnu-gcc", "-std=gnu99", "-Os", "-ffreestanding",
                        "-mgeneral-regs-only", "-ffunction-sections", "-fdata-sections",
                        "-fno-asynchronous-unwind-tables", "-nostdlib", "-static", *shape,
                        "-I", top + "/include", "-I", top + "/src/port", "-I",
                        top + "/src/pgtable", "-Wl,--gc-sections", "-Wl,-e,ipmmu_pt_create",
                        "-Wl,--unresolved-symbols=ignore-all",
                        *(f"-Wl,-u,ipmmu_pt_{call}" for call in calls),
                        *sorted(glob.glob(top + "/src/pgtable/*.c")), "-o", out], check=True)
        sections = subprocess.run(["aarch64-linux-gnu-size", "-A", out], check=True,
                                  stdout=subprocess.PIPE, encoding="utf-8").stdout
    size = {name: int(bytes_) for name, bytes_ in re.findall(r"^(\.\S+) +(\d+)", sections, re.M)}
    linked = sum(size.get(name, 0) for name in (".text", ".rodata", ".data.rel.ro"))
    written = size.get(".data", 0) + size.get(".bss", 0)
    return [["G18", "text of the engine at -Os, with constants, bytes", linked, "<=", 4096, 3072],
            ["G18", "data of the engine that is written, bytes", written, "==", 0]]


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
                             for name in ("W12-steps", "WD-steps")}
        document["other_gates"] = [*text(top),
                                   stack(os.path.dirname(os.path.dirname(tool)))]
    json.dump(document, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
