#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""test_checks.py - the checks of the benchmark find what they are for.

usage: test_checks.py TOOL     TOOL runs once for each configuration, and what it says is altered
"""
import copy
import json
import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../scripts/lib/bench"))
import callgrind  # noqa: E402
import check      # noqa: E402
import gates      # noqa: E402
from facts import CONFIGS  # noqa: E402

TOOL = sys.argv.pop(1)
PROFILE = """# callgrind format
part: 1
fn=(1) bench_timed
0 3
cfn=(2) run_map_pages
calls=1 0
0 900
fn=(2)
0 40
+1 5
cfn=(3) bench_clear
calls=2 0
* 852
fn=(3)
0 10
cfn=(4) __memset_avx2_unaligned_erms
calls=2 0
0 842
fn=(4)
167 800
+5 42
totals: 900
part: 2
fn=(2)
0 77
totals: 77
"""


class Counts(unittest.TestCase):
    """Each gate on counts holds, and falls short when the count is off by one."""

    def test_every_gate_on_counts_has_teeth(self):
        seen = 0
        for args in CONFIGS.values():
            done = subprocess.run([TOOL, "--once", *args], check=True, stdout=subprocess.PIPE)
            run = json.loads(done.stdout)
            for number, found in enumerate(list(gates.of_counts(run))):
                self.assertTrue(found["pass"], found)
                name, count = found["what"].split()
                off = copy.deepcopy(run)
                counts = gates.side_of(gates.row_of(off, name), "ours")["counts"]
                counts[count] = int(found["must"]) + 1
                self.assertFalse(list(gates.of_counts(off))[number]["pass"], found)
                if found["relation"] == "==":
                    counts[count] = found["must"] - 1
                    self.assertFalse(list(gates.of_counts(off))[number]["pass"], found)
                seen += 1
        self.assertGreater(seen, len(gates.COUNTS))


class Instructions(unittest.TestCase):
    """What is more than 10 % away is told, in both directions, and so is what is missing."""

    WANTED = {("s2-40 coherent", "W5"): 50.0, ("s2-40 coherent", "W3-warm"): 4.0}

    def changed(self, value):
        return check.compare({**self.WANTED, ("s2-40 coherent", "W5"): value}, self.WANTED)

    def test_ten_percent_are_allowed(self):
        self.assertEqual([self.changed(value) for value in (50.0, 45.0, 55.0)], [0, 0, 0])

    def test_more_and_less_are_told(self):
        self.assertEqual([self.changed(value) for value in (44.9, 55.1)], [1, 1])

    def test_gates_on_instructions_have_teeth(self):
        config = "s2-40 coherent"
        good = {(config, "W1-warm"): 75.0, (config, "W5"): 60.0, (config, "W6"): 45.0,
                (config, "grow-16M"): 50.0, (config, "grow-256M"): 52.0,
                (config, "W12-steps"): 10000.0}
        self.assertEqual(check.short(good), 0)
        for name in ("W1-warm", "W5", "W6", "grow-256M", "W12-steps"):
            self.assertEqual(check.short({**good, (config, name): good[config, name] + 0.1}), 1)

    def test_a_missing_figure_is_told(self):
        self.assertEqual(check.compare({}, self.WANTED), 2)
        self.assertEqual(check.compare(self.WANTED, {}), 2)

    def test_the_baseline_is_read_as_it_was_written(self):
        with tempfile.NamedTemporaryFile("w+", encoding="utf-8") as text:
            text.write("# head\nold\n")
            text.flush()
            check.record(text.name, self.WANTED)
            self.assertEqual(check.baseline(text.name), self.WANTED)
            text.seek(0)
            self.assertEqual(text.readline(), "# head\n")


class Callgrind(unittest.TestCase):
    """Costs of a host are told apart, those of callees are not counted twice."""

    def test_what_a_host_does_is_told_apart_in_each_part(self):
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as text:
            text.write(PROFILE)
            text.flush()
            self.assertEqual(callgrind.parts(text.name), [(900, 852), (77, 0)])


class Figures(unittest.TestCase):
    """Gates on time tell pass and falls short at their borders."""

    def run_with(self, under, over, coherent=True):
        sides = [{"name": "ours"}, {"name": "limit", "under": {"median": under}},
                 {"name": "linux", "over": {"median": over}}]
        return {"coherent": coherent, "rows": [{"name": "W5", "sides": sides}]}

    def verdicts(self, *args):
        return [row["pass"] for row in gates.of_times(self.run_with(*args), {})]

    def test_a_ratio_at_the_border_passes_and_one_below_does_not(self):
        self.assertEqual([self.verdicts(9, over) for over in (3.5, 3.49)], [[True], [False]])

    def test_walkers_that_do_not_snoop_have_a_gate_of_their_own(self):
        self.assertEqual([self.verdicts(9, over, False) for over in (3.0, 2.99)],
                         [[True], [False]])

    def test_instructions_at_the_border_pass_and_more_do_not(self):
        for spent, wanted in ((60, True), (60.1, False)):
            rows = list(gates.of_times(self.run_with(9, 9), {"W5": {"ours": spent}}))
            self.assertEqual([row["pass"] for row in rows], [True, wanted])


class Report(unittest.TestCase):
    """scripts/bench tells what was measured."""

    def test_each_workload_and_each_gate_has_a_line(self):
        report = os.path.join(os.path.dirname(check.__file__), "report.py")
        with tempfile.TemporaryDirectory() as work:
            run, whole = os.path.join(work, "run"), os.path.join(work, "all")
            with open(run, "w", encoding="utf-8") as out:
                subprocess.run([TOOL, "--reps", "1", "--format", "s1-32", "W1-warm", "W5f", "W6"],
                               check=True, stdout=out)
            subprocess.run([report, "join", whole, run], check=True, encoding="utf-8",
                           input='{"commit": "c0ffee", "steps": {"WD-steps": 10001}}')
            text = subprocess.run([report, "text", whole], check=True, stdout=subprocess.PIPE,
                                  encoding="utf-8").stdout
        self.assertIn("commit: c0ffee", text)
        for workload in ("W1-warm", "W5f", "W6"):
            self.assertRegex(text, rf"(?m)^{workload} +[0-9.]+ +0% ")
        self.assertRegex(text, r"(?m)^G1 .*W1-warm ours / limit.*(pass|falls short)")
        self.assertRegex(text, r"(?m)^G17 .* 10001 <= 10000 falls short")
        self.assertIn("G14: 1 of 1 counts hold", text)


if __name__ == "__main__":
    unittest.main()
