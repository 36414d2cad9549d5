#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""lean.py - what a host links of the library, in bytes, for aarch64.

usage: lean.py TOP                the limits, the page, and a line for each function
       lean.py TOP --page         docs/sizes.md on the standard output

Each host calls a list of functions and nothing else. It is linked with -Os -flto and
-fomit-frame-pointer, and sections that nothing refers to are left out. The host is compiled
without -flto, so that nothing is known of what it passes, and its own bytes are not counted. Text
and constants count. Nothing may be writable.

Exit codes: 0 within the limits, and docs/sizes.md is right; 1 not so.
"""
import concurrent.futures
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap

PREFIX = "aarch64-linux-gnu-"
FLAGS = ["-Os", "-std=gnu99", "-mgeneral-regs-only", "-ffunction-sections", "-fdata-sections",
         "-ffreestanding", "-fno-pie", "-fomit-frame-pointer", "-fno-stack-protector",
         "-fno-asynchronous-unwind-tables", "-fno-unwind-tables"]
LEAN = ["-DIPMMU_PT_SHAPE=\"shape_lean.h\""]
# What the library may leave undefined: its host's memcpy and so on, and libfdt.
UNDEFINED = re.compile(r"mem(cpy|set|move|cmp)|fdt_\w+")
# The page may differ by this much, so that not every change of a line has to write it again.
SLACK_BYTES, SLACK_SHARE = 64, 0.02

ENGINE_MOST, DRIVER_MOST = 4096, 16384
ENGINE = ["pt_create", "pt_map", "pt_unmap", "pt_continue", "pt_flush_begin", "pt_flush_end",
          "pt_translate", "pt_destroy"]
DRIVER = ["system_create", "master_add", "master_attach", "domain_create", "domain_flush",
          "root_interrupt", "service"]
OWNED = ["domain_create_owned", "domain_map", "domain_unmap", "domain_destroy"]
# (what, calls beside those of the driver)
ABILITIES = [
    ("masters that are detached, or moved", ["master_detach", "master_move"]),
    ("the way out of quarantine", ["domain_retry", "context_retry"]),
    ("ends of masters, domains and the system",
     ["master_remove", "domain_destroy", "system_destroy"]),
    ("contexts that are reserved", ["domain_reserve", "domain_unreserve"]),
    ("flush for a master, deny included", ["master_flush"]),
    ("domains that are abandoned", ["domain_abandon", "system_retry"]),
    ("queries", ["mmu_query", "context_query", "utlb_query", "master_query", "domain_query"]),
    ("dump of all registers", ["mmu_dump"]),
    ("lines of text for events and faults", ["event_text", "fault_text"]),
    ("one buffer for all memory", ["arena_init", "arena_alloc", "arena_free",
                                   "arena_table_alloc", "arena_table_free"]),
    ("names of the parts, from compatible strings", ["soc_find"]),
    ("device-tree reader, without libfdt", ["fdt_read"]),
    ("walk of a host's table for faults", ["pt_explain_by"]),
]
# The same, and which engine they are linked with.
OWNED_ABILITIES = [
    ("owned tables: stage 2, pages alone", OWNED, "lean"),
    ("owned tables: every format and policy", OWNED, "any"),
    ("owned tables as these, with protect, replace and merge",
     OWNED + ["domain_protect", "domain_replace", "domain_merge"], "any"),
]
# Optional hooks that the driver asks for itself: what it takes for them.
HOOKS = [("events: the calls that report", ["event"]),
         ("power: the calls of its hooks", ["power_get", "power_put"]),
         ("masters that are stopped while they are moved", ["quiesce", "release"])]


def run(command):
    """The output of a command; exits with its complaint."""
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")
    if done.returncode != 0:
        sys.exit(" ".join(command) + ":\n" + done.stderr)
    return done.stdout


class Tree:
    """The library's objects, and hosts that are linked with them."""

    def __init__(self, top, work):
        self.top, self.work, self.hosts = top, work, 0
        self.flags = FLAGS + [f"-I{top}/include", f"-I{top}/src/port", f"-I{top}/src"]
        pgtable = sorted(glob.glob(top + "/src/pgtable/*.c"))
        formats = {"format.c", "format_s1.c"}
        lean = [path for path in pgtable if os.path.basename(path) not in formats]
        rest = sorted(path for part in ("core/*", "regs", "port", "text", "fdt")
                      for path in glob.glob(f"{top}/src/{part}/*.c"))
        if not any("/core/" in path for path in rest) or not pgtable:
            sys.exit("no sources in " + top)
        self.objects = {"rest": self.compile("rest", rest, ["-flto"]),
                        "any": self.compile("any", pgtable, ["-flto"]),
                        "lean": self.compile("lean", lean + [top + "/src/pgtable/only/s2.c"],
                                             ["-flto", *LEAN])}
        for what, hooks in HOOKS:
            self.objects[what] = self.without(rest, hooks)

    def without(self, sources, hooks):
        """The objects of a copy that knows at compile time that a host has not these hooks."""
        copy = tempfile.mkdtemp(dir=self.work)
        shutil.copytree(self.top + "/src", copy + "/src")
        changed = {}
        for source in sources:
            with open(source, encoding="utf-8") as file:
                text = before = file.read()
            for hook in hooks:
                text = re.sub(rf"[\w>.-]*\bops->{hook} != NULL", "false", text)
                text = re.sub(rf"^\t+[\w>.-]*\bops->{hook}\([^;]*\);", ";", text, flags=re.M)
            if text != before:
                changed[source] = copy + source[len(self.top):]
                with open(changed[source], "w", encoding="utf-8") as file:
                    file.write(text)
        if not changed:
            sys.exit("no source has the hook " + hooks[0])
        objects = self.compile(hooks[0], list(changed.values()), ["-flto"])
        replaced = dict(zip(changed, objects))
        return [replaced.get(source, object)
                for source, object in zip(sources, self.objects["rest"])]

    def compile(self, name, sources, flags):
        """The objects of some sources, in the same order."""
        os.makedirs(f"{self.work}/{name}")
        objects = [f"{self.work}/{name}/{number}.o" for number in range(len(sources))]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(run, ([PREFIX + "gcc", *self.flags, *flags, "-c", "-o", object, source]
                                for source, object in zip(sources, objects))))
        return objects

    def link(self, calls, *objects):
        """(bytes of the library, [(bytes, function)]) of a host that calls these."""
        self.hosts += 1
        base = f"{self.work}/host{self.hosts}"
        with open(base + ".c", "w", encoding="utf-8") as file:
            for header in sorted(glob.glob(self.top + "/include/ipmmu/*.h")):
                file.write(f"#include <ipmmu/{os.path.basename(header)}>\n")
            file.write("typedef void (*lean_call)(void);\n"
                       "extern const lean_call lean_calls[];\nconst lean_call lean_calls[] = {")
            file.write(", ".join("(lean_call)ipmmu_" + call for call in calls) + "};\n")
        run([PREFIX + "gcc", *self.flags, "-c", "-o", base + ".o", base + ".c"])
        run([PREFIX + "gcc", *self.flags, "-flto", "-nostdlib", "-static", "-Wl,--build-id=none",
             "-Wl,--gc-sections,-e,lean_calls,--unresolved-symbols=ignore-all", "-o", base,
             base + ".o", *(path for group in objects for path in self.objects[group])])
        unknown = [line.split()[-1] for line in run([PREFIX + "nm", "-u", base]).splitlines()
                   if not UNDEFINED.fullmatch(line.split()[-1])]
        if unknown:
            sys.exit("undefined: " + " ".join(unknown))
        text, data, bss = run([PREFIX + "size", base]).splitlines()[1].split()[:3]
        if data != "0" or bss != "0":
            sys.exit(f"{data} bytes of data and {bss} of bss can be written")
        sizes = [(int(line.split()[1]), line.split()[3])
                 for line in run([PREFIX + "nm", "-S", "-t", "d", base]).splitlines()
                 if len(line.split()) == 4]
        own = sum(size for size, name in sizes if name == "lean_calls")
        return int(text) - own, sorted((row for row in sizes if row[1] != "lean_calls"),
                                       reverse=True)


