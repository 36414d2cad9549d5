#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""report.py - the tables and verdicts of scripts/bench.

usage: report.py join FILE RUN...     join what bench printed with the facts on standard input
       report.py text FILE            print tables and verdicts
       report.py data FILE DIRECTORY  write what the charts are drawn from
"""
import json
import os
import sys

import gates

CHARTED = ["W1-warm", "W2v", "W3-cold", "W3-warm", "W4", "W4-512", "W5", "W5-511", "W6", "W6-64G",
           "W7", "W9-map", "W9-unmap", "W10"]


def name_of(run):
    return f"{run['format']} {'coherent' if run['coherent'] else 'non-coherent'}"


def verdicts(document):
    """Every gate of every run, each with the run's name."""
    result = []
    for run in document["runs"]:
        counted = document.get("instructions", {}).get(name_of(run), {})
        for found in (*gates.of_times(run, counted), *gates.of_growth(run, counted),
                      *gates.of_counts(run)):
            result.append({"run": name_of(run), **found})
    for found in gates.of_steps(document.get("steps", {})):
        result.append({"run": "s2-40", **found})
    for found in document.get("other_gates", []):
        result.append({"run": "aarch64", **gates.verdict(*found)})
    # Runs stay in the order in which they were made.
    result.sort(key=lambda row: int(row["gate"][1:]))
    return result


def join(path, runs):
    document = json.load(sys.stdin)
    document["runs"] = []
    for run in runs:
        with open(run, encoding="utf-8") as text:
            document["runs"].append(json.load(text))
    document["gates"] = verdicts(document)
    with open(path, "w", encoding="utf-8") as text:
        json.dump(document, text, indent=1)
        text.write("\n")


def spread(times):
    return f"{100 * (times['most'] - times['least']) / times['median']:.0f}%"


def cells(row, counted):
    """One line of the table of a run."""
    sides = {side["name"]: side for side in row["sides"]}
    ours, limit, linux = (sides.get(name) for name in ("ours", "limit", "linux"))
    counts = ours["counts"]
    instr = counted.get(row["name"], {})
    return [row["name"], f"{ours['ns']['median']:.2f}", spread(ours["ns"]),
            f"{instr['ours']:.0f}" if "ours" in instr else "-",
            f"{limit['ns']['median']:.2f}" if limit else "-",
            f"{limit['under']['median']:.2f}" if limit else "-",
            f"{linux['ns']['median']:.2f}" if linux else "-",
            f"{instr['linux']:.0f}" if "linux" in instr else "-",
            f"{linux['over']['median']:.2f}" if linux else "-",
            spread(linux["over"]) if linux else "-",
            *(str(counts[name]) for name in ("cleans", "lines", "allocs", "flushes", "pages"))]


HEAD = ["workload", "ours ns", "spread", "instr", "limit ns", "of limit", "Linux ns", "instr",
        "Linux/ours", "spread", "cleans", "lines", "allocs", "flushes", "pages"]


def table(rows):
    wide = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join([row[0].ljust(wide[0])] +
                        [cell.rjust(wide[i]) for i, cell in enumerate(row) if i > 0]).rstrip())


def number(value):
    return str(value) if isinstance(value, int) else f"{value:.2f}"


def text_of(path):
    with open(path, encoding="utf-8") as text:
        document = json.load(text)
    for key in ("commit", "compiler", "machine", "peer", "selftest"):
        if key in document:
            print(f"{key}: {document[key]}")
    for run in document["runs"]:
        counted = document.get("instructions", {}).get(name_of(run), {})
        print(f"\n{name_of(run)}, {run['reps']} repetitions")
        table([HEAD] + [cells(row, counted) for row in run["rows"]])
    gates_text(document["gates"])


def columns(rows):
    """The runs that the gates are about; those of one figure last."""
    runs = list(dict.fromkeys(row["run"] for row in rows))
    return sorted(runs, key=lambda run: "coherent" not in run)


def told(row, value):
    return "-" if value is None else f"{row['relation']} {number(value)}"


def gates_text(rows):
    """A line for each figure with a column for each run; of counts only those that do not hold."""
    print("\ngates")
    runs = columns(rows)
    lines = {}
    for row in rows:
        if row["kind"] == "figure" or not row["pass"]:
            lines.setdefault((row["gate"], row["what"]), {})[row["run"]] = row
    shown = [["gate", "what", "stretch", *runs]]
    for (gate, what), found in lines.items():
        cell = {run: f"{number(row['value'])} {told(row, row['must'])} "
                     f"{'pass' if row['pass'] else 'falls short'}" for run, row in found.items()}
        any_row = next(iter(found.values()))
        shown.append([gate, what, told(any_row, any_row["stretch"]),
                      *(cell.get(run, "-") for run in runs)])
    table(shown)
    for gate in dict.fromkeys(row["gate"] for row in rows if row["kind"] == "count"):
        held = [row["pass"] for row in rows if row["gate"] == gate and row["kind"] == "count"]
        print(f"{gate}: {sum(held)} of {len(held)} counts hold")
    short = sum(not row["pass"] for row in rows)
    print(f"\n{len(rows) - short} pass, {short} fall short")


def data_of(path, directory):
    """Of the first run: workloads.dat, growth.dat."""
    with open(path, encoding="utf-8") as text:
        run = json.load(text)["runs"][0]
    sides = ["limit", "ours", "linux"]

    def line(row, label):
        found = [gates.side_of(row, name) for name in sides]
        return " ".join([label] + [f"{side['ns']['median']:.3f}" if side else "NaN"
                                   for side in found])

    with open(os.path.join(directory, "workloads.dat"), "w", encoding="utf-8") as out:
        for name in CHARTED:
            print(line(gates.row_of(run, name), name), file=out)
    with open(os.path.join(directory, "growth.dat"), "w", encoding="utf-8") as out:
        for row in run["rows"]:
            if row["name"].startswith("grow-"):
                print(line(row, f"{row['name'][5:]} {row['span'] >> 20}"), file=out)


def main(args):
    if len(args) >= 3 and args[0] == "join":
        return join(args[1], args[2:])
    if len(args) == 2 and args[0] == "text":
        return text_of(args[1])
    if len(args) == 3 and args[0] == "data":
        return data_of(args[1], args[2])
    sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
