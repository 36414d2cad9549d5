#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""check-docs.py - what the pages say of the tree is true.

usage: check-docs.py TOP

Links lead to files and headings that exist; every ipmmu_...() that a page or a public header
names is a public function; every script option that a page shows is in that script's help;
the examples of the README and of page-tables.md are the consumer's code, word for word; the
decisions are all listed; the page of the core lists its files in the order that is held, and its
drawings have every state.
"""
import glob
import os
import re
import subprocess
import sys

BAD = []


def read(*parts):
    with open(os.path.join(*parts), encoding="utf-8") as text:
        return text.read()


def complain(page, what):
    BAD.append(f"{page}: {what}")


def anchors(text):
    """Names of a page's headings, as the usual viewers make them."""
    heads = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", head).strip().lower().replace(" ", "-") for head in heads}


def check_links(top, page, text):
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"\w+:", target):
            continue
        path, _, anchor = target.partition("#")
        full = os.path.normpath(os.path.join(top, os.path.dirname(page), path))
        full = os.path.join(top, page) if not path else full
        if not os.path.exists(full):
            complain(page, f"no file {target}")
        elif anchor and anchor not in anchors(read(full)):
            complain(page, f"no heading {target}")


def check_functions(top, page, text):
    public = set(re.findall(r"\b(ipmmu_\w+);", read(top, "src/libipmmu.map")))
    public |= set(re.findall(r"\b(ipmmu_\w+)\(", read(top, "glue/baremetal/ipmmu-baremetal.h")))
    types = set(re.findall(r"\btypedef [^;]*?\b(ipmmu_\w+)\)", text))
    for name in sorted(set(re.findall(r"\b(ipmmu_\w+)\(\)", text)) - types):
        if name not in public:
            complain(page, f"{name}() is no public function")


def check_scripts(top, page, text):
    """Options behind scripts/NAME in one line."""
    for name, rest in re.findall(r"\bscripts/([\w-]+)((?: --?[\w-]+)*)", text):
        path = os.path.join(top, "scripts", name)
        if not os.path.exists(path):
            complain(page, f"no scripts/{name}")
            continue
        if not os.path.isfile(path) or not rest:
            continue
        text_of = subprocess.run([path, "--help"], capture_output=True, text=True,
                                 check=True).stdout
        for option in rest.split():
            if option not in text_of:
                complain(page, f"scripts/{name} --help does not know {option}")


def check_example(top, page, mark):
    """The page's first block of C is what stands between the consumer's two marks."""
    code = read(top, "tests/package/consumer/test_consumer.c")
    part = re.search(rf"/\* {mark}: begin \*/\n(.*?)\n\t/\* {mark}: end \*/", code, re.S)
    lines = [line[1:] if line.startswith("\t") else line for line in part.group(1).splitlines()]
    shown = re.search(r"```c\n(.*?)```", read(top, page), re.S)
    if not shown or shown.group(1).rstrip("\n").splitlines() != lines:
        complain(page, "the example is not that of tests/package/consumer")


def check_decisions(top):
    index = read(top, "docs/README.md")
    for path in sorted(glob.glob(os.path.join(top, "docs/decisions/*.md"))):
        name = os.path.basename(path)
        title = re.search(r"^# (.*)$", read(path), re.M).group(1)
        if f"[{title}](decisions/{name})" not in index:
            complain("docs/README.md", f"decision {name} is not listed under its title")
    for path in sorted(glob.glob(os.path.join(top, "docs/*.md"))):
        name = os.path.basename(path)
        if name != "README.md" and f"({name})" not in index:
            complain("docs/README.md", f"{name} is not listed")


def order_of(folder):
    """The .c files below a folder, as its lists have them."""
    files = []
    for line in read(folder, "ORDER").splitlines():
        name = line.split("#")[0].strip()
        if name.endswith("/"):
            files += order_of(os.path.join(folder, name[:-1]))
        elif name.endswith(".c"):
            files.append(name)
    return files


def check_core(top):
    page = read(top, "docs/core.md")
    table = page[page.index("## The files"):]
    shown = re.findall(r"^\|[^|]*\| (\w+\.c) \|", table, re.M)
    if shown != order_of(os.path.join(top, "src/core")):
        complain("docs/core.md", "its files do not stand as in the lists of src/core")
    for drawing, header, prefix in (("context", "system", "IPMMU_CONTEXT_"),
                                    ("domain", "domain", "IPMMU_DOMAIN_"),
                                    ("master", "master", "IPMMU_MASTER_")):
        enum = re.search(rf"^enum ipmmu_{drawing}_state {{(.*?)^}};",
                         read(top, "include/ipmmu", header + ".h"), re.M | re.S).group(1)
        text = read(top, f"docs/core-{drawing}.dot")
        for state in re.findall(rf"^\t{prefix}(\w+)", enum, re.M):
            if state != "STATE_COUNT" and not re.search(rf"\b{state}\b", text):
                complain(f"docs/core-{drawing}.dot", f"no state {state}")


def main(args):
    top = args[0]
    pages = [os.path.relpath(path, top) for pattern in ("*.md", "docs/*.md", "docs/*/*.md")
             for path in sorted(glob.glob(os.path.join(top, pattern)))]
    headers = [os.path.relpath(path, top)
               for path in sorted(glob.glob(os.path.join(top, "include/ipmmu/*.h")))]
    for page in pages:
        text = read(top, page)
        check_links(top, page, text)
        check_functions(top, page, text)
        check_scripts(top, page, text)
    for header in headers:
        check_functions(top, header, read(top, header))
    check_example(top, "README.md", "README")
    check_example(top, "docs/page-tables.md", "page-tables")
    check_decisions(top)
    check_core(top)
    if not read(top, "CHANGELOG.md").count("## ["):
        complain("CHANGELOG.md", "no version")
    print("\n".join(BAD + [f"{len(pages)} pages, {len(headers)} headers"]))
    return 1 if BAD else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
