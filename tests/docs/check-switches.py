#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""check-switches.py - docs/model-switches.md has the switches that the model declares.

usage: check-switches.py TOP SWITCHES

SWITCHES is a program that prints the model's: name, number of values, default. The page has a
heading for each, its default, and a row with an answer and its evidence for each value. Where
the recordings of a judge say that it starts from another value, the page's table says so too,
and nothing else.
"""
import glob
import os
import re
import subprocess
import sys

PAGE = "docs/model-switches.md"
QEMU = "the QEMU machine"


def sections(text):
    """Name of each switch, with the text below its heading."""
    parts = re.split(r"^(#+) (.*)$", text, flags=re.M)[1:]
    return {title: body for level, title, body in zip(parts[::3], parts[1::3], parts[2::3])
            if level == "###"}


def section_faults(name, body, values, preset):
    told = re.findall(r"\*\*Default (\d+)\.\*\*", body)
    if told != [preset]:
        yield f"{name}: default {preset}, and the page says {' and '.join(told) or 'nothing'}"
    rows = re.findall(r"^\| (\d+) \| (.+) \| (.+) \|$", body, re.M)
    if [row[0] for row in rows] != [str(value) for value in range(int(values))]:
        yield f"{name}: rows for {', '.join(row[0] for row in rows)}, and {values} values"


def starts_recorded(top):
    """Judge and what it starts from, of the line "default" of each recording."""
    for path in sorted(glob.glob(os.path.join(top, "tests/judge/golden/*-switches.txt"))):
        judge = os.path.basename(path)[:-len("-switches.txt")]
        with open(path, encoding="utf-8") as text:
            for pair in sorted(set(re.findall(r"^\w+ +default +with (\w+)=(\d+):", text.read(),
                                              re.M))):
                yield judge, *pair


def starts_told(text):
    table = text.split("## Judges that start from another value")[-1].split("\n## ")[0]
    return re.findall(r"^\| `?([\w -]+?)`? \| `(\w+)` \| (\d+) \|$", table, re.M)


def faults(text, switches, recorded):
    told = sections(text)
    for name, values, preset in switches:
        if name not in told:
            yield f"{name}: the page does not have it"
        else:
            yield from section_faults(name, told.pop(name), values, preset)
    for name in told:
        yield f"{name}: the model does not have it"
    page = {row for row in starts_told(text) if row[0] != QEMU}
    for row in sorted(page ^ set(recorded)):
        yield f"{' '.join(row)}: {'only the page' if row in page else 'only the recording'} says so"


def main(args):
    top, program = args
    with open(os.path.join(top, PAGE), encoding="utf-8") as page:
        text = page.read()
    switches = [line.split() for line in subprocess.run([program], check=True, text=True,
                                                        capture_output=True).stdout.splitlines()]
    bad = list(faults(text, switches, list(starts_recorded(top))))
    print("\n".join([f"{PAGE}: {fault}" for fault in bad] + [f"{len(switches)} switches"]))
    return 1 if bad else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print(__doc__)
        sys.exit(2)
    sys.exit(main(sys.argv[1:]))
