#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""peer.py - what two drivers do in the same boots of Xen, out of QEMU's traces.

usage: peer.py [--json] FACTS OURS THEIRS SCENE...

FACTS has lines of words with tabs between: "xen", version; "build", driver, seconds; "text", part, bytes of text,
of data. OURS and THEIRS are directories with SCENE.trace. Tells, for each scene, what a dom0 costs until
its first instruction: register accesses by kind, flushes, and time; and what the DMA of a
domain does after its destruction. Exit codes: 0 told, 2 bad arguments or no trace.
"""
import json
import os
import sys

import xen_trace as trace

# Kinds of registers, by name.
KINDS = {"IMCTR": "context control", "IMTTBCR": "tables", "IMTTLBR0": "tables",
         "IMTTUBR0": "tables", "IMSTR": "faults", "IMELAR": "faults", "IMEUAR": "faults",
         "IMSSTR": "faults", "IMUCTR": "uTLBs", "IMUASID": "uTLBs", "IMSCTLR": "unit",
         "IMSAUXCTLR": "unit"}
ORDER = ("context control", "tables", "faults", "uTLBs", "unit")
DRIVERS = ("libipmmu", "its own driver")
# Xen says it right before dom0's first instruction.
UP = "init memory"
DESTROYED = "domain 1 is destroyed"
STATUS_WHY = 0x70
ACCESS_DONE = 0
MASTER_UTLB = 32
BYPASS = -1


class Boot:
    """Counts of one trace."""

    def __init__(self, path):
        self.reads = dict.fromkeys(ORDER, 0)
        self.writes = dict.fromkeys(ORDER, 0)
        self.flushes = 0
        self.started = self.up = self.destroyed = self.last = None
        self.landed = {"before": 0, "after": 0}
        self.places = []
        self.violations = 0
        for event in trace.events(path):
            self.started = self.started or event.time
            self.last = event.time
            take = getattr(self, "take_" + event.kind, None)
            if take:
                take(event)

    def take_say(self, event):
        if UP in event.args and self.up is None:
            self.up = event.time
        if DESTROYED in event.args:
            self.destroyed = event.time

    def take_access(self, event):
        if self.up is not None:
            return
        access = event.args
        side = self.reads if access.op == "R" else self.writes
        side[KINDS.get(access.register, "unit")] += 1
        if access.op == "W" and access.register == "IMCTR" and access.value & trace.FLUSH:
            self.flushes += 1

    def take_violation(self, _):
        self.violations += 1

    def take_master(self, event):
        words = event.args.split()
        if int(words[5], 16) & STATUS_WHY == 0:
            self.landed["after" if self.destroyed else "before"] += 1

    def take_translate(self, event):
        """Where the first accesses after the end went."""
        words = dict(zip(*[iter(event.args.split())] * 2))
        if (self.destroyed and not self.places and int(words["utlb"]) == MASTER_UTLB and
                int(words["state"]) == ACCESS_DONE):
            how = "bypass" if int(words["context"]) == BYPASS else f"context {words['context']}"
            self.places.append(f"machine address {words['pa']}, {how}")

    def numbers(self):
        up = self.up or self.last
        out = {"reads": self.reads, "writes": self.writes, "flushes": self.flushes,
               "violations": self.violations,
               "seconds to dom0": round(up - self.started, 3),
               "seconds": round(self.last - self.started, 3)}
        if self.destroyed:
            out["late DMA"] = {"rounds before": self.landed["before"],
                               "rounds after": self.landed["after"],
                               "seconds after": round(self.last - self.destroyed, 3),
                               "landed at": self.places[0] if self.places else None}
        return out


def accesses_table(boots):
    """Rows: scene and driver."""
    width = max(len(scene) for scene in boots) + 1
    print("register accesses until the first instruction of dom0\n")
    head = "".join(f"{kind:>17}" for kind in ORDER)
    print(f"{'scene':<{width}}{'driver':<15}{'':<7}{head}{'all':>9}{'flushes':>9}")
    for scene, pair in boots.items():
        for driver, boot in zip(DRIVERS, pair):
            for side in ("reads", "writes"):
                counts = boot[side]
                row = "".join(f"{counts[kind]:>17}" for kind in ORDER)
                flushes = boot["flushes"] if side == "writes" else ""
                print(f"{scene:<{width}}{driver:<15}{side:<7}{row}"
                      f"{sum(counts.values()):>9}{flushes:>9}")


def times_table(boots):
    print(f"\n{'scene':<12}{'seconds to dom0':>31}{'seconds of the boot':>31}")
    print(f"{'':<12}" + "".join(f"{d:>16}" for d in DRIVERS + DRIVERS))
    for scene, pair in boots.items():
        row = "".join(f"{boot[key]:>16.2f}" for key in ("seconds to dom0", "seconds")
                      for boot in pair)
        print(f"{scene:<12}{row}")


def late_table(boots):
    for scene, pair in boots.items():
        for driver, boot in zip(DRIVERS, pair):
            late = boot.get("late DMA")
            if not late:
                continue
            where = f", at {late['landed at']}" if late["landed at"] else ""
            print(f"{scene}, {driver}: {late['rounds before']} rounds of DMA landed before the "
                  f"domain was destroyed, {late['rounds after']} in {late['seconds after']:.2f} s "
                  f"afterwards{where}")


def facts_read(path):
    with open(path, encoding="utf-8") as text:
        rows = [line.rstrip("\n").split("\t") for line in text]
    return {"xen": next((row[1] for row in rows if row[0] == "xen"), "Xen"),
            "build seconds": {row[1]: int(row[2]) for row in rows if row[0] == "build"},
            "bytes": {row[1]: {"text": int(row[2]), "data": int(row[3])}
                      for row in rows if row[0] == "text"}}


def facts_tables(facts):
    print(f"\n{facts['xen'] + ', bytes':<34}{'text':>9}{'data':>9}")
    for name, row in facts["bytes"].items():
        print(f"{name:<34}{row['text']:>9}{row['data']:>9}")
    print("\nseconds to build, of what had changed: " + ", ".join(
        f"{name} {seconds}" for name, seconds in facts["build seconds"].items()))


def main(args):
    as_json = args[:1] == ["--json"]
    args = args[as_json:]
    if len(args) < 4 or args[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    facts = facts_read(args.pop(0))
    boots = {}
    for scene in args[2:]:
        paths = [os.path.join(where, scene + ".trace") for where in args[:2]]
        for path in paths:
            if not os.path.exists(path):
                print(f"peer.py: no {path}", file=sys.stderr)
                return 2
        boots[scene] = [Boot(path).numbers() for path in paths]
    if as_json:
        facts["scenes"] = {scene: dict(zip(DRIVERS, pair)) for scene, pair in boots.items()}
        print(json.dumps(facts, indent=1))
        return 0
    accesses_table(boots)
    times_table(boots)
    print()
    late_table(boots)
    facts_tables(facts)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
