"""Text of every form gives the same frame, or is refused with the cause."""

import csv
import gzip
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as hs

from data.__main__ import main
from data.catalog.entry import Table
from data.errors import BadTable
from data.loader import LabelTable
from data.sources.folder import FolderSource
from data.tables.raw import silent
from data.tables.schema import tidy
from tests.made_exports import (
    COARSE,
    DETECTIONS,
    FINE,
    NM,
    PLACES,
    ROOTS,
    SPLIT,
    UNITS,
    VOLUMES,
    export,
    in_unit,
    named,
    opened_folder,
    right_rows,
    stated,
)

NAMED = (
    "id",
    "valid",
    "pt_supervoxel_id",
    "pt_root_id",
    *(f"pt_position_{axis}" for axis in "xyz"),
    "volume",
)
DUMP = "\n".join(
    f"{200101 + row},t,{90000000000000001 + row},{root},{','.join(map(str, place))},{volume}"
    for row, (root, place, volume) in enumerate(zip((ROOTS[0], 0, ROOTS[2]), PLACES, VOLUMES, strict=True))
)
COARSE_CSV, FINE_CSV, DETECTED_CSV = (f"{table.name}.csv" for table in (COARSE, FINE, DETECTIONS))


def text_of(frame: pd.DataFrame, **options: Any) -> bytes:
    encoding = options.pop("encoding", "utf-8")
    return frame.to_csv(index=options.pop("index", False), **options).encode(encoding)


def parquet_of(frame: pd.DataFrame) -> bytes:
    return frame.to_parquet()


