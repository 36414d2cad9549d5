#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""fuzz.py - a guest that writes anything anywhere in the machine's register space.

usage: fuzz.py QEMU [SEED...]

For each seed a machine gets random accesses, of any size and alignment, to the registers of all
units, the test master, the lab page and the product register. QEMU must go on answering, and
RAM must change in the pages only that the test master could have written to: the master gets
addresses in one window, and tables lie in another, so the rest must stay as it was.
"""
import random
import sys

from qtest import BUFFER, CONTROL, LAB, MASTER, PRR, RAM, STRIDE, UNITS, Machine

SEEDS = range(1, 10)
STEPS = 6000
WIDTH = {"b": 1, "w": 2, "l": 4, "q": 8}
GUARD = RAM + 0x4000000
GUARD_SIZE = 0x10000


def place(rng):
    """Somewhere in the register space, more often where registers are."""
    kind = rng.randrange(10)
    if kind < 5:
        unit = UNITS + rng.randrange(4) * STRIDE
        return unit + rng.choice((rng.randrange(0x1000), 0x10000 + rng.randrange(0x10000)))
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
    m.put(CONTROL, rng.randrange(32))


def fuzz(qemu, seed):
    rng = random.Random(seed)
    generation = rng.choice((2, 3, 4))
    tlb = rng.choice(("off", "random", "adversarial"))
    with Machine(qemu, generation, [f"tlb={tlb}", f"seed={seed}"]) as m:
        guard = bytes(rng.getrandbits(8) for _ in range(GUARD_SIZE))
        m.store(GUARD, guard)
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
        assert m.load(GUARD, GUARD_SIZE) == guard, "RAM changed that no master was told of"
        m.send("clock_step 1000")
        assert m.get(MASTER) == 0x4D545049, "the test master has lost its identity"


def main():
    if len(sys.argv) < 2:
        print(__doc__)
        sys.exit(2)
    seeds = [int(seed) for seed in sys.argv[2:]] or SEEDS
    failed = 0
    print(f"1..{len(seeds)}")
    for seed in seeds:
        try:
            fuzz(sys.argv[1], seed)
            print(f"ok - accesses anywhere leave QEMU and RAM alone, seed {seed}")
        except AssertionError as error:
            failed += 1
            print(f"not ok - accesses anywhere leave QEMU and RAM alone, seed {seed}: {error}")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
