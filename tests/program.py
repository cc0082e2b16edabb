"""Every Python file of the program, parsed once for all the tests that look at its code.

At the import of this module, and so before any test runs: Python 3.11 stumbles when another thread parses at
the same time, as one does that prints a traceback.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]


def parsed() -> dict[str, ast.Module]:
    """Every Python file of the program itself, by its path from the project's root."""
    folders = (ROOT / name for name in ("pages", "components", "data"))
    paths = [ROOT / "app.py", *sorted(path for folder in folders for path in folder.rglob("*.py"))]
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


PROGRAM = parsed()
