#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""steps.py - the register accesses of two drivers in the scene "steps", side by side.

usage: steps.py compare OURS THEIRS GOLDEN
       steps.py update OURS THEIRS GOLDEN
       steps.py page GOLDEN PAGE

compare holds two traces against GOLDEN: the same accesses in each step, and a reason for each
that only one driver makes. update writes what is there into GOLDEN and keeps the reasons.
page prints PAGE with GOLDEN's tables between its markers.

What is not a driver's choice is taken out first: addresses of tables, how often FLUSH is read
until it is 0, and how often the same accesses come again, where their number is that of
Xen's changes. Exit codes: 0 as in GOLDEN, 1 not, 2 bad arguments.
"""
import difflib
import re
import sys

import xen_trace as trace

# Where a step begins: what the console says. What dom0 says has no prefix.
BEGINS = [(re.compile(pattern), name) for pattern, name in (
    (r"LOADING DOMAIN 0", "dom0"), (r"LOADING DOMU", "guest"), (r"^guest: up", "start"),
    (r"^step: (\w+)", None))]
# Held accesses are tried again and again: each line is kept once.
ONCE = {"fault"}
TABLES = {"IMTTLBR0", "IMTTUBR0"}


def cut(path):
    """Name of step -> its accesses and interrupts."""
    steps = {"probe": []}
    now = steps["probe"]
    for event in trace.events(path):
        if event.kind == "say":
            for pattern, name in BEGINS:
                match = pattern.search(event.args)
                if match:
                    now = steps.setdefault(name or match[1], [])
        elif event.kind == "access":
            now.append(event.args)
        elif event.kind == "irq" and event.args.endswith("level 1"):
            now.append(trace.Access("interrupt", trace.UNITS[int(event.args.split()[1])], "",
                                    None, None))
    steps.pop("end", None)
    return steps


def polls(accesses):
    """Reads of an IMCTR whose flush may still run are one, whatever they read."""
    running = set()
    kept = []
    seen = set()
    for a in accesses:
        key = (a.unit, a.index)
        if a.op == "R" and a.register == "IMCTR" and key in running | seen:
            if key in running:
                kept.append(a._replace(value="FLUSH"))
                running.discard(key)
                seen.add(key)
            if not a.value & trace.FLUSH:
                seen.discard(key)
            continue
        seen.clear()
        if a.op == "W" and a.register == "IMCTR" and a.value & trace.FLUSH:
            running.add(key)
        elif a.register in TABLES:
            a = a._replace(value="table")
        kept.append(a)
    return kept


def same(first, other, ahead):
    """The same access, with an index that is ahead by so much."""
    if first._replace(index=None) != other._replace(index=None):
        return False
    return other.index == (None if first.index is None else first.index + ahead)


def repeats(accesses, at, length, step):
    """How often the block at @at comes in a row, each time with indices one @step further."""
    block = accesses[at:at + length]
    if step and all(a.index is None for a in block):
        return 1
    count = 1
    while True:
        other = accesses[at + count * length:at + (count + 1) * length]
        if len(other) < length or not all(same(a, b, count * step)
                                          for a, b in zip(block, other)):
            return count
        count += 1


def show(a, count, step):
    if a.op == "interrupt":
        return f"interrupt of {a.unit}"
    index = "" if a.index is None else f"[{a.index}]"
    if step and a.index is not None:
        index = f"[{a.index}-{a.index + count - 1}]"
    value = f"{a.value:08x}" if isinstance(a.value, int) else a.value
    return f"{a.op} {a.unit:<6} {a.register + index:<13} {value}"


def lines(accesses):
    """Text, with what repeats told once: by ranges of indices, or as a loop."""
    out = []
    at = 0
    while at < len(accesses):
        best = (1, 1, 0)
        for length in range(1, 9):
            for step in (1, 0):
                count = repeats(accesses, at, length, step)
                if count > 1 and count * length > best[0] * best[1]:
                    best = (count, length, step)
        count, length, step = best
        block = [show(a, count, step) for a in accesses[at:at + length]]
        if count > 1 and not step:
            block = [text + ", again and again" for text in block]
        elif count > 1 and length > 1:
            block = [text + ", in turn" for text in block]
        out += block
        at += count * length
    return out


def of_step(name, accesses):
    if name in ONCE:
        return list(dict.fromkeys(show(a, 1, 0) for a in polls(accesses)))
    return lines(polls(accesses))


def aligned(ours, theirs):
    """(side, line): = both, < ours, > theirs."""
    out = []
    matcher = difflib.SequenceMatcher(None, ours, theirs, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            out += [("=", line) for line in ours[a:b]]
        else:
            out += [("<", line) for line in ours[a:b]] + [(">", line) for line in theirs[c:d]]
    return out


def measure(ours, theirs):
    ours, theirs = cut(ours), cut(theirs)
    return {name: aligned(of_step(name, ours.get(name, [])), of_step(name, theirs.get(name, [])))
            for name in dict.fromkeys(list(ours) + list(theirs))}


class Golden:
    """Head, and for each step its title, its reasons by tag, and rows (side, line, tag)."""

    def __init__(self, path):
        self.path = path
        self.head, self.steps = [], {}
        step = None
        with open(path, encoding="utf-8") as text:
            for number, line in enumerate(text, 1):
                line = line.rstrip("\n")
                if line.startswith("== "):
                    name, title = line[3:].split(": ", 1)
                    step = self.steps[name] = {"title": title, "why": {}, "rows": []}
                elif step is None:
                    self.head.append(line)
                elif line.startswith(": "):
                    tag, why = line[2:].split(" ", 1)
                    step["why"][tag] = why.strip()
                elif line[:2] in ("= ", "< ", "> "):
                    match = re.fullmatch(r"(.*?)(?: +\{(\w+)\})?", line[2:])
                    step["rows"].append((line[0], match[1], match[2]))
                elif line:
                    sys.exit(f"{path}:{number}: what is this?")

    def write(self):
        with open(self.path, "w", encoding="utf-8") as out:
            out.write("\n".join(self.head) + "\n")
            for name, step in self.steps.items():
                out.write(f"== {name}: {step['title']}\n")
                for tag, why in step["why"].items():
                    out.write(f": {tag:<9} {why}\n")
                for side, line, tag in step["rows"]:
                    out.write(f"{side} {line:<54} {{{tag}}}\n" if tag else f"{side} {line}\n")
                out.write("\n")

    def take(self, measured):
        """New rows; a row that was there keeps its tag."""
        for name, rows in measured.items():
            step = self.steps.setdefault(name, {"title": "?", "why": {}, "rows": []})
            tags = {}
            for side, line, tag in step["rows"]:
                tags.setdefault((side, line), []).append(tag)
            step["rows"] = [(side, line, (tags.get((side, line)) or [None]).pop(0))
                            for side, line in rows]


def judge(measured, golden):
    """What is not as in GOLDEN, and what nothing explains."""
    wrong = []
    for name in dict.fromkeys(list(measured) + list(golden.steps)):
        step = golden.steps.get(name, {"why": {}, "rows": []})
        wanted = [f"{side} {line}" for side, line, _ in step["rows"]]
        got = [f"{side} {line}" for side, line in measured.get(name, [])]
        wrong += [f"step {name}: {line}" for line in difflib.unified_diff(
            wanted, got, "as recorded", "as it is", lineterm="", n=1)]
        used = set()
        for side, line, tag in step["rows"]:
            if side != "=" and tag not in step["why"]:
                wrong.append(f"step {name}: nothing explains: {side} {line}")
            if side == "=" and tag:
                wrong.append(f"step {name}: there is nothing to explain in: {line}")
            used.add(tag)
        wrong += [f"step {name}: nothing uses reason {tag}" for tag in step["why"]
                  if tag not in used]
    return wrong


def cell(rows):
    return "<br>".join(f"`{re.sub(' +', ' ', line)}`" for line in rows)


def table(step):
    """Rows with the same reason in a row are one."""
    out = ["| libipmmu | its own driver | why |", "|---|---|---|"]
    rows = step["rows"]
    at = 0
    while at < len(rows):
        end = at
        key = rows[at][2] if rows[at][0] != "=" else "="
        while end < len(rows) and (rows[end][2] if rows[end][0] != "=" else "=") == key:
            end += 1
        part = rows[at:end]
        if key == "=":
            out.append(f"| {cell([line for _, line, _ in part])} | the same | |")
        else:
            ours = cell([line for side, line, _ in part if side == "<"])
            theirs = cell([line for side, line, _ in part if side == ">"])
            out.append(f"| {ours} | {theirs} | {step['why'].get(key, '')} |")
        at = end
    if not rows:
        out.append("| nothing | nothing | |")
    return "\n".join(out)


def page(golden, path):
    with open(path, encoding="utf-8") as text:
        text = text.read()
    for name, step in golden.steps.items():
        pattern = re.compile(rf"(<!-- step {name} -->\n).*?(<!-- end of {name} -->)", re.S)
        if not pattern.search(text):
            sys.exit(f"{path}: no place for step {name}")
        text = pattern.sub(lambda m: f"{m[1]}\n{table(step)}\n\n{m[2]}", text)
    return text


def main(args):
    if len(args) == 3 and args[0] == "page":
        sys.stdout.write(page(Golden(args[1]), args[2]))
        return 0
    if len(args) != 4 or args[0] not in ("compare", "update"):
        print(__doc__, file=sys.stderr)
        return 2
    measured, golden = measure(args[1], args[2]), Golden(args[3])
    if args[0] == "update":
        golden.take(measured)
        golden.write()
    wrong = judge(measured, golden)
    print("\n".join(wrong) if wrong else
          f"{sum(len(s['rows']) for s in golden.steps.values())} lines of accesses in "
          f"{len(golden.steps)} steps are as recorded, each difference with its reason")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
