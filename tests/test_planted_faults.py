"""The planted faults can be planted: each text stands in the program once, and its tests are there."""

import ast
from functools import cache
from pathlib import Path

from benchmarks.fault_planting import ROOT, find_site, read_program
from benchmarks.planted_faults import FAULTS


def test_each_fault_has_its_place_in_its_folder():
    program = read_program()
    sites = {fault: find_site(fault, program) for fault in FAULTS}
    assert [fault.name for fault, site in sites.items() if site is None] == []
    strayed = {
        fault.name: place
        for fault, site in sites.items()
        if site and not (place := str(site.path.relative_to(ROOT))).startswith(fault.folder)
    }
    assert strayed == {}


def test_the_tests_that_must_catch_it_exist():
    lacking = []
    for test in {test.partition("[")[0] for fault in FAULTS for test in fault.tests}:
        file, _, name = test.partition("::")
        path = ROOT / "tests" / file
        if not path.exists() or (name and name not in functions(path)):
            lacking.append(test)
    assert lacking == []


@cache
def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