def measure(tree):
    """(engine, driver, rows of the page): a row is (what, bytes, limit or None)."""
    engine = tree.link(ENGINE, "lean")
    driver = tree.link(DRIVER, "rest", "any")
    size = driver[0]
    rows = [[("the engine alone: stage 2, pages alone", engine[0], ENGINE_MOST),
             ("the driver for any machine, over tables of the host's", size, DRIVER_MOST)]]
    rows.append([(what, size - tree.link(DRIVER, what, "any")[0], None) for what, hooks in HOOKS])
    rows.append([(what, tree.link(DRIVER + calls, "rest", "any")[0] - size, None)
                 for what, calls in ABILITIES])
    rows[-1] += [(what, tree.link(DRIVER + calls, "rest", group)[0] - size, None)
                 for what, calls, group in OWNED_ABILITIES]
    return engine, driver, rows


def page(rows):
    """docs/sizes.md without the lines of its licence."""
    limits, hooks, abilities = rows
    lines = ["<!-- Written by scripts/docs. Run it again instead of changing this. -->", "",
             "# What the library takes", "",
             "Bytes of code and constants for aarch64, by gcc 12.2 with `-Os -flto "
             "-fomit-frame-pointer` and",
             "`--gc-sections`. `tests/static/lean.py` measures them and holds the limits. Nothing of "
             "it is", "writable.", "",
             "| what | bytes | at most |", "|---|---|---|"]
    lines += [f"| {what} | {size:,} | {most:,} |" for what, size, most in limits]
    lines += ["", *textwrap.wrap(
        "The engine is built with [only/s2.c](../src/pgtable/only/s2.c) and "
        "[shape_lean.h](../src/pgtable/shape_lean.h), and its host calls "
        f"{called(ENGINE)}.", 96), "", *textwrap.wrap(
            f"The driver's host calls {called(DRIVER)}. There is one driver for all machines: no "
            "switch of the build leaves a part of it out.", 96), "",
              "## In the driver, whether a host has the hook or not", "",
              "| what | bytes |", "|---|---|"]
    lines += [f"| {what} | {size:,} |" for what, size, most in hooks]
    lines += ["", "## Linked when a host calls it", "",
              "Bytes that each adds to the driver. Two together may take less than their sum.", "",
              "| what | bytes |", "|---|---|"]
    lines += [f"| {what} | {size:,} |" for what, size, most in abilities]
    return "\n".join(lines) + "\n"


