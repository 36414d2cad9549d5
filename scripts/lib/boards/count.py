#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""count.py - IPMMUs, masters and uTLBs of compiled trees, read without libipmmu and libfdt.

usage: count.py TREE.dtb...   one line per tree: name, then MMUs, masters and uTLBs of what is
                              enabled, then the same three of everything

Written from the flattened format of the Devicetree Specification, chapter 5. It counts what a
good tree says, and looks for no defects. A master with a port on an IPMMU that is not enabled
does not count.
"""
import os
import struct
import sys

BEGIN, END, PROP, NOP, LAST = 1, 2, 3, 4, 9


class Node:
    def __init__(self, parent):
        self.parent = parent
        self.props = {}

    def strings(self, name):
        return self.props.get(name, b"").rstrip(b"\0").split(b"\0")

    def cells(self, name):
        value = self.props.get(name, b"")
        return struct.unpack(f">{len(value) // 4}I", value[:len(value) // 4 * 4])

    def enabled(self):
        here = self.strings("status")[0] in (b"", b"okay", b"ok")
        return here and (self.parent is None or self.parent.enabled())


def read(path):
    """All nodes of a tree, in its order."""
    with open(path, "rb") as file:
        blob = file.read()
    magic, _, at, strings = struct.unpack_from(">4I", blob)
    if magic != 0xD00DFEED:
        sys.exit(f"{path}: no device tree")
    nodes, current = [], None
    while True:
        token, = struct.unpack_from(">I", blob, at)
        at += 4
        if token == BEGIN:
            current = Node(current)
            nodes.append(current)
            at = (blob.index(b"\0", at) + 4) & ~3
        elif token == END:
            current = current.parent
        elif token == PROP:
            size, name = struct.unpack_from(">2I", blob, at)
            name += strings
            key = blob[name:blob.index(b"\0", name)].decode()
            current.props[key] = blob[at + 8:at + 8 + size]
            at = (at + 8 + size + 3) & ~3
        elif token == LAST:
            return nodes


def is_ipmmu(node):
    return any(text.startswith((b"renesas,ipmmu-", b"renesas,rcar-gen4-ipmmu"))
               for text in node.strings("compatible"))


def iommus(node, cells_of):
    """(phandle, first cell) of each reference."""
    left = list(node.cells("iommus"))
    while left:
        width = cells_of[left[0]]
        yield left[0], left[1] if width else None
        left = left[1 + width:]


def mapped(node):
    """(phandle, uTLB) of each requester ID that the mask leaves as it is."""
    mask = (node.cells("iommu-map-mask") or (0xFFFF,))[0]
    entries = node.cells("iommu-map")
    for i in range(0, len(entries), 4):
        first, phandle, base, length = entries[i:i + 4]
        for rid in range(first, first + length):
            if rid & mask == rid:
                yield phandle, base + rid - first


def count(nodes, everything):
    cells_of = {}
    for node in nodes:
        if node.cells("phandle") and node.cells("#iommu-cells"):
            cells_of[node.cells("phandle")[0]] = node.cells("#iommu-cells")[0]
    ipmmus = {node.cells("phandle")[0] for node in nodes if is_ipmmu(node) and node.cells("phandle")}
    nodes = [node for node in nodes if everything or node.enabled()]
    mmus = {node.cells("phandle"): node for node in nodes if is_ipmmu(node)}
    known = {phandle[0] for phandle in mmus if phandle}
    total = sum(map(is_ipmmu, nodes))
    masters, ports = 0, set()
    for node in nodes if total else []:
        own = {port for port in list(iommus(node, cells_of)) + list(mapped(node))
               if port[0] in ipmmus}
        if own and all(port[0] in known for port in own):
            masters += 1
            ports |= own
    return total, masters, len(ports)


def main():
    for path in sys.argv[1:]:
        nodes = read(path)
        name = os.path.basename(path).removesuffix(".dtb")
        print(name, *count(nodes, False), *count(nodes, True))


main()
