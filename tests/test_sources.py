"""What differs between sources is said by the source itself, once."""

import ast
import shlex
from pathlib import Path

import pytest

from components.ui.checks.checks import checks_command
from data.loader import OpenRelease
from data.opening import open_release
from data.settings import SOURCES, Settings, read_settings
from data.sources.archive import ArchiveSource
from data.sources.cave import CaveSource
from data.sources.folder import FolderSource
from data.sources.sample import SampleSource
from data.tables.raw import Source
from tests.program import PROGRAM

KINDS: tuple[type[Source], ...] = (ArchiveSource, CaveSource, FolderSource, SampleSource)


def opened(source: str, tmp_path: Path) -> OpenRelease:
    (tmp_path / "my rows").mkdir(exist_ok=True)
    given = {"archive": "https://example.org/other", "folder": str(tmp_path / "my rows"), "release": "795"}
    settings = read_settings(given | {"source": source, "cache": str(tmp_path)}, environ={})
    return open_release(settings, sample_when_offline=False)


def test_each_source_has_its_name_and_title():
    assert {kind.name for kind in KINDS} == {*SOURCES} - {"auto"}
    assert len({kind.title for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("source", ["archive", "folder"])
def test_the_command_for_the_checks_opens_the_same_source(source: str, tmp_path: Path):
    shown = opened(source, tmp_path)
    words = shlex.split(checks_command(shown))
    assert words[:4] == ["python", "-m", "data", "check"]
    assert words[-1] == "--json"
    given = {name.removeprefix("--"): text for name, text in zip(words[4:-1:2], words[5:-1:2], strict=True)}
    settings = read_settings(given | {"cache": str(tmp_path)}, environ={})
    again = open_release(settings, sample_when_offline=False)
    assert (again.source.key, again.source.location) == (shown.source.key, shown.source.location)
    assert again.release == shown.release


def test_a_source_of_a_server_is_opened_again_by_its_base():
    source = CaveSource("https://cave.example.org", None, 661)
    settings = read_settings({"source": "cave", source.name: source.base}, environ={}, secrets=())
    assert CaveSource(settings.cave, settings.token, settings.release).location == source.location


def test_what_is_known_of_a_source_before_it_is_opened_fits_the_source():
    for kind in KINDS:
        settings = Settings(source=kind.name, folder=Path("folder"))
        assert settings.asks_server == kind.lists_releases
        assert (settings.held_releases is not None) == kind.local
    assert [name for name in SOURCES if Settings(source=name).expired_releases] == ["auto", "archive"]


def test_nobody_asks_a_source_or_a_setting_for_its_name():
    # But where the source is chosen.
    found = {}
    for name, tree in PROGRAM.items():
        compared = [
            ast.unparse(side)
            for node in ast.walk(tree)
            if isinstance(node, ast.Compare)
            and any(isinstance(other, ast.Constant | ast.Tuple) for other in node.comparators)
            for side in (node.left, *node.comparators)
        ]
        asked = [side for side in compared if side.endswith(("source.name", "settings.source"))]
        if asked and name not in {"data/settings.py", "data/opening.py"}:
            found[name] = asked
    assert found == {}
