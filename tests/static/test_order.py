#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""test_order.py - scripts/lib/order.py refuses what goes up, and nothing else.

usage: test_order.py
"""
import contextlib
import io
import os
import sys
import tempfile
import unittest

LIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts/lib")
sys.path.insert(0, LIB)
import arrows  # noqa: E402
import csource  # noqa: E402
import order  # noqa: E402

LOW = "int low(void);\nint low(void)\n{\n\treturn 1;\n}\n"
HIGH = '#include "all.h"\nint high(void)\n{\n\treturn low();\n}\n'
ALL = "int low(void);\nint high(void);\nextern const int table[2];\n"


class Trees(unittest.TestCase):
    """Small trees, each in a directory of its own."""

    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)

    def tree(self, files, at="src/core"):
        for name, text in files.items():
            path = os.path.join(self.dir.name, at, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)

    def found(self):
        files = [os.path.relpath(os.path.join(at, name), self.dir.name)
                 for at, _, names in os.walk(self.dir.name)
                 for name in names if name.endswith((".c", ".h"))]
        arrows.folders_inside.cache_clear()
        return order.check(self.dir.name, files)

    def refused(self, *texts):
        found = self.found()
        self.assertEqual(len(found), len(texts), found)
        for text, line in zip(texts, sorted(found)):
            self.assertIn(text, line)

    def plain(self, low=LOW, high=HIGH, names="all.h\nlow.c\nhigh.c\n"):
        self.tree({"ORDER": names, "all.h": ALL, "low.c": low, "high.c": high})


class Lists(Trees):
    """Each file is listed once."""

    def test_a_tree_in_order_is_accepted(self):
        self.plain()
        self.refused()

    def test_a_file_in_no_list(self):
        self.plain(names="all.h\nlow.c\n")
        self.refused("src/core/high.c: not in src/core/ORDER")

    def test_a_file_that_is_listed_twice(self):
        self.plain(names="all.h\nlow.c\nhigh.c\nlow.c\n")
        self.refused("src/core/ORDER:4: low.c is listed a second time")

    def test_a_name_without_a_file(self):
        self.plain(names="all.h\nlow.c\nhigh.c # the last one\nhigher.c\n")
        self.refused("src/core/ORDER:4: no file higher.c")

    def test_a_layer_without_a_list(self):
        self.tree({"line.c": LOW}, at="src/text")
        self.tree({"port.c": LOW}, at="glue/posix")
        self.refused("glue/posix: no file ORDER", "src/text: no file ORDER")

    def test_the_headers_of_a_layer_inside_are_not_of_the_list(self):
        self.tree({"ORDER": "table.c\n", "table.c": LOW, "include/model/table.h": ALL}, at="model")
        self.refused()


class Uses(Trees):
    """What counts as a use."""

    def test_a_circle_of_calls(self):
        self.plain(low='#include "all.h"\nint low(void)\n{\n\treturn 2 * high();\n}\n')
        self.refused("src/core/low.c:4: uses high of high.c, which is not before it in "
                     "src/core/ORDER")

    def test_an_address_in_a_table(self):
        self.plain(low='#include "all.h"\nstatic int (*const f[])(void) = {high};\nint low(void)\n'
                       '{\n\treturn f[0]();\n}\n')
        self.refused("low.c:2: uses high of high.c")

    def test_an_address_taken(self):
        self.plain(low='int low(void)\n{\n\treturn call(&high);\n}\n')
        self.refused("low.c:3: uses high")

    def test_an_object(self):
        self.plain(low='#include "all.h"\nint low(void)\n{\n\treturn table[1];\n}\n',
                   high=HIGH + "const int table[2] = {1, 2};\n")
        self.refused("low.c:4: uses table of high.c")

    def test_a_macro(self):
        self.plain(low='#include "all.h"\n#define LATER(x) \\\n\thigh()\nint low(void)\n{\n'
                       '\treturn LATER(1);\n}\n')
        self.refused("low.c:3: uses high")

    def test_a_macro_of_a_header(self):
        self.tree({"ORDER": "low.h\nhigh.c\n", "low.h": "#define NOW() high()\n", "high.c": HIGH})
        self.refused("low.h:1: uses high")

    def test_an_inline_function_of_a_header(self):
        self.tree({"ORDER": "low.h\nhigh.c\n", "high.c": HIGH,
                   "low.h": "static inline int low(void)\n{\n\treturn high();\n}\n"})
        self.refused("low.h:3: uses high")

    def test_an_include(self):
        self.tree({"ORDER": "low.c\nhigh.h\n", "low.c": '#include "high.h"\n', "high.h": "\n"})
        self.refused("low.c:1: includes high.h")

    def test_a_branch_that_is_not_compiled(self):
        self.plain(low="int low(void)\n{\n#if 0\n\thigh();\n#endif\n\treturn 1;\n}\n")
        self.refused("low.c:4: uses high")

    def test_a_header_may_use_its_own_file_right_behind_it(self):
        files = {"one.h": "int one(void);\nstatic inline int f(void)\n{\n\treturn one();\n}\n",
                 "one.c": '#include "one.h"\nint one(void)\n{\n\treturn 1;\n}\n',
                 "two.c": '#include "one.h"\n'}
        self.tree({**files, "ORDER": "one.h\none.c\ntwo.c\n"})
        self.refused()
        self.tree({"ORDER": "one.h\ntwo.c\none.c\n"})
        self.refused("one.h:4: uses one of one.c")


class NoUses(Trees):
    """What only looks like a use."""

    def accepted(self, text):
        self.plain(low=text)
        self.refused()

    def test_comments_and_strings(self):
        self.accepted('int low(void)\n{\n\t/* high() */ // high()\n\treturn f("high()", \'"\', '
                      '"\\"high()");\n}\n')

    def test_a_static_function_of_the_same_name(self):
        self.accepted("static int high(void)\n{\n\treturn 0;\n}\nint low(void)\n{\n"
                      "\treturn high();\n}\n")

    def test_members(self):
        self.accepted("struct x {\n\tint high;\n};\nint low(struct x *x)\n{\n"
                      "\tstruct x y = {.high = 1};\n\n\treturn x->high == y.high;\n}\n")

    def test_tags(self):
        self.accepted("struct high {\n\tint x;\n};\nint low(struct high *x)\n{\n"
                      "\treturn (int)sizeof(struct high);\n}\n")

    def test_labels(self):
        self.accepted("int low(int x)\n{\n\tif (x) {\n\t\tgoto high;\n\t}\nhigh:\n"
                      "\treturn 1;\n}\n")

    def test_parameters_and_local_names(self):
        self.accepted("int low(int high)\n{\n\treturn high + 1;\n}\n"
                      "int lower(const char *p)\n{\n\tunsigned high = *p;\n\n\treturn -high;\n}\n"
                      "int lowest(int (*high)(void))\n{\n\treturn g(high);\n}\n")

    def test_a_declaration(self):
        self.accepted("int high(void);\nextern const int table[2];\n" + LOW)

    def test_a_static_function_is_no_home(self):
        self.plain(low="int low(void)\n{\n\treturn own();\n}\n",
                   high="static int own(void)\n{\n\treturn 1;\n}\n")
        self.refused()


class Nested(Trees):
    """Folders in a folder."""

    def nested(self, **more):
        self.tree({"ORDER": "core.h\nground/\nunit/\n", "core.h": ALL,
                   "ground/ORDER": "lock.h\nlock.c\n", "ground/lock.h": "void lock(void);\n",
                   "ground/lock.c": '#include "core.h"\n#include "lock.h"\nvoid lock(void)\n{\n}\n',
                   "unit/ORDER": "flush.h\nflush.c\n", "unit/flush.h": "void flush(void);\n",
                   "unit/flush.c": '#include "ground/lock.h"\n#include "lock.h"\n'
                                   '#include "unit/flush.h"\n#include "regs/regs.h"\n'
                                   '#include "../regs/regs.h"\n'
                                   "void flush(void)\n{\n\tlock();\n}\n", **more})
        self.tree({"ORDER": "regs.h\n", "regs.h": "\n"}, at="src/regs")

    def test_files_may_use_lower_folders(self):
        self.nested()
        self.refused()

    def test_the_layers_find_headers_in_nested_folders(self):
        self.nested()
        self.assertEqual(arrows.check_file(self.dir.name, "src/core/unit/flush.c"), [])
        for name, path in (("lock.h", "src/core/ground/lock.h"), ("core.h", "src/core/core.h"),
                           ("unit/flush.h", "src/core/unit/flush.h"),
                           ("regs/regs.h", "src/regs/regs.h"),
                           ("../regs/regs.h", "src/regs/regs.h")):
            self.assertEqual(arrows.resolve(self.dir.name, "src/core/unit/flush.c", name, True),
                             path)

    def test_a_call_into_a_higher_folder(self):
        self.nested(**{"ground/lock.c": "void lock(void)\n{\n\tflush();\n}\n"})
        self.refused("src/core/ground/lock.c:3: uses flush of flush.c, which is not before it in "
                     "src/core/ORDER")

    def test_an_include_of_a_higher_folder(self):
        self.nested(**{"ground/lock.h": '#include "unit/flush.h"\n'})
        self.refused("src/core/ground/lock.h:1: includes unit/flush.h")

    def test_a_circle_inside_a_lower_folder(self):
        self.nested(**{"ground/ORDER": "lock.h\nlock.c\nclock.c\n",
                       "ground/clock.c": "void clock(void)\n{\n\tlock();\n}\n",
                       "ground/lock.c": "void lock(void)\n{\n\tclock();\n}\n"})
        self.refused("uses clock of clock.c, which is not before it in src/core/ground/ORDER")

    def test_a_folder_in_no_list(self):
        self.nested(**{"roof/ORDER": "roof.c\n", "roof/roof.c": "\n"})
        self.refused("src/core/roof/roof.c: not in src/core/ORDER")

    def test_a_folder_without_a_list(self):
        self.nested(**{"ORDER": "core.h\nground/\nunit/\nroof/\n", "roof/roof.c": "\n"})
        self.refused("src/core/ORDER:4: no file roof/ORDER", "src/core/roof/roof.c: not in")

    def test_a_path_in_the_list_stands_for_one_file(self):
        self.nested(**{"ORDER": "core.h\nground/\nunit/\nroof/a.c\nroof/b.c\n",
                       "roof/a.c": "void a(void)\n{\n\tlock();\n}\n",
                       "roof/b.c": "void b(void)\n{\n\ta();\n}\n"})
        self.refused()
        self.nested(**{"ORDER": "core.h\nground/\nunit/\nroof/b.c\nroof/a.c\n"})
        self.refused("src/core/roof/b.c:3: uses a of a.c, which is not before it in "
                     "src/core/ORDER")


class Reading(unittest.TestCase):
    """C as it is written here and in the hosts."""

    def test_what_a_file_defines_for_others(self):
        source = csource.Source(
            'extern "C" {\nint a(void) { return 1; }\n}\n'
            "static int b(void) { return 1; }\n"
            "DEFINE_TYPES(t)\nint __init c(void) NO_INLINE(1)\n{\n}\n"
            "const struct row d[] = {{1, 2}}, *e = d;\nstruct f { int g; } h;\n"
            "typedef int i; extern int j; enum k { l }; struct m;\nstruct n *o(void);\n"
            "__attribute__((cold)) int p(int q) { return q; }\nunsigned r;\n"
            "int (*const s[])(void) = {a}; static int (*t)(void);\n"
            "int (*u(void))(int);\nvoid v(int (*w)(void)) { w(); }\n")
        self.assertEqual(source.exports, {"a", "c", "d", "e", "h", "p", "r", "s", "v"})

    def test_brackets_that_do_not_match_are_told(self):
        with self.assertRaises(csource.Cannot):
            csource.Source("int f(void)\n{\n\tif (1) {\n}\n")


class Look(Trees):
    """The proposal of an order."""

    def look(self, folder="src/core"):
        out = io.StringIO()
        arrows.folders_inside.cache_clear()
        with contextlib.redirect_stdout(out):
            status = order.look(self.dir.name, folder)
        return status, out.getvalue()

    def test_an_order_is_proposed(self):
        self.plain()
        self.assertEqual(self.look(), (0, "all.h\nlow.c\nhigh.c\n"))

    def test_folders_inside_are_put_in_order(self):
        self.tree({"core.h": ALL, "b/b.c": "void b(void)\n{\n}\n",
                   "a/1.c": "void c(void)\n{\n}\n", "a/2.c": "void a(void)\n{\n\tb();\n}\n"})
        self.assertEqual(self.look(), (0, "b/\na/\ncore.h\n"))
        self.assertEqual(self.look("src/core/a"), (0, "1.c\n2.c\n"))
        self.tree({"b/b.c": "void b(void)\n{\n\tc();\n}\n"})
        status, text = self.look()
        self.assertEqual(status, 1)
        self.assertIn("circles among a/ b/\n", text)

    def test_a_circle_is_shown_with_its_uses(self):
        self.plain(low='#include "all.h"\nint low(void)\n{\n\treturn high();\n}\n')
        status, text = self.look()
        self.assertEqual(status, 1)
        self.assertIn("circles among high.c low.c\n", text)
        self.assertIn("src/core/low.c:4: uses high of high.c", text)


if __name__ == "__main__":
    unittest.main()
