"""A table of the reader's own: its catalogue entry, and its tidy rows once they are matched to nuclei."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.catalog.entry import NativeLevel, Table
from data.catalog.own_reading import OwnReading
from data.catalog.tables import ReleaseTables
from data.errors import DataError
from data.labels.crosswalk import find_label
from data.number_words import plural
from data.own.columns import Choices, Columns, guess_columns
from data.own.confidence import confidences, has_infinite, has_percent
from data.own.file import OwnFile, read_own_file, stem_of, text_array
from data.own.label_columns import MOST_LABELS
from data.own.mapping import meanings, read_mapping, shown_label
from data.own.matching import Match
from data.tables.schema import POSITION
from data.tables.values import MISSING
from data.volume import VOLUME
from data.volume.volume import Release

FAMILY = "own"
_MARKUP = re.compile(r"[^\w .,()+=@%~-]")
"""What Markdown or HTML could act on in the names of files and columns, which are in titles."""
MATCH_COLUMNS = (
    *("table", "row", "written", "label", "counts_as", "nucleus_id", "outcome", "reason", "distance_um"),
    *("classification_system", "confidence"),
)
LISTED = "listed"
"""The label of every row of a file without labels, such as the cell list of a paper."""


@dataclass(frozen=True, kw_only=True, eq=False)
class OwnTable:
    """One column of labels of a reader's own file.

    Attributes
    ----------
    table : Table
        Its entry, like one of the catalogue.
    file : OwnFile
    columns : Columns
    choices : Choices
    column : str
        The column of labels; "" where the file has none.
    labels : tuple of str
        The distinct labels as the file spells them.
    yours : mapping of str to str
        What the reader's own mapping says about labels.
    read_at : str
        When the file was read, ISO 8601, UTC.
    """

    table: Table
    file: OwnFile
    columns: Columns
    choices: Choices
    column: str
    labels: tuple[str, ...]
    yours: Mapping[str, str]
    read_at: str

    @cached_property
    def meaning(self) -> dict[str, str]:
        """As which label each counts."""
        return meanings(self.labels, self.yours)

    @property
    def read_as(self) -> tuple[object, ...]:
        """All that its rows depend on."""
        return self.file.sha256, self.columns, self.choices, self.column, self.meaning

    @property
    def raw_labels(self) -> list[str]:
        """The unknown labels, which stay as they are."""
        labels = self.labels if self.column else ()
        return [label for label in labels if find_label(self.meaning[label]) is None]

    @property
    def for_everybody(self) -> "OwnTable":
        """The same table where the server was started with it: every visitor sees it."""
        return replace(
            self,
            table=replace(
                self.table,
                title=self.table.title.replace("yours", "this server's", 1),
                labels_what=self.table.labels_what.replace("Your labels", "Labels of this server", 1),
                about=self.table.about.replace("your file", "this server's file", 1),
            ),
        )


def read_own_tables(paths: Sequence[Path], choices: Choices, tables: ReleaseTables) -> dict[str, OwnTable]:
    """Read files as tables, by name: the stem of the file, with the column where it has several of labels.

    Raises
    ------
    DataError
        If a file cannot be read, its stem is taken, it has too many labels, or the reader has to decide what
        its columns mean: the columns are named, and the options that decide.
    """
    _check_stems(paths, tables.values())
    mapping = read_mapping(choices.mapping) if choices.mapping else {}
    release, read = tables.release, dict[str, OwnTable]()
    for path in paths:
        file = read_own_file(path)
        columns = guess_columns(file, choices)
        if columns.doubts:
            problems = " ".join(doubt.problem for doubt in columns.doubts)
            raise DataError(problems, " ".join(doubt.remedy for doubt in columns.doubts))
        made = tables_of_file(file, columns, choices, mapping, release)
        check_labels(made.values())
        if twice := made.keys() & read.keys():
            problem = f"Two tables of your files would be named “{min(twice)}”."
            raise DataError(problem, "Rename one of the files or columns.")
        read |= made
    return read


def tables_of_file(
    file: OwnFile, columns: Columns, choices: Choices, mapping: Mapping[str, str], release: Release
) -> dict[str, OwnTable]:
    """The tables of a file by name: one for each column of labels, or one that lists its nuclei.

    Raises
    ------
    DataError
        If the file states that its rows are of another release.
    """
    entry = _entry(file, "", "group", release)
    if error := file.statement.contradiction(entry, choices.release or release.number):
        raise error
    made = [
        _own_table(file, columns, choices, column, mapping, release) for column in columns.labels or ("",)
    ]
    tables = {own.table.name: own for own in made}
    if len({name.casefold() for name in tables}) < len(made):
        problem = f"Two columns of {file.path.name} differ only in case or marks, and would name one table."
        raise DataError(problem, "Rename one of them.")
    return tables


def check_labels(tables: Iterable[OwnTable]) -> None:
    """Raise `DataError` if a table has more labels than the pages can tell apart."""
    for own in tables:
        n = len({*own.meaning.values()})
        if n > MOST_LABELS:
            column = shown_label(own.column)
            raise DataError(
                f"{own.file.path.name}: the column {column} has {plural(n, 'label')}; "
                f"at most {MOST_LABELS} are allowed.",
                "Name another column, or let rare labels count as one by a mapping.",
            )


def _check_stems(paths: Sequence[Path], official_tables: Iterable[Table]) -> None:
    titles = {title.casefold(): table for table in official_tables for title in (table.name, table.title)}
    seen: dict[str, Path] = {}
    for path in paths:
        stem = stem_of(path).casefold()
        official = titles.get(stem) or titles.get(_without_release(stem))
        if official:
            releases = ", ".join(str(number) for number in official.releases)
            raise DataError(
                f"{path.name} has the name of {official.name}, a table that releases {releases} hold.",
                "Rename the file, or open its folder as such a release (--source folder --release).",
            )
        if stem in seen:
            both = [one.expanduser().absolute() for one in (seen[stem], path)]
            above = os.path.commonpath([one.parent for one in both])
            first, second = (one.relative_to(above) for one in both)
            raise DataError(
                f"{first} and {second} would both be the table “{stem_of(path)}”.", "Rename one of the two."
            )
        seen[stem] = path


def _without_release(stem: str) -> str:
    head, _, tail = stem.rpartition("_v")
    return head if tail.isdigit() and int(tail) in VOLUME.releases else stem


def _own_table(
    file: OwnFile,
    columns: Columns,
    choices: Choices,
    column: str,
    mapping: Mapping[str, str],
    release: Release,
) -> OwnTable:
    labels = tuple(sorted({word for word in _label_words(file, column)[1] if word}))
    several = column if len(columns.labels) > 1 else ""
    meaning = meanings(labels, mapping)
    # Only IDs of the opened release are matched by a script, in files that pandas reads.
    by = columns.by if columns.by != "position" and not choices.release and file.is_plain else ""
    written = text_array(file.rows[column]).unique().drop_null().to_pylist() if column else []
    gone = tuple((word, "") for word in sorted({*map(str.strip, written)} & {*MISSING} - {""}))
    reading = OwnReading(
        file=file.path.name,
        options=file.options,
        by=by,
        id_column=columns.names[0],
        label_column=column,
        system_column=columns.system,
        confidence_column=columns.confidence,
        meanings=(*((label, means) for label, means in meaning.items() if label != means), *gone),
        shared_roots=choices.shared_roots,
        in_percent=bool(columns.confidence) and has_percent(file.rows[columns.confidence]),
        infinite=bool(columns.confidence) and has_infinite(file.rows[columns.confidence]),
    )
    return OwnTable(
        table=replace(_entry(file, several, _level(meaning.values()), release), own=reading),
        file=file,
        columns=columns,
        choices=choices,
        column=column,
        labels=labels,
        yours=mapping,
        read_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
    )


def _entry(file: OwnFile, column: str, level: NativeLevel, release: Release) -> Table:
    # File and column names are text: no page takes them for markup, nor a download for a path.
    column = shown_label(column) if column else ""
    shown = _MARKUP.sub("_", f"{file.path.name}, {column}" if column else file.path.name)
    return Table(
        name=_MARKUP.sub("_", f"{file.stem}.{column}" if column else file.stem),
        title=f"yours: {shown}",
        family=FAMILY,
        kind="labels",
        method="own",
        level=level,
        classification="As your file has it.",
        releases=tuple(sorted({VOLUME.release, release.number})),
        labels_what=f"Your labels, from {shown}",
        about=f"Read from your file {shown}. It is not a table of the release.",
        citations=(),
    )


def _level(words: Iterable[str]) -> NativeLevel:
    """The finest level at which labels are known; that of groups where none is."""
    entries = [entry for word in words if (entry := find_label(word))]
    if any(entry.standing != "neither" for entry in entries) and not any(
        entry.subclass == entry.label for entry in entries
    ):
        return "m-type"
    if any(entry.subclass for entry in entries):
        return "subclass"
    if any(entry.cell_class for entry in entries):
        return "class"
    return "neuron" if entries else "group"


def _label_words(file: OwnFile, column: str) -> tuple[NDArray[np.int64], list[str]]:
    """A column's words, each once or with other blanks around it, and their places in the rows.

    The last is "", which stands for none; without a column every row is `LISTED`.
    """
    if not column:
        return np.zeros(file.rows.num_rows, np.int64), [LISTED, ""]
    encoded = text_array(file.rows[column]).dictionary_encode()
    words = [word.strip() for word in encoded.dictionary.to_pylist()]
    places = encoded.indices.fill_null(len(words)).to_numpy().astype(np.int64)
    return places, ["" if word in MISSING else word for word in [*words, ""]]


def row_words(file: OwnFile, column: str, shown: Mapping[str, str] | None = None) -> pd.Series:
    """The word of each row, as it is shown if that is given; None where it has none."""
    places, words = _label_words(file, column)
    named = [(shown.get(word) if shown is not None else word) or None for word in words]
    return pd.Series(np.array(named, dtype=object)[places], dtype=object)


def rows_of(own: OwnTable, match: Match) -> pd.DataFrame:
    """Every row of the file with its label, its nucleus and why it has it or none, to take away.

    A row whose root ID labels several nuclei comes once for each.
    """
    none = np.setdiff1d(np.arange(len(match.rows)), match.places)
    order = np.argsort(np.concatenate([match.places, none]), kind="stable")
    nuclei = np.concatenate([match.nuclei, np.zeros_like(none)])[order]
    rows = match.rows.assign(
        table=own.table.name,
        label=row_words(own.file, own.column),
        counts_as=row_words(own.file, own.column, own.meaning),
    )
    if own.columns.system:
        rows["classification_system"] = row_words(own.file, own.columns.system)
    if own.columns.confidence:
        rows["confidence"] = confidences(own.file.rows[own.columns.confidence])
    rows = rows.iloc[np.concatenate([match.places, none])[order]].assign(nucleus_id=nuclei)
    return rows[[name for name in MATCH_COLUMNS if name in rows]]


def tidy_rows(own: OwnTable, match: Match, known: pd.DataFrame) -> pd.DataFrame:
    """The tidy frame of matched rows: label and confidence of the row, the rest of the nucleus.

    Parameters
    ----------
    own : OwnTable
    match : Match
    known : DataFrame
        The nuclei that rows could name, one row per nucleus.
    """
    words = row_words(own.file, own.column, own.meaning).iloc[match.places]
    told = ~unlabelled_beside_labelled(words.isna().to_numpy(), match.nuclei)
    places, nuclei = match.places[told], match.nuclei[told]
    of_nucleus = known.set_index("nucleus_id").reindex(nuclei)
    frame = pd.DataFrame({"nucleus_id": nuclei.astype(np.int64)})
    if "root_id" in of_nucleus:
        frame["root_id"] = of_nucleus["root_id"].to_numpy(np.int64)
    if own.columns.system:
        groups = {word: shown_label(word) for word in _label_words(own.file, own.columns.system)[1] if word}
        shown = row_words(own.file, own.columns.system, groups)
        frame["classification_system"] = _categories(shown.iloc[places])
    frame["cell_type"] = _categories(words[told])
    for name in (*POSITION, "volume_um3"):
        if name in of_nucleus:
            frame[name] = of_nucleus[name].to_numpy(np.float32)
    if own.columns.confidence:
        confidence = confidences(own.file.rows[own.columns.confidence])[places]
        frame["confidence"] = confidence.astype(np.float32)
    for name in frame.columns:
        if isinstance(values := frame[name].to_numpy(), np.ndarray):
            values.flags.writeable = False
    return frame


def unlabelled_beside_labelled(is_empty: NDArray[np.bool_], nuclei: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which rows without a label name a nucleus that another row labels: these say nothing of it."""
    return is_empty & np.isin(nuclei, nuclei[~is_empty])


def _categories(words: pd.Series) -> pd.Categorical:
    return pd.Categorical(words, categories=pd.Index(sorted(words.dropna().unique()), dtype=object))
