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
    add_edges(stack, calls, sources)
    return stack, calls, last


def functions(source):
    """{function: its body} of a source file."""
    with open(source, encoding="utf-8") as text:
        return dict(re.findall(r"^\w[^;{}]*?(\w+)\([^;{}]*\)\n\{\n(.*?)^\}", text.read(), re.M | re.S))


def callers(bodies, call):
    """The functions of a file that have such a call in them, and who calls these in the file."""
    found = {name for name, body in bodies.items() if re.search(call, body)}
    while True:
        more = {name for name, body in bodies.items() for other in found
                if re.search(rf"\b{other}\(", body)} - found
        if not more:
            return found
        found |= more


def through(sources):
    """(file, callers, file of the callee or None, callee) of each call through a pointer that is
    not a hook: gcc cannot tell. A caller may be inlined, so its own callers count as well."""
    bodies = {source: functions(source) for source in sources}
    table = {}
    for source in sources:
        with open(source, encoding="utf-8") as text:
            for body in re.findall(r"struct ipmmu_owned_calls \w+ = \{(.*?)\}", text.read(), re.S):
                for member, name in re.findall(r"\.(\w+) = (\w+)", body):
                    table[member] = (source if name in bodies[source] else None, name)
    rows = [(rf"->(?:calls|owned)->{member}\(", where, name)
            for member, (where, name) in table.items()]
    rows.append((r"\bby\(&", None, "ipmmu_pt_explain_by"))
    for call, where, name in rows:
        hits = [(source, callers(bodies[source], call)) for source in sources]
        hits = [(source, found) for source, found in hits if found]
        assert hits or not table, f"nobody calls {name} through a pointer"
        for source, found in hits:
            yield source, found, where, name


def add_edges(stack, calls, sources):
    """Put in the calls through pointers, where the sources have their callers."""
    for source, found, where, name in through(sources):
        targets = [node for node in stack if node in (name, f"{where}:{name}")]
        nodes = [node for node in stack if node in found or
                 (node.startswith(source + ":") and node.split(":")[-1].split(".")[0] in found)]
        assert nodes, f"{source}: who calls {name} through a pointer?"
        for node in nodes:
            calls.setdefault(node, set()).update(targets)


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
