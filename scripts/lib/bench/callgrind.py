# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""callgrind.py - instructions for each operation of the benchmark, counted by valgrind.

Deterministic but for the compiler. What a host's hooks do is left out, and above all the clearing
of new tables, whose instructions depend on what the C library finds best on a machine. What the
loop around the calls takes is subtracted.
"""
import json
import os
import re
import subprocess
import tempfile

HOST = re.compile(r"bench_clear$|bench_memory_|hook_|peer_clean$|.*memset")
NAME = re.compile(r"c?fn=\((\d+)\)(?: (.+))?$")
# Lines of cost begin with a position: absolute, relative or as before.
COST = re.compile(r"(?:[+-]?\d+|\*) (\d+)$")


def parts(path):
    """What was spent between one dump and the next: [(all, of the host)]."""
    names, result = {}, []
    of_host, in_host, callee = 0, False, False
    with open(path, encoding="utf-8") as text:
        for line in text:
            name = NAME.match(line)
            if name:
                number, new = name.groups()
                if new:
                    names[number] = new
                if not line.startswith("c"):
                    in_host = bool(HOST.match(names[number]))
            elif line.startswith("calls="):
                callee = True
            elif line.startswith("totals:"):
                result.append((int(line.split()[1]), of_host))
                of_host = 0
            else:
                cost = COST.match(line)
                if cost and in_host and not callee:
                    of_host += int(cost.group(1))
                if cost:
                    callee = False
    return result


def run(tool, function, args):
    """(what the tool printed, a part for each time that @function returned)"""
    with tempfile.TemporaryDirectory() as work:
        out = os.path.join(work, "out")
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=" + out, "--combine-dumps=yes",
             "--toggle-collect=" + function, "--dump-after=" + function, tool, "--once", *args],
            check=False, capture_output=True, encoding="utf-8")
        if done.returncode != 0:
            raise SystemExit(f"valgrind with {tool} failed:\n{done.stderr}")
        return json.loads(done.stdout), parts(out)


def per_operation(tool, args):
    """{workload: {side: instructions for each operation}}"""
    printed, counted = run(tool, "bench_timed", args)
    left = iter(counted)
    result = {}
    for row in printed["rows"]:
        spent = {side["name"]: (lambda part: part[0] - part[1])(next(left)) / side["ops"]
                 for side in row["sides"]}
        result[row["name"]] = {name: spent[name] - spent.get("null", 0)
                               for name in spent if name != "null"}
    return result


def longest_step(tool, workload, args):
    """The most instructions between the beginning and the end of one step."""
    _, counted = run(tool, "bench_budget_step", [*args, workload])
    return max(part[0] - part[1] for part in counted)
