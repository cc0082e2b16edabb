"""The code of a reader's own table: run beside the file, it gives the page's matrix and selection."""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from components.analysis.code_export.comparisons import matrix_snippet
from components.analysis.code_export.recipes import selection_snippet
from components.analysis.comparison.agreement import measure_agreement, pair_labels
from components.analysis.labels.ranges import Range
from components.analysis.selection.kinds import Filtered
from data.loader import OpenRelease
from data.opening import open_release
from data.own.table import rows_of
from data.settings import read_settings
from tests.made_release import DETECTIONS, METAMODEL, MadeRelease, run

Write = Callable[[pd.DataFrame, Path], object]


def own_rows(made: MadeRelease) -> pd.DataFrame:
    """Return rows of a reader's own: spelled in other words, twice, unknown, without a label."""
    frame = made.frames[DETECTIONS].iloc[:120]
    words = ["L2/3 IT", "BC", "PV", 'odd "label"', "Oligodendrocytes", "", "=cmd|'A0", "\u202eBC ", "'=x"]
    labels = np.resize(words, len(frame))
    rows = pd.DataFrame({"nucleus_id": frame["nucleus_id"], "root_id": frame["root_id"], "my type": labels})
    # Some again: alike, without a label, and one of no nucleus.
    again = [rows.iloc[:3], rows.iloc[6:9].assign(**{"my type": ""})]
    return pd.concat([rows, *again, rows.iloc[:1].assign(nucleus_id=5, root_id=7)])


FILES: dict[str, tuple[str, list[str], Write]] = {
    "nuclei": ("mine.csv", ["nucleus_id", "my type"], lambda rows, path: rows.to_csv(path, index=False)),
    "Excel": (
        "mine.csv",
        ["nucleus_id", "my type"],
        lambda rows, path: path.write_text(
            'Table S1;\n"nucleus_id";"my type"\n'
            + "\n".join(f'="{n}";"{word.replace(chr(34), chr(34) * 2)}"' for n, word in rows.to_numpy()),
            "utf-16",
        ),
    ),
    "no header": (
        "mine.tsv",
        ["nucleus_id", "my type"],
        lambda rows, path: rows.iloc[:120].to_csv(path, index=False, header=False, sep="\t"),
    ),
    "Parquet with roots": ("mine.parquet", ["root_id", "my type"], lambda rows, path: rows.to_parquet(path)),
    "only a list": ("mine.csv", ["nucleus_id"], lambda rows, path: rows.to_csv(path, index=False)),
    "a print, with a number for a name": (
        "2023.txt",
        ["nucleus_id", "my type"],
        lambda rows, path: path.write_text(
            rows[rows["my type"].str.contains("^[A-Zo]")].to_string(index=False)
        ),
    ),
    "packed under a name of text, names with blanks, IDs kept from Excel, \\N for none": (
        "mine.csv",
        ["nucleus_id", "my type"],
        lambda rows, path: path.write_bytes(
            gzip.compress(
                "".join(
                    f"{n}, {word}\n"
                    for n, word in [
                        ("nucleus_id", "my type"),
                        *zip(
                            "'" + rows["nucleus_id"].map(str), rows["my type"].replace("", r"\N"), strict=True
                        ),
                    ]
                ).encode()
            )
        ),
    ),
    "UTF-32 with roots, some as decimals": (
        "mine.csv",
        ["root_id", "my type"],
        lambda rows, path: rows.assign(
            root_id=rows["root_id"].map(str) + np.resize(["", ".0"], len(rows))
        ).to_csv(path, index=False, encoding="utf-32"),
    ),
    "JSON with words for none": (
        "mine.json",
        ["nucleus_id", "my type"],
        lambda rows, path: rows.replace({"my type": {"": "NaT", "PV": "NA"}}).to_json(path, orient="records"),
    ),
    "JSON of another layout": (
        "mine.json",
        ["nucleus_id", "my type"],
        lambda rows, path: rows.reset_index(drop=True).to_json(path, orient="index"),
    ),
    "Parquet with an index": (
        "mine.parquet",
        ["nucleus_id", "my type"],
        lambda rows, path: rows.set_index("nucleus_id").to_parquet(path),
    ),
    "an older encoding": (
        "mine.csv",
        ["nucleus_id", "my type"],
        lambda rows, path: rows.replace({"my type": {"PV": "Körner – k"}}).to_csv(
            path, index=False, encoding="cp1252", errors="replace"
        ),
    ),
    "JSON of an older encoding": (
        "mine.json",
        ["nucleus_id", "my type"],
        lambda rows, path: path.write_bytes(
            rows.replace({"my type": {"PV": "Körner", "\u202eBC ": "BC"}})
            .to_json(orient="records", force_ascii=False)
            .encode("latin-1")
        ),
    ),
}


def opened_with(made: MadeRelease, path: Path) -> OpenRelease:
    given = {"source": "archive", "archive": made.origin.base, "cache": made.cache, "with_": [path]}
    return open_release(read_settings(given), sample_when_offline=False)


@pytest.mark.parametrize("kind", FILES)
def test_the_code_reads_the_readers_file(
    kind: str, made: MadeRelease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, columns, write = FILES[kind]
    write(own_rows(made)[columns], tmp_path / file)
    opened, name = opened_with(made, tmp_path / file), Path(file).stem
    own = opened.load_labels(name)
    rows_of(opened.own[name], opened.match(name)[1]).to_csv(tmp_path / f"{name}_matches.csv", index=False)
    monkeypatch.chdir(tmp_path)
    axes = (own.as_axis, made.side(METAMODEL))
    for level in ("type", "class"):
        expected = measure_agreement(pair_labels(*axes, level))
        got = run(matrix_snippet(made.origin, expected.pairs, axes))["matrix"]
        assert got.to_numpy().tolist() == expected.matrix.to_numpy().tolist()
        assert list(got.index) == list(expected.matrix.index)
    shallow = Filtered(name, ("23P",) if len(columns) > 1 else ("listed",), (Range("depth_um", -9e9, 600.0),))
    frames = {name: own.frame}
    names = run(selection_snippet(made.origin, shallow, frames, file="selected.csv"))
    assert sorted(names["nucleus_ids"].tolist()) == shallow.nuclei(frames).tolist() != []


@pytest.mark.parametrize("mark", [".", ",", "%", "inf"])
def test_the_code_selects_by_a_confidence_with_either_decimal_mark_or_in_percent(
    mark: str, made: MadeRelease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = made.frames[DETECTIONS][["nucleus_id"]].iloc[:40]
    sure = frame.assign(cell_type="BC", confidence=np.linspace(0.0, 1.0, 40))
    if mark == "inf":
        sure.loc[[0, 39], "confidence"] = (-np.inf, np.inf)
    if mark == "%":
        sure["confidence"] = (sure["confidence"] * 100).map("{:.3f} %".format)
    sure.to_csv(tmp_path / "mine.csv", sep=";", decimal="," if mark == "," else ".", index=False)
    own = opened_with(made, tmp_path / "mine.csv").load_labels("mine")
    monkeypatch.chdir(tmp_path)
    above = Filtered("mine", (), (Range("confidence", 0.5, np.inf),))
    frames = {"mine": own.frame}
    names = run(selection_snippet(made.origin, above, frames, file="selected.csv"))
    assert sorted(names["nucleus_ids"].tolist()) == above.nuclei(frames).tolist()
    assert len(names["nucleus_ids"]) == (19 if mark == "inf" else 20)
