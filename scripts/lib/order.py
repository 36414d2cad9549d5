#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""order.py - hold the order of the files of a folder: includes and calls go one way.

usage: order.py DIR [FILE...]      FILEs are relative to DIR; prints each use that goes up
       order.py --look DIR FOLDER  propose a list for FOLDER, or show its circles; what is in a
                                   folder inside it is not looked at by itself

A folder writes its order into a file ORDER, from the ground to the roof, one name a line; # begins
a comment. Each .c and .h of the folder and of those inside it is listed once. A name with / at its
end is a folder with an ORDER of its own, and stands for all its files. A file may use what is
listed before it: include it, call its functions, take their address, use its objects. A header
with the .c of the same name right behind it may use that, too.

The list is in the folder, so that whoever opens the folder finds it, and a new folder needs no
change here.
"""
import os
import sys

import arrows
import csource

LIST = "ORDER"
# Headers alone, which include each other with angle brackets; and programs for one board each.
NOT_HELD = {"include/ipmmu", "model/include", "examples"}


def stem(path):
    return os.path.splitext(path)[0]


def has_list(tree, folder):
    return os.path.isfile(os.path.join(tree, folder, LIST))


def files_below(tree, folder):
    """The .c and .h below a folder, without those of a layer that lies inside it."""
    layer = arrows.layer_of(folder + "/x")
    for at, inside, names in os.walk(os.path.join(tree, folder)):
        inside.sort()
        for name in sorted(names):
            path = os.path.relpath(os.path.join(at, name), tree)
            if path.endswith((".c", ".h")) and arrows.layer_of(path) == layer:
                yield path


def read_list(tree, folder, bad):
    """The files from the ground to the roof."""
    files = []
    with open(os.path.join(tree, folder, LIST), encoding="utf-8") as text:
        lines = text.read().splitlines()
    for number, line in enumerate(lines, 1):
        name = line.split("#")[0].strip()
        path = os.path.normpath(os.path.join(folder, name))
        if not name:
            continue
        if name.endswith("/") and has_list(tree, path):
            found = read_list(tree, path, bad)
        elif not name.endswith("/") and os.path.isfile(os.path.join(tree, path)):
            found = [path]
        else:
            bad.append(f"{folder}/{LIST}:{number}: no file {name}{LIST if name[-1] == '/' else ''}")
            continue
        if set(found) & set(files):
            bad.append(f"{folder}/{LIST}:{number}: {name} is listed a second time")
        files += found
    return files


class Folder:
    """Files, what they define, and which of them use which."""

    def __init__(self, tree, folder, bad):
        self.sources = {}
        self.includes = {}
        self.homes = {}  # name: the files that define it
        for path in files_below(tree, folder):
            with open(os.path.join(tree, path), encoding="utf-8") as text:
                code = text.read()
            try:
                self.sources[path] = csource.Source(code)
            except csource.Cannot as why:
                bad.append(f"{path}: {why}")
                continue
            self.includes[path] = [
                (number, arrows.resolve(tree, path, name, quoted), f"includes {name}")
                for number, name, quoted in arrows.includes_of(code)]
            for name in self.sources[path].exports:
                self.homes.setdefault(name, []).append(path)

    def uses(self, path):
        """(line, the other file, what is used of it): includes and names."""
        for number, found, how in self.includes[path]:
            if found in self.sources:
                yield number, found, how
        for name, line in self.sources[path].uses.items():
            for home in self.homes.get(name, ()):
                yield line, home, f"uses {name} of {os.path.basename(home)}"


def list_of(tree, path, other):
    """The list in which it shows that @other comes behind @path."""
    folder = os.path.commonpath([os.path.dirname(path), os.path.dirname(other)])
    while not has_list(tree, folder):
        folder = os.path.dirname(folder)
    return f"{folder}/{LIST}"


def check_folder(tree, folder):
    bad = []
    files = read_list(tree, folder, bad)
    place = {path: files.index(path) for path in files}
    found = Folder(tree, folder, bad)
    for path in found.sources:
        if path not in place:
            bad.append(f"{path}: not in {folder}/{LIST}, nor in one below it")
            continue
        for line, other, how in sorted(found.uses(path)):
            at = place.get(other, -1)
            own = at == place[path] + 1 and path.endswith(".h") and stem(other) == stem(path)
            if at > place[path] and not own:
                bad.append(f"{path}:{line}: {how}, which is not before it in "
                           f"{list_of(tree, path, other)}")
    return bad


def folders_of(tree, files):
    """The outermost folders with a list, and those that must have one and have none."""
    listed, missing = set(), set()
    for path in files:
        parts = path.split("/")[:-1]
        above = ["/".join(parts[:n]) for n in range(1, len(parts) + 1)]
        layer = arrows.layer_of(path)
        folder = layer if layer != "glue" else "/".join(parts[:2])
        own = [one for one in above if has_list(tree, one)]
        if own:
            listed.add(own[0])
        elif layer and layer not in NOT_HELD:
            missing.add(folder)
    return sorted(listed), sorted(missing)


def check(tree, files):
    listed, missing = folders_of(tree, files)
    bad = [f"{folder}: no file {LIST}" for folder in missing]
    for folder in listed:
        bad += check_folder(tree, folder)
    return bad


def lines_for(found, folder):
    """{file: its line in the list}: that of a folder inside, and one for a header and a .c that it
    uses."""
    lines = {}
    for path in found.sources:
        line = os.path.relpath(path, folder)
        lines[path] = line.split("/")[0] + "/" if "/" in line else line
    for path in found.sources:
        code = stem(path) + ".c"
        if path.endswith(".h") and any(other == code for _, other, _ in found.uses(path)):
            if "/" not in lines[path]:
                lines[path] = lines[code] = f"{lines[path]}\n{lines[code]}"
    return lines


def look(tree, folder):
    """Take away what uses nothing that is left, again and again; what remains has circles."""
    bad, last = [], ""
    found = Folder(tree, folder, bad)
    lines = lines_for(found, folder)
    left = {line: [] for line in lines.values()}
    for path, line in lines.items():
        left[line] += [(lines[other], f"{path}:{at}: {how}") for at, other, how in found.uses(path)
                       if lines[other] != line]
    while True:
        free = sorted(one for one in left if not any(other in left for other, _ in left[one]))
        if not free:
            break
        last = stem(last) + ".c" if stem(last) + ".c" in free else free[0]
        del left[last]
        print(last)
    while True:  # what nobody uses stands above the circles
        used = {other for one in left for other, _ in left[one]}
        roof = [one for one in left if one not in used]
        if not roof:
            break
        for one in roof:
            del left[one]
    if left:
        print("\ncircles among " + " ".join(sorted(left)).replace("\n", " "))
    for one in sorted(left):
        print("\n".join(how for other, how in left[one] if other in left))
    print("\n".join(bad), end="\n" if bad else "")
    return 1 if left or bad else 0


def main(args):
    if len(args) == 3 and args[0] == "--look":
        return look(args[1], args[2].rstrip("/"))
    if not args or args[0] in ("--help", "-h"):
        print(__doc__)
        return 0 if args else 2
    bad = check(args[0], args[1:])
    print("\n".join(bad), end="\n" if bad else "")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