def called(calls):
    """A list of calls in a sentence."""
    names = [f"`ipmmu_{call}`" for call in calls]
    return ", ".join(names[:-1]) + " and " + names[-1]


def figures(text):
    """{first cell of a row: its bytes} of a page."""
    return {what: int(size.replace(",", ""))
            for what, size in re.findall(r"^\| ([^|]+) \| ([0-9,]+) \|", text, re.M)}


def stale(written, rows):
    """What a page says that is not so."""
    wanted = {what: size for part in rows for what, size, most in part}
    found = figures(written)
    if set(wanted) != set(found):
        return ["other rows: " + ", ".join(sorted(set(wanted) ^ set(found)))]
    return [f"{what}: {found[what]} is {size}" for what, size in wanted.items()
            if abs(found[what] - size) > max(SLACK_BYTES, SLACK_SHARE * size)]


def main(args):
    top = args[0]
    with tempfile.TemporaryDirectory() as work:
        engine, driver, rows = measure(Tree(top, work))
    if args[1:] == ["--page"]:
        print(page(rows), end="")
        return 0
    bad = False
    for name, (size, functions), most in (("engine", engine, ENGINE_MOST),
                                          ("driver", driver, DRIVER_MOST)):
        print(f"{name}: {size} bytes, at most {most}")
        for row in functions:
            print("%8d  %s" % row)
        bad |= size > most
    for part in rows[1:]:
        for what, size, most in part:
            print(f"{what}: {size} bytes")
    with open(top + "/docs/sizes.md", encoding="utf-8") as file:
        for line in stale(file.read(), rows):
            print("docs/sizes.md is not up to date, run scripts/docs: " + line)
            bad = True
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
