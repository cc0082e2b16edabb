"""A frozen answer as a record: the question, its tables' checksums, counts, matrix, metrics and selection."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

import pandas as pd

from components.analysis.code_export.comparisons import matrix_snippet
from components.analysis.code_export.recipes import ShownRows, rows_snippet, selection_snippet
from components.analysis.code_export.script import origins_of
from components.analysis.code_export.text import Snippet
from components.analysis.comparison.agreement import Agreement, measure_agreement, pair_labels
from components.analysis.comparison.axes import coregistered_labels
from components.analysis.comparison.metrics import metric_intervals
from components.analysis.labels.areas import OfficialAreas, read_areas
from components.analysis.labels.counts import type_counts
from components.analysis.labels.ids import Ids, each_once
from components.analysis.labels.levels import source_labels
from components.analysis.labels.nucleus_table import PLACE, nucleus_table
from components.analysis.output.frozen.question import Question
from components.analysis.output.frozen.rows import ids_sha256, table_checksums
from components.analysis.output.results import agreement_record
from components.analysis.selection.filter_rows import LabelledRows
from components.analysis.selection.filters import filter_masks, filter_words, kept
from components.analysis.selection.kinds import words_of
from data.catalog import CATALOG
from data.catalog.entry import Table
from data.loader import LabelTable, OpenRelease
from data.own.table import OwnTable
from data.tables.records import Provenance
from data.volume import VOLUME

FORMAT, VERSION = "microns-cell-types answer", 1
COMPARED = ("release", "timestamp", "synthetic", "tables", "rows", "comparison", "selection")
"""The sections that follow from the question and the rows: they are made again where it is verified."""
SAVED = ("saved", "script", "citation")
"""Sections that say how it was made."""
CHECKSUMS = "checksums"
"""The section with a checksum of each other one."""


@dataclass(frozen=True)
class Loaded:
    """The tables of a question, of an opened release, and which of them are the reader's own."""

    opened: OpenRelease
    tables: Mapping[str, LabelTable]

    def own(self, name: str) -> OwnTable | None:
        """A reader's own table by its name; None of any other."""
        return self.opened.own.get(name)


def answer_record(question: Question, loaded: Loaded) -> dict[str, Any]:
    """Answer a question: the sections of a frozen answer that follow from the rows.

    Raises
    ------
    DataError
        If a table lacks what the question asks of it.
    """
    release = loaded.opened.release
    shown = _shown_rows(question, loaded.tables)
    result = _compared(question, loaded.tables, shown)
    return {
        "format": FORMAT,
        "version": VERSION,
        "volume": VOLUME.datastack,
        "release": release.number,
        "timestamp": release.iso or None,
        "synthetic": loaded.opened.source.synthetic,
        "question": question.record(),
        "tables": [_table_record(name, loaded) for name in question.tables],
        "rows": shown.record(question),
        "comparison": result and _comparison_record(result, loaded.tables[question.table].provenance),
        "selection": _selected(question, loaded.tables),
    }


