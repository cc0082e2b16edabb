"""A reader's own file becomes a table like any other, or is refused with the reason."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.analysis.comparison.agreement import measure_agreement, pair_labels
from components.analysis.comparison.matrix import OTHER
from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.levels import CONFLICTING, NO_LABEL, NOT_IN_TABLE
from components.analysis.selection.kinds import Filtered
from data.__main__ import main
from data.errors import DataError
from data.labels.spellings import offer
from data.loader import LabelTable, OpenRelease
from data.opening import open_release
from data.own import file as own_file
from data.own.columns import Choices, guess_columns
from data.own.file import read_own_file
from data.own.ids import row_ids
from data.own.mapping import TAKEN, mapping_frame, meanings, read_mapping
from data.own.matching import MATCHED, KnownNuclei, match_rows
from data.own.points import numbers_of
from data.own.table import rows_of, tables_of_file, tidy_rows
from data.settings import read_settings
from data.tables.id_digits import ROUNDED_BY
from data.tables.schema import POSITION as TIDY_POSITION
from data.volume import VOLUME
from data.volume.space import oriented_um
from tests.made_exports import MANY_ROOTS
from tests.made_own import COARSE, NUCLEI, POSITION, VOXELS, make_release, roots, rows

Write = Callable[[pd.DataFrame, Path], object]
BARE = ["target_id", "cell_type"]
TWO_IDS = rows()[BARE].assign(nucleus_id=NUCLEI[::-1]).rename(columns={"target_id": "nucleus_ids"})
LONG_ROOTS = rows().assign(pt_root_id=np.full(len(NUCLEI), 2**63 + 5, "uint64"))
LISTS = rows().assign(pt_position=VOXELS.tolist()).drop(columns=["id", *POSITION])


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = make_release(tmp_path / "release")
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(folder))
    return folder


def known() -> KnownNuclei:
    x, depth, z = oriented_um(VOXELS).T
    places = dict(zip(TIDY_POSITION, (x, depth, z), strict=True))
    return KnownNuclei(pd.DataFrame({"nucleus_id": NUCLEI, "root_id": roots(), **places}), "made nuclei")


def opened_with(*paths: Path, **given: object) -> OpenRelease:
    return open_release(read_settings({"with_": list(paths), **given}), sample_when_offline=False)


WAYS: dict[str, tuple[str, Write]] = {
    "commas": ("csv", lambda frame, path: frame.to_csv(path, index=False)),
    "semicolons, as Excel writes them": (
        "csv",
        lambda frame, path: frame.to_csv(path, index=False, sep=";", encoding="utf-8-sig"),
    ),
    "tabs": ("tsv", lambda frame, path: frame.to_csv(path, index=False, sep="\t")),
    "UTF-16 with IDs kept from Excel": (
        "csv",
        lambda frame, path: frame.assign(pt_root_id=[f'="{root}"' for root in frame["pt_root_id"]]).to_csv(
            path, index=False, sep="\t", encoding="utf-16"
        ),
    ),
    "gzipped, with an index": ("csv.gz", lambda frame, path: frame.to_csv(path)),
    "Parquet": ("parquet", lambda frame, path: frame.to_parquet(path)),
    "Feather": ("feather", lambda frame, path: frame.to_feather(path)),
    "lists of positions": ("parquet", lambda _frame, path: LISTS.to_parquet(path)),
    "floats": ("csv", lambda frame, path: frame.astype({"target_id": float}).to_csv(path, index=False)),
    "JSON": ("json", lambda frame, path: frame[BARE].to_json(path, orient="records")),
    "a print": ("txt", lambda frame, path: path.write_text(frame[BARE].to_string())),
    "other names": (
        "csv",
        lambda frame, path: (
            frame[BARE].set_axis(["Nucleus ID", "Cell Type"], axis=1).to_csv(path, index=False)
        ),
    ),
    "no header": ("csv", lambda frame, path: frame[BARE].to_csv(path, index=False, header=False)),
    "a title above": (
        "csv",
        lambda frame, path: path.write_text("Table S1\n" + frame[BARE].to_csv(index=False)),
    ),
    "positions in nm": (
        "csv",
        lambda frame, path: (
            pd.DataFrame(VOXELS * (4, 4, 40), columns=["x_nm", "y_nm", "z_nm"])
            .assign(label=frame["cell_type"])
            .to_csv(path, index=False)
        ),
    ),
    "positions in voxels, not said": (
        "csv",
        lambda frame, path: (
            pd.DataFrame(VOXELS, columns=["x", "y", "z"])
            .assign(label=frame["cell_type"])
            .to_csv(path, index=False)
        ),
    ),
}


def test_no_command_writes_over_a_file_that_it_reads(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine.csv"
    rows()[[*BARE, "pt_root_id"]].to_csv(mine, index=False)
    before = mine.read_bytes()
    for command in (
        ["status", "--with", str(mine), "--write-matches"],
        ["agreement", "mine", COARSE, "--with", str(mine), "--csv"],
        ["agreement", "mine", COARSE, "--with", str(mine), "--save"],
        ["check", "--expect", str(mine), "--csv"],
        ["rot", str(mine), "--csv"],
    ):
        assert main([*command, str(mine)]) == 2
        assert "mine.csv is a file that this command reads." in capsys.readouterr().err
    assert mine.read_bytes() == before


@pytest.mark.parametrize("way", WAYS)
def test_rows_in_any_way_give_the_matrix_of_the_official_table(
    way: str, release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ending, write = WAYS[way]
    write(rows(), path := tmp_path / f"mine.{ending}")
    assert main(["agreement", "mine", COARSE, "--json", "--with", str(path)]) == 0
    got = json.loads(capsys.readouterr().out)
    assert main(["agreement", COARSE, COARSE, "--json"]) == 0
    official = json.loads(capsys.readouterr().out)
    assert (got["rows"], got["source"]) == ("mine", "own")
    assert {**got, "rows": COARSE, "source": "folder"} == official


FINE = "baylor_gnn_cell_type_fine_model_v2"
WITH_IDS = [
    way
    for way in WAYS
    if way not in ("lists of positions", "positions in nm", "positions in voxels, not said")
]


@pytest.fixture(scope="session")
def real_tables(realdata: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, LabelTable]:
    """Return the real tables of Baylor, of the coarse one every tenth nucleus."""
    given = {"source": "folder", "folder": realdata, "cache": tmp_path_factory.mktemp("real")}
    opened = open_release(read_settings(given), sample_when_offline=False)
    coarse, fine = opened.load_labels(COARSE), opened.load_labels(FINE)
    return {COARSE: replace(coarse, frame=coarse.frame.iloc[::10]), FINE: fine}


@pytest.mark.parametrize("way", WITH_IDS)
def test_real_rows_in_any_way_need_no_decision_and_give_the_matrix_to_the_last_count(
    way: str, real_tables: dict[str, LabelTable], tmp_path: Path
) -> None:
    coarse, fine = real_tables[COARSE], real_tables[FINE].as_axis
    rows = coarse.frame.rename(columns={"nucleus_id": "target_id", "root_id": "pt_root_id"})
    ending, write = WAYS[way]
    write(rows[[*BARE, "pt_root_id"]].astype({"cell_type": str}), path := tmp_path / f"mine.{ending}")
    file = read_own_file(path)
    columns = guess_columns(file, Choices())
    assert not columns.doubts
    (own,) = tables_of_file(file, columns, Choices(), {}, VOLUME.releases[661]).values()
    known = KnownNuclei(coarse.frame, "nuclei of the table")
    frame = tidy_rows(own, match_rows(file, columns, Choices(), known), known.frame)
    got, official = (
        measure_agreement(pair_labels(axis, fine, "class")) for axis in ((own.table, frame), coarse.as_axis)
    )
    pd.testing.assert_frame_equal(got.matrix, official.matrix, check_names=False)
    assert got.pairs.left_out == official.pairs.left_out
    assert len(got.pairs.frame) > 3_000


@pytest.mark.parametrize(
    ("name", "frame", "reason"),
    [
        (f"{COARSE}.csv", rows(), f"has the name of {COARSE}"),
        ("baylor coarse.csv", rows(), f"has the name of {COARSE}"),
        ("aibs_metamodel_celltypes_v661.csv", rows(), "releases 795, "),
        ("mine.xlsx", rows(), "is not a file of a known format"),
        ("mine.csv", rows().iloc[:0], "no rows"),
        ("mine.csv", rows()[["cell_type"]], "No column of mine.csv names a nucleus"),
        ("mine.csv", rows().rename(columns={"valid": "target_id"}), "the column target_id occurs twice"),
        ("mine.csv", rows()[BARE].assign(Cell_Type="BC"), "differ only in case or marks"),
        ("mine.csv", pd.DataFrame({"soma label": [f"{NUCLEI[0]} BC"]}), "was read as one column, soma label"),
        ("mine.csv", pd.DataFrame({"nucleus_id~type": [f"{NUCLEI[0]}~BC"]}), "one column, nucleus_id~type"),
        ("mine.csv", pd.DataFrame(columns=NUCLEI[:9]), "column 6 and 3 more columns may hold nucleus IDs"),
        ("mine.parquet", LONG_ROOTS, "an ID that is too large"),
        ("mine.csv", TWO_IDS,
         "nucleus_ids and nucleus_id may name the nucleus"),
        ("mine.csv", pd.DataFrame({"id": range(60), "cell_type": "BC"}), "may name the nucleus, or number"),
        ("mine.csv", pd.DataFrame({"target_id": NUCLEI, "first": "BC", "other": "MC"}),
         "first and other may hold the labels"),
        ("mine.csv", pd.DataFrame({"x": [5e7], "y": [5e7], "z": [5e7], "label": "BC"}), "the unit of x,y,z"),
        ("mine.csv", pd.DataFrame({"target_id": NUCLEI[0], "label": range(251)}),
         "label may hold the labels, but there are more than 250"),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(
    name: str,
    frame: pd.DataFrame,
    reason: str,
    release: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / name
    if name.endswith("parquet"):
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False)
    assert main(["status", "--with", str(path)]) == 2
    assert reason in capsys.readouterr().err


PRINTED = pd.DataFrame({"nucleus_id": NUCLEI, "type": "BC"})
ILL_FORMED = {
    "an abridged print": (
        ".txt",
        PRINTED.to_string(max_rows=6, show_dimensions=True),
        "a print or a summary",
    ),
    "columns of two lengths": (
        ".json",
        '{"nucleus_id": [200101, 200102], "type": ["BC"]}',
        "differ in length",
    ),
    "a cell too many": (".csv", "nucleus_id,type\n200101,BC\n200102,MC,PV\n", "row"),
    "nothing but lines": (".csv", "\n\n\n", "no rows"),
}


@pytest.mark.parametrize("kind", ILL_FORMED)
def test_a_text_that_is_no_whole_table_is_refused(kind: str, tmp_path: Path) -> None:
    ending, text, words = ILL_FORMED[kind]
    (path := tmp_path / f"mine{ending}").write_text(text)
    with pytest.raises(DataError, match=words):
        read_own_file(path)


def test_a_file_with_the_name_of_anothers_column_is_refused(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (both := rows()[BARE].assign(mtype="L2a")).to_csv(tmp_path / "mine.csv", index=False)
    both[["target_id", "mtype"]].to_csv(tmp_path / "mine.mtype.csv", index=False)
    assert main(["status", *(f"--with={path}" for path in tmp_path.glob("*.csv"))]) == 2
    assert "would be named “mine.mtype”" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"\x00\xff\x93 not text", b"<html>Not found</html>"])
def test_a_file_that_cannot_be_read_is_the_readers_to_save_again(content: bytes, tmp_path: Path) -> None:
    (path := tmp_path / "mine.csv").write_bytes(content)
    with pytest.raises(DataError) as refused:
        read_own_file(path)
    assert refused.value.remedy == own_file.SAVE_AGAIN


def test_limits_are_said_with_the_size_that_broke_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows().to_csv(path := tmp_path / "mine.csv", index=False)
    rows().to_parquet(parquet := tmp_path / "mine.parquet")
    monkeypatch.setattr(own_file, "MOST_ROWS", 59)
    for file in (path, parquet):
        with pytest.raises(DataError, match="has 60 rows"):
            read_own_file(file)
    monkeypatch.setattr(own_file, "MOST_BYTES", 1_000)
    (packed := tmp_path / "mine.csv.gz").write_bytes(gzip.compress(b"nucleus_id,type\n" + b"1,BC\n" * 1_000))
    with pytest.raises(DataError, match=r"unpacks to 0 MB"):
        read_own_file(packed)
    with pytest.raises(DataError, match=r"has 0\.0 MB"):
        read_own_file(path)


def test_names_of_files_and_columns_are_text(release: Path, tmp_path: Path) -> None:
    odd = "[x](javascript:1) <b>$y$.csv"
    frame = pd.DataFrame({"target_id": NUCLEI, "a/b type": "BC", "`c` type": "MC"})
    frame.to_csv(tmp_path / odd, index=False)
    own = [table for table in opened_with(tmp_path / odd).tables.values() if table.family == "own"]
    assert [table.name for table in own] == [
        "_x_(javascript_1) _b__y_.a_b type", "_x_(javascript_1) _b__y_._c_ type",
    ]  # fmt: skip
    assert own[0].title == "yours: _x_(javascript_1) _b__y_.csv, a_b type"


def test_root_ids_of_a_named_release(release: Path, tmp_path: Path) -> None:
    (release / "v795").mkdir()
    then = pd.read_csv(release / "nucleus_detection_v0.csv").assign(pt_root_id=roots() + 1)
    then.to_csv(release / "v795" / "nucleus_detection_v0.csv", index=False)
    frame = pd.DataFrame({"root_id": roots()[10:14] + 1, "label": "BC"})
    frame.to_csv(path := tmp_path / "mine.csv", index=False)
    assert len(opened_with(path).load_labels("mine").frame) == 0
    loaded = opened_with(path, with_release="795").load_labels("mine")
    assert list(loaded.frame["nucleus_id"]) == list(NUCLEI[10:14])
    assert list(loaded.frame["root_id"]) == list(roots()[10:14])
    assert "4 root IDs differ from those of the opened release." in loaded.provenance.notes


@pytest.mark.parametrize(
    "names", [("mine.csv", "mine.tsv"), ("a/mine.csv", "b/mine.csv"), ("mine.csv", "b/mine.csv")]
)
def test_two_files_of_one_stem_are_refused_and_named_with_the_folders_that_differ(
    names: tuple[str, str], release: Path, tmp_path: Path
) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        rows().to_csv(tmp_path / name, index=False)
    with pytest.raises(DataError, match=f"^{names[0]} and {names[1]} would both be the table"):
        opened_with(*(tmp_path / name for name in names))


def test_a_table_of_no_known_nucleus_raises_no_doubt(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows().assign(target_id=NUCLEI + 700_000).to_csv(path := tmp_path / "mine.csv", index=False)
    assert main(["status", "--with", str(path)]) == 0
    assert "nan" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "command", [["agreement", "mine", COARSE], ["agreement", "--all"], ["agreement", "--raters"], ["check"]]
)
def test_a_file_of_which_no_row_matches_ends_a_command_with_the_reasons(
    command: list[str], release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows().assign(target_id=NUCLEI + 700_000).to_csv(path := tmp_path / "mine.csv", index=False)
    assert main([*command, "--with", str(path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = [line for line in printed.err.splitlines() if line.startswith("No row of mine is matched")]
    assert f"{len(NUCLEI)} rows: not among the detected nuclei of v661." in line


def test_a_wide_table_becomes_a_table_for_each_typing(release: Path, tmp_path: Path) -> None:
    wide = pd.DataFrame({"target_id": NUCLEI, "broad_type": "excitatory", "broad_type_source": "me"})
    wide.assign(cell_type="23P", mtype="L2a", confidence=0.5).to_csv(
        path := tmp_path / "cell_info.csv", index=False
    )
    opened = opened_with(path)
    assert [(table.name, table.level) for table in opened.tables.values() if table.family == "own"] == [
        ("cell_info.broad_type", "class"), ("cell_info.cell_type", "subclass"), ("cell_info.mtype", "m-type"),
    ]  # fmt: skip
    loaded = opened.load_labels("cell_info.mtype")
    assert loaded.table.title == "yours: cell_info.csv, mtype"
    assert set(loaded.frame["cell_type"]) == {"L2a"}
    assert set(loaded.frame["confidence"]) == {0.5}
    assert not loaded.frame["nucleus_id"].to_numpy().flags.writeable
    assert loaded.key != opened.load_labels("cell_info.broad_type").key


def test_a_level_that_no_own_label_has_is_said_with_the_ways_out(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows()[BARE].assign(cell_type="odd").to_csv(path := tmp_path / "mine.csv", index=False)
    said = "mine: No label is known at the level of class. --level type compares raw labels"
    for level, is_said in (("class", True), ("type", False)):
        assert main(["agreement", COARSE, "mine", "--level", level, "--with", str(path)]) == 0
        assert (said in capsys.readouterr().err) == is_said


def test_typings_that_are_left_out_are_said_with_the_option_that_takes_them(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wide = pd.DataFrame({"target_id": NUCLEI, "cell_type": "23P", "source": ["a", "b"] * 30})
    words = {"morphology": ["bushy", "slender"] * 30, "layer": ["L2", "L3"] * 30, "animal": "mouse 1"}
    numbers: dict[str, Any] = {"leiden": [0, 1, 2] * 20, "spines": np.arange(60) * 7, "slices": [3, 5] * 30}
    wide.assign(**words, **numbers).to_csv(path := tmp_path / "mine.csv", index=False)
    said = (
        "mine.csv: morphology, layer, leiden may hold labels too, but became no table. "
        "--with-labels cell_type,morphology,layer,leiden makes a table of each."
    )
    for command in (["status"], ["agreement", "mine", COARSE], ["agreement", "--all"]):
        assert main([*command, "--with", str(path)]) == 0
        assert capsys.readouterr().err.splitlines().count(said) == 1
    assert main(["status", "--with", str(path), "--with-labels", "cell_type,morphology,layer,leiden"]) == 0
    assert "became no table" not in capsys.readouterr().err


FILTERED = np.arange(len(NUCLEI)) * 3 + 2
"""The index of rows that are left of a larger table."""
SHUFFLED = np.random.default_rng(0).permutation(len(NUCLEI))
XYZ = dict(zip("xyz", VOXELS.T, strict=True))
NUMBERED: dict[str, tuple[dict[str, object], str]] = {
    # columns beside the labels, and what names the nucleus, or the words of the doubt
    "id counts rows beside positions": ({"id": range(60), **XYZ}, "x,y,z"),
    "id counts rows in another order": ({"id": SHUFFLED, **XYZ}, "x,y,z"),
    "cells counted from 5, some left out, beside positions": (
        {"cell": np.arange(5, 125, 2), **XYZ},
        "x,y,z",
    ),
    "cells counted from 5 beside other IDs": ({"cell": np.arange(5, 65), "soma": NUCLEI}, "soma"),
    "cells counted from 5 beside positions of other names": (
        {"cell": np.arange(5, 65), **dict(zip("abc", (VOXELS * (4, 4, 40)).T, strict=True))},
        "a,b,c",
    ),
    "nanometres that are named micrometres": (
        {f"{axis}_um": values * 4 for axis, values in XYZ.items()},
        "--with-unit {voxels,nm,um,oriented}",
    ),
    "nucleus IDs left empty beside root IDs": ({"nucleus_id": None, "pt_root_id": roots()}, "pt_root_id"),
    "nucleus IDs of 0 beside root IDs": ({"nucleus_id": 0, "pt_root_id": roots()}, "pt_root_id"),
    "an index beside positions": ({"Unnamed: 0": FILTERED, **XYZ}, "x,y,z"),
    "id may name nuclei beside positions": ({"id": NUCLEI, **XYZ}, "--with-id id or --with-id x,y,z decides"),
    "an index beside root IDs": ({"index": FILTERED, "segment": roots()}, "segment"),
    "an index beside nothing but labels": ({"": FILTERED}, "--with-id Unnamed: 0, if it names nuclei; else"),
    "an index without a name": ({"": FILTERED, "soma": NUCLEI}, "soma"),
    "pandas' index in Parquet": ({"__index_level_0__": FILTERED, "soma": NUCLEI}, "soma"),
    "row numbers": ({"Row number": FILTERED, "soma": NUCLEI}, "soma"),
    "id counts rows beside other IDs": ({"id": range(1, 61), "soma": NUCLEI}, "soma"),
    "id counts rows beside root IDs": ({"id": SHUFFLED, "segment": roots()}, "segment"),
    "an index alone": ({"index": FILTERED}, "--with-id index, if it names nuclei; else"),
    "id counts rows, and nothing else": ({"id": range(60)}, "--with-id id, if it names nuclei; else"),
    "cells counted from 1, and nothing else": ({"cell_id": range(1, 61)}, "--with-id cell_id, if it names"),
    "nuclei counted from 1, and nothing else": ({"nucleus_id": range(1, 61)}, "--with-id nucleus_id, if it"),
    "nuclei counted from 1 beside root IDs": (
        {"nucleus_id": range(1, 61), "pt_root_id": roots()},
        "pt_root_id",
    ),
    "nuclei counted from 1 beside positions": ({"nucleus_id": range(1, 61), **XYZ}, "x,y,z"),
    "small numbers of cells beside nucleus IDs": ({"cell_id": np.arange(60) * 9 + 1, "soma": NUCLEI}, "soma"),
    "nucleus IDs as an index": ({"Unnamed: 0": NUCLEI}, "--with-id Unnamed: 0, if it names nuclei; else"),
}


@pytest.mark.parametrize("case", NUMBERED)
def test_what_numbers_the_rows_names_no_nucleus(case: str, tmp_path: Path) -> None:
    columns, expected = NUMBERED[case]
    pd.DataFrame({**columns, "label": "BC"}).to_csv(path := tmp_path / "mine.csv", index=False)
    guess = guess_columns(read_own_file(path), Choices())
    told = " ".join(doubt.remedy for doubt in guess.doubts) or ",".join(guess.names)
    assert told.startswith(expected)


DEEP = slice(25, None)
"""Of the places, those that lie inside the volume by their oriented micrometres too."""
ORIENTED = dict(zip(("x_um", "y_um", "z_um"), oriented_um(VOXELS[DEEP]).T, strict=True))
AWAY = dict(zip(("x_um", "depth_um", "z_um"), oriented_um(VOXELS[DEEP] + (20_000, 0, 1_000)).T, strict=True))


@pytest.mark.parametrize(
    ("columns", "problem", "decided", "code"),
    [
        (
            {"cell_id": np.arange(35) * 9 + 1},
            "no number of cell_id is a nucleus ID. They are 1 to 307, nucleus IDs 200,101 to 200,160: they",
            "--with-id=cell_id",
            2,  # no row is matched
        ),
        (
            {"cell": [*NUCLEI[:2], *range(200_500, 203_700, 100)]},
            "no more numbers of cell are nucleus IDs than of numbers at random (6%)",
            "--with-id=cell",
            0,
        ),
        (
            ORIENTED,
            "as micrometres along the axes of the voxels, over 0.0 µm as oriented",
            "--with-unit=um",
            2,
        ),
        (ORIENTED, "as micrometres along the axes of the voxels, over 0.0 µm", "--with-unit=oriented", 0),
        (AWAY, "lie no nearer to nuclei than places at random", "--with-unit=oriented", 2),
    ],
)
def test_rows_that_match_no_better_than_by_chance_are_told_and_compared_only_on_demand(
    columns: dict[str, Any],
    problem: str,
    decided: str,
    code: int,
    release: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pd.DataFrame({**columns, "label": "BC"}).to_csv(path := tmp_path / "mine.csv", index=False)
    assert main(["status", "--with", str(path)]) == 0
    assert problem in capsys.readouterr().err
    compare = ["agreement", "mine", COARSE, "--with", str(path)]
    assert main(compare) == 2
    assert problem in capsys.readouterr().err
    assert main([*compare, decided]) == code
    right = decided == "--with-unit=oriented" and code == 0
    assert (problem in capsys.readouterr().err) != right


def test_rows_that_name_two_nuclei_are_told(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = [roots()[9], 864691139999999999, *roots()[12:40]]  # another nucleus's, and one of no nucleus
    frame = pd.DataFrame({"nucleus_id": NUCLEI[10:40], "pt_root_id": other, "label": "BC"})
    places = pd.DataFrame(VOXELS[10:40], columns=POSITION)
    places.iloc[5] += (9_000, 0, 0)
    frame.join(places).to_csv(path := tmp_path / "mine.csv", index=False)
    written = tmp_path / "matches.csv"
    assert main(["status", "--with", str(path), "--write-matches", str(written)]) == 0
    said = capsys.readouterr().err
    assert "mine: 1 row names another nucleus by pt_root_id: nucleus_id counts." in said
    assert "mine: 1 row holds no root ID of the detected nuclei of v661 in pt_root_id, so that" in said
    assert "mine: 1 row lies over 25 µm from the nucleus by pt_position_x,pt_position_y,pt_position_z" in said
    reasons = pd.read_csv(written)["reason"]
    assert list(reasons[:2]) == ["nucleus ID; another column names another nucleus", "nucleus ID"]
    frame.assign(pt_root_id=roots()[10:40]).to_csv(path, index=False)
    assert list(opened_with(path).load_labels("mine").provenance.notes[:1]) == [
        "30 of 30 rows name a nucleus."
    ]


def test_a_row_without_a_label_counts_only_where_no_other_labels_its_nucleus(
    release: Path, tmp_path: Path
) -> None:
    ids, labels = [*NUCLEI[:3], *NUCLEI[:2], NUCLEI[0]], ["BC", None, None, "", "MC", "BC"]
    pd.DataFrame({"nucleus_id": ids, "label": labels}).to_csv(path := tmp_path / "mine.csv", index=False)
    loaded = opened_with(path).load_labels("mine")
    assert list(loaded.frame["nucleus_id"]) == [NUCLEI[0], NUCLEI[2], NUCLEI[1], NUCLEI[0]]
    assert list(loaded.frame["cell_type"].cat.add_categories("").fillna("")) == ["BC", "", "MC", "BC"]
    told = "2 rows without a label name nuclei that another row labels: that label counts."
    assert told in loaded.provenance.notes


SURE = np.linspace(0.3, 1.0, len(NUCLEI))


@pytest.mark.parametrize(
    ("labels", "others", "expected"),
    [
        (["type"], {"conf": SURE}, "conf"),
        (["type"], {"type_prob": SURE, "note": "x"}, "type_prob"),
        (["type"], {"score_of_shape": SURE, "confidence": SURE}, "confidence"),
        (["type"], {"prob_excitatory": SURE}, ""),  # of that class, whatever the label of the row
        (["type"], {"prob_A-1": SURE, "probB2": SURE}, ""),
        (["type"], {"score": SURE, "confidence": SURE}, ""),
        (["type"], {"confidence": "high"}, ""),
        (["type"], {"confidence": "57%"}, "confidence"),
        (["type", "class"], {"type_confidence": SURE, "class_confidence": SURE}, ""),
        (["type", "class"], {"type_confidence": SURE}, ""),
        (["type", "class"], {"confidence": SURE}, "confidence"),
    ],
)
def test_a_confidence_is_that_of_the_labels_or_none_is_taken(
    labels: list[str], others: dict[str, Any], expected: str, tmp_path: Path
) -> None:
    words = dict.fromkeys(labels, np.resize(["A-1", "B2"], len(NUCLEI)))
    path = tmp_path / "mine.csv"
    pd.DataFrame({"nucleus_id": NUCLEI, **words, **others}).to_csv(path, index=False)
    guess = guess_columns(read_own_file(path), Choices())
    assert (guess.labels, guess.confidence) == (tuple(labels), expected)


@pytest.mark.parametrize(
    ("columns", "read", "told"),
    [
        ({"confidence": ["57%", "57,5 %", "0.57", " 5% "]}, [0.57, 0.575, 0.57, 0.05], ""),
        (
            {"confidence": ["57%", "high", "", "low"]},
            [0.57, np.nan, np.nan, np.nan],
            "confidence: 2 values are not numbers, such as “high”: no confidence is read there.",
        ),
        (
            {"confidence": [0.5, np.inf, -np.inf, np.nan]},
            [0.5, np.nan, np.nan, np.nan],
            "confidence: 2 values are not numbers, such as “inf”: no confidence is read there.",
        ),
        (
            {"confidence": ["high", "low", "", "low"]},
            [],
            "No confidence is read: confidence holds no numbers, but words such as “high”.",
        ),
        (
            {"confidence": [0.1, 0.2, 0.3, 0.4], "score": [1, 2, 3, 4]},
            [],
            "No confidence is read: confidence and score may be it. Keep one of them in the file.",
        ),
    ],
)
def test_percent_is_a_confidence_and_what_is_none_is_told(
    columns: dict[str, list[Any]], read: list[float], told: str, release: Path, tmp_path: Path
) -> None:
    frame = pd.DataFrame({"nucleus_id": NUCLEI[:4], "type": "BC", **columns})
    frame.to_csv(tmp_path / "mine.csv", index=False)
    frame.to_parquet(tmp_path / "mine.parquet")
    for path in (tmp_path / "mine.csv", tmp_path / "mine.parquet"):
        loaded = opened_with(path).load_labels("mine")
        got = list(loaded.frame["confidence"]) if "confidence" in loaded.frame else []
        np.testing.assert_array_equal(got, np.array(read, np.float32))
        assert [note for note in loaded.provenance.notes if "onfidence" in note] == [told] * bool(told)


OLD = "nucleus_id;Zelltyp für type\n200101;Körner – “k”\n200102;BC\n"


@pytest.mark.parametrize("ending", ["csv", "txt", "csv.gz"])
def test_a_text_of_an_older_encoding_is_read_and_told(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"mine.{ending}"
    content = OLD.replace(";", "\t").encode("cp1252")
    path.write_bytes(gzip.compress(content) if ending.endswith("gz") else content)
    file = read_own_file(path)
    assert file.rows.column_names == ["nucleus_id", "Zelltyp für type"]
    assert file.rows.column(1).to_pylist() == ["Körner – “k”", "BC"]
    (note,) = file.notes
    assert note.startswith(
        f"mine.{ending} is not in UTF-8 and was read as Windows-1252, with words such as “Zell"
    )
    path = tmp_path / "mine.csv"
    path.write_bytes((OLD + "200103;Körn\n").encode()[:-2] + b"\xff\n")
    (note,) = read_own_file(path).notes
    assert note.startswith(
        "mine.csv has 1 damaged letter (not UTF-8), shown as \ufffd; the first is in line 4."
    )


@pytest.mark.parametrize(
    ("values", "labels", "left_out"),
    [
        ([3.0, None], ("cell_type",), ()),
        ([b"BC", b"MC"], ("cell_type",), ()),
        ([["BC"], ["MC"]], (), ("cell_type",)),
        ([True, False], (), ("cell_type",)),
        ([None, None], (), ()),
    ],
)
def test_a_column_named_for_labels_is_taken_or_said_to_be_left_out(
    values: list[object], labels: tuple[str, ...], left_out: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "mine.parquet"
    pd.DataFrame({"nucleus_id": NUCLEI, "cell_type": values * 30}).to_parquet(path)
    guess = guess_columns(read_own_file(path), Choices())
    assert (guess.labels, guess.left_out) == (labels, left_out)


@pytest.mark.parametrize("names", ["x (µm),y (µm),z (µm)", "X [um],Y [um],Z [um]", "x_um,y_um,z_um"])
def test_the_unit_of_a_position_may_stand_in_brackets(names: str, tmp_path: Path) -> None:
    frame = pd.DataFrame(VOXELS * (0.004, 0.004, 0.04), columns=names.split(",")).assign(label="BC")
    frame.to_csv(path := tmp_path / "mine.csv", index=False)
    guess = guess_columns(read_own_file(path), Choices())
    assert (",".join(guess.names), guess.unit, guess.doubts) == (names, "um", ())


@pytest.mark.parametrize(
    ("written", "number", "reason"),
    [
        ("+200101", 200101, ""), ("200101,0", 200101, ""), ("200101.00", 200101, ""),
        ("200,101", 0, "written with separators of thousands"),
        ("864691130000000011,0", 0, "not a whole number in digits 0–9"),
        ("2.00101e5", 0, "written short: its last digits are lost"),
    ],
)  # fmt: skip
def test_an_id_is_read_exactly_or_refused_with_the_reason(written: str, number: int, reason: str) -> None:
    ids = row_ids(pa.chunked_array([[written]]))
    assert (ids.ids.tolist(), ids.reasons.tolist()) == ([number], [reason])


def test_root_ids_that_a_float_has_rounded_name_no_nucleus() -> None:
    rounded = [str(int(float(root))) for root in MANY_ROOTS]
    ids = row_ids(pa.chunked_array([rounded]))
    assert not ids.ids.any()
    assert {*ids.reasons} == {f"rounded, as by {ROUNDED_BY['float64']}"}


def test_the_decimal_mark_of_a_number_may_be_a_comma() -> None:
    numbers = numbers_of(pa.chunked_array([["1234,5", " -2.25 ", "1,234.5", "x", None]]))
    assert numbers.tolist() == pytest.approx([1234.5, -2.25, *[np.nan] * 3], nan_ok=True)


def test_options_decide_what_is_not_certain(release: Path, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"id": range(60), "soma": NUCLEI, "first": "BC", "other": "Sst", "x": 5e7, "y": 0, "z": 0}
    )
    frame.to_csv(path := tmp_path / "mine.csv", index=False)
    pd.DataFrame({"label": ["Sst"], "means": ["MC"]}).to_csv(mapping := tmp_path / "map.csv", index=False)
    opened = opened_with(path, with_id="soma", with_labels="other", with_mapping=mapping)
    assert set(opened.load_labels("mine").frame["cell_type"]) == {"MC"}
    with pytest.raises(DataError, match="has no column type"):
        opened_with(path, with_id="soma", with_labels="type")
    pd.DataFrame({"nucleus_id": NUCLEI[0], "note": range(251)}).to_csv(path, index=False)
    with pytest.raises(DataError, match="the column note has 251 labels; at most 250 are allowed"):
        opened_with(path, with_labels="note")


def test_rows_and_mapping_are_written(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = pd.DataFrame(
        {"target_id": [*NUCLEI[:3], 5, 200101], "cell_type": ["L2/3 IT", "PV", "odd", "BC", "BC"]}
    )
    frame.to_csv(path := tmp_path / "mine.csv", index=False)
    matches, mapping = tmp_path / "matches.csv", tmp_path / "mapping.csv"
    out = ["--write-matches", str(matches), "--write-mapping", str(mapping)]
    assert main(["status", "--json", "--with", str(path), *out]) == 0
    said = capsys.readouterr()
    (mine,) = [table for table in json.loads(said.out)["tables"] if table["name"] == "mine"]
    assert (mine["rows"], mine["nuclei"], mine["title"]) == (4, 3, "yours: mine.csv")
    assert "mine: 4 of 5 rows name a nucleus." in said.err
    assert "mine: 1 row names a nucleus that a row above names." in said.err
    assert "mine: Labels that are not known stay as they are: PV, odd." in said.err
    written = pd.read_csv(matches)
    assert list(written["outcome"]) == [MATCHED, MATCHED, MATCHED, "not matched", MATCHED]
    assert list(written["counts_as"]) == ["23P", "PV", "odd", "BC", "BC"]
    assert written["reason"][3] == "not among the detected nuclei of v661"
    assert pd.read_csv(mapping, keep_default_na=False).to_numpy().tolist() == [
        ["BC", "BC", "exact", ""], ["L2/3 IT", "23P", "spelling", ""], ["PV", "", "likely", "BC"],
        ["odd", "", "unknown", ""],
    ]  # fmt: skip


def test_a_line_of_a_mapping_that_no_label_matches_is_said(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pd.DataFrame({"target_id": NUCLEI, "cell_type": "odd"}).to_csv(path := tmp_path / "mine.csv", index=False)
    for labels, said in ((["odd"], ""), (["odd", "ODD", "PV"], "letter by letter: ODD, PV.")):
        pd.DataFrame({"label": labels, "means": "BC"}).to_csv(mapping := tmp_path / "map.csv", index=False)
        assert main(["status", "--with", str(path), "--with-mapping", str(mapping)]) == 0
        assert capsys.readouterr().err.partition("do not hold, ")[2].strip() == said


def test_an_exported_mapping_imports_as_it_was(tmp_path: Path) -> None:
    labels, yours = ["L5 ET", "PV", "Vip", "odd"], {"PV": "BC", "odd": ""}
    mapping_frame(labels, yours).to_csv(path := tmp_path / "mapping.csv", index=False)
    assert meanings(labels, read_mapping(path)) == meanings(labels, yours)
    path.write_text(f"SYNTHETIC ROWS: {path.read_text()}")  # as it is written beside synthetic rows
    assert meanings(labels, read_mapping(path)) == meanings(labels, yours)
    for wrong, said in (
        ("label,means\nPV,Martian\n", "not a known label"),
        ("label,means\nPV,BC\nPV,MC\n", "two meanings"),
        ("name,type\nPV,BC\n", "has no columns label and means"),
        ("label,means\nPV,B\xe9\n", "cannot be read"),
    ):
        path.write_bytes(wrong.encode("latin-1"))
        with pytest.raises(DataError, match=said):
            read_mapping(path)
    with pytest.raises(DataError, match="cannot be read"):
        read_mapping(tmp_path / "elsewhere.csv")
    for text in ("\n# mine\nMeans; Label\nBC;PV\n", "label,means\rPV,BC\r"):  # by hand, and an old Excel's
        path.write_bytes(text.encode())
        assert read_mapping(path) == {"PV": "BC"}
    path.write_text(f"label,means\n{'x' * 200_000},BC\n")
    with pytest.raises(DataError, match="cannot be read: field larger"):
        read_mapping(path)


@pytest.mark.parametrize(
    ("label", "means", "how"),
    [
        ("23P", "23P", "exact"), ("5p-pt", "5P-ET", "synonym"), ("oligodendrocyte", "oligo", "synonym"),
        ("L2/3 IT", "23P", "spelling"), ("l23p", "23P", "spelling"),
        ("Layer 2/3 pyramidal", "23P", "spelling"),
        ("L2/3 pyramidal cells", "23P", "spelling"), ("L4 IT", "4P", "spelling"),
        ("L5 ET", "L5ET", "synonym"),
        ("layer 5 PT", "5P-ET", "spelling"), ("L5_IT", "5P-IT", "spelling"), ("L6 CT", "L6CT", "synonym"),
        ("5P_NP", "5P-NP", "spelling"), ("Basket cells", "BC", "spelling"), ("Martinotti", "MC", "spelling"),
        ("Oligodendrocytes", "oligo", "spelling"), ("Excitatory neuron", "excitatory", "spelling"),
        ("GABAergic", "inhibitory", "spelling"), ("microglial cell", "microglia", "spelling"),
        ("PV", "BC", "likely"), ("Sst", "MC", "likely"), ("Pvalb+", "BC", "likely"), ("VIP", "BPC", "likely"),
        ("L4", "", "unknown"), ("Layer 5", "", "unknown"), ("L5 pyramidal", "", "unknown"),
        ("7", "", "unknown"),
        ("cluster 3", "", "unknown"), ("", "", "unknown"), ("<b>BC</b>", "", "unknown"),
        ("\u202eBC\u200b", "BC", "spelling"),
    ],
)  # fmt: skip
def test_what_a_label_is_offered(label: str, means: str, how: str) -> None:
    found = offer(label)
    assert (found.means, found.how) == (means, how)


def test_a_root_with_several_nuclei_labels_none_unless_asked(tmp_path: Path) -> None:
    frame = pd.DataFrame({"root_id": [*roots()[5:8], 864691139999999999, 0], "label": "BC"})
    frame.to_csv(path := tmp_path / "mine.csv", index=False)
    file, then = read_own_file(path), known()
    then.frame["root_id"] += 2  # the roots of another release
    for shared, n_labelled in ((False, 2), (True, 8)):
        choices = Choices(shared_roots=shared)
        match = match_rows(file, guess_columns(file, choices), choices, then, known())
        assert list(match.rows["reason"][1:]) == [
            "root ID", "root ID", "no nucleus on this root ID among the made nuclei",
            "0 stands for “no segment”, and no nucleus has it",
        ]  # fmt: skip
        assert match.rows["reason"][0] == "6 nuclei on this root ID"
        assert len(match.nuclei) == n_labelled
        (own,) = tables_of_file(
            file, guess_columns(file, choices), choices, {}, VOLUME.releases[661]
        ).values()
        taken = rows_of(own, match)["nucleus_id"]
        assert list(taken[taken > 0]) == list(match.nuclei)
        assert set(rows_of(own, match)["row"]) == set(range(1, 6))
        assert f"{n_labelled} root IDs differ from those of the opened release." in match.notes


CORRUPTIONS = [
    *("", "nan", "8.64691e+17", "864691130000000011.5", "-7", "x", "<script>", "9" * 30, "200101.0"),
    *("=cmd|' /C calc'!A0", "\u202e101002", "200101\n200102", "../200101", "x" * 10_000),
]


@st.composite
def changed_rows(draw: st.DrawFn) -> pd.DataFrame:
    """Draw rows that are permuted, doubled, dropped and corrupted."""
    places = draw(st.lists(st.integers(0, len(NUCLEI) - 1), min_size=1, max_size=40))
    frame = rows().iloc[places].astype(object)
    column = draw(st.sampled_from(["target_id", "pt_root_id", POSITION[0]]))
    spoilt = draw(st.sets(st.integers(0, len(frame) - 1), max_size=8))
    words = [
        draw(st.sampled_from(CORRUPTIONS)) if k in spoilt else word for k, word in enumerate(frame[column])
    ]
    frame[column] = pd.Series(words, frame.index, dtype=object)
    chosen = {"target_id": ["target_id"], "pt_root_id": ["pt_root_id"]}.get(column, POSITION)
    return frame[[*chosen, "cell_type"]]


@settings(max_examples=30)
@given(frame=changed_rows(), shared=st.booleans())
def test_matched_and_unmatched_are_all_rows_each_with_a_reason(
    frame: pd.DataFrame, shared: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.csv"
    frame.to_csv(path, index=False)
    file = read_own_file(path)
    names = [name for name in frame.columns if name != "cell_type"]
    choices = Choices(id=",".join(names), labels=("cell_type",), unit="voxels", shared_roots=shared)
    match = match_rows(file, guess_columns(file, choices), choices, known())
    assert match.n_matched + sum(match.unmatched.values()) == len(frame)
    assert (match.rows["reason"].str.len() > 0).all()
    assert list(match.rows["row"]) == list(range(1, len(frame) + 1))
    assert set(match.nuclei) <= set(NUCLEI)
    repeated = len(match.nuclei) - len(set(match.nuclei))
    counted = [note.partition(" ")[0] for note in match.notes if note.endswith("that a row above names.")]
    assert counted == [f"{repeated:,}"] * (repeated > 0)
    # What is not corrupted names its own nucleus, wherever it stands.
    own = frame.index.to_numpy()
    good = (frame[names].map(str) == rows()[names].iloc[own].set_axis(frame.index).map(str)).all(axis=1)
    lone = np.ones(len(frame), bool) if names != ["pt_root_id"] else own > 5
    expected = NUCLEI[own[good.to_numpy() & lone]]
    assert list(match.rows["nucleus_id"][good.to_numpy() & lone]) == list(expected)


def test_expected_labels_against_every_table(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = pd.DataFrame({"target_id": [*NUCLEI[:4], 300_101], "cell_type": ["BC", "23P", "BC", "odd", "BC"]})
    frame.to_csv(path := tmp_path / "cells.csv", index=False)
    out = ["--json", "--csv", str(tmp_path / "by_table.csv")]
    assert main(["check", "--expect", str(path), *out]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["expected"]["cells"] == [
        {
            "table": COARSE, "level": "class", "agrees": 2, "differs": 1, "unknown": 1, "not_in_table": 0,
            "differing": [{"nucleus_id": 200103, "expected": "inhibitory", "label": "excitatory"}],
        }
    ]  # fmt: skip
    assert record["matches"]["cells"]["not_matched"] == {"not among the detected nuclei of v661": 1}
    written = pd.read_csv(tmp_path / "by_table.csv")
    assert list(written["outcome"]) == ["agrees", "agrees", "differs", "unknown", "not matched"]
    last = written.iloc[4]  # the row that names no nucleus at hand is not lost
    assert (last["row"], last["expected"], last["reason"]) == (
        5,
        "BC",
        "not among the detected nuclei of v661",
    )
    assert written["reason"][3] == "expected label has no counterpart at this level"
    assert main(["check", "--expect", str(path)]) == 1
    assert "200103: inhibitory expected, excitatory in" in capsys.readouterr().out
    frame.iloc[[0, 1, 3]].to_csv(path, index=False)
    assert main(["check", "--expect", str(path)]) == 0
    frame.iloc[[3]].to_csv(path, index=False)  # nothing differs, but nothing is compared either
    assert main(["check", "--expect", str(path)]) == 2
    assert "No label of cells.csv could be compared with any table." in capsys.readouterr().err
    frame.iloc[[4]].to_csv(path, index=False)
    assert main(["check", "--expect", str(path)]) == 2
    assert "No nucleus of cells.csv can be compared." in capsys.readouterr().err
    frame[["target_id"]].to_csv(path, index=False)
    assert main(["check", "--expect", str(path)]) == 2
    assert "cells.csv has no column of labels" in capsys.readouterr().err


HOSTILE = {
    # what a file says, and as what it is shown
    "=cmd|' /C calc'!A0": "=cmd|' /C calc'!A0",
    "'=cmd": "=cmd",
    "a\nb\tc": "a b c",
    "bell\x07": "bell",
    "\u202egpj.exe\u2066": "gpj.exe",
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    "../../etc/passwd": "../../etc/passwd",
    "x" * 10_000: "x" * 51 + f"…{crc32(b'x' * 10_000):08x}",
    "\u200b": "(unprintable)",
    "unmapped": "unmapped (yours)",
}


def test_hostile_labels_are_text_in_tables_exports_and_words(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = [*HOSTILE]
    frame = pd.DataFrame({"nucleus_id": NUCLEI[: len(labels)], "=label type": labels, "group": labels})
    frame.to_csv(path := tmp_path / "=mine.csv", index=False)
    out, matrix = tmp_path / "matches.csv", tmp_path / "matrix.csv"
    assert main(["status", "--with", str(path), "--write-matches", str(out)]) == 0
    assert (
        main(["agreement", "=mine", COARSE, "--with", str(path), "--level", "type", "--csv", str(matrix)])
        == 0
    )
    printed = capsys.readouterr()
    assert len(max((printed.out + printed.err).splitlines(), key=len)) < 2_000
    assert not {"\x07", "\u202e", "\u2066"} & {*printed.out, *printed.err}
    assert list(opened_with(path).load_labels("=mine").frame["cell_type"]) == [*HOSTILE.values()]
    for file in (out, matrix):
        for cell in pd.read_csv(file, dtype="string", header=None, keep_default_na=False).to_numpy().ravel():
            assert cell.lstrip()[:1] not in {*"=+-@"}, cell


def test_damaged_notes_of_pandas_in_a_file_keep_no_rows_back(tmp_path: Path) -> None:
    table = pa.table({"nucleus_id": NUCLEI, "label": ["BC"] * len(NUCLEI)})
    for noted in (b"\xff", b"{", b'{"index_columns": null}'):
        pq.write_table(table.replace_schema_metadata({"pandas": noted}), path := tmp_path / "mine.parquet")
        assert not (file := read_own_file(path)).is_plain  # the code reads the matched rows
        assert file.rows.num_rows == len(NUCLEI)


def test_a_packed_file_that_is_cut_off_is_not_said_to_be_large(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv.gz"
    path.write_bytes(gzip.compress(rows().to_csv(index=False).encode())[:-30] + b"\xff" * 4)
    with pytest.raises(DataError, match="cut short or damaged"):
        read_own_file(path)


def test_no_label_of_ones_own_is_shown_as_a_word_for_nuclei_without_one(
    release: Path, tmp_path: Path
) -> None:
    assert {UNMAPPED, NO_LABEL, CONFLICTING, NOT_IN_TABLE, OTHER} == TAKEN
    frame = pd.DataFrame({"nucleus_id": NUCLEI[:7], "label": [*sorted(TAKEN), None, "x"]})
    frame.to_csv(path := tmp_path / "mine.csv", index=False)
    opened = opened_with(path)
    frames = {"mine": opened.load_labels("mine").frame}
    for nucleus, word in zip(NUCLEI, sorted(TAKEN), strict=False):
        assert Filtered("mine", (f"{word} (yours)",)).nuclei(frames).tolist() == [nucleus]
    assert Filtered("mine", (UNMAPPED,)).nuclei(frames).tolist() == [NUCLEI[5]]


def test_a_text_with_nul_is_refused_and_in_parquet_nul_is_left_out(release: Path, tmp_path: Path) -> None:
    frame = pd.DataFrame({"nucleus_id": NUCLEI[:2], "label": ["nul\0l", "23\0P"]})
    frame.to_csv(path := tmp_path / "mine.csv", index=False)
    with pytest.raises(DataError, match="neither gzip nor CSV text"):
        read_own_file(path)
    frame.to_parquet(path := tmp_path / "mine.parquet")
    assert list(opened_with(path).load_labels("mine").frame["cell_type"]) == ["null", "23P"]


def test_a_long_column_names_a_table_in_short(release: Path, tmp_path: Path) -> None:
    frame = pd.DataFrame({"nucleus_id": NUCLEI, "type " + "a" * 9_999: "BC", "type \u202eb": "MC"})
    frame.to_csv(path := tmp_path / "mine.csv", index=False)
    titles = [own.table.title for own in opened_with(path).own.values()]
    assert [len(title) for title in titles] == [len("yours: mine.csv, ") + 60, len("yours: mine.csv, type b")]


def test_a_word_that_only_a_later_table_gives_a_meaning_stays_the_readers_own() -> None:
    assert meanings(["L2IT", "AltBasket", "PV", "BC"], {}) == {
        "L2IT": "L2IT (yours)",
        "AltBasket": "AltBasket (yours)",
        "PV": "PV",
        "BC": "BC",
    }
