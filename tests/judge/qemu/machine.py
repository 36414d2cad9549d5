#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""machine.py - the QEMU machine with an IPMMU does what docs/qemu.md says.

usage: machine.py QEMU [CASE...]

Real bus masters (the test master, a PL330, a PCI device) against tables written by hand.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

import qtest
from qtest import (ADDRESS, BUFFER, BUSY, CONTINUOUS, CONTROL, COUNT, DONE, ERROR, ERRORS, LAB,
                   LOCAL, MASTER, MOVED, PCIE, PL330, PRR, ROUNDS, STALLED, STATUS, STOPPED,
                   WRITE, Machine)

QEMU = sys.argv[1] if len(sys.argv) > 1 else ""
PATTERN = bytes((7 * i + 3) & 255 for i in range(256))
IOVA = 0x00201000


def behind(m, kind="master", number=1, control=5):
    """A table, and one local master on it; gives the table and the units that it needs."""
    unit, master, pl330 = LOCAL[m.generation]
    units = sorted({0, unit})
    m.clear_secgrp(units)
    table = m.pages()
    m.store(table, bytes(4096))
    m.setup(number, table, units, control)
    m.put(m.utlb(unit, master if kind == "master" else pl330), number << 4 | 3)
    return table, units


def each(fn):
    def all_generations():
        for generation in (2, 3, 4):
            fn(generation)
    all_generations.__name__ = fn.__name__
    return all_generations


@each
def tree_describes_units_and_masters(generation):
    with tempfile.NamedTemporaryFile(suffix=".dtb") as dtb:
        subprocess.run([QEMU, "-machine", f"virt,iommu=ipmmu,gic-version=3,dumpdtb={dtb.name}",
                        "-global", f"renesas-ipmmu.generation={generation}", "-nodefaults",
                        "-display", "none"], check=True, capture_output=True)

        def prop(node, name):
            return subprocess.run(["fdtget", dtb.name, node, name], check=True,
                                  capture_output=True, text=True).stdout.split()

        unit, master, pl330 = LOCAL[generation]
        node = f"/iommu@{qtest.UNITS + unit * qtest.STRIDE:x}"
        phandle = prop(node, "phandle")[0]
        size = 0x20000 if generation == 4 else 0x1000
        assert prop(node, "reg") == ["0", str(qtest.UNITS + unit * qtest.STRIDE), "0",
                                     str(size)]
        assert prop(f"/test-master@{MASTER:x}", "iommus") == [phandle, str(master)]
        assert prop(f"/dma-controller@{PL330:x}", "iommus") == [phandle, str(pl330)]
        assert prop("/iommu@b000000", "interrupts") == ["0", "80", "4"]
        assert prop(f"/chipid@{PRR:x}", "compatible") == ["renesas,prr"]
        if generation > 2:
            assert prop(node, "renesas,ipmmu-main")[0] == prop("/iommu@b000000", "phandle")[0]
        assert prop("/pcie@10000000", "iommu-map")[3] == str({2: 30, 3: 48, 4: 64}[generation])


def wrong_properties_are_refused_with_what_is_allowed():
    wrong = {
        "generation=5": "2, 3 or 4", "layout=x": "ROOT.BIT", "layout=0": "no unit with uTLBs",
        "layout=0:5": "is no machine", "layout=0:0.32": "ROOT.BIT", "tlb=warm": "adversarial",
        "IRQ_GATED=2": "0 to 1", "flush-us=99999999": "flush-us", "seed=0": "seed",
        "stuck=8": "there are 3", "off=0x80000000": "there are 3", "prr=zz": "prr",
        "layout=" + ":".join(["0"] * 33): "up to 32 units", "NO_SUCH=1": "NO_SUCH",
        "context-tlb=5000": "4096", "generation=-1": "generation", "layout=1": "is no machine",
        "layout=0:0.0:": "ROOT.BIT", "stage2=2": "stage2", "dead=x": "dead",
    }
    for pair, text in wrong.items():
        done = subprocess.run([QEMU, "-machine", "virt,iommu=ipmmu,gic-version=3", "-accel",
                               "qtest", "-qtest", "stdio", "-display", "none", "-nodefaults",
                               "-global", "renesas-ipmmu." + pair], input="clock_step 1\n",
                              capture_output=True, text=True, timeout=qtest.HANG_LIMIT, check=False)
        assert text in done.stderr, f"{pair}: no '{text}' in: {done.stderr}"
        if pair != "NO_SUCH=1":
            assert done.returncode == 1, f"{pair}: exit code {done.returncode}"


