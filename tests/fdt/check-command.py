#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""check-command.py - what ipmmu topology prints and answers.

usage: check-command.py IPMMU PAGE DIRECTORY-OF-TREES

PAGE is docs/device-trees.md: the JSON output has exactly the keys of its table, of the types that
stand there, and its list of defects is that of the library. Prints lines as CMocka does.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

IPMMU, PAGE, TREES = sys.argv[1:4]


def run(*args, locale="C.UTF-8"):
    env = dict(os.environ, LC_ALL=locale)
    done = subprocess.run([IPMMU, *args], capture_output=True, env=env, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def tree(name):
    return os.path.join(TREES, name + ".dtb")


def documented():
    with open(PAGE, encoding="utf-8") as file:
        part = file.read().split("| key | type | meaning |", 1)[1]
    return dict(re.findall(r"^\| ([a-z_.\[\]0-9]+) \| ([a-z0-9 ]+) \|", part, re.M))


TYPES = {
    "number": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "string": lambda v: isinstance(v, str),
    "hex": lambda v: isinstance(v, str) and re.fullmatch("0x[0-9a-f]+", v),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
    "object": lambda v: isinstance(v, dict),
}


def leaves(value, path=""):
    """(key as the page writes it, value) of each leaf; an object that may be null is both."""
    if isinstance(value, dict):
        if path.endswith("interrupts"):
            yield path, value
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path + "[]")
    else:
        yield path, value


def json_is_as_documented():
    keys = documented()
    seen = set()
    for name in sorted(os.listdir(TREES)):
        if not name.endswith(".dtb"):
            continue
        out = run("topology", "--json", os.path.join(TREES, name))[1]
        for key, value in leaves(json.loads(out)):
            assert key in keys, f"{name}: {key} is not on the page"
            kinds = keys[key].split(" or ")
            assert any(TYPES[kind](value) for kind in kinds), f"{name}: {key}: {value!r}"
            seen.add(key)
    assert len(keys) > 40
    assert seen == set(keys), f"never seen: {set(keys) - seen}"


def page_lists_every_defect():
    with open(PAGE, encoding="utf-8") as file:
        rows = re.findall(r"^\| ([A-Z_]+) \| (error|note) \| ([^|]+) \|", file.read(), re.M)
    header = os.path.join(os.path.dirname(PAGE), "..", "include", "ipmmu", "fdt.h")
    with open(header, encoding="utf-8") as file:
        defects = re.findall(r'X\(([A-Z_]+), ([01]), "([^"]+)"\)', file.read())
    assert rows == [(n, "error" if e == "1" else "note", t) for n, e, t in defects]


def exit_status_tells_good_from_defects():
    assert run("topology", tree("good_gen3"))[0] == 0
    assert run("topology", tree("bad_utlb"))[0] == 1
    assert run("topology", "--json", tree("bad_utlb"))[0] == 1


def strict_counts_notes():
    assert run("topology", "--strict", tree("good_gen3"))[0] == 1
    assert run("topology", "--strict", tree("good_gen2"))[0] == 0


def tree_shows_roots_caches_masters_and_groups():
    out = run("topology", tree("note_group"))[1]
    assert "1 root, 3 caches, 4 masters, 7 uTLBs in use, 1 group\n" in out
    assert "root /soc/iommu@e67b0000  always on, SPI 196 (secure 197)" in out
    assert "├── cache /soc/iommu@e6740000  always on, status bit 0, 4 of 48 uTLBs used" in out
    assert "note GROUP: /soc/ethernet@e6800000: masters share a uTLB: they form a group: uTLB 3; " in out
    assert "│   └── ethernet@e6800000  uTLB 3  one group with dma-controller@e6700000" in out
    assert "└── cache /soc/iommu@fe6b0000  power domain 14" in out


def tree_names_each_defect():
    out = run("topology", tree("bad_utlb"))[1]
    assert ("error BAD_UTLB: /soc/ethernet@e6800000: iommus: a uTLB number is out of the part's "
            "range: 48, allowed 0..47; the other is /soc/iommu@e6740000\n") in out


def a_master_that_lacks_a_unit_is_told_and_not_shown():
    code, out, _ = run("topology", tree("partial_disabled"))
    assert code == 1 and "1 root, 2 caches, 2 masters, 5 uTLBs in use, 0 groups\n" in out
    assert out.count("fcp@fe950000") == 2
    assert ("error PARTIAL: /soc/fcp@fe950000: iommus: a port is on an IPMMU that is left out, and "
            "so is the whole master: uTLB 2; the other is /soc/iommu@e6570000\n") in out
    assert run("topology", "--with-disabled", tree("partial_disabled"))[0] == 0


