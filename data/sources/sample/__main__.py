"""Write docs/sample.md: `python -m data.sources.sample > docs/sample.md`."""

import sys

import numpy as np

from data.sources.sample import SEED
from data.sources.sample.comparison import Compared, compare
from data.sources.sample.lists import ASSUMPTIONS, FIGURES
from data.sources.sample.tables.frames import make_release

INTRODUCTION = f"""# The sample

A synthetic release, so that everything works without a network. None of its nuclei exist. It is drawn as
one world: every nucleus has a hidden type, a place, a volume and a root, and every table reads the hidden
types with its own mistakes. The numbers it is drawn from are listed below: published or measured figures
with their source, and assumptions with their reason. No row of it was taken from real rows.

How to tell that a row is synthetic: nucleus IDs have seven digits and begin with 9 (real ones have four to
six), root IDs begin with 999 and supervoxel IDs with 998. The same seed gives the same bytes on every
machine and Python version; the default seed is {SEED}.

Written by `python -m data.sources.sample > docs/sample.md`.

## Published or measured against drawn

Coverage and agreement count each nucleus once; one that a table labels in two ways is left out.
"""


def document() -> str:
    """Write the whole page, in Markdown."""
    compared = compare(make_release(SEED))
    parts = [INTRODUCTION]
    for group in dict.fromkeys(row.group for row in compared):
        rows = [_line(row) for row in compared if row.group == group]
        header = f"### {group}\n\n| what | published | drawn | tolerance | |\n|---|---:|---:|---:|---|\n"
        parts.append(header + "\n".join(rows) + "\n")
    figures = [f"| {one.what} | {one.text} | {one.source} |" for one in FIGURES]
    parts.append("## Figures\n\n| figure | value | source |\n|---|---|---|\n" + "\n".join(figures) + "\n")
    assumptions = [f"| {one.what} | {one.text} | {one.reason} |" for one in ASSUMPTIONS]
    parts.append(
        "## Assumptions\n\n| assumption | value | reason |\n|---|---|---|\n" + "\n".join(assumptions) + "\n"
    )
    return "\n".join(parts)


def _line(row: Compared) -> str:
    numbers = " | ".join(_number(value) for value in (row.published, row.drawn, row.tolerance))
    return f"| {row.what} | {numbers} | {'within' if row.holds else '**outside**'} |"


def _number(value: float | np.integer) -> str:
    return f"{int(value):,}" if value == int(value) else f"{value:,.4f}".rstrip("0")


if __name__ == "__main__":
    sys.stdout.write(document())
