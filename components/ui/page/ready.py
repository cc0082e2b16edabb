"""Has what draws a page ready before its first message comes, by an import map over Streamlit's own page.

Names and places are read from Streamlit's files; where these are not as expected, its page stays as it is.
"""

import json
import re
from functools import cache
from hashlib import blake2b
from pathlib import Path

from streamlit import file_util

from components.ui.assets import texts_beside

KINDS = ("BidiComponent", "Selectbox", "ButtonGroup", "Metric", "Button")
"""What most pages begin with, by Streamlit's names."""
CHARTS = "PlotlyChart"
"""What comes after the cloud, by Streamlit's name."""
_ENTRY = re.compile(r'<script type="module" crossorigin src="\./static/js/([\w.-]+)"')
_HELPER = re.compile(r'from"\./(preload-helper\.[\w.-]+)"')
_LAZY = re.compile(r"\.lazy\)\(\(\)=>[\w$]+\(\(\)=>import\(`\./((\w+)\.[\w.-]+)`\),")


def ready_code() -> tuple[str, str] | None:
    """Write the script that has the files ready; also give the file of Streamlit's that it stands in for.

    Returns
    -------
    tuple of (script, file below static/js), or None
        None where Streamlit's files are not as expected.
    """
    return _written(Path(file_util.get_static_dir()))


@cache
def _written(static: Path) -> tuple[str, str] | None:
    entry = _ENTRY.search((static / "index.html").read_text("utf-8"))
    code = _text(static, entry[1]) if entry else ""
    helper, files = _HELPER.search(code), {kind: file for file, kind in _LAZY.findall(code)}
    if not helper or not re.search(r"export\{[\w$]+ as t\};?\s*$", _text(static, helper[1])):
        return None
    names = [files[kind] for kind in KINDS if kind in files]
    script = texts_beside(__file__)("ready.js").replace("HELPER", helper[1])
    given = f"const FILES = {json.dumps(names)};\nconst CHARTS = {json.dumps(files.get(CHARTS))};"
    return f"{given}\n{script}", helper[1]


def _text(static: Path, name: str) -> str:
    return (static / "static" / "js" / name).read_text("utf-8")


def ready_name(code: str) -> str:
    """Name the file of the script by its checksum."""
    return f"ready-{blake2b(code.encode(), digest_size=8).hexdigest()}.js"


def with_ready(text: str) -> str:
    """Return Streamlit's page with what has the files ready."""
    if not (found := ready_code()):
        return text
    code, helper = found
    name = ready_name(code)
    known = json.dumps({"scopes": {"./static/js/": {f"./static/js/{helper}": f"./{name}"}}})
    first = f'<script type="importmap">{known}</script><link rel="modulepreload" href="./{name}">'
    begin = f"<script type=\"module\">import {{ begin }} from './{name}'; begin();</script>"
    return text.replace("<head>", f"<head>{first}", 1).replace("</head>", f"{begin}</head>", 1)