def other_locales_get_plain_lines_and_files_no_colour():
    out = run("topology", tree("good_gen3"), locale="C")[1]
    assert out.isascii() and "`-- cache" in out and "\033" not in out


def cut_decides_stage_2():
    assert "stage 2: no; known not to isolate" in run("topology", tree("good_gen3"))[1]
    assert "stage 2: yes" in run("topology", "--prr", "4f20", tree("good_gen3"))[1]
    code, out, _ = run("topology", "--prr", "5220", tree("good_gen3"))
    assert code == 1 and "UNKNOWN_SOC" in out


def disabled_nodes_are_told_and_shown_on_request():
    out = run("topology", tree("disabled_bus"))[1]
    assert "disabled and left out: IPMMUs 4, masters 4 (--with-disabled shows them)" in out
    assert "1 root, 3 caches, 4 masters" in run("topology", "--with-disabled",
                                                tree("disabled_bus"))[1]


def tree_without_ipmmu_says_so():
    code, out, _ = run("topology", tree("no_ipmmu"))
    assert code == 0 and "no IPMMU in this tree" in out


def dot_has_an_edge_for_each_cache_and_port_set():
    out = run("topology", "--dot", tree("good_gen3"))[1]
    assert out.startswith("digraph ipmmu {") and out.endswith("}\n")
    assert len(re.findall(r"^\tm\d+ -> m0 \[style=bold\];$", out, re.M)) == 3
    assert '\td0 -> m1 [label="0-3"];\n' in out
    assert len(re.findall(r"^\td\d+ -> m\d+ ", out, re.M)) == 5


def names_cannot_break_out_of_their_quotes():
    source = ('/dts-v1/; / { model = "a\\"b\\\\c\\x1b[31m"; ' + "sy0: iommu@e6280000 { "
              'compatible = "renesas,ipmmu-vmsa"; reg = <0xe6280000 0x1000>; '
              "#iommu-cells = <1>; interrupts = <0 223 4>; }; };")
    with tempfile.TemporaryDirectory() as where:
        path = os.path.join(where, "a.dtb")
        subprocess.run(["dtc", "-q", "-q", "-I", "dts", "-O", "dtb", "-o", path, "-"],
                       input=source.encode(), check=True)
        assert 'label="a\\"b\\\\c?[31m"' in run("topology", "--dot", path)[1]
        assert run("topology", path)[1].startswith('a"b\\c?[31m\n')


def bad_input_says_what_to_do_next():
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"/dts-v1/;\n" * 20)
        file.flush()
        for args, said in [
                (["topology", file.name], "compile the source: dtc"),
                (["topology", "/nonexistent"], "give the path of a compiled device tree"),
                (["topology", "/"], "give a readable file"),
                (["topology", "--prr", "xyz", "a"], "32 bits in hex"),
                (["topology", "--json", "--dot", tree("good_gen3")], "allowed: one of them"),
                (["topology", "-d", "-j", tree("good_gen3")], "allowed: one of them"),
                (["topology", "a", "b"], "one tree at a time"),
                (["topology"], "Usage:"),
                (["nonsense"], "no command 'nonsense'"),
                ([], "Usage:"),
                (["topology", "--nonsense"], "unrecognized option")]:
            code, out, err = run(*args)
            assert code == 2 and said in err and out == "", (args, code, out, err)


def help_and_version_are_there():
    assert run("--version")[1].startswith("ipmmu ")
    assert "topology BOARD.dtb" in run("--help")[1]
    assert "--with-disabled" in run("topology", "--help")[1]


def a_full_disk_is_told():
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([IPMMU, "topology", tree("good_gen3")], stdout=full,
                              stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2 and b"cannot write" in done.stderr


CASES = [json_is_as_documented, page_lists_every_defect, exit_status_tells_good_from_defects,
         strict_counts_notes, tree_shows_roots_caches_masters_and_groups, tree_names_each_defect,
         a_master_that_lacks_a_unit_is_told_and_not_shown,
         other_locales_get_plain_lines_and_files_no_colour, cut_decides_stage_2,
         disabled_nodes_are_told_and_shown_on_request, tree_without_ipmmu_says_so,
         dot_has_an_edge_for_each_cache_and_port_set, names_cannot_break_out_of_their_quotes,
         bad_input_says_what_to_do_next, help_and_version_are_there, a_full_disk_is_told]


def main():
    bad = 0
    for case in CASES:
        try:
            case()
            print(f"[       OK ] {case.__name__}")
        except AssertionError as error:
            bad += 1
            print(f"[  FAILED  ] {case.__name__}")
            print(error)
    return 1 if bad else 0


sys.exit(main())