def frozen_answer(
    question: Question,
    loaded: Loaded,
    *,
    page: str,
    parameters: Mapping[str, Sequence[str]],
) -> str:
    """Write an answer as a file, with the scripts that give it and what to cite.

    Parameters
    ----------
    question : Question
    loaded : Loaded
    page : str
        The page that shows it, and `parameters`, those of its link.
    parameters : mapping of str to sequence of str
    """
    source = loaded.opened.source
    record = answer_record(question, loaded) | {
        "script": [vars(snippet) for snippet in _scripts(question, loaded)],
        "citation": citations([loaded.tables[name].table for name in question.tables]),
        "saved": {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "source": source.name,
            "page": page,
            "parameters": {name: [*values] for name, values in sorted(parameters.items())},
            "sources": [_source_record(loaded.tables[name]) for name in question.tables],
        },
    }
    return json.dumps(with_checksums(record), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def with_checksums(record: dict[str, Any]) -> dict[str, Any]:
    """An answer with the checksum of each section."""
    return record | {CHECKSUMS: {section: section_sha256(content) for section, content in record.items()}}


def section_sha256(content: object) -> str:
    """Checksum of a section of an answer, as JSON without spaces and with sorted keys."""
    text = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def citations(tables: Sequence[Table]) -> list[str]:
    """The papers to cite for some tables, the dataset's first, and where the rows are from."""
    keys = [*list(CATALOG.citations)[:1], *(key for table in tables for key in table.citations)]
    papers = [CATALOG.citations[key] for key in dict.fromkeys(keys)]
    return [*(f"{paper.full} {paper.url}" for paper in papers), f"{VOLUME.project}: {VOLUME.site}"]


@dataclass(frozen=True)
class _ShownRows:
    loaded: LabelTable
    label_source: LabelTable | None
    frame: pd.DataFrame
    labels: pd.Categorical
    areas: OfficialAreas | None

    @property
    def nuclei(self) -> Ids:
        return each_once(self.frame["nucleus_id"])

    @property
    def within(self) -> Ids | None:
        """The nuclei that are compared; None where these are all of the label source."""
        whole = len(self.frame) == len(self.loaded.frame)
        return None if whole and self.loaded is self.label_source else self.nuclei

    def record(self, question: Question) -> dict[str, Any]:
        counts = type_counts(self.frame["nucleus_id"], self.labels)
        return {
            "filters": filter_words(question.filters, question.preset, self.areas),
            "of_rows": len(self.loaded.frame),
            "of_nuclei": int(self.loaded.frame["nucleus_id"].nunique()),
            "rows": len(self.frame),
            "nuclei": len(self.nuclei),
            "nuclei_by_label": {str(label): int(n) for label, n in counts["nuclei"].items()},
        }


def _shown_rows(question: Question, tables: Mapping[str, LabelTable]) -> _ShownRows:
    loaded = tables[question.table]
    if question.as_axis:
        loaded = _as_axis(question, question.table, tables)
    source = loaded if question.label_source == question.table else tables.get(question.label_source or "")
    frame = source.frame if source else None
    labels, classes = (source_labels(loaded.frame, frame, level) for level in (question.level, "class"))
    areas = read_areas(tables[question.areas]) if question.areas else None
    rows = LabelledRows(loaded.frame, labels, classes, question.preset, areas=areas)
    passing = kept(filter_masks(rows, question.filters), len(loaded.frame))
    return _ShownRows(loaded, source, loaded.frame[passing], labels[passing], areas)


def _as_axis(question: Question, name: str, tables: Mapping[str, LabelTable]) -> LabelTable:
    """A table of functional units as labels of every nucleus of the question's tables at hand."""
    units = tables[name]
    wide = nucleus_table({at_hand: tables[at_hand] for at_hand in (*question.at_hand, name)})
    places = wide[[column for column in PLACE if column in wide]]
    frame = coregistered_labels(units.frame, wide.index).join(places, on="nucleus_id")
    return LabelTable(units.table, frame, units.provenance)


def _compared(question: Question, tables: Mapping[str, LabelTable], shown: _ShownRows) -> Agreement | None:
    if question.partner is None or shown.label_source is None:
        return None
    pairs = pair_labels(
        shown.label_source.as_axis,
        _partner(question, question.partner, tables).as_axis,
        question.compared_at,
        keep_ambiguous=question.ambiguous,
        within=shown.within,
    )
    return measure_agreement(pairs)


def _partner(question: Question, name: str, tables: Mapping[str, LabelTable]) -> LabelTable:
    return _as_axis(question, name, tables) if tables[name].table.kind == "units" else tables[name]


def _comparison_record(result: Agreement, provenance: Provenance) -> dict[str, Any]:
    record = agreement_record(result, provenance)
    same = {key: value for key, value in record.items() if key not in {"release", "source", "synthetic"}}
    return same | {"intervals": _intervals(result)}


def _intervals(result: Agreement) -> dict[str, list[float] | str]:
    if result.pairs.frame.empty:
        return {}
    found = metric_intervals(result.matrix.to_numpy(), square=result.pairs.square)
    return {name: ends if isinstance(ends, str) else [*map(float, ends)] for name, ends in found.items()}


def _selected(question: Question, tables: Mapping[str, LabelTable]) -> dict[str, Any] | None:
    if question.selection is None:
        return None
    nuclei = question.selection.nuclei({name: loaded.frame for name, loaded in tables.items()})
    words = words_of(question.selection, official=bool(question.areas))
    return {"words": words, "nuclei": len(nuclei), "sha256": ids_sha256(nuclei)}


def _table_record(name: str, loaded: Loaded) -> dict[str, Any]:
    table, own = loaded.tables[name], loaded.own(name)
    file = own and {"file": own.file.path.name, "column": own.column, "sha256": own.file.sha256}
    return {"name": name, "title": table.table.title, "own": file, **table_checksums(table)}


def _source_record(table: LabelTable) -> dict[str, str]:
    record = table.provenance
    origin = record.origin if "://" in record.origin else PurePath(record.origin).name  # no path of a machine
    return {
        "table": record.table,
        "source": record.source,
        "origin": origin,
        "sha256": record.sha256,
        "fetched_at": record.fetched_at,
    }


def _scripts(question: Question, loaded: Loaded) -> list[Snippet]:
    """The code of the rows or the matrix, and of the selection, from every place that holds the release."""
    opened, tables = loaded.opened, loaded.tables
    shown = _shown_rows(question, tables)
    result = _compared(question, tables, shown)
    denominator = tuple(tables[name].table for name in question.at_hand)
    rows = ShownRows(
        shown.loaded.table,
        shown.loaded.frame,
        question.filters,
        question.preset,
        question.level,
        shown.label_source.as_axis if shown.label_source else None,
        denominator if question.as_axis else (),
    )
    frames = {name: table.frame for name, table in tables.items()}
    snippets = []
    for origin in origins_of(opened, question.areas):
        if result and shown.label_source and question.partner:
            axes = (shown.label_source.as_axis, _partner(question, question.partner, tables).as_axis)
            filtered = None if shown.within is None else rows
            snippets.append(
                matrix_snippet(origin, result.pairs, axes, shown=filtered, denominator=denominator)
            )
        else:
            snippets.append(rows_snippet(origin, rows))
        if question.selection:
            file = f"v{opened.release.number}-selection.csv"
            snippets.append(selection_snippet(origin, question.selection, frames, file=file))
    return list({snippet.text: snippet for snippet in snippets}.values())
