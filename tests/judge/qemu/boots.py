#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""boots.py - what boots of a judge say and are flagged for is what the project's pages tell.

usage: boots.py [--part | --update] JUDGE VERSION DIR
       boots.py --self-test

  --part    not all scenes or generations ran: rows that nothing used are no fault
  --update  write the table into docs/judges.md instead of comparing it

DIR/output is what was printed: "# ..., generation N", then lines "ok - ..." and "not ok - ...".
DIR/gen*.flagged are what QEMU told with -d guest_errors in each boot. Each violation must be in a
row of tests/judge/findings.tsv whose driver is JUDGE, and each row must be used: machines are
gen2, gen3, gen4, functions "-", and "*" stands for any.
"""
import glob
import os
import re
import sys

TOP = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../.."))
PAGE = os.path.join(TOP, "docs/judges.md")
FINDINGS = os.path.join(TOP, "tests/judge/findings.tsv")
COLUMNS = ("driver", "version", "machines", "scenarios", "runs", "functions", "registers",
           "values", "violation", "reason")
FLAGGED = re.compile(r"^ipmmu: (\w+): unit (\d+) offset 0x([0-9a-f]+) value 0x([0-9a-f]+):", re.M)

# Offsets within a context, a uTLB and the control block, as Renesas names them.
CONTEXT = {0x00: "IMCTR", 0x04: "IMCAAR", 0x08: "IMTTBCR", 0x0C: "IMBUSCR", 0x10: "IMTTLBR0",
           0x14: "IMTTUBR0", 0x18: "IMTTLBR1", 0x1C: "IMTTUBR1", 0x20: "IMSTR", 0x28: "IMMAIR0",
           0x2C: "IMMAIR1", 0x30: "IMELAR", 0x34: "IMEUAR"}
UTLB = {0x0: "IMUCTR", 0x8: "IMUASID"}
CONTROL = {0x500: "IMSCTLR", 0x504: "IMSAUXCTLR", 0x540: "IMSSTR"}


def register_name(generation, offset):
    """Without its index; "-" where the model tells none, "?" where none is known."""
    if offset == 0xFFFFFFFF:
        return "-"
    if generation == 4:
        if offset >= 0x10000:
            return CONTEXT.get(offset & 0x3F, "?")
        page, offset = offset & 0xF000, offset & 0xFFF
        if page not in (0x1000, 0x3000):
            return "?"
    offset &= 0x7FF if generation == 2 else 0xFFF
    if offset in CONTROL:
        return CONTROL[offset]
    if 0x300 <= offset < 0x500 or 0x600 <= offset < 0x800:
        return UTLB.get(offset & 0xF, "?")
    return CONTEXT.get(offset & 0x3F, "?") if offset < 0x200 else "?"


def rows_read(text, judge, version):
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if line and not line.startswith("#"):
            row = dict(zip(COLUMNS, line.split("\t")), line=number, met=set())
            if row["driver"] == judge and row["version"] == version:
                rows.append(row)
    return rows


def flagged_read(folder):
    """Machine, register, value and kind of each violation."""
    for path in sorted(glob.glob(os.path.join(folder, "gen*.flagged"))):
        machine = re.match(r"gen\d", os.path.basename(path)).group()
        with open(path, encoding="utf-8", errors="replace") as text:
            for kind, _, offset, value in FLAGGED.findall(text.read()):
                yield (machine, register_name(int(machine[3]), int(offset, 16)),
                       f"{int(value, 16):08x}", kind)


def use(rows, violation):
    """Is it listed? Remembers which members of the lists are met."""
    found = False
    words = dict(zip(("machines", "registers", "values", "violation"), violation))
    for row in rows:
        if all(row[key] == "*" or word in row[key].split(",") for key, word in words.items()):
            row["met"].update((key, word) for key, word in words.items())
            found = True
    return found


def unused(row):
    """Members that nothing met."""
    return [member for key in ("machines", "registers", "values", "violation")
            for member in row[key].split(",") if member != "*" and (key, member) not in row["met"]]


def findings_faults(rows, flagged, part):
    for violation in sorted(set(flagged)):
        if not use(rows, violation):
            yield "not listed: " + "\t".join(violation)
    for row in rows:
        left = unused(row)
        if left and not part:
            yield f"tests/judge/findings.tsv:{row['line']}: nothing met: {', '.join(left)}"


def output_read(text):
    """Claims in order, and for each the generations with what became of it."""
    claims = {}
    generation = 0
    for line in text.splitlines():
        head = re.match(r"# .*generation (\d)", line)
        told = re.match(r"(not )?ok - (.*)", line)
        if head:
            generation = int(head.group(1))
        elif told:
            claim = re.sub(r" at 0x[0-9a-f]+", "", told.group(2))
            held = "recorded" if claim.startswith("recorded: ") else "passed"
            claims.setdefault(claim.removeprefix("recorded: "), {})[generation] = \
                "**fails**" if told.group(1) else held
    return claims


def table(claims, flagged):
    generations = sorted({generation for cells in claims.values() for generation in cells})
    lines = ["| what holds | " + " | ".join(f"Gen{n}" for n in generations) + " |",
             "|---|" + "---|" * len(generations)]
    for claim, cells in claims.items():
        lines.append(f"| {claim} | " + " | ".join(cells.get(n, "") for n in generations) + " |")
    kinds = [sorted({v[3] for v in flagged if v[0] == f"gen{n}"}) for n in generations]
    lines.append("| *flagged in all of it* | " +
                 " | ".join(", ".join(f"`{kind}`" for kind in some) or "nothing"
                            for some in kinds) + " |")
    return "\n" + "\n".join(line.replace("  |", " |") for line in lines) + "\n\n"


def page_fault(judge, wanted, update):
    begin, end = f"<!-- {judge} -->\n", f"<!-- end of {judge} -->\n"
    with open(PAGE, encoding="utf-8") as page:
        text = page.read()
    if begin not in text or end not in text:
        return f"docs/judges.md has no place for the table of {judge}"
    head, rest = text.split(begin, 1)
    old, tail = rest.split(end, 1)
    if old == wanted:
        return None
    if update:
        with open(PAGE, "w", encoding="utf-8") as page:
            page.write(head + begin + wanted + end + tail)
        return None
    differs = [line for line in wanted.splitlines() if line not in old.splitlines()]
    return "docs/judges.md does not tell what ran: " + " / ".join(differs or ["rows that did not"])


def hold(judge, version, folder, mode):
    with open(FINDINGS, encoding="utf-8") as text:
        rows = rows_read(text.read(), judge, version)
    with open(os.path.join(folder, "output"), encoding="utf-8", errors="replace") as text:
        claims = output_read(text.read())
    flagged = list(flagged_read(folder))
    bad = list(findings_faults(rows, flagged, mode == "--part"))
    if mode != "--part":
        fault = page_fault(judge, table(claims, flagged), mode == "--update")
        bad += [fault] if fault else []
    for fault in bad:
        print(f"not ok - {fault}")
    if not bad:
        print(f"ok - {len(flagged)} times flagged, all of it listed")
    return 1 if bad else 0


def self_test():
    text = "a\t1\tgen3,gen4\t*\t*\t-\tIMUCTR\t*\tSTALE\twhy\nb\t1\tgen3\t*\t*\t-\t*\t*\tX\twhy\n"
    one, other = ("gen3", "IMUCTR", "00000013", "STALE"), ("gen4", "IMUCTR", "00000013", "STALE")
    cases = (([one, other], False, []),
             ([one], False, ["findings.tsv:1: nothing met: gen4"]),
             ([one], True, []),
             ([one, other, ("gen2", "IMUCTR", "0", "STALE")], False, ["not listed: gen2"]),
             ([one, other, ("gen3", "IMCTR", "0", "STALE")], False, ["not listed: gen3\tIMCTR"]),
             ([], False, ["nothing met: gen3, gen4, IMUCTR, STALE"]))
    for flagged, part, wanted in cases:
        got = list(findings_faults(rows_read(text, "a", "1"), flagged, part))
        assert len(got) == len(wanted) and all(w in g for w, g in zip(wanted, got)), (got, wanted)
    names = ((2, 0xB00, "IMUCTR"), (2, 0x800, "IMCTR"), (3, 0x600, "IMUCTR"), (3, 0x1C8, "IMTTBCR"),
             (3, 0x500, "IMSCTLR"), (4, 0x3308, "IMUASID"), (4, 0x1500, "IMSCTLR"),
             (4, 0x18800, "IMCTR"), (4, 0x1F9E0, "IMSTR"), (3, 0x580, "?"), (4, 0x2000, "?"),
             (3, 0xFFFFFFFF, "-"))
    for generation, offset, name in names:
        assert register_name(generation, offset) == name, (generation, hex(offset), name)
    claims = output_read("# L, generation 3\nok - a at 0x12\nnot ok - b\n# L, generation 4\nok - b\n"
                         "ok - recorded: c\n")
    assert claims == {"a": {3: "passed"}, "b": {3: "**fails**", 4: "passed"},
                      "c": {4: "recorded"}}, claims
    assert "| b | **fails** | passed |\n" in table(claims, [one])
    assert "| `STALE` | nothing |\n" in table(claims, [one])
    assert page_fault("no-such-judge", "", False) is not None
    print("ok - unlisted, unused, failed and unknown are told")


def main(args):
    if args == ["--self-test"]:
        self_test()
        return 0
    mode = args.pop(0) if args and args[0] in ("--part", "--update") else ""
    if len(args) != 3:
        print(__doc__)
        return 2
    return hold(*args, mode)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
