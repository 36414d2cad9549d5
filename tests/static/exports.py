#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""exports.py - what the headers declare, the map lists and the shared library gives is one set.

usage: exports.py MAP LIBRARY INCLUDE_DIRS PREFIX HEADER...

INCLUDE_DIRS are separated by colons.
"""
import os
import re
import subprocess
import sys
import tempfile


def declared(include_dirs, prefix, headers):
    """Functions that the headers declare, as the compiler sees them."""
    with tempfile.TemporaryDirectory() as work:
        source = os.path.join(work, "all.c")
        with open(source, "w", encoding="utf-8") as out:
            out.writelines(f"#include <{header}>\n" for header in headers)
        info = os.path.join(work, "info")
        paths = [f"-I{path}" for path in include_dirs.split(":")]
        subprocess.run(["gcc", "-std=gnu99", *paths, "-aux-info", info, "-fsyntax-only", source],
                       check=True)
        with open(info, encoding="utf-8") as text:
            return set(re.findall(r"\*/ extern [^(]*?\b(" + prefix + r"\w+) \(", text.read()))


def listed(path):
    with open(path, encoding="utf-8") as text:
        body = text.read().split("global:")[1].split("local:")[0]
    return set(re.findall(r"\b(\w+);", body))


def given(library):
    out = subprocess.run(["nm", "-D", "--defined-only", library], check=True,
                         capture_output=True, text=True).stdout
    names = {line.split()[-1].split("@")[0] for line in out.splitlines()}
    return {name for name in names if not name.startswith("LIBIPMMU")}


def main(args):
    map_path, library, include_dirs, prefix = args[:4]
    want = declared(include_dirs, prefix, args[4:])
    bad = not want
    for what, have in (("the map", listed(map_path)), ("the library", given(library))):
        for name in sorted(want - have):
            print(f"{name}: declared, missing in {what}")
        for name in sorted(have - want):
            print(f"{name}: in {what}, not declared")
        bad = bad or have != want
    print(f"{len(want)} functions declared")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
