#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""calls.py - the core calls itself in no circle, and no chain of calls takes much stack.

usage: calls.py TOP LIMIT SOURCE...

Compiles for arm64 with gcc's call graph and stack use. Calls of hooks leave the graph: what
they take is the host's. A function that jumps to another as its last act has given back its own
frame by then: what it does so, and never calls, is read out of the assembly. LIMIT is in bytes,
for any chain that starts at a public function.
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


LABEL = re.compile(r"([A-Za-z_][\w.]*):$")
BRANCH = re.compile(r"\t(bl?)\t([A-Za-z_][\w.]*)$")


def jumps(path):
    """{(function, other)} where a function only ever ends with a jump to the other."""
    here, ends, called = None, set(), set()
    with open(path, encoding="utf-8") as text:
        for line in text:
            label, branch = LABEL.match(line), BRANCH.match(line)
            if label:
                here = label.group(1)
            elif branch:
                (called if branch.group(1) == "bl" else ends).add((here, branch.group(2)))
    return ends - called


def graph(top, sources):
    """(stack of each function, its calls, its last jumps)"""
    stack, calls, last = {}, {}, {}
    with tempfile.TemporaryDirectory() as work:
        for number, source in enumerate(sources):
            subprocess.run(["aarch64-linux-gnu-gcc", "-std=gnu99", "-O2", "-ffreestanding",
                            "-fcallgraph-info=su", "-I", top + "/include", "-I",
                            top + "/src/port", "-I", top + "/src", "-S", source, "-o",
                            f"{work}/{number}.s"], check=True)
        for path in glob.glob(work + "/*.ci"):
            ends = jumps(path[:-len("ci")] + "s")
            with open(path, encoding="utf-8") as text:
                body = text.read()
            for title, label in NODE.findall(body):
                size = re.search(r"(\d+) bytes \(([a-z,]+)\)", label)
                if size:
                    stack[title] = int(size.group(1))
                    assert size.group(2) != "dynamic", title + " has a stack frame of no fixed size"
            for source, target in EDGE.findall(body):
                ended = (source.split(":")[-1], target.split(":")[-1]) in ends
                (last if ended else calls).setdefault(source, set()).add(target)
    add_edges(stack, calls)
    return stack, calls, last


def add_edges(stack, calls):
    """Put in the calls through tables, where the sources have their callers."""
    for caller, callees in THROUGH.items():
        for node in [node for node in stack if node.split(":")[-1] == caller]:
            found = [other for name in callees for other in stack
                     if other.split(":")[-1] == name and
                     (":" not in other or "/owned.c" in other)]
            assert len(found) >= len(callees), caller + " does not call " + str(callees)
            calls.setdefault(node, set()).update(found)


def deepest(name, graphs, memo, path):
    """(bytes, chain) of the worst chain from a function; exits at a circle."""
    stack, calls, last = graphs
    if name in path:
        sys.exit("recursion: " + " > ".join(path[path.index(name):] + [name]))
    if name not in memo:
        rows = [(stack[name], [])]
        for others, own in ((calls, stack[name]), (last, 0)):
            for other in sorted(others.get(name, ())):
                if other in stack:
                    size, chain = deepest(other, graphs, memo, path + [name])
                    rows.append((size + own, chain))
        size, chain = max(rows, key=lambda row: row[0])
        memo[name] = (size, [name] + chain)
    return memo[name]


def main(args):
    top, limit, sources = args[0], int(args[1]), args[2:]
    graphs = graph(top, sources)
    memo = {}
    public = [name for name in graphs[0] if ":" not in name]
    rows = sorted((deepest(name, graphs, memo, []) for name in public), reverse=True)
    for size, chain in rows[:5]:
        print(size, " > ".join(os.path.basename(name) for name in chain))
    print(f"{len(graphs[0])} functions, no recursion, deepest chain {rows[0][0]} of {limit} bytes")
    return 1 if rows[0][0] > limit else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
