#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""fuzz.py - a guest that writes anything anywhere in the machine's register space.

usage: fuzz.py QEMU [sweep | SEED...]

The sweep goes over every offset of every unit of each generation: accesses of 8 and 16 bits and
those that are not aligned must change nothing, there are as many uTLBs as there should be, and 32 and 64 bits of anything (from here QEMU
makes two of the latter) must leave QEMU alive and RAM as it was. For each seed a machine then gets random accesses, of any size and alignment,
to the registers of all units, the test master, the lab page and the product register. QEMU must
go on answering, and RAM must change in the pages only that the test master could have written to:
the master gets addresses in one window, and tables lie in another, so the rest must stay as it
was. Seeds 1 to 9 are each generation with each kind of TLB.
"""
import random
import sys

from qtest import BUFFER, CONTROL, LAB, LENGTH, MASTER, PRR, RAM, STRIDE, UNITS, Machine

SEEDS = range(1, 10)
STEPS = 6000
WIDTH = {"b": 1, "w": 2, "l": 4, "q": 8}
GUARD = RAM + 0x4000000
GUARD_SIZE = 0x10000
UTLBS = {2: ((0, 32),), 3: ((0, 0), (1, 48), (2, 48)), 4: ((0, 0), (1, 64), (2, 64))}
TLBS = ("off", "random", "adversarial")


def place(rng):
    """Somewhere in the register space, more often where registers are."""
    kind = rng.randrange(10)
    if kind < 5:
        unit = UNITS + rng.randrange(4) * STRIDE
        return unit + rng.choice((rng.randrange(0x1000), 0x10000 + rng.randrange(0x10000),
                                  0x3000 + rng.randrange(0x1000)))
    if kind < 7:
        return MASTER + rng.randrange(0x2010)
    if kind < 9:
        return LAB + rng.randrange(0x100)
    return rng.choice((PRR, PRR - 4, PRR + 4, UNITS + 32 * STRIDE - 4, BUFFER + 0xFFC))


def value(rng, kind):
    number = rng.choice((0, 1, 3, 7, 0xFFFFFFFF, 0x80000000, rng.getrandbits(32),
                         1 << rng.randrange(32), 0x20020, 0x20021))
    return number & (1 << 8 * WIDTH[kind]) - 1 if kind != "q" else number << rng.randrange(33)


def guarded(m, rng):
    """The addresses of the master stay out of the guarded window: its high words are 0."""
    m.put(CONTROL, 0)
    m.put(MASTER + 0x10, RAM + rng.randrange(0x1000000))
    m.put(MASTER + 0x14, 0)
    m.put(LENGTH, rng.choice((1, 64, 4096, 4097, 0, 0xFFFFFFFF, rng.randrange(0x4000))))
    m.put(CONTROL, rng.randrange(32))


def guard_set(m, rng):
    guard = bytes(rng.getrandbits(8) for _ in range(GUARD_SIZE))
    m.store(GUARD, guard)
    return guard


def alive(m, guard):
    assert m.load(GUARD, GUARD_SIZE) == guard, "RAM changed that no master was told of"
    m.send("clock_step 1000")
    assert m.get(MASTER) == 0x4D545049, "the test master has lost its identity"


def fuzz(qemu, seed):
    rng = random.Random(seed)
    generation = 2 + (seed - 1) % 3
    tlb = TLBS[(seed - 1) // 3 % 3]
    with Machine(qemu, generation, [f"tlb={tlb}", f"seed={seed}"]) as m:
        guard = guard_set(m, rng)
        for step in range(STEPS):
            kind = rng.choice("lllllllbwq")
            at = place(rng)
            if MASTER + 0x08 <= at + 7 and at < MASTER + 0x18:
                guarded(m, rng)
            elif rng.randrange(3) == 0:
                m.get(at, kind)
            else:
                m.put(at, value(rng, kind), kind)
            if step % 50 == 0:
                guarded(m, rng)
                m.wait(rng.randrange(1, 500))
        m.put(CONTROL, 0)
        alive(m, guard)


def odd(at):
    """Accesses that no register takes."""
    return (f"writeb 0x{at + at // 4 % 4:x} 0xff", f"writew 0x{at:x} 0xffff",
            f"writel 0x{at + 1 + at // 4 % 3:x} 0xffffffff",
            f"readb 0x{at + 1:x}", f"readw 0x{at:x}")


def whole(at):
    return (f"writel 0x{at:x} 0xffffffff", f"readl 0x{at:x}", f"writel 0x{at:x} 0",
            f"writeq 0x{at:x} 0xffffffffffffffff", f"readq 0x{at:x}")


def lines_of(places, some):
    return [line for at in places for line in some(at)]


def ports(m, unit):
    """Addresses at which uTLBs would have IMUCTR, up to the end of the room for them."""
    return [m.utlb(unit, number) for number in range(80 if m.generation > 2 else 32)]


def sweep(qemu, generation):
    places = [UNITS + unit * STRIDE + offset for unit in range(4 if generation > 2 else 2)
              for offset in range(0, STRIDE if generation == 4 else 0x1010, 4)]
    others = [base + offset for base in (MASTER, LAB, PRR - 0x44) for offset in range(0, 0x2004, 4)
              if base != MASTER or offset not in (4, 0x10, 0x14)]
    with Machine(qemu, generation) as m:
        guard = guard_set(m, random.Random(generation))
        m.clear_secgrp(range(1 if generation == 2 else 3))
        before = m.many([f"readl 0x{at:x}" for at in places])
        m.many(lines_of(places, odd))
        after = m.many([f"readl 0x{at:x}" for at in places])
        changed = [hex(at) for at, old, new in zip(places, before, after) if old != new]
        assert not changed, f"an odd access changed registers at {', '.join(changed[:4])}"
        kept = m.many(lines_of(places, whole))[1::5]
        kept = {at for at, answer in zip(places, kept) if int(answer, 16) != 0}
        for unit, count in UTLBS[generation]:
            found = sum(at in kept for at in ports(m, unit))
            assert found == count, f"unit {unit} has registers of {found} uTLBs, not {count}"
        m.many(lines_of(others, odd) + lines_of(others, whole))
        alive(m, guard)
        return len(places)


def case(what, run, *args):
    """Prints how it ended; true when it did not hold."""
    try:
        run(*args)
        print(f"ok - {what}", flush=True)
        return False
    except AssertionError as error:
        print(f"not ok - {what}: {str(error)[:1500]}", flush=True)
        return True


def main():
    if len(sys.argv) < 2:
        print(__doc__)
        sys.exit(2)
    qemu, wanted = sys.argv[1], sys.argv[2:]
    seeds = [int(word) for word in wanted if word != "sweep"] if wanted else SEEDS
    sweeps = (2, 3, 4) if not wanted or "sweep" in wanted else ()
    print(f"1..{len(sweeps) + len(seeds)}")
    failed = [case(f"accesses to every offset leave QEMU and RAM alone, Gen{generation}", sweep,
                   qemu, generation) for generation in sweeps]
    failed += [case(f"accesses anywhere leave QEMU and RAM alone, Gen{2 + (seed - 1) % 3}, seed {seed}",
                    fuzz, qemu, seed) for seed in seeds]
    sys.exit(any(failed))


if __name__ == "__main__":
    main()
