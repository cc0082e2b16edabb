"""A second volume is three files and the setting that names it: a copy of the program shows a made-up one."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from standard_transform import v1dd_ds

from tests.second_volume.facts import ELSEWHERE as SECOND

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow
PROGRAM = ("pages", "components", "data")

FILES = {"facts": "data/volume", "labels": "data/labels", "tables": "data/catalog"}
"""The files of a volume, as CONTRIBUTING names them, and their folders."""

# It ends at once: a library's thread still at work aborts an interpreter that is taken down around it.
TELL = """import os, sys
from tests.second_volume.{} import answers
print(answers(sys.argv[1]), flush=True)
os._exit(0)
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program, with the second volume's three files."""
    copy = tmp_path_factory.mktemp("house")
    for name in (*PROGRAM, "tests/second_volume"):
        shutil.copytree(ROOT / name, copy / name)  # what is compiled, too: it has the times of its sources
    for file, folder in FILES.items():
        shutil.copy(copy / f"tests/second_volume/{file}.py", copy / folder / f"{SECOND.name}.py")
    return copy


@pytest.fixture(scope="module")
def said(house: Path) -> dict[str, Any]:
    """What the program says with the second volume in use."""
    cache = str(house / "cache")
    tell = TELL.format("answers")
    return asked(house, tell, cache) | {"root": cache}


def asked(house: Path, code: str, *arguments: str) -> dict[str, Any]:
    """Run code in a copy of the program; what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=house, capture_output=True, text=True, check=False,
        timeout=300, env={**os.environ, "CELL_TYPES_VOLUME": SECOND.name},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


def test_a_volume_that_is_none_is_refused_in_words_and_nothing_is_the_usual_one():
    tell = "import data.volume; print(data.volume.VOLUME.datastack)"
    for name in ("atlantis", "space", ""):
        done = subprocess.run(
            [sys.executable, "-c", tell], capture_output=True, text=True, check=False, cwd=ROOT,
            env={**os.environ, "CELL_TYPES_VOLUME": name},
        )  # fmt: skip
        if name:
            assert done.stderr.splitlines()[-1].startswith(f"ImportError: There is no volume “{name}”. Set ")
        else:
            assert done.stdout == "minnie65_public\n"


def test_sources_and_cache_are_of_the_volume_in_use(said: dict[str, Any]):
    assert said["release"] == 5
    assert said["place"] == "https://archive.example.org/elsewhere/v5"
    assert said["cave"] == "https://cave.example.org/elsewhere_public/v5"
    assert said["key"] == "archive"
    assert Path(said["cache"]).relative_to(said["root"]).parts[0] == "elsewhere"
    assert said["sample"] == "There is no synthetic elsewhere: the sample is drawn from figures of minnie65."


def test_rows_are_read_in_its_space(said: dict[str, Any]):
    assert said["reference"] == "soma_detection_v1"
    points = np.array([(50_000, 50_000, 5_000), (150_000, 50_000, 5_000)], dtype=float)
    np.testing.assert_allclose(said["um"], v1dd_ds.transform("vx").apply(points), rtol=1e-6)
    assert said["outside"] == [12]
    assert SECOND.box_words in said["expected"]


def test_code_fetches_and_places_its_rows(said: dict[str, Any]):
    assert 'BASE = "https://archive.example.org/elsewhere/v5"' in said["archive code"]
    assert 'CAVEclient("elsewhere_public", version=5)' in said["cave code"]
    code = said["place code"]
    assert "from standard_transform import v1dd_ds" in code
    assert 'v1dd_ds.transform("vx")' in code
    assert "sides = [(z < 0.5 * x + 200) & (x > -50)]" in code
    assert 'np.select(sides, ["south"], "north")' in code
    assert "minnie" not in code


def test_search_and_viewer_know_its_box_and_addresses(said: dict[str, Any]):
    assert f"the imaged box, which is {SECOND.box_words} in voxels of 9 × 9 × 45 nm" in said["far"]
    assert said["nucleus"] == ["nucleus"]
    assert "below 1,000" in said["too large"]
    for source in (SECOND.imagery, SECOND.nuclei, SECOND.segmentation):
        assert re.search(re.escape(source.split("://", 1)[1]), said["link"])
    assert "minnie" not in said["link"]


# Commands and pages, with rows in a folder, of a volume with no fact that may be unknown

OF_THE_FIRST = re.compile(
    r"minnie|MICrONS|\bV1\b|\bv?661\b|Baylor|metamodel|M-type|nucleus_detection|oregistration|"
    "the manual|vNone"
)
"""Words of the first volume's tables and documents, and of an absent fact that is shown nevertheless."""
SAMPLE = "status --source sample"


@pytest.fixture(scope="module")
def shown(house: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What commands and pages say, by name."""
    rows = tmp_path_factory.mktemp("elsewhere") / "rows"
    tell = TELL.format("pages")
    return asked(house, tell, str(rows))


def test_nothing_of_the_first_volume_is_said_of_it(shown: dict[str, str]):
    found = {name: OF_THE_FIRST.findall(text) for name, text in shown.items() if name != SAMPLE}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("overview", ["Shapes and spines", "Somata", "the Elsewhere elsewhere volume", "Nobody 2026"]),
        ("agreement", ["Shape types", "Spine classes", "75.0%"]),
        ("nucleus", ["Shape types", "Pyramid", "excitatory"]),
        ("checks", ["nucleus lies above the pia"]),
        ("releases", ["does not hold a release beside v5", "shape_types_v1"]),
        ("soma_nucleus", ["What do shape and spines say", "Pyramid", "Interneuron without spines"]),
        ("nuclei", ["Somata", "Soma detections", "75 µm³"]),
    ],
)
def test_each_page_shows_its_own(shown: dict[str, str], page: str, words: list[str]):
    assert "EXCEPTION" not in shown[page]
    assert [word for word in words if word not in shown[page]] == []


def test_the_commands_read_its_tables(shown: dict[str, str]):
    exits = {name: text.partition("\n")[0] for name, text in shown.items() if text.startswith("exit")}
    assert exits == {"status": "exit 0", "agreement --all": "exit 0", "check": "exit 0", SAMPLE: "exit 2"}
    status, pairs = (json.loads(shown[name].partition("\n")[2]) for name in ("status", "agreement --all"))
    rows = {table["name"]: table["rows"] for table in status["tables"]}
    assert rows == {"shape_types_v1": 4, "spine_classes_v1": 4, "soma_detection_v1": 4}
    assert [(pair["level"], pair["n_compared"], pair["agreement"]) for pair in pairs] == [("class", 4, 0.75)]
    assert "There is no synthetic elsewhere" in shown[SAMPLE]
