# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""qtest.py - a machine with an IPMMU and no CPUs, driven from outside by QEMU's text protocol.

Knows the machine's addresses, and how to write tables that its walker reads; nothing here
comes from the library or the model.
"""
import subprocess

# Seconds: only a QEMU that hangs takes so long.
HANG_LIMIT = 300
UNITS = 0x0B000000
STRIDE = 0x20000
PL330 = 0x0BF00000
MASTER = 0x0BF10000
BUFFER = MASTER + 0x1000
LAB = 0x0BF20000
PRR = 0x0BFF0044
RAM = 0x40000000
ECAM = 0x4010000000
PCI_MMIO = 0x10000000

# The test master.
CONTROL, STATUS, LENGTH, ADDRESS, PERIOD, ROUNDS, ERRORS, MOVED, STOPPED = (
    MASTER + at for at in (0x04, 0x08, 0x0C, 0x10, 0x18, 0x1C, 0x20, 0x24, 0x28))
START, WRITE, CONTINUOUS, INTERRUPT, COUNT = 1, 2, 4, 8, 16
BUSY, DONE, ERROR, STALLED = 1, 2, 4, 8

# Where local masters sit, by generation: unit, uTLB of the test master, uTLB of the PL330.
LOCAL = {2: (0, 30, 31), 3: (2, 32, 33), 4: (2, 32, 33)}
PCIE = {2: 0, 3: 1, 4: 1}


class Machine:
    """One QEMU; use it in a with statement."""

    def __init__(self, qemu, generation=3, properties=(), devices=(), ram="128M"):
        self.generation = generation
        command = [qemu, "-machine", "virt,iommu=ipmmu,gic-version=3", "-m", ram, "-accel",
                   "qtest", "-qtest", "stdio", "-qtest-log", "none", "-display", "none",
                   "-nodefaults", "-global", f"renesas-ipmmu.generation={generation}"]
        for pair in properties:
            command += ["-global", "renesas-ipmmu." + pair]
        for device in devices:
            command += ["-device", device]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.free = RAM + 0x100000

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def send(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer.startswith("OK"):
            self.process.kill()
            raise AssertionError(f"'{line}' got '{answer.strip()}'; "
                                 f"stderr: {self.process.communicate()[1].strip()}")
        return answer[3:].strip()

    def many(self, lines):
        """The answers to many commands, sent in bundles: far faster than one by one."""
        answers = []
        for at in range(0, len(lines), 200):
            bundle = lines[at:at + 200]
            try:
                self.process.stdin.write("\n".join(bundle) + "\n")
                self.process.stdin.flush()
                some = [self.process.stdout.readline() for _ in bundle]
            except BrokenPipeError:
                some = [""]
            for line, answer in zip(bundle, some):
                if not answer.startswith("OK"):
                    self.process.kill()
                    raise AssertionError(f"'{line}' got '{answer.strip()}'; "
                                         f"stderr: {self.process.communicate()[1].strip()}")
            answers += [answer[3:].strip() for answer in some]
        return answers

    def get(self, at, kind="l"):
        return int(self.send(f"read{kind} 0x{at:x}"), 16)

    def put(self, at, value, kind="l"):
        self.send(f"write{kind} 0x{at:x} 0x{value:x}")

    def load(self, at, size):
        return bytes.fromhex(self.send(f"read 0x{at:x} 0x{size:x}")[2:])

    def store(self, at, data):
        self.send(f"write 0x{at:x} 0x{len(data):x} 0x{data.hex()}")

    def wait(self, us):
        self.send(f"clock_step {us * 1000}")

    def lab(self, offset):
        return self.get(LAB + offset)

    def pages(self, count=1):
        at = self.free
        self.free += count * 4096
        return at

    # Registers.
    def at(self, unit, offset):
        alias = 0x800 if self.generation == 2 else 0
        return UNITS + unit * STRIDE + alias + offset

    def context(self, unit, number, offset):
        if self.generation == 4:
            return self.at(unit, 0x10000 + number * 0x1040 + offset)
        return self.at(unit, number * 0x40 + offset)

    def utlb(self, unit, number):
        base = 0x3000 if self.generation == 4 else 0
        return self.at(unit, base + (0x300 + 16 * number if number < 32
                                     else 0x600 + 16 * (number - 32)))

    def flush(self, number, units, control=5):
        for unit in units:
            self.put(self.context(unit, number, 0), control | 2)
        self.wait(10)
        for unit in units:
            assert self.get(self.context(unit, number, 0)) & 2 == 0, "the flush does not end"

    def setup(self, number, table, units, control=5):
        """Stage 1, 32-bit input: registers of a context, flushed and on."""
        self.put(self.context(0, number, 0x10), table)
        self.put(self.context(0, number, 0x14), table >> 32)
        self.put(self.context(0, number, 0x08), 0x80003510 if self.generation == 2
                 else 0x80000080)
        self.put(self.context(0, number, 0x28), 0x0004FF44)
        self.flush(number, units, control)

    def clear_secgrp(self, units):
        if self.generation > 2:
            for unit in units:
                offset = 0x1500 if self.generation == 4 else 0x500
                value = self.get(self.at(unit, offset))
                self.put(self.at(unit, offset), value & ~(1 << 28))

    def map(self, table, iova, pa, write=True):
        """One page, non-secure as the unit wants it, in tables of three levels."""
        for shift in (30, 21):
            slot = table + 8 * (iova >> shift & 511)
            entry = self.get(slot, "q")
            if entry & 1 == 0:
                entry = self.pages() | 1 << 63 | 3
                self.store(entry & 0xFFFFFFF000, bytes(4096))
                self.put(slot, entry, "q")
            table = entry & 0xFFFFFFF000
        self.put(table + 8 * (iova >> 12 & 511),
                 pa | 0x463 | (0 if write else 1 << 7), "q")
        return table + 8 * (iova >> 12 & 511)

    # The test master.
    def dma(self, address, length, control):
        self.put(LENGTH, length)
        self.put(ADDRESS, address & 0xFFFFFFFF)
        self.put(ADDRESS + 4, address >> 32)
        self.put(CONTROL, control | START)
        return self.get(STATUS)
