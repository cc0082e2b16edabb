"""Files as people have them: each becomes a table or is refused with the reason, dropped and by `--with`."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from data.__main__ import main
from data.errors import DataError
from data.own.columns import Choices, guess_columns
from data.own.dropped import read_dropped
from data.own.file import OwnFile
from data.own.table import OwnTable, tables_of_file
from data.volume import VOLUME
from tests.made_own import NUCLEI, POSITION, VOXELS, make_release, roots, rows

THREE = rows().iloc[:3]
Write = Callable[[Path], object]


def arrow(name: str, values: pa.Array, *without: str) -> Write:
    """Write three rows as Parquet with a column of an odd type."""
    table = pa.Table.from_pandas(THREE.drop(columns=[*without]), preserve_index=False)
    return lambda path: parquet.write_table(table.append_column(name, values), path)


def text(**how: str) -> Write:
    return lambda path: THREE.to_csv(path, index=False, **how)  # type: ignore[call-overload]


def twice(path: Path) -> None:
    table = pa.Table.from_pandas(THREE, preserve_index=False)
    parquet.write_table(table.append_column("target_id", table["target_id"]), path)


def headerless_dump(path: Path) -> None:
    detected = pd.DataFrame({"id": NUCLEI[:2], "valid": "t", "pt_root_id": roots()[:2], "volume": 300.5})
    path.write_bytes(gzip.compress(detected.to_csv(index=False, header=False).encode()))
    types = "id,bigint\nvalid,boolean\npt_root_id,bigint\nvolume,double precision\n"
    path.with_name("mine_header.csv").write_text(types)


def notes(path: Path) -> None:
    long = "two\nlines " + "x" * 700_000
    THREE.assign(note=long).to_csv(path, index=False)


def with_attributes(**attributes: Any) -> Write:
    def write(path: Path) -> None:
        frame = THREE.copy()
        frame.attrs.update(attributes)
        frame.to_parquet(path)

    return write


WORDS_TO_NUMBERS = pa.map_(pa.string(), pa.int64())
NM = pd.DataFrame(VOXELS[:3] * (4, 4, 40), columns=[*"xyz"]).assign(cell_type="BC")
NUMPY_TEXT = [str([np.int64(place) for place in point]) for point in VOXELS[:3]]
CASES: dict[str, tuple[str, Write, int | str]] = {
    # the file's name, how it is written, and how many rows name a nucleus, or why it is refused
    "reference": ("mine.csv", text(), 3),
    "semicolons": ("mine.csv", text(sep=";", encoding="utf-8-sig"), 3),
    "tabs": ("mine.csv", text(sep="\t"), 3),
    "float nucleus IDs, CSV": (
        "mine.csv", lambda path: THREE.astype({"target_id": float}).to_csv(path, index=False), 3,
    ),
    "float nucleus IDs, Parquet": (
        "mine.parquet", lambda path: THREE.astype({"target_id": float}).to_parquet(path), 3,
    ),
    "a list of words as position": (
        "mine.parquet", arrow("pt_position", pa.array([["a", "b", "c"]] * 3), *POSITION), 3,
    ),
    "a map as position": (
        "mine.parquet",
        arrow("pt_position", pa.array([[("x", 1), ("y", 2)]] * 3, WORDS_TO_NUMBERS), *POSITION),
        3,
    ),
    "a struct as volume": ("mine.parquet", arrow("volume", pa.array([{"v": 1}] * 3)), 3),
    "a dump with its header in another file": ("mine.csv.gz", headerless_dump, 2),
    "a dump without a header": (
        "mine.csv",
        lambda path: THREE[["target_id", "cell_type"]].to_csv(path, index=False, header=False), 3,
    ),
    "rows without positions": (
        "mine.csv", lambda path: THREE[["id", "target_id", "cell_type"]].to_csv(path, index=False), 3,
    ),
    "a line break in a note": ("mine.csv", notes, 3),
    "positions as numpy 2 writes them": (
        "mine.csv",
        lambda path: THREE[["cell_type"]].assign(pt_position=NUMPY_TEXT).to_csv(path, index=False), 3,
    ),
    "nanometres that nothing states": ("mine.csv", lambda path: NM.to_csv(path, index=False), 3),
    "records": ("mine.json", lambda path: THREE[["target_id"]].to_json(path, orient="records"), 3),
    "a printed series": ("mine.txt", lambda path: path.write_text(roots_printed()), 3),
    "a column twice": ("mine.parquet", twice, "the column target_id occurs twice"),
    "an ID that is too large": (
        "mine.parquet",
        lambda path: THREE.assign(pt_root_id=np.full(3, 2**63 + 5, "uint64")).to_parquet(path),
        "an ID that is too large",
    ),
    "rows that are said to be of another release": (
        "mine.parquet", with_attributes(materialization_version=1300), "of release 1300, not 661",
    ),
}  # fmt: skip
"""Without two that only names decide: a table of another release, and two files of one table."""


def roots_printed() -> str:
    """Return how pandas prints root IDs of nuclei that have a root for themselves."""
    series = pd.Series(roots()[10:13], [17816, 28785, 30001], name="pt_root_id")
    return str(series)


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(make_release(tmp_path / "release")))


@pytest.mark.usefixtures("release")
@pytest.mark.parametrize("case", CASES)
def test_a_file_becomes_a_table_or_is_refused(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, write, expected = CASES[case]
    write(tmp_path / name)
    code = main(["status", "--json", "--with", str(tmp_path / name)])
    printed = capsys.readouterr()
    contents = {file.name: file.read_bytes() for file in tmp_path.glob("mine*")}
    (dropped,) = read_dropped(contents).values()
    if isinstance(expected, str):
        assert (code, expected in printed.err) == (2, True)
        with pytest.raises(DataError, match=expected):
            read_tables(dropped)
        return
    assert code == 0, printed.err
    (mine,) = [table for table in json.loads(printed.out)["tables"] if table["name"] == "mine"]
    assert mine["rows"] == expected
    assert [own.table.title for own in read_tables(dropped)] == [f"yours: {name}"]


def read_tables(dropped: OwnFile | DataError) -> list[OwnTable]:
    """Read a dropped file as the page does."""
    if isinstance(dropped, DataError):
        raise dropped
    columns = guess_columns(dropped, Choices())
    assert not columns.doubts
    return [*tables_of_file(dropped, columns, Choices(), {}, VOLUME.releases[661]).values()]
