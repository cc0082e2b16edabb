"""What is reported of a reader's own table once it is matched: its record, and what was not read of it."""

import pandas as pd

from data.number_words import first_of, plural
from data.own.confidence import confidence_doubt
from data.own.matching import Match
from data.own.table import FAMILY, LISTED, OwnTable, row_words, unlabelled_beside_labelled
from data.tables.records import Provenance
from data.volume.volume import Release

MOST_NAMED = 20
"""The most unknown labels that a note names."""


def left_out_notes(own: OwnTable, match: Match) -> tuple[str, ...]:
    """Say which rows without a label are left out, and which confidences are not read."""
    notes = list[str]()
    empty = row_words(own.file, own.column).isna().to_numpy()[match.places]
    if n := int(unlabelled_beside_labelled(empty, match.nuclei).sum()):
        rows = plural(n, "row without a label names a nucleus", "rows without a label name nuclei")
        notes.append(f"{rows} that another row labels: that label counts.")
    used = {*own.columns.names, *own.columns.labels, own.columns.system}
    rest = [name for name in own.file.rows.column_names if name not in used]
    doubt = confidence_doubt(own.file, rest, own.columns.labels, own.columns.confidence)
    return (*notes, doubt) if doubt else tuple(notes)


def provenance_of(
    own: OwnTable, match: Match, frame: pd.DataFrame, release: Release, *, synthetic: bool
) -> Provenance:
    """The record of a matched table."""
    not_matched = tuple(f"{plural(n, 'row')}: {reason}." for reason, n in match.unmatched.items())
    raw = [own.meaning[label] for label in own.raw_labels]
    listed = () if own.column else (f"No column was taken for labels: each nucleus is “{LISTED}”.",)
    kept = (f"Labels that are not known stay as they are: {first_of(raw, MOST_NAMED)}.",) if raw else ()
    left_out = left_out_notes(own, match)
    doubted = (match.doubt.problem,) if match.doubt else ()
    return Provenance(
        table=own.table.name,
        source=FAMILY,
        place=own.table.title,
        origin=own.file.path.name,
        release=release.number,
        timestamp=release.iso,
        synthetic=synthetic,
        rows=len(frame),
        nuclei=frame["nucleus_id"].nunique(),
        sha256=own.file.sha256,
        fetched_at=own.read_at,
        absent=(),
        notes=(*match.notes, *doubted, *not_matched, *left_out, *listed, *kept, *own.file.notes),
        stamp="",
        assumptions=own.file.notes,
    )
