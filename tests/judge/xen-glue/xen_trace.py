# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""xen_trace.py - a boot of Xen out of QEMU's trace: what was said on the console, and in between the
register accesses of the IPMMUs by name. Judges nothing. Gen3 only.
"""
import collections
import re

LINE = re.compile(r"\d+@(\d+\.\d+):(?:ipmmu_)?(\w+) (.*)")
UNITS = ("root", "cache0", "cache1")

# Registers by their offset: of the unit, and of a context.
GLOBAL = {0x500: "IMSCTLR", 0x504: "IMSAUXCTLR", 0x540: "IMSSTR"}
CONTEXT = {0x00: "IMCTR", 0x08: "IMTTBCR", 0x10: "IMTTLBR0", 0x14: "IMTTUBR0",
           0x18: "IMTTLBR1", 0x1C: "IMTTUBR1", 0x20: "IMSTR", 0x28: "IMMAIR0",
           0x2C: "IMMAIR1", 0x30: "IMELAR", 0x34: "IMEUAR"}
FLUSH = 2

Event = collections.namedtuple("Event", "time kind args")
Access = collections.namedtuple("Access", "op unit register index value")


def register(offset):
    """Name and index; the index is None where there is one of it in a unit."""
    if offset in GLOBAL:
        return GLOBAL[offset], None
    if offset < 0x200:
        return CONTEXT.get(offset % 0x40, f"0x{offset:x}"), offset // 0x40
    for base, first in ((0x300, 0), (0x600, 32)):
        if base <= offset < base + 0x200:
            return ("IMUASID" if offset & 8 else "IMUCTR"), first + (offset - base) // 16
    return f"0x{offset:x}", None


def access(kind, args):
    number = [int(word, 16) if word.startswith("0x") else int(word)
              for word in args.split()[1::2]]
    name, index = register(number[1])
    return Access(kind[0].upper(), UNITS[number[0]], name, index, number[2])


def events(path):
    """The console's characters come one by one, and are put together to lines."""
    line = ""
    with open(path, encoding="utf-8", errors="replace") as trace:
        for text in trace:
            match = LINE.match(text)
            if not match:
                continue
            time, kind, args = float(match[1]), match[2], match[3]
            if kind == "pl011_write":
                if args.startswith("addr 0x00000000 "):
                    char = chr(int(args[-2:], 16))
                    if char == "\n":
                        yield Event(time, "say", line)
                        line = ""
                    elif char != "\r":
                        line += char
            elif kind in ("read", "write"):
                yield Event(time, "access", access(kind, args))
            else:
                yield Event(time, kind, args)
