#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""calls.py - the core calls itself in no circle, and no chain of calls takes much stack.

usage: calls.py TOP LIMIT SOURCE...

Compiles for arm64 with gcc's call graph and stack use. Calls of hooks leave the graph: what
they take is the host's. LIMIT is in bytes, for any chain that starts at a public function.
"""
import glob
import os
import re
import subprocess
import sys
import tempfile

NODE = re.compile(r'node: \{ title: "([^"]+)" label: "([^"]*)"')
# Who calls what through a table of functions, by the functions' names: gcc cannot tell.
THROUGH = {
    "ipmmu_domain_destroy": ("end", "destroy"),
    "ipmmu_domain_flush": ("seal", "ipmmu_owned_release"),
    "ipmmu_domain_walk": ("ipmmu_owned_walk", "ipmmu_pt_explain_by"),
    "retry_run": ("settle",),
}
EDGE = re.compile(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"')


def graph(top, sources):
    stack, calls = {}, {}
    with tempfile.TemporaryDirectory() as work:
        for number, source in enumerate(sources):
            subprocess.run(["aarch64-linux-gnu-gcc", "-std=gnu99", "-O2", "-ffreestanding",
                            "-fcallgraph-info=su", "-I", top + "/include", "-I",
                            top + "/src/port", "-I", top + "/src", "-c", source, "-o",
                            f"{work}/{number}.o"], check=True)
        for path in glob.glob(work + "/*.ci"):
            with open(path, encoding="utf-8") as text:
                body = text.read()
            for title, label in NODE.findall(body):
                size = re.search(r"(\d+) bytes \(([a-z,]+)\)", label)
                if size:
                    stack[title] = int(size.group(1))
                    assert size.group(2) != "dynamic", title + " has a stack frame of no fixed size"
            for source, target in EDGE.findall(body):
                calls.setdefault(source, set()).add(target)
    add_edges(stack, calls)
    return stack, calls


def add_edges(stack, calls):
    """Put in the calls through tables, where the sources have their callers."""
    for caller, callees in THROUGH.items():
        for node in [node for node in stack if node.split(":")[-1] == caller]:
            found = [other for name in callees for other in stack
                     if other.split(":")[-1] == name and
                     (":" not in other or "/owned.c" in other)]
            assert len(found) >= len(callees), caller + " does not call " + str(callees)
            calls.setdefault(node, set()).update(found)


def deepest(name, stack, calls, memo, path):
    """(bytes, chain) of the worst chain from a function; exits at a circle."""
    if name in path:
        sys.exit("recursion: " + " > ".join(path[path.index(name):] + [name]))
    if name not in memo:
        rest = [deepest(callee, stack, calls, memo, path + [name])
                for callee in sorted(calls.get(name, ())) if callee in stack]
        size, chain = max(rest, default=(0, []), key=lambda row: row[0])
        memo[name] = (size + stack[name], [name] + chain)
    return memo[name]


def main(args):
    top, limit, sources = args[0], int(args[1]), args[2:]
    stack, calls = graph(top, sources)
    memo = {}
    public = [name for name in stack if ":" not in name]
    rows = sorted((deepest(name, stack, calls, memo, []) for name in public), reverse=True)
    for size, chain in rows[:5]:
        print(size, " > ".join(os.path.basename(name) for name in chain))
    print(f"{len(stack)} functions, no recursion, deepest chain {rows[0][0]} of {limit} bytes")
    return 1 if rows[0][0] > limit else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
