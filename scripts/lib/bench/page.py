#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""page.py - docs/page-tables-figures.md out of what scripts/bench measured.

usage: page.py FILE      the page goes to standard output
"""
import json
import sys

import gates
from report import columns, name_of, number

HEAD = """<!-- SPDX-License-Identifier: BSD-2-Clause -->
<!-- SPDX-FileCopyrightText: 2026 The libipmmu authors -->
<!-- Written by scripts/bench --docs. Run it again instead of changing this. -->

# What page tables cost, measured

How it is measured, and what the limit is, stands in [page-tables.md](page-tables.md#cost).
"""


def line(cells):
    print("| " + " | ".join(cells) + " |")


def table(head, rows):
    line(head)
    line(["---"] * len(head))
    for row in rows:
        line(row)
    print()


def side(row, name, key=None):
    """The median of one side, as text; a dash where it was not measured."""
    found = gates.side_of(row, name)
    if found is None:
        return "-"
    return f"{found['ns']['median'] if key is None else found[key]['median']:.2f}"


def where(document):
    for key, label in (("commit", "Commit"), ("compiler", "Compiler"), ("machine", "Machine"),
                       ("peer", "Peer"), ("selftest", "Linux's own selftest, on the stand-in")):
        print(f"- {label}: {document[key]}")
    run = document["runs"][0]
    print(f"- {run['reps']} repetitions; each figure is their median")
    print(f"- Processes that wanted to run meanwhile: {document['load']:.1f}. Where that is more "
          "than the processors, times are uncertain, ratios less so, and instructions and counts "
          "exact\n")


def short(document):
    """What falls short comes first."""
    rows = [row for row in document["gates"] if not row["pass"]]
    total = len(document["gates"])
    print("## What falls short\n")
    if not rows:
        print(f"Nothing: all {total} gates pass.\n")
        return
    print(f"{len(rows)} of {total} gates:\n")
    table(["gate", "run", "what", "is", "must be"],
          [[row["gate"], row["run"], row["what"], number(row["value"]),
            f"{row['relation']} {number(row['must'])}"] for row in rows])


def slower(document):
    """Workloads without a gate are told as well."""
    rows = []
    for run in document["runs"]:
        for row in run["rows"]:
            linux = gates.side_of(row, "linux")
            if linux and linux["over"]["median"] < 1:
                rows.append([name_of(run), row["name"], row["what"], side(row, "ours"),
                             side(row, "linux"), side(row, "linux", "over")])
    print("## Where Linux takes less time\n")
    if rows:
        table(["run", "", "workload", "ours ns", "Linux ns", "Linux / ours"], rows)
    else:
        print("Nowhere.\n")


def times(document):
    run = document["runs"][0]
    counted = document["instructions"][name_of(run)]
    print("## Stage 2, 40 bits, the walker is coherent\n\n"
          "![ns for each operation](page-tables-workloads.svg)\n\n"
          "ns and instructions for each operation: a page, a block, a translation, or a call. "
          "Instructions are without the loop and without the host's hooks.\n")
    rows = []
    for row in run["rows"]:
        if row["name"].startswith("grow-") or row["name"].endswith("-steps"):
            continue
        instr = counted.get(row["name"], {})
        rows.append([row["name"], row["what"], side(row, "limit"), side(row, "ours"),
                     side(row, "linux"), side(row, "limit", "under"), side(row, "linux", "over"),
                     f"{instr['ours']:.0f}", f"{instr['linux']:.0f}"])
    table(["", "workload", "limit ns", "ours ns", "Linux ns", "ours / limit", "Linux / ours",
           "ours instr", "Linux instr"], rows)


def ratios(document):
    print("## The other runs: Linux / ours\n")
    names = [row["name"] for row in document["runs"][0]["rows"]
             if not row["name"].endswith("-steps") and not row["name"].startswith("grow-")]
    rows = []
    for name in names:
        found = [gates.row_of(run, name) for run in document["runs"]]
        rows.append([name, *(side(row, "linux", "over") if row else "-" for row in found)])
    table(["", *(name_of(run) for run in document["runs"])], rows)


def growth(document):
    run = document["runs"][0]
    print("## Growth\n\n![ns for each page](page-tables-growth.svg)\n\n"
          "ns for each page, mapped one by one, by how much is mapped:\n")
    rows = [row for row in run["rows"] if row["name"].startswith("grow-")]
    table(["", *(row["name"][5:] for row in rows)],
          [[label, *(side(row, name) for row in rows)]
           for label, name in (("limit", "limit"), ("ours", "ours"), ("Linux", "linux"))])


def counts(document):
    run = next(run for run in document["runs"] if name_of(run) == "s2-40 non-coherent")
    print("## Counts, where the walker does not snoop\n\n"
          "For the whole workload, ours / Linux. Flushes: asked for by an answer (ours), or by a "
          "callback when a table goes (Linux, whose callers flush besides). Pages: of tables, "
          "at the end.\n")
    rows = []
    for row in run["rows"]:
        found = [gates.side_of(row, name) for name in ("ours", "linux")]
        if row["name"].startswith(("grow-", "W6")) or None in found:
            continue
        rows.append([row["name"], str(found[0]["ops"]),
                     *(" / ".join(str(one["counts"][key]) for one in found)
                       for key in ("cleans", "lines", "allocs", "flushes", "pages"))])
    table(["", "operations", "cleans", "lines cleaned", "tables taken", "flushes", "pages"], rows)


def others(document):
    print("## Steps, text and stack\n")
    for name, most in document["steps"].items():
        print(f"- {name}: the longest step takes {most} instructions.")
    for row in document.get("other_gates", []):
        print(f"- {row[1]}: {row[2]}.")
    print()


def all_gates(document):
    print("## All gates\n\nRuns are s2-40 and s1-32, coherent and not.\n")
    runs = columns(document["gates"])
    lines = {}
    for row in document["gates"]:
        if row["kind"] == "figure":
            lines.setdefault((row["gate"], row["what"]), {})[row["run"]] = row
    rows = []
    for (gate, what), found in lines.items():
        rows.append([gate, what, *(
            f"{number(found[run]['value'])} ({found[run]['relation']} "
            f"{number(found[run]['must'])}) {'pass' if found[run]['pass'] else '**falls short**'}"
            if run in found else "-" for run in runs)])
    table(["gate", "what", *runs], rows)
    for gate in dict.fromkeys(row["gate"] for row in document["gates"] if row["kind"] == "count"):
        held = [row["pass"] for row in document["gates"]
                if row["gate"] == gate and row["kind"] == "count"]
        print(f"- {gate}: {sum(held)} of {len(held)} counts hold")


def main(path):
    with open(path, encoding="utf-8") as text:
        document = json.load(text)
    print(HEAD)
    where(document)
    for section in (short, slower, times, ratios, growth, counts, others, all_gates):
        section(document)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