def feather_of(frame: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.to_feather(file)
    return file.getvalue()


def in_words(name: str) -> str:
    """A column's name as people write it: ``Target Id``."""
    return name.replace("_", " ").title()


def joined(form: str) -> pd.DataFrame:
    """The rows with positions in one column of text."""
    return export(pt_position=[form.format(*place) for place in PLACES]).drop(columns=SPLIT)


ROWS = export()
UNCOMMON = ROWS.assign(note='two\nlines, and "quotes"')
KINDS = ROWS.dtypes.astype(str).to_frame()
LONG = ROWS.assign(note=["z\n" * 600_000, "x", "x"], **{70_000 * "n": 1})


def unclosed(*rows: int) -> bytes:
    """Ten rows whose last cell begins, in these rows, with a quote that nobody closes."""
    lines = text_of(pd.concat([ROWS] * 4).head(10).assign(note="x")).splitlines()
    return b"\n".join(line[:-1] + b'"oops' if row in rows else line for row, line in enumerate(lines)) + b"\n"


NUMPY_2 = "[np.int64({}), np.int64({}), np.int64({})]"
READ: list[tuple[str, dict[str, bytes]]] = [
    # what it is, the files of the folder: each gives the three rows
    ("commas", {COARSE_CSV: text_of(ROWS)}),
    ("semicolons", {COARSE_CSV: text_of(ROWS, sep=";")}),
    ("semicolons and a byte-order mark", {COARSE_CSV: text_of(ROWS, sep=";", encoding="utf-8-sig")}),
    ("a first line for Excel", {COARSE_CSV: b"sep=;\r\n" + text_of(ROWS, sep=";")}),
    ("a first line for Excel, in capitals", {COARSE_CSV: b"SEP=;\n" + text_of(ROWS, sep=";")}),
    ("a blank first line", {COARSE_CSV: b"\r\n" + text_of(ROWS, lineterminator="\r\n")}),
    ("first rows of blanks and commas", {COARSE_CSV: b"  \n,,,,\n" + text_of(ROWS)}),
    ("comments on top", {COARSE_CSV: b"# by me, 2024\n#\n" + text_of(ROWS)}),
    ("a header as comment", {COARSE_CSV: b"# " + text_of(ROWS)}),
    ("a long header and a long cell", {COARSE_CSV: text_of(LONG, sep=";")}),
    ("a quote within a cell", {COARSE_CSV: text_of(ROWS.assign(note="5Q pipe")).replace(b"Q", b'"')}),
    ("tabs", {COARSE_CSV: text_of(ROWS, sep="\t")}),
    ("upright lines", {COARSE_CSV: text_of(ROWS, sep="|")}),
    ("UTF-16 with a mark", {COARSE_CSV: text_of(ROWS, encoding="utf-16")}),
    ("UTF-16 of Excel", {COARSE_CSV: text_of(ROWS, sep="\t", encoding="utf-16")}),
    ("UTF-16 without a mark", {COARSE_CSV: text_of(ROWS, encoding="utf-16-le")}),
    ("UTF-16, the other way round", {COARSE_CSV: text_of(ROWS, encoding="utf-16-be")}),
    ("UTF-32", {COARSE_CSV: text_of(ROWS, encoding="utf-32")}),
    ("gzip of another separator", {f"{COARSE_CSV}.gz": gzip.compress(text_of(ROWS, sep=";"))}),
    ("gzip by another name", {COARSE_CSV: gzip.compress(text_of(ROWS))}),
    ("a line break in a cell", {COARSE_CSV: text_of(UNCOMMON)}),
    ("a line break in the header", {COARSE_CSV: text_of(ROWS.rename(columns={"id": "a\nnote"}))}),
    ("lines that end as on Windows", {COARSE_CSV: text_of(UNCOMMON, lineterminator="\r\n")}),
    ("an index", {COARSE_CSV: text_of(ROWS, index=True)}),
    ("an index read and written", {COARSE_CSV: text_of(ROWS.rename_axis("Unnamed: 0").reset_index())}),
    ("the nucleus as index", {COARSE_CSV: text_of(ROWS.set_index("target_id"), index=True)}),
    ("R's row names", {COARSE_CSV: text_of(ROWS, index=True).removeprefix(b",")}),
    ("white space around names", {COARSE_CSV: text_of(ROWS.rename(columns=" {} ".format))}),
    ("a byte-order mark read as Latin-1", {
        COARSE_CSV: text_of(ROWS.set_index("target_id").rename_axis("ï»¿target_id"), index=True),
    }),
    ("a byte-order mark in a Parquet file", {
        f"{COARSE.name}.parquet": parquet_of(ROWS.rename(columns={"target_id": "\ufefftarget_id "})),
    }),
    ("everything quoted", {COARSE_CSV: text_of(ROWS, quoting=csv.QUOTE_ALL)}),
    ("decimal commas", {COARSE_CSV: text_of(ROWS.astype(dict.fromkeys(SPLIT, float)), sep=";", decimal=",")}),
    ("nucleus IDs after a merge", {COARSE_CSV: text_of(ROWS.astype({"target_id": float}))}),
    ("the same, with decimal commas", {
        COARSE_CSV: text_of(ROWS.astype({"target_id": float}), sep=";", decimal=","),
    }),
    *[(f"roots kept from Excel as {form}", {
        COARSE_CSV: text_of(ROWS.assign(pt_root_id=[form.format(root) for root in ROOTS])),
    }) for form in ('="{}"', "'{}")],
    ("missing values of PostgreSQL", {COARSE_CSV: text_of(ROWS.assign(valid=["t", r"\N", "t"]))}),
    ("text of a dictionary", {COARSE_CSV: text_of(joined("{{'x': {}, 'y': {}, 'z': {}}}"))}),
    ("text of numpy 1", {COARSE_CSV: text_of(joined("[{} {}  {}]"))}),
    ("text of numpy 2", {COARSE_CSV: text_of(joined(NUMPY_2))}),
    ("text of a list of text", {COARSE_CSV: text_of(joined('["{}", "{}", "{}"]'))}),
    ("text of an array", {COARSE_CSV: text_of(joined("array([{}, {}, {}], dtype=int64)"))}),
    ("text of a tuple", {COARSE_CSV: text_of(joined("({}, {}, {})"), sep=";")}),
    ("text of a point", {COARSE_CSV: text_of(joined("POINT Z ({} {} {})"))}),
    ("another alphabet in a note", {COARSE_CSV: text_of(ROWS.assign(note="µm"), encoding="latin-1")}),
    ("lines of names and types beside it", {
        f"{COARSE_CSV}.gz": gzip.compress(text_of(ROWS, header=False)),
        f"{COARSE.name}_header.csv": text_of(ROWS.dtypes.astype(str).to_frame(), index=True, header=False),
    }),
    *[(f"{what} beside it", {COARSE_CSV: text_of(ROWS, header=False), f"{COARSE.name}_header.csv": header})
      for what, header in [
          ("names and types with semicolons", text_of(KINDS, index=True, header=False, sep=";")),
          ("names and types below pandas' own header", text_of(KINDS, index=True)),
          ("names with tabs", text_of(ROWS.head(0), sep="\t")),
          ("names in UTF-16", "\n".join(ROWS.columns).encode("utf-16")),
      ]],
    ("a line of names beside it", {
        COARSE_CSV: text_of(ROWS, header=False), f"{COARSE.name}_header.csv": text_of(ROWS.head(0)),
    }),
    ("a name a line beside it", {
        f"{COARSE.name}_merged.csv.gz": text_of(ROWS, header=False),
        f"{COARSE.name}_merged_header.csv": "\n".join(ROWS.columns).encode(),
    }),
    *[(f"line breaks in cells, {mark!r} and names beside it", {
        COARSE_CSV: text_of(UNCOMMON, header=False, sep=mark),
        f"{COARSE.name}_header.csv": "\n".join(UNCOMMON.columns).encode(),
    }) for mark in ",;\t|"],
    ("the same names beside it and on top", {
        COARSE_CSV: text_of(ROWS), f"{COARSE.name}_header.csv": text_of(ROWS.head(0)),
    }),
    ("R's quoted row names", {
        COARSE_CSV: text_of(
            ROWS.set_axis([*"abc"]), index=True, quoting=csv.QUOTE_NONNUMERIC
        ).removeprefix(b'"",'),
    }),
    ("names in capitals", {COARSE_CSV: text_of(ROWS.rename(columns=str.upper))}),
    ("names in words", {COARSE_CSV: text_of(ROWS.rename(columns=in_words))}),
    ("names of R", {COARSE_CSV: text_of(ROWS.rename(columns=lambda name: name.replace("_", ".")))}),
    ("names of JavaScript", {
        COARSE_CSV: text_of(ROWS.rename(columns=lambda name: in_words(name).replace(" ", ""))),
    }),
    ("a zero-width space in a name", {
        f"{COARSE.name}.parquet": parquet_of(ROWS.rename(columns={"target_id": "target\u200b_id"})),
    }),
]  # fmt: skip


@pytest.mark.parametrize("files", named(READ))
def test_text_of_every_form_gives_the_same_frame(files: dict[str, bytes], tmp_path: Path) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    loaded = opened_folder(tmp_path).load_labels(COARSE.name)
    expected = tidy(pa.table(right_rows()), COARSE).rows.to_pandas()
    pd.testing.assert_frame_equal(loaded.frame, expected, check_categorical=False)
    assert loaded.provenance.assumptions == ()
    assert opened_folder(tmp_path).unread_files == ()


def test_a_line_break_in_a_cell_is_read_in_large_files_too(tmp_path: Path) -> None:
    ids = np.arange(1, 20_001)
    rows = pd.DataFrame({"target_id": ids, "cell_type": "excitatory", "note": "two\nlines" + 80 * "."})
    rows = rows.assign(**dict(zip(SPLIT, PLACES[0], strict=True)))
    (tmp_path / f"{COARSE.name}.csv.gz").write_bytes(gzip.compress(text_of(rows), 1))
    assert opened_folder(tmp_path).load_labels(COARSE.name).frame["nucleus_id"].tolist() == ids.tolist()


ASSUMED: list[tuple[str, str, dict[str, bytes], list[int], str]] = [
    # what it is, the table, the files; the nuclei that are read and what is said
    ("the dump of v117", DETECTIONS.name, {DETECTED_CSV: DUMP.encode()}, [1, 2, 3],
     "has no header: its columns"),
    ("the same with tabs", DETECTIONS.name, {DETECTED_CSV: DUMP.replace(",", "\t").encode()}, [1, 2, 3],
     "id (column 1), valid (column 2), pt_root_id (column 4)"),
    ("a dump with line breaks in cells", COARSE.name, {COARSE_CSV: text_of(UNCOMMON, header=False, sep=";")},
     [1, 2, 3], "target_id (column 1)"),
    ("a title above the header", COARSE.name, {COARSE_CSV: b"Table 1, of two\n\n" + text_of(ROWS, sep=";")},
     [1, 2, 3], "was skipped: “Table 1, of two”"),
    ("a dump whose row numbers are the nuclei", COARSE.name, {COARSE_CSV: text_of(ROWS, header=False)},
     [1, 2, 3], "target_id (column 1)"),
    ("rows without their nuclei, which stand beside them", COARSE.name, {
        COARSE_CSV: text_of(ROWS.drop(columns=[*SPLIT, "pt_root_id"])), DETECTED_CSV: DUMP.encode(),
    }, [1, 2, 3], "pt_position_z are taken from nucleus_detection_v0"),
    ("one nucleus not among them", COARSE.name, {
        COARSE_CSV: text_of(ROWS.drop(columns=SPLIT)),
        DETECTED_CSV: "\n".join([",".join(NAMED), *DUMP.splitlines()[:2]]).encode(),
    }, [1, 2], "1 row was left out, because the nucleus is not in nucleus_detection_v0"),
    ("one of them no longer valid", COARSE.name, {
        COARSE_CSV: text_of(ROWS.drop(columns=SPLIT)),
        DETECTED_CSV: f"{','.join(NAMED)}\n{DUMP.replace('200103,t', '200103,f')}".encode(),
    }, [1, 2], "1 row was left out, because the nucleus is not in"),
    ("other names beside it", COARSE.name, {
        COARSE_CSV: text_of(ROWS), f"{COARSE.name}_header.csv": text_of(ROWS.head(0)[ROWS.columns[::-1]]),
    }, [1, 2, 3], "its own header row was read"),
    ("two columns that may be valid", COARSE.name, {COARSE_CSV: text_of(ROWS.assign(Valid="f"))}, [1, 2, 3],
     "The column Valid is not read: valid is."),
    ("two axes, and the third beside it", COARSE.name, {
        f"{COARSE.name}.parquet": parquet_of(stated(ROWS.drop(columns=SPLIT[2]), dataframe_resolution=NM)),
        DETECTED_CSV: DUMP.encode(),
    }, [1, 2, 3], "pt_position_x, pt_position_y of the file are not read"),
    ("a dump with 1 and 0", DETECTIONS.name, {
        DETECTED_CSV: DUMP.replace(",t,", ",1,").replace("2,1,", "2,0,").encode(),
    }, [1, 3], "valid (column 2)"),
    ("a dump with 1.0 and 0.0", DETECTIONS.name, {
        DETECTED_CSV: DUMP.replace(",t,", ",1.0,").replace("2,1.0,", "2,0.0,").encode(),
    }, [1, 3], "valid (column 2)"),
    ("a dump with a word that nobody knows", DETECTIONS.name, {
        DETECTED_CSV: DUMP.replace("1,t,", "1,maybe,").replace("2,t,", "2,f,").encode(),
    }, [3], "row 1 (valid maybe)"),
    ("valid in an unknown spelling", COARSE.name, {
        COARSE_CSV: text_of(ROWS.assign(valid=["t", "si", "t"])),
    }, [1, 3], "row 2 (valid si)"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "files", "kept", "words"), named(ASSUMED))
def test_what_is_assumed_of_a_file_is_said_on_pages_in_status_and_in_check(
    table: str, files: dict[str, bytes], kept: list[int], words: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    loaded = opened_folder(tmp_path).load_labels(table)
    expected = tidy(pa.table(right_rows()), COARSE).rows.to_pandas().iloc[[number - 1 for number in kept]]
    assert loaded.frame["nucleus_id"].tolist() == [200100 + number for number in kept]
    for column in ("x_um", "depth_um", "z_um", "volume_um3"):
        np.testing.assert_array_equal(loaded.frame[column], expected[column])
    assert words in " ".join(loaded.provenance.assumptions)
    assert set(loaded.provenance.assumptions) <= set(loaded.provenance.notes)
    given = ["--source", "folder", "--folder", str(tmp_path), "--cache", str(tmp_path.parent / "cache")]
    assert main(["status", *given]) == 0
    assert words in capsys.readouterr().out
    main(["check", *given, "--json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert (
        words in {one["table"]: one["message"] for one in findings if one["id"] == "assumed-reading"}[table]
    )


def test_rows_are_read_again_when_the_detections_or_the_header_beside_them_change(tmp_path: Path) -> None:
    moved_dump = DUMP.replace("180000,120000", "190000,120000")
    named_dump = f"{','.join(NAMED)}\n{DUMP}"
    (tmp_path / COARSE_CSV).write_bytes(text_of(ROWS.drop(columns=SPLIT)))
    (tmp_path / DETECTED_CSV).write_text(named_dump)
    opened = opened_folder(tmp_path)
    before = opened.load_labels(COARSE.name).frame["x_um"]
    (tmp_path / DETECTED_CSV).write_text(moved_dump)
    assert (opened.load_labels(COARSE.name).frame["x_um"] != before).tolist() == [True, False, False]
    header = ",".join(NAMED).replace("volume", "other")
    (tmp_path / f"{DETECTIONS.name}_header.csv").write_text(header)
    assert "volume_um3" not in opened.load_labels(DETECTIONS.name).frame
    (tmp_path / f"{DETECTIONS.name}_header.csv").write_text(header.replace("other", "volume"))
    assert "volume_um3" in opened.load_labels(DETECTIONS.name).frame


TRAILING = text_of(ROWS).replace(b"\n", b",\n").replace(b",\n", b"\n", 1)
HEADED = pd.read_csv(io.BytesIO(text_of(ROWS, header=False)))
WIDE_ROWS = ROWS.rename(columns={"target_id": "nuc"}).assign(broad_type="excitatory", mtype="L2a")
REFUSED: list[tuple[str, dict[str, bytes], str, str]] = [
    # what it is, the files; words of the problem (its columns and its cause), and of the remedy
    ("an unknown separator", {COARSE_CSV: text_of(ROWS, sep="~")}, "id~valid~target_id", "commas"),
    ("a first row as header", {f"{COARSE.name}.parquet": parquet_of(HEADED)},
     "200101, True, 200101.1.* first row seems to have been taken for a header", "header=None"),
    ("places as names", {f"{COARSE.name}.parquet": parquet_of(HEADED.set_axis([*"0123456789"], axis=1))},
     "Its columns are 0, 1, 2.* first row seems", "header=None"),
    ("numbers as names", {COARSE_CSV: text_of(ROWS.set_axis(range(ROWS.shape[1]), axis=1))},
     "no header row and no header file", "_header.csv"),
    ("no nuclei merged in", {COARSE_CSV: text_of(ROWS.drop(columns=SPLIT))}, "merge_reference=False",
     "merge_reference=True, or put nucleus_detection_v0"),
    ("and those beside it damaged", {COARSE_CSV: text_of(ROWS.drop(columns=SPLIT)), DETECTED_CSV: b"id\n1\n"},
     "nucleus_detection_v0 beside it cannot be read", ""),
    ("a wide table", {COARSE_CSV: text_of(WIDE_ROWS)},
     "no column target_id.* wide table such as aibs_cell_info", "query_table"),
    ("other names", {COARSE_CSV: text_of(ROWS.rename(columns={"target_id": "nuc"}))},
     "no column target_id. Its columns are id, valid, nuc,", "rename"),
    ("an ID too large", {COARSE_CSV: text_of(ROWS.assign(pt_root_id=2**63 + 5))},
     "pt_root_id has an ID that is too large.* row 1 holds 9223372036854775813", ""),
    ("root IDs as floats", {COARSE_CSV: text_of(ROWS.astype({"pt_root_id": float}))},
     "pt_root_id holds floating-point numbers", "integers"),
    ("half a nucleus", {COARSE_CSV: text_of(ROWS.assign(target_id=[200101, 200102.5, 200103]))},
     "target_id holds floating-point numbers.* row 2 holds 200102.5", ""),
    ("marks for thousands", {
        COARSE_CSV: text_of(ROWS.assign(**dict.fromkeys(SPLIT, "180,000")), sep=";"),
     },
     "comma in numbers such as 180,000 of the column pt_position_x", "thousands"),
    ("a column twice", {COARSE_CSV: text_of(pd.concat([ROWS, ROWS[["target_id"]]], axis=1))},
     "target_id occurs twice", ""),
    ("marks for thousands between commas", {COARSE_CSV: text_of(ROWS.assign(pt_position_x="180,000"))},
     "pt_position_x holds separators of thousands: row 1 holds 180,000", "without separators"),
    ("apostrophes in IDs", {COARSE_CSV: text_of(ROWS.assign(target_id="200'101"))},
     "target_id holds separators of thousands", "without separators"),
    ("the header in the middle", {COARSE_CSV: 2 * text_of(ROWS.drop(columns="valid"))},
     "holds its own name, as if the header were repeated there: row 4 holds", "Delete that row"),
    ("apostrophes for quotes", {
        COARSE_CSV: text_of(ROWS, quotechar="'", quoting=csv.QUOTE_NONNUMERIC),
    }, "is enclosed in apostrophes", "double quotes"),
    ("a header and no more", {COARSE_CSV: text_of(ROWS.head(0)).rstrip()}, "has no rows", ""),
    ("labels in Latin-1", {COARSE_CSV: text_of(ROWS.assign(cell_type="é"), encoding="latin-1")},
     "column cell_type is not UTF-8; it may be Latin-1", "as UTF-8"),
    ("text named Parquet", {f"{COARSE.name}.parquet": text_of(ROWS)}, "looks like a CSV file", COARSE_CSV),
    ("gzip named Parquet", {f"{COARSE.name}.parquet": gzip.compress(b"x")},
     "looks like a gzip file", "Unpack"),
    ("Feather named Parquet", {f"{COARSE.name}.parquet": feather_of(ROWS)},
     "looks like a Feather file", ".feather"),
    ("a zip named as text", {COARSE_CSV: b"PK\3\4" + bytes(30)}, "is a zip file", "Unpack it"),
    ("rows of units", {
        COARSE_CSV: text_of(pd.DataFrame(right_rows(UNITS)).drop(columns="cell_type")),
     },
     "no column cell_type.* those of functional units", "own table"),
    ("positions by other names", {COARSE_CSV: text_of(ROWS.rename(columns={n: f"ctr_{n}" for n in SPLIT}))},
     "may be in ctr_pt_position_x, ctr_pt_position_y, ctr_pt_position_z", "Name the columns pt_position_x"),
    ("z alone missing", {COARSE_CSV: text_of(ROWS.drop(columns="pt_position_z"))},
     "it lacks pt_position_z", ""),
    ("nuclei not among those beside it", {
        COARSE_CSV: text_of(ROWS.drop(columns=SPLIT).assign(target_id=[1, 2, 3])),
        DETECTED_CSV: DUMP.encode(),
    }, "none of its 3 nuclei is in nucleus_detection_v0 beside it", "same release"),
    ("those beside it with roots as floats", {
        COARSE_CSV: text_of(ROWS.drop(columns=[*SPLIT, "pt_root_id"])),
        DETECTED_CSV: text_of(ROWS.astype({"pt_root_id": float})),
    }, "cannot be read: nucleus_detection_v0: the column pt_root_id holds floating-point num", "integers"),
    ("a row too short", {COARSE_CSV: text_of(ROWS) + b"1,2\n"}, "do not fit their 10 columns: .*row 4", ""),
    ("a dump whose nuclei may be its rows", {COARSE_CSV: text_of(ROWS.assign(id=[5, 6, 7]), header=False)},
     "no header row and no header file .* columns 1, 3 may be the IDs of the nuclei", "_header.csv"),
    ("a dump in nanometres", {COARSE_CSV: text_of(in_unit(ROWS, NM), header=False)},
     "no column holds positions", ""),
    ("a field more in each row", {COARSE_CSV: TRAILING.replace(b",\n", b",1\n")},
     "do not fit their 10 columns", ""),
    ("valid in two spellings", {COARSE_CSV: text_of(ROWS.drop(columns="valid").assign(Valid="t", VALID="f"))},
     "the column valid occurs twice in the file, or in two spellings", "Leave one"),
    ("a dump with two columns of truth", {
        COARSE_CSV: text_of(ROWS, header=False).replace(b",True,", b",t,f,"),
    },
     "columns 2, 3 may be valid", "_header.csv"),
    ("a comma after each row", {COARSE_CSV: TRAILING}, "do not fit their 10 columns", ""),
    *[(f"a quote that nobody closes in rows {rows}", {COARSE_CSV: unclosed(*rows)},
       f"a quote opened in row {rows[0]} is never closed", "Delete that quote")
      for rows in [(2,), (2, 3), (2, 8), (2, 5, 8), (10,)]],
    ("Parquet named as text", {COARSE_CSV: parquet_of(ROWS)}, "is a Parquet file", f"{COARSE.name}.parquet"),
    ("half of UTF-16", {COARSE_CSV: text_of(ROWS, encoding="utf-16")[:-1]}, "not UTF-16", ""),
    ("another header beside it", {
        COARSE_CSV: text_of(ROWS, header=False), f"{COARSE.name}_header.csv": b"not,a,header",
    }, "not a list of column names", ""),
]  # fmt: skip


@pytest.mark.parametrize(("files", "words", "remedy"), named(REFUSED))
def test_a_file_that_cannot_be_read_is_refused_with_the_cause_and_leaves_the_others_alone(
    files: dict[str, bytes], words: str, remedy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / FINE_CSV).write_bytes(text_of(ROWS.assign(cell_type=["23P", "BC", "4P"])))
    outcomes = opened_folder(tmp_path).load_release()
    error = outcomes[COARSE.name]
    assert isinstance(error, BadTable)
    assert COARSE.name in error.problem
    assert re.search(words, error.problem), error.problem
    assert remedy in error.remedy
    assert isinstance(outcomes[FINE.name], LabelTable)
    given = ["--source", "folder", "--folder", str(tmp_path), "--cache", str(tmp_path.parent / "cache")]
    assert main(["status", *given]) == 0
    assert f"{FINE.name}            3" in capsys.readouterr().out


def test_one_unreadable_table_leaves_status_check_and_agreement_of_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pq.write_table(pa.table(right_rows() | {"volume": [{"v": 1}] * 3}), tmp_path / f"{COARSE.name}.parquet")
    others = (FINE.name, "aibs_soma_nuc_metamodel_preds_v117")
    for name in others:
        (tmp_path / f"{name}.csv").write_bytes(text_of(ROWS.assign(cell_type=["23P", "BC", "4P"])))
    given = [
        "--source",
        "folder",
        "--folder",
        str(tmp_path),
        "--cache",
        str(tmp_path.parent / "cache"),
        "--json",
    ]
    assert main(["status", *given]) == 0
    states = {one["name"]: one["state"] for one in json.loads(capsys.readouterr().out)["tables"]}
    assert [states[name] for name in (COARSE.name, *others)] == ["failed", "loaded", "loaded"]
    assert main(["check", *given]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert [one["table"] for one in findings if one["id"] == "unreadable-table"] == [COARSE.name]
    assert main(["agreement", "--all", *given]) == 2
    answer = capsys.readouterr()
    assert [{one["rows"], one["columns"]} for one in json.loads(answer.out)] == [set(others)]
    assert f"{COARSE.name}: the column volume is not a number" in answer.err


WHOLE_FILES: dict[str, tuple[Table, str, bytes]] = {
    # what it is: the table, the ending, the content
    "Parquet": (COARSE, "parquet", parquet_of(ROWS)),
    "Feather": (COARSE, "feather", feather_of(ROWS)),
    "commas": (COARSE, "csv", text_of(UNCOMMON)),
    "gzip": (COARSE, "csv.gz", gzip.compress(text_of(joined(NUMPY_2)))),
    "UTF-16": (COARSE, "csv", text_of(ROWS, sep=";", encoding="utf-16")),
    "dump": (DETECTIONS, "csv", DUMP.encode()),
}
PIECES = [b"", b"\0", b",", b";", b'"', b"\n", b"\r", b"-", b"1e999", b"9" * 30, b"nan", b"\xff\xfe", b"\xc9"]


@given(
    form=hs.sampled_from(sorted(WHOLE_FILES)),
    damages=hs.lists(
        hs.tuples(hs.floats(0, 1), hs.integers(0, 40), hs.sampled_from(PIECES)), min_size=1, max_size=4
    ),
)
def test_a_damaged_file_is_read_or_refused_by_name(
    form: str, damages: list[tuple[float, int, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    table, ending, content = WHOLE_FILES[form]
    for place, cut, piece in damages:
        start = int(place * len(content))
        content = content[:start] + piece + content[start + cut :]
    folder = tmp_path_factory.mktemp("damaged")
    (folder / f"{table.name}.{ending}").write_bytes(content)
    source = FolderSource(folder, 661)
    refused = ""
    try:
        raw = source.fetch_table(table, silent)
        assert tidy(raw.rows, table).rows.num_rows > 0
    except BadTable as error:
        refused = error.problem
    assert not refused or table.name in refused
