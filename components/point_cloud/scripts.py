"""The browser's part: the ES modules of `scripts/`, joined into one when the app starts."""

import posixpath
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("scripts")
_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.[\w./]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


@cache
def joined(entry: str) -> str:
    """Join a module and all that it imports into the text of one module.

    The modules share one scope then, so only one of them may have a given top-level name; the browser
    refuses the text if it does not.

    Parameters
    ----------
    entry : str
        The module's path below `scripts/`, without `.js`.
    """
    order: list[str] = []
    _gather(entry, order, ())
    return "".join(_EXPORT.sub("", _IMPORT.sub("", _text(name))) for name in order)


@cache
def stylesheet() -> str:
    """Return the component's CSS."""
    return (FOLDER / "cloud.css").read_text(encoding="utf-8") + sheet_styles()


@cache
def sheet_styles() -> str:
    """Return the CSS of contact sheets in a saved page or a tour."""
    return (FOLDER / "saved" / "sheets.css").read_text(encoding="utf-8")


def _text(name: str) -> str:
    return (FOLDER / f"{name}.js").read_text(encoding="utf-8")


def _gather(name: str, order: list[str], above: tuple[str, ...]) -> None:
    """Put a module into the order, after the modules that it imports."""
    if name in above:
        raise ValueError(f"The modules {' → '.join([*above, name])} import each other in a circle.")
    if name in order:
        return
    for imported in _IMPORT.findall(_text(name)):
        _gather(posixpath.normpath(posixpath.join(posixpath.dirname(name), imported)), order, (*above, name))
    order.append(name)
