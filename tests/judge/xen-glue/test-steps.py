#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""test-steps.py - steps.py and peer.py find what they are for, in traces that are made up.

What varies from boot to boot must not matter; a missing or another access, and a difference
without a reason, must. Exit codes: 0 they do, 1 not.
"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

GOLDEN = """# head
== probe: start
= R root   IMSCTLR       00000000

== addition: an entry comes
: added     not needed
> R root   IMCTR[2]      20000005, again and again       {added}
> W cache1 IMCTR[2]      00000007, again and again       {added}
> W root   IMCTR[2]      20000007, again and again       {added}
> R root   IMCTR[2]      FLUSH, again and again          {added}
"""
PROBE = [("read", 0, 0x500, 0)]
FLUSHED = [("read", 0, 0x80, 0x20000005), ("write", 2, 0x80, 7), ("write", 0, 0x80, 0x20000007),
           ("read", 0, 0x80, 0x20000005)]
# The same flush, seen to run twice before it ends.
SLOW = FLUSHED[:3] + [("read", 0, 0x80, 0x20000007)] * 2 + FLUSHED[3:]


def lines(events):
    for event in events:
        if isinstance(event, str):
            for char in event + "\r\n":
                yield f"1@2.000001:pl011_write addr 0x00000000 value 0x{ord(char):08x}"
        else:
            kind, unit, offset, value = event
            yield f"1@2.000002:ipmmu_{kind} unit {unit} offset 0x{offset:x} value 0x{value:x}"


def write(work, name, events):
    path = os.path.join(work, name)
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join(lines(events)) + "\n")
    return path


def run(program, *args):
    done = subprocess.run([sys.executable, os.path.join(HERE, program), *args], text=True,
                          capture_output=True, check=False)
    return done.returncode, done.stdout + done.stderr


def compare(work, ours, theirs, golden=GOLDEN):
    path = os.path.join(work, "golden")
    with open(path, "w", encoding="utf-8") as out:
        out.write(golden)
    return run("steps.py", "compare", write(work, "ours", ours), write(work, "theirs", theirs), path)


def main():
    failed = 0

    def expect(name, holds, seen=""):
        nonlocal failed
        failed += not holds
        print(f"{'ok' if holds else 'not ok'} - {name}{'' if holds else ': ' + str(seen)}")

    with tempfile.TemporaryDirectory() as work:
        ours = PROBE + ["step: addition"]
        for name, flushes in (("two flushes", FLUSHED * 2), ("five flushes", FLUSHED * 5),
                              ("flushes that take longer", FLUSHED + SLOW + FLUSHED)):
            seen = compare(work, ours, PROBE + ["step: addition"] + flushes)
            expect(f"{name} are as recorded", seen[0] == 0, seen)
        wrong = {
            "an access that is missing": (ours[1:], PROBE + ours[1:] + FLUSHED * 2),
            "another value": ([("read", 0, 0x500, 1)] + ours[1:], ours + FLUSHED * 2),
            "an access of ours that is new": (ours + FLUSHED[1:2], ours + FLUSHED * 2),
            "an access in another step": (ours[1:] + PROBE, ours + FLUSHED * 2),
            "a flush that is not waited for": (ours, ours + FLUSHED[:3] * 3),
            "a step that is new": (ours + ["step: other"] + PROBE, ours + FLUSHED * 2),
        }
        for name, (first, second) in wrong.items():
            seen = compare(work, first, second)
            expect(f"{name} is found", seen[0] == 1, seen)
        theirs = ours + FLUSHED * 2
        for name, old, new, word in (
                ("a difference without a reason", "{added}", "", "nothing explains"),
                ("a tag that no reason has", "{added}", "{none}", "nothing explains"),
                ("a reason that nothing uses", ": added ", ": unused x\n: added ", "nothing uses"),
                ("a reason for what is the same", "00000000\n\n", "00000000 {added}\n\n",
                 "nothing to explain")):
            seen = compare(work, ours, theirs, GOLDEN.replace(old, new, 1))
            expect(f"{name} is found", seen[0] == 1 and word in seen[1], seen)

        # The same access twice in a step, for two reasons.
        twice = ours + [("write", 0, 0x80, 0x20000007), ("read", 0, 0x500, 0),
                        ("write", 0, 0x80, 0x20000007)]
        compare(work, twice, ours, GOLDEN[:GOLDEN.index(": added")] + """: one       x
: two       y
< W root   IMCTR[2]      20000007                        {one}
< R root   IMSCTLR       00000000                        {one}
< W root   IMCTR[2]      20000007                        {two}
""")
        code, seen = run("steps.py", "update", work + "/ours", work + "/theirs", work + "/golden")
        with open(work + "/golden", encoding="utf-8") as text:
            tags = [line.split("{")[1] for line in text if "{" in line]
        expect("an update keeps each reason where it was",
               code == 0 and tags == ["one}\n", "one}\n", "two}\n"], (seen, tags))

        for driver, events in (("a", PROBE + FLUSHED + ["(XEN) Freed 1kB init memory."] + FLUSHED),
                               ("b", PROBE + ["(XEN) Freed 1kB init memory."])):
            os.mkdir(os.path.join(work, driver))
            write(work, driver + "/dom0.trace", events)
        facts = os.path.join(work, "facts")
        with open(facts, "w", encoding="utf-8") as out:
            out.write("build\tx\t12\ntext\tpart of it\t3\t4\n")
        code, seen = run("peer.py", "--json", facts, work + "/a", work + "/b", "dom0")
        words = "".join(seen.split())
        expect("accesses are counted by kind until dom0 runs", code == 0 and
               '"reads":{"contextcontrol":2,"tables":0,"faults":0,"uTLBs":0,"unit":1}' in words and
               '"flushes":2' in words and '"flushes":0' in words, seen)
        code, seen = run("peer.py", facts, work + "/a", work + "/b", "none")
        expect("a scene without a trace is refused", code == 2 and "none.trace" in seen, seen)
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
