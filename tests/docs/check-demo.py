#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""check-demo.py - what the README shows of the demo is what the demo prints.

usage: check-demo.py README OUTPUT

Each line of the README's block that begins with "$ scripts/demo" must be a line of OUTPUT, in
the same order; "..." stands for any lines.
"""
import re
import sys


def main(args):
    with open(args[0], encoding="utf-8") as text:
        block = re.search(r"```\n\$ scripts/demo\n(.*?)```", text.read(), re.S)
    with open(args[1], encoding="utf-8") as text:
        printed = iter(text.read().splitlines())
    if not block:
        print("the README shows nothing of the demo")
        return 1
    for line in block.group(1).splitlines():
        if line.strip() not in ("", "...") and line not in printed:
            print(f"the demo does not print, or not in this order: {line}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
