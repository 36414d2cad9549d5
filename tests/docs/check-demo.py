#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""check-demo.py - what the README shows of the demo is what the demo prints.

usage: check-demo.py README OUTPUT

Each line of the README's block that begins with "$ scripts/demo" must be a line of OUTPUT, in
the same order; "..." stands for any lines. What it prints is short enough to be read, and the
commands and files that it names are there, under these names.
"""
import os
import re
import shlex
import sys

LINES_OF_A_BOARD = 110


def commands_bad(lines):
    """Commands that a shell could not run as they stand; none at all is bad too."""
    commands = [shlex.split(line[2:]) for line in lines if line.startswith("$ ")]
    bad = [word for command in commands for word in command
           if "/" in word and not os.path.isfile(word)]
    return bad if len(commands) > 1 else ["no command"]


def main(args):
    with open(args[0], encoding="utf-8") as text:
        block = re.search(r"```\n\$ scripts/demo\n(.*?)```", text.read(), re.S)
    with open(args[1], encoding="utf-8") as text:
        lines = text.read().splitlines()
    printed = iter(lines)
    if not block:
        print("the README shows nothing of the demo")
        return 1
    for line in block.group(1).splitlines():
        if line.strip() not in ("", "...") and line not in printed:
            print(f"the demo does not print, or not in this order: {line}")
            return 1
    for word in commands_bad(lines):
        print(f"the demo names what is not there: {word}")
        return 1
    boards = sum(" run " in line for line in lines if line.startswith("$ "))
    if len(lines) > LINES_OF_A_BOARD * boards:
        print(f"the demo prints {len(lines)} lines for {boards} boards")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
