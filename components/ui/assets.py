"""The files that stand beside a module: scripts, style sheets, HTML."""

from collections.abc import Callable
from pathlib import Path


def texts_beside(module: str) -> Callable[[str], str]:
    """Give a reader of the text files beside a module, from its `__file__`."""
    return lambda name: Path(module).with_name(name).read_text("utf-8")
