#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""count-tests.py - sum up test logs of Meson: cases of CMocka and TAP, else programs.

usage: count-tests.py [--list N] LOG.json...   prints "passed failed skipped", then, with
--list, the N slowest programs. A program that died counts as one failure on top of the cases
that it had told of.
"""
import json
import re
import sys


def cases_of(stdout):
    """Numbers of one CMocka program or of one that speaks TAP; None without such lines."""
    counts = {"OK": 0, "FAILED": 0, "SKIPPED": 0}
    for line in stdout.splitlines():
        match = re.match(r"\[\s+(OK|FAILED|SKIPPED)\s+\] (?!\d+ test)\S", line)
        if match:
            counts[match.group(1)] += 1
        match = re.match(r"(not )?ok \d+\b", line)
        if match:
            skip = re.search(r"#\s*skip", line, re.I)
            counts["SKIPPED" if skip else "FAILED" if match.group(1) else "OK"] += 1
    return counts if sum(counts.values()) else None


def main(args):
    limit = 0
    if args and args[0] == "--list":
        limit, args = int(args[1]), args[2:]
    passed = failed = skipped = 0
    slow = []
    for path in args:
        with open(path, encoding="utf-8", errors="replace") as log:
            for line in log:
                test = json.loads(line)
                slow.append((test["duration"], test["name"], test["result"]))
                cases = cases_of(test.get("stdout", ""))
                good = test["result"] in ("OK", "EXPECTEDFAIL")
                if cases:
                    passed += cases["OK"]
                    failed += cases["FAILED"]
                    skipped += cases["SKIPPED"]
                    if not good and test["result"] != "SKIP" and not cases["FAILED"]:
                        failed += 1
                elif good:
                    passed += 1
                elif test["result"] == "SKIP":
                    skipped += 1
                else:
                    failed += 1
    print(passed, failed, skipped)
    for duration, name, result in sorted(slow, reverse=True)[:limit]:
        print(f"{duration:8.1f}  {result:<7} {name}")


if __name__ == "__main__":
    main(sys.argv[1:])
