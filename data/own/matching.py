"""Which nucleus each row of a reader's own file names, or why it names none."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.spatial import KDTree

from data.errors import DataError
from data.number_words import of_nuclei, plural
from data.own.columns import Choices, Columns
from data.own.file import OwnFile, text_array
from data.own.ids import NO_ID, IdValues, row_ids
from data.own.misfit import contradictions, id_doubt, unit_doubt
from data.own.points import read_positions_um
from data.tables.schema import POSITION

MATCHED = "matched"
NOT_MATCHED = "not matched"


@dataclass(frozen=True, eq=False)
class KnownNuclei:
    """The nuclei that rows can name.

    Attributes
    ----------
    frame : DataFrame
        A row per nucleus: `nucleus_id`, and where known `root_id`, `x_um`, `depth_um`, `z_um`, `volume_um3`.
    name : str
        What they are, such as “detected nuclei of v661”.
    """

    frame: pd.DataFrame
    name: str


@dataclass(frozen=True, eq=False)
class Match:
    """The nuclei of rows.

    Attributes
    ----------
    rows : DataFrame
        One line per row of the file, in its order: `row` (from 1), `written` (what names the nucleus),
        `nucleus_id` (0 = none; the first of several), `outcome` (`MATCHED`, `NOT_MATCHED`), `reason`, and of
        positions `distance_um`.
    places, nuclei : int64 arrays
        The matches: places of rows (from 0) and their nuclei. A row has several only where a root ID labels
        each nucleus on it.
    notes : tuple of str
        What was counted, for the reader.
    doubt : DataError or None
        Why the rows may name other things than nuclei, or lie elsewhere.
    """

    rows: pd.DataFrame
    places: NDArray[np.int64]
    nuclei: NDArray[np.int64]
    notes: tuple[str, ...]
    doubt: DataError | None = None

    @cached_property
    def n_matched(self) -> int:
        """Rows that name a nucleus."""
        return int((self.rows["outcome"] == MATCHED).sum())

    @cached_property
    def unmatched(self) -> dict[str, int]:
        """Rows that name none, by reason, the most frequent first."""
        reasons = self.rows.loc[self.rows["outcome"] == NOT_MATCHED, "reason"]
        return {str(reason): int(n) for reason, n in reasons.value_counts().items()}


def match_rows(
    file: OwnFile, columns: Columns, choices: Choices, known: KnownNuclei, roots: KnownNuclei | None = None
) -> Match:
    """Match the rows of a file to nuclei.

    Parameters
    ----------
    file, columns, choices
        The file, what its columns mean, and what the reader decided.
    known : KnownNuclei
        Of the opened release.
    roots : KnownNuclei, optional
        Those of the release of the root IDs, if that is another one.
    """
    if columns.by == "position":
        match = _by_position(file, columns, choices, known)
    else:
        ids = row_ids(file.rows[columns.names[0]])
        by_root = columns.by == "root"
        match = _by_root(ids, choices, known, roots or known) if by_root else _by_nucleus(ids, known)
        if not by_root:
            nuclei = known.frame["nucleus_id"].to_numpy()
            match = replace(match, doubt=id_doubt(file, columns.names[0], ids.ids, nuclei))
    notes, two = contradictions(
        file, columns.names, match.rows["nucleus_id"].to_numpy(), known.frame, known.name
    )
    match.rows.loc[two, "reason"] += "; another column names another nucleus"
    return replace(match, notes=(*match.notes, *notes))


def _by_nucleus(ids: IdValues, known: KnownNuclei) -> Match:
    nuclei = known.frame["nucleus_id"].to_numpy()
    found = np.isin(ids.ids, nuclei) & (ids.ids > 0)
    reasons = ids.reasons.copy()
    reasons[(ids.ids > 0) & ~found] = f"not among the {known.name}"
    reasons[found] = "nucleus ID"
    return _match(ids.written, np.flatnonzero(found), ids.ids[found], reasons)


def _by_root(ids: IdValues, choices: Choices, known: KnownNuclei, roots: KnownNuclei) -> Match:
    frame = roots.frame
    if "root_id" not in frame:
        frame = frame.assign(root_id=0)
    with_root = frame.loc[frame["root_id"] > 0, ["root_id", "nucleus_id"]].drop_duplicates()
    rows = pd.DataFrame({"place": np.arange(len(ids.ids)), "root_id": ids.ids})
    pairs = rows.merge(with_root, on="root_id")  # in the order of the rows
    n_nuclei = np.bincount(pairs["place"], minlength=len(rows))
    in_release = np.isin(pairs["nucleus_id"], known.frame["nucleus_id"])
    reasons = ids.reasons.copy()
    has_id = ids.ids > 0
    reasons[has_id & (n_nuclei == 0)] = f"no nucleus on this root ID among the {roots.name}"
    several = n_nuclei > 1
    shared = [f"{of_nuclei(int(n))} on this root ID" for n in n_nuclei[several]]
    reasons[several] = shared
    reasons[n_nuclei == 1] = "root ID"
    kept = in_release & (choices.shared_roots | ~several[pairs["place"].to_numpy()])
    pairs, places = pairs[kept], pairs["place"].to_numpy()[kept]
    lost = has_id & (n_nuclei > 0) & ~np.isin(np.arange(len(rows)), places) & ~several
    reasons[lost] = f"not among the {known.name}"
    notes = []
    if several.any():
        taken = "each nucleus is labelled" if choices.shared_roots else "they label none"
        rows_words = plural(int(several.sum()), "row names a root ID", "rows name root IDs")
        notes.append(f"{rows_words} with several nuclei: {taken}.")
    if roots is not known and "root_id" in known.frame:
        now = known.frame.drop_duplicates("nucleus_id").set_index("nucleus_id")["root_id"]
        changed = now.reindex(pairs["nucleus_id"]).to_numpy() != pairs["root_id"].to_numpy()
        roots_words = plural(int(changed.sum()), "root ID differs", "root IDs differ")
        notes.append(f"{roots_words} from those of the opened release.")
    return _match(ids.written, places, pairs["nucleus_id"].to_numpy(), reasons, notes)


def _by_position(file: OwnFile, columns: Columns, choices: Choices, known: KnownNuclei) -> Match:
    points = read_positions_um(file, columns.names, columns.unit)
    placed = known.frame.dropna(subset=[name for name in POSITION if name in known.frame])
    if not {*POSITION} <= {*known.frame.columns}:
        placed = placed.iloc[:0].assign(**dict.fromkeys(POSITION, 0.0))
    has_point = np.array(np.isfinite(points).all(axis=1))
    distance = np.full(len(points), np.inf)
    nearest = np.zeros(len(points), dtype=np.int64)
    doubt = None
    if len(placed) and has_point.any():
        tree = KDTree(placed[[*POSITION]].to_numpy(np.float64))
        distance[has_point], nearest[has_point] = tree.query(points[has_point], workers=-1)
        doubt = unit_doubt(file, columns.names, columns.unit, lambda found: tree.query(found)[0])
    near = distance <= choices.within_um
    reasons = np.full(len(points), "no position", dtype=object)
    reasons[has_point] = f"no nucleus within {choices.within_um:g} µm"
    reasons[near] = f"nearest nucleus within {choices.within_um:g} µm"
    words = (text_array(file.rows[name]).fill_null("") for name in columns.names)
    written: list[str] = pc.binary_join_element_wise(*words, " ").to_pylist()
    nuclei = placed["nucleus_id"].to_numpy()[nearest[near]] if near.any() else np.array([], dtype=np.int64)
    match = _match(written, np.flatnonzero(near), nuclei, reasons)
    match.rows["distance_um"] = np.where(np.isfinite(distance), distance, np.nan).astype(np.float32)
    return replace(match, doubt=doubt)


def _match(
    written: list[str],
    places: NDArray[np.int64],
    nuclei: NDArray[np.int64],
    reasons: NDArray[np.object_],
    notes: list[str] | None = None,
) -> Match:
    n = len(written)
    first = np.zeros(n, dtype=np.int64)
    first[places[::-1]] = nuclei[::-1]  # the first of several counts
    reasons = np.where(reasons == "", NO_ID, reasons)
    rows = pd.DataFrame(
        {
            "row": np.arange(1, n + 1),
            "written": pd.Series(written, dtype=object),
            "nucleus_id": first,
            "outcome": np.where(first > 0, MATCHED, NOT_MATCHED),
            "reason": pd.Series(reasons, dtype=object),
        }
    )
    repeated = int(pd.Series(nuclei).duplicated().sum())
    counted = [f"{int((first > 0).sum()):,} of {plural(n, 'row')} name a nucleus."]
    if repeated:
        counted.append(
            f"{plural(repeated, 'row names a nucleus', 'rows name nuclei')} that a row above names."
        )
    return Match(
        rows,
        np.asarray(places, dtype=np.int64),
        np.asarray(nuclei, dtype=np.int64),
        (*counted, *(notes or ())),
    )
