#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""arrows.py - hold the layers: which file may include which.

usage: arrows.py DIR [FILE...]   FILEs are relative to DIR; prints each arrow that points up
       arrows.py --dot DIR       the layers that DIR has, for Graphviz

A layer is a directory; LAYERS says what each may see. An include with quotes is looked for
beside its file, in its layer and the folders inside, and in src/ and its layers; one with angle
brackets in the public include directories, else it is of the system. The order of the files
inside a layer is order.py's.
"""
import functools
import os
import re
import sys

STANDARD = {"stdint.h", "stddef.h", "stdbool.h"}

# layer: (layers it may see besides itself, system headers it may see: a set, or any)
ANY = None
LAYERS = {
    "include/ipmmu": (set(), STANDARD),
    "src/port": ({"include/ipmmu"}, STANDARD | {"string.h"}),
    "src/regs": ({"include/ipmmu", "src/port"}, STANDARD),
    "src/pgtable": ({"include/ipmmu", "src/port"}, STANDARD),
    "src/text": ({"include/ipmmu", "src/port"}, STANDARD),
    "src/core": ({"include/ipmmu", "src/port", "src/regs", "src/pgtable"}, STANDARD),
    "src/mirror": ({"include/ipmmu", "src/port", "src/pgtable", "src/core"}, STANDARD),
    "src/shadow": ({"include/ipmmu", "src/port", "src/pgtable"}, STANDARD),
    "src/fdt": ({"include/ipmmu", "src/port"}, STANDARD | {"libfdt.h"}),
    "model/include": (set(), STANDARD),
    "model": ({"model/include"}, ANY),
    "glue": ({"include/ipmmu", "model/include"}, ANY),
    "examples": ({"include/ipmmu", "model/include", "glue"}, ANY),
    "tools": ({"include/ipmmu", "model/include", "glue"}, ANY),
}

# For the picture. src/port is seen by all of src and left out.
ABOUT = {
    "include/ipmmu": "public headers",
    "src/regs": "registers and parts as data",
    "src/pgtable": "page tables",
    "src/text": "lines for people",
    "src/core": "MMUs, contexts, masters, flush, faults",
    "src/mirror": "mirror of a physmap",
    "src/shadow": "shadow of a guest's tables",
    "src/fdt": "device trees",
    "model/include": "headers of the model",
    "model": "the hardware in plain C",
    "glue": "hosts: POSIX, Xen, ...",
    "tools": "the ipmmu command",
}

# The one place where library and model meet: the hooks on top of the model.
MEETING = re.compile(r"model/(include/ipmmu-model/)?host[^/]*\.[ch]$")

# Includes with quotes that are not in the tree: where the code is part of another one.
GUEST = "glue/qemu/"

SEARCH = ["", "src", "src/port", "src/regs", "src/pgtable", "src/text", "src/core",
          "src/mirror", "src/shadow", "src/fdt", "model"]
PUBLIC = ["include", "model/include", "glue/posix/include", "glue/posix", "glue/baremetal"]
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')


def layer_of(path):
    best = ""
    for layer in LAYERS:
        if path.startswith(layer + "/") and len(layer) > len(best):
            best = layer
    return best


@functools.lru_cache(maxsize=None)
def folders_inside(tree, layer):
    """A layer and the folders inside it, without those that are layers themselves."""
    found = []
    for at, inside, _ in os.walk(os.path.join(tree, layer)):
        inside.sort()
        folder = os.path.relpath(at, tree)
        if layer_of(folder + "/x") == layer:
            found.append(folder)
    return found


def resolve(tree, path, name, quoted):
    """The included file relative to the tree; empty when it is of the system."""
    places = PUBLIC
    if quoted:
        layer = layer_of(path)
        inside = folders_inside(tree, layer) if layer else []
        places = [os.path.dirname(path)] + inside + SEARCH + PUBLIC
    for place in places:
        found = os.path.normpath(os.path.join(place, name))
        if os.path.isfile(os.path.join(tree, found)):
            return found
    return ""


def includes_of(text):
    """(line, name, whether it is in quotes)"""
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1) or match.group(2), match.group(1) is not None


def check_file(tree, path):
    layer = layer_of(path)
    if not layer:
        return []
    sees, system = LAYERS[layer]
    if MEETING.match(path):
        sees = sees | {"include/ipmmu"}
    bad = []
    with open(os.path.join(tree, path), encoding="utf-8") as source:
        text = source.read()
    for number, name, quoted in includes_of(text):
        found = resolve(tree, path, name, quoted)
        if found:
            target = layer_of(found) or found
            if target != layer and target not in sees:
                bad.append(f"{path}:{number}: {layer} must not see {target} ({name})")
        elif quoted and not path.startswith(GUEST):
            bad.append(f"{path}:{number}: no file {name}")
        elif system is not ANY and name not in system:
            bad.append(f"{path}:{number}: {layer} must not see <{name}>")
    return bad


def picture(tree):
    """The layers that are there, as a graph; what sees is above what it sees."""
    there = [layer for layer in ABOUT if os.path.isdir(os.path.join(tree, layer))]
    print('// SPDX-License-Identifier: BSD-2-Clause')
    print('// SPDX-FileCopyrightText: 2026 The libipmmu authors')
    print("digraph layers {")
    print('\tnode [shape=box, style=filled, fillcolor=white, fontname="sans-serif"];')
    print("\tedge [arrowsize=0.6];")
    for layer in there:
        print(f'\t"{layer}" [label="{layer}\\n{ABOUT[layer]}"];')
    for layer in there:
        for target in sorted(LAYERS[layer][0]):
            if target in there:
                print(f'\t"{layer}" -> "{target}";')
    if "model" in there:
        print('\t"model" -> "include/ipmmu" [style=dashed, label="hooks only"];')
    print("}")
    return 0


def main(args):
    if len(args) == 2 and args[0] == "--dot":
        return picture(args[1])
    if not args or args[0] in ("--help", "-h"):
        print(__doc__)
        return 0 if args else 2
    tree, files = args[0], args[1:]
    bad = [row for path in files for row in check_file(tree, path)]
    print("\n".join(bad), end="\n" if bad else "")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
