"""Who may import whom: only downwards, and each large library has its home."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.program import PROGRAM

# From the pages down to the data. A place may import itself and what is named beside it; the
# longest place that fits a file rules it. Layers side by side do not import each other.
ANALYSIS = {"components.analysis", "data"}
DRAWING = {"components.figures", "components.point_cloud"}
MAY_IMPORT = {
    "app.py": {"components.ui"} | DRAWING | ANALYSIS,
    "pages": {"components.ui"} | DRAWING | ANALYSIS,
    "components/ui": {"components.ui"} | DRAWING | ANALYSIS,
    "components/point_cloud": {"components.point_cloud"} | ANALYSIS,
    "components/figures": {"components.figures"} | ANALYSIS,
    "components/analysis": ANALYSIS,
    "components": {"data.allocator"},
    "data/__main__.py": ANALYSIS,
    "data/commands": ANALYSIS,
    "data": {"data"},
}

# Inside a layer, from the lowest up: a folder (or a module beside the folders) imports only from its own
# line and from those above it in this list.
ORDER = {
    "data": [
        {"allocator", "errors", "number_words", "strict_json"},
        {"volume"},
        {"settings"},
        {"imagery"},
        {"labels"},
        {"catalog"},
        {"tables"},
        {"sources"},
        {"own"},
        {"cache"},
        {"loader", "lookup"},
        {"opening"},
        {"commands"},
        {"__main__"},
    ],
    "components.analysis": [
        {"labels"},
        {"comparison"},
        {"releases"},
        {"selection"},
        {"nucleus"},
        {"raters"},
        {"checks"},
        {"code_export"},
        {"search"},
        {"output"},
        {"review"},
        {"types"},
        {"imagery"},
    ],
    "components.ui": [
        {"assets"},
        {"session"},
        {"workbench"},
        {"context"},
        {"code_export"},
        {"selection"},
        {"page"},
        {"cloud"},
        {"imagery"},
        {"family"},
        {"agreement"},
        {"nucleus"},
        {"overview"},
        {"checks"},
        {"releases"},
        {"type"},
        {"own"},
        {"review"},
    ],
}

# What only the places named may import, of the program's modules and of others.
HOMES = {
    "streamlit": ("app.py", "pages", "components/ui", "components/point_cloud"),
    "plotly": ("components/figures",),
    "pydeck": ("components/point_cloud",),
    "caveclient": ("data/sources/cave.py",),
    "nglui": ("components/analysis/output/viewer_link.py",),
    "requests": ("data/sources",),
    "urllib3": ("data/sources",),
    "tensorstore": ("data/imagery",),
    "PIL": ("components/analysis/imagery",),
    # Who draws or computes does not load: frames come through the one cached loader of components/ui. What a
    # loaded table *is* (data.loader.LabelTable) anyone may name.
    "data.opening": ("components/ui", "data"),
    "data.sources": ("data",),
    # What lists or names tables is given those of the opened release; recipes of nuclei look names up.
    "data.catalog.EVERY_TABLE": ("data/catalog/tables.py",),
    "data.catalog.TABLES": ("data/sources/sample",),
}


def imports(path: str, tree: ast.Module) -> Iterator[str]:
    """Every name that a file imports, dotted and absolute, wherever in the file it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = Path(path).parts[: -node.level] if node.level else ()
            module = ".".join([*package, *filter(None, [node.module])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def within(name: str, places: set[str] | tuple[str, ...], mark: str) -> bool:
    """Whether a dotted name (mark ".") or a path (mark "/") is one of the places or stands below one."""
    return any(name == place or name.startswith(place + mark) for place in places)


def reaches(name: str, what: str) -> bool:
    """Whether who imports `name` has `what` at hand: the same, a part of it, or all around it."""
    return within(name, (what,), ".") or within(what, (name,), ".")


def rank(name: str, mark: str) -> tuple[str, int] | None:
    """Where a dotted name (mark ".") or a path (mark "/") stands in the order of its layer."""
    for layer, order in ORDER.items():
        top = layer.replace(".", mark) + mark
        if name.startswith(top):
            part = name.removeprefix(top).split(mark)[0].removesuffix(".py")
            return next(((layer, place) for place, parts in enumerate(order) if part in parts), None)
    return None


def upwards(path: str, name: str) -> bool:
    """Whether a file imports from a folder of its own layer that stands above its own."""
    mine, other = rank(path, "/"), rank(name, ".")
    return bool(mine and other and mine[0] == other[0] and other[1] > mine[1])


def violations(path: str, tree: ast.Module) -> list[str]:
    """List the imports of a file that its place does not allow."""
    place = max((place for place in MAY_IMPORT if within(path, (place,), "/")), key=len)
    found = []
    for name in imports(path, tree):
        ours = within(name, ("app", "pages", "components", "data"), ".")
        if (ours and not within(name, MAY_IMPORT[place], ".")) or upwards(path, name):
            found.append(name)
        if any(reaches(name, what) and not within(path, homes, "/") for what, homes in HOMES.items()):
            found.append(name)
    return found


def test_imports_go_downwards_only():
    found = {path: violations(path, tree) for path, tree in PROGRAM.items()}
    assert {path: names for path, names in found.items() if names} == {}


def test_every_folder_and_module_has_its_place_in_the_order():
    inside = [
        path for path in PROGRAM if within(path, tuple(layer.replace(".", "/") for layer in ORDER), "/")
    ]
    homeless = {path for path in inside if not path.endswith("/__init__.py") and rank(path, "/") is None}
    assert homeless == set()


def circles() -> list[list[str]]:
    """Modules that import each other in a circle, each circle once."""
    names = {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in PROGRAM}
    graph = {
        module: {name if name in names else name.rpartition(".")[0] for name in imports(path, PROGRAM[path])}
        & names.keys() - {module}
        for module, path in names.items()
    }
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        return [error.args[1]]
    return []


def test_no_modules_import_each_other_in_a_circle():
    assert circles() == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("data/space.py", "import streamlit as st"),
        ("data/space.py", "from components.analysis import counts"),
        ("data/space.py", "def late():\n    import components.analysis.counts"),
        ("data/sources/archive.py", "from caveclient import CAVEclient"),
        ("data/__main__.py", "from components.ui import release"),
        ("components/analysis/counts.py", "import plotly.graph_objects as go"),
        ("components/analysis/counts.py", "from components.figures.counts import counts_figure"),
        ("components/analysis/counts.py", "from ..figures import counts"),
        ("components/analysis/counts.py", "from components import figures"),
        ("components/figures/counts.py", "from components.point_cloud import scene"),
        ("components/figures/counts.py", "from data.opening import open_release"),
        ("components/figures/counts.py", "from data import opening"),
        ("components/figures/counts.py", "import streamlit"),
        ("components/point_cloud/scene.py", "import plotly"),
        ("components/ui/release.py", "import pydeck as pdk"),
        ("components/ui/overview/overview.py", "from data.catalog import TABLES"),
        ("components/ui/viewer.py", "from nglui.statebuilder import ViewerState"),
        ("components/ui/release.py", "from pages import baylor"),
        ("components/__init__.py", "from data import catalog"),
        ("pages/baylor.py", "import pages.overview"),
        ("pages/baylor.py", "from pages.overview import show_tables"),
        ("pages/baylor.py", "from data.opening import open_release"),
        ("pages/baylor.py", "from data.sources.archive import ArchiveSource"),
        ("app.py", "from pages import overview"),
        ("data/volume/space.py", "from data.catalog import TABLES"),
        ("data/tables/records.py", "from data.sources.folder import FolderSource"),
        ("components/analysis/labels/counts.py", "from components.analysis.comparison import metrics"),
        ("components/ui/cloud/cloud.py", "from components.ui.family.page import show_rows"),
        ("components/ui/session/notices.py", "import components.ui.page.frame"),
    ],
)
def test_an_import_that_goes_up_or_sideways_is_found(path, line):
    assert violations(path, ast.parse(line)) != []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("app.py", "import streamlit as st\nfrom components.ui.navigation import navigation"),
        ("pages/baylor.py", "import streamlit as st\nfrom components.figures import matrix"),
        ("components/ui/release.py", "import streamlit as st\nfrom data.opening import open_release"),
        ("components/point_cloud/scene.py", "import pydeck\nfrom components.analysis import palette"),
        ("components/figures/counts.py", "import plotly.express as px\nfrom data.cell_types import colour"),
        (
            "components/analysis/counts.py",
            "import pandas as pd\nfrom .. import analysis\nimport data.catalog.entry",
        ),
        ("data/__main__.py", "from components.analysis.agreement import agreement"),
        ("data/sources/cave.py", "import caveclient"),
        ("data/sources/archive.py", "import database, streamlit_like, requests"),
    ],
)
def test_an_import_that_goes_down_is_let_be(path, line):
    assert violations(path, ast.parse(line)) == []