def page_defaults():
    """Switch and value, as docs/model-switches.md has them for this machine."""
    top = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../..")
    with open(os.path.join(top, "docs/model-switches.md"), encoding="utf-8") as page:
        text = page.read()
    return dict(re.findall(r"^### (\w+)\n.*?\*\*Default (\d)\.\*\*", text, re.M | re.S) +
                re.findall(r"^\| the QEMU machine \| `(\w+)` \| (\d) \|$", text, re.M))


def switches_start_as_the_page_says():
    wanted = page_defaults()
    asked = [{"execute": "qmp_capabilities"}] + [
        {"execute": "qom-get", "arguments": {"path": "/machine/ipmmu", "property": name}}
        for name in wanted] + [{"execute": "quit"}]
    done = subprocess.run([QEMU, "-machine", "virt,iommu=ipmmu,gic-version=3", "-accel", "qtest",
                           "-qmp", "stdio", "-display", "none", "-nodefaults"], text=True,
                          input="\n".join(json.dumps(line) for line in asked),
                          timeout=qtest.HANG_LIMIT, capture_output=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    values = [str(answer["return"]) for answer in answers if isinstance(answer.get("return"), int)]
    assert values == list(wanted.values()), f"{list(zip(wanted, values))}"


def product_register_reads_as_set():
    with Machine(QEMU, 3, ["prr=0x5a11"]) as m:
        assert m.get(PRR) == 0x5A11
        m.put(PRR, 0)
        assert m.get(PRR) == 0x5A11


@each
def master_whose_utlb_is_off_is_not_translated(generation):
    with Machine(QEMU, generation) as m:
        m.store(BUFFER, PATTERN)
        at = m.pages()
        assert m.dma(at + 0x10, 256, WRITE) == DONE
        assert m.load(at, 0x120) == bytes(16) + PATTERN + bytes(16)
        m.store(at, PATTERN[::-1])
        assert m.dma(at, 256, 0) == DONE
        assert m.load(BUFFER, 256) == PATTERN[::-1]


@each
def bytes_land_where_the_table_says(generation):
    with Machine(QEMU, generation) as m:
        table, _ = behind(m)
        first, second = m.pages(), m.pages(3)
        m.map(table, IOVA, first)
        m.map(table, IOVA + 4096, second)
        m.store(BUFFER, PATTERN)
        assert m.dma(IOVA + 4096 - 128, 256, WRITE) == DONE
        assert m.get(MOVED) == 256
        assert m.load(first + 4096 - 128, 128) + m.load(second, 128) == PATTERN
        assert m.lab(0x40) == 0, "violations"


@each
def fault_is_recorded_raises_the_line_and_moves_nothing(generation):
    with Machine(QEMU, generation, ["STALL_ON_FAULT=0"]) as m:
        table, _ = behind(m)
        page = m.pages()
        m.map(table, IOVA, page, write=False)
        m.store(BUFFER, PATTERN)
        for address, control, kind in ((0x123000, 0, 1), (IOVA, WRITE, 2)):
            assert m.dma(address, 64, control) == ERROR | 1 << 4
            assert m.get(STOPPED) == address
            assert m.get(m.context(0, 1, 0x20)) & 7 == kind
            assert m.get(m.context(0, 1, 0x30)) == address
            assert m.lab(0x08) == 1
            m.put(m.context(0, 1, 0x20), 0)
            assert m.lab(0x08) == 0
            assert m.get(m.context(0, 1, 0x30)) == 0
        assert m.load(page, 64) == bytes(64)


def stalled_master_goes_on_when_the_host_has_cleared_the_fault():
    with Machine(QEMU, 3, ["STALL_ON_FAULT=1"]) as m:
        table, _ = behind(m)
        page = m.pages()
        m.store(BUFFER, PATTERN)
        assert m.dma(IOVA, 64, WRITE) == BUSY | STALLED
        m.wait(1000)
        assert m.get(STATUS) == BUSY | STALLED
        m.map(table, IOVA, page)
        m.put(m.context(0, 1, 0x20), 0)
        m.wait(200)
        assert m.get(STATUS) == DONE
        assert m.load(page, 64) == PATTERN[:64]


def entry_is_used_until_it_is_flushed():
    with Machine(QEMU, 3) as m:
        table, units = behind(m)
        page = m.pages()
        entry = m.map(table, IOVA, page)
        m.store(BUFFER, PATTERN)
        assert m.dma(IOVA, 64, WRITE) == DONE
        m.put(entry, 0, "q")
        assert m.dma(IOVA, 64, WRITE) == DONE
        m.flush(1, units)
        assert m.dma(IOVA, 64, WRITE) & DONE == 0
    with Machine(QEMU, 3, ["tlb=off"]) as m:
        table, units = behind(m)
        entry = m.map(table, IOVA, m.pages())
        assert m.dma(IOVA, 64, WRITE) == DONE
        m.put(entry, 0, "q")
        assert m.dma(IOVA, 64, WRITE) & DONE == 0


def master_keeps_running_until_its_mapping_is_gone():
    with Machine(QEMU, 3, ["STALL_ON_FAULT=0"]) as m:
        table, units = behind(m)
        page = m.pages()
        entry = m.map(table, IOVA, page)
        m.dma(IOVA, 8, WRITE | CONTINUOUS | COUNT)
        m.wait(1050)
        assert m.get(ROUNDS) == 11 and m.get(page) == 10
        m.put(entry, 0, "q")
        m.flush(1, units)
        rounds = m.get(ROUNDS)
        m.store(page, bytes(8))
        m.wait(1000)
        assert m.get(ROUNDS) == rounds and m.get(ERRORS) >= 9
        assert m.get(page) == 0
        m.put(CONTROL, 0)
        errors = m.get(ERRORS)
        m.wait(1000)
        assert m.get(ERRORS) == errors and m.get(STATUS) & BUSY == 0


def master_does_not_change_while_it_is_busy_and_touches_ram_only():
    with Machine(QEMU, 3) as m:
        assert m.dma(MASTER, 64, WRITE) == ERROR | 3 << 4
        assert m.dma(LAB + 0x10, 4, 0) == ERROR | 3 << 4
        m.dma(m.pages(), 8, WRITE | CONTINUOUS)
        m.put(ADDRESS, 0x1234)
        assert m.get(ADDRESS) != 0x1234
        m.put(qtest.LENGTH, 0)
        m.put(CONTROL, 0)
        for value in (0, 4097, 0xFFFFFFFF):
            m.put(qtest.LENGTH, value)
            assert m.get(qtest.LENGTH) == 8


def knobs_break_units():
    with Machine(QEMU, 3, ["stuck=2", "flush-us=5"]) as m:
        m.put(m.context(1, 1, 0), 3)
        m.wait(1000)
        assert m.get(m.context(1, 1, 0)) & 2 == 2
        m.put(LAB + 0x10, 0)
        m.wait(1000)
        assert m.get(m.context(1, 1, 0)) & 2 == 0
        m.put(LAB + 0x18, 2)
        assert m.get(m.context(1, 1, 0)) == 0xFFFFFFFF
        m.put(LAB + 0x18, 8)
        assert m.lab(0x18) == 2, "a unit that there is not"
        m.put(LAB + 0x18, 0)
        m.put(LAB + 0x1C, 2)
        m.get(m.context(1, 1, 0))
        assert m.lab(0x40) == 1, "no violation for a unit without power"


@each
def pl330_copies_through_its_utlb(generation):
    with Machine(QEMU, generation) as m:
        table, _ = behind(m, "pl330")
        program, source, target = m.pages(), m.pages(), m.pages()
        m.map(table, 0x10000, program)
        m.map(table, 0x20000, source)
        m.map(table, 0x30000, target)
        burst = 1 | 2 << 1 | 15 << 4 | 1 << 14 | 2 << 15 | 15 << 18
        code = b"".join((b"\xbc\x00", (0x20000).to_bytes(4, "little"), b"\xbc\x02",
                         (0x30000).to_bytes(4, "little"), b"\xbc\x01",
                         burst.to_bytes(4, "little"), b"\x04\x08", b"\x00"))
        m.store(program, code)
        m.store(source, PATTERN)
        m.put(PL330 + 0xD08, 0xA0 << 16)
        m.put(PL330 + 0xD0C, 0x10000)
        m.put(PL330 + 0xD04, 0)
        m.wait(1000)
        assert m.load(target, 80) == PATTERN[:64] + bytes(16)
        assert m.lab(0x40) == 0, "violations"


def edu_dma(m, slot, address):
    """64 bytes from the buffer of QEMU's teaching device to memory."""
    config = qtest.ECAM + (slot << 15)
    assert m.get(config) == 0x11E81234
    m.put(config + 0x10, qtest.PCI_MMIO)
    m.put(config + 4, 6, "w")
    m.put(qtest.PCI_MMIO + 0x80, 0x40000, "q")
    m.put(qtest.PCI_MMIO + 0x88, address, "q")
    m.put(qtest.PCI_MMIO + 0x90, 64, "q")
    m.put(qtest.PCI_MMIO + 0x98, 3, "q")
    m.wait(200000)


@each
def pci_function_goes_through_the_utlb_of_its_number(generation):
    device = "edu,addr=1.0,dma_mask=0xffffffffff"
    with Machine(QEMU, generation, devices=[device]) as m:
        unit = PCIE[generation]
        units = sorted({0, unit})
        m.clear_secgrp(units)
        table = m.pages()
        m.store(table, bytes(4096))
        m.setup(2, table, units)
        m.put(m.utlb(unit, 8), 2 << 4 | 3)
        page = m.pages()
        m.store(page, PATTERN)
        m.map(table, IOVA, page)
        edu_dma(m, 1, IOVA)
        assert m.load(page, 256) == bytes(64) + PATTERN[64:]
        m.store(page, PATTERN)
        edu_dma(m, 1, page)
        assert m.load(page, 256) == PATTERN, "the untranslated address was reached"


def pci_function_without_a_utlb_reaches_nothing():
    with Machine(QEMU, 2, devices=["edu,addr=5.0,dma_mask=0xffffffffff"]) as m:
        page = m.pages()
        m.store(page, PATTERN)
        edu_dma(m, 5, page)
        assert m.load(page, 256) == PATTERN


def main():
    cases = [fn for name, fn in globals().items()
             if callable(fn) and getattr(fn, "__module__", "") == "__main__" and "_" in name
             and name not in ("edu_dma", "page_defaults")]
    wanted = sys.argv[2:]
    failed = 0
    print(f"1..{len([c for c in cases if not wanted or c.__name__ in wanted])}")
    for case in cases:
        if wanted and case.__name__ not in wanted:
            continue
        try:
            case()
            print(f"ok - {case.__name__}")
        except AssertionError as error:
            failed += 1
            print(f"not ok - {case.__name__}: line {error.__traceback__.tb_next.tb_lineno}: "
                  f"{error}")
    sys.exit(failed != 0)


if __name__ == "__main__":
    if not QEMU or QEMU.startswith("-"):
        print(__doc__)
        sys.exit(2)
    main()
