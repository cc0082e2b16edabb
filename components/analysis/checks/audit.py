"""Whether a table that repeats labels of others repeats them rightly, and which table it prefers to which.

Its rows name the table that each call is from. A call is compared with that table's label of the nucleus, and
the other tables named anywhere in the column are those that it was preferred to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.labels.ids import Ids
from components.analysis.labels.levels import Reading, read_once
from data.catalog.facts import Repeated
from data.labels.crosswalk import LEVELS, at_level
from data.labels.entry import Level
from data.loader import LabelTable

CallOutcome = Literal[
    "as its table says",
    "unlike its table",
    "one of two labels of its table",
    "not in its table",
    "not comparable",
    "table not at hand",
    "source unknown",
    "no call",
]
SAME, UNLIKE, ONE_OF_TWO, ABSENT, INCOMPARABLE, AWAY, UNKNOWN, NO_CALL = CallOutcome.__args__  # type: ignore[attr-defined]
CHECKED = (SAME, UNLIKE, ONE_OF_TWO, ABSENT)
"""Outcomes of calls that could be compared with the table that they name."""
NONE = ""
"""Stands for the source of a nucleus without a call."""


@dataclass(frozen=True, eq=False)
class CallAudit:
    """The audit of one call of a table, such as its M-types.

    Attributes
    ----------
    repeated : Repeated
        Which call.
    calls : DataFrame
        Index `nucleus_id`, a row each: `call` and `source` as written ("" without), `outcome`,
        `passed_over` and `dissent`: names of the other tables that label the nucleus, and of those among them
        that call it something else, joined by spaces.
    orders : DataFrame
        Each order of tables that occurs, most nuclei first: `source` (the table whose label was taken; "" if
        none was), `passed_over` (the others that label the nucleus), `nuclei`, `dissent` (nuclei of which one
        of these says otherwise).
    """

    repeated: Repeated
    calls: pd.DataFrame
    orders: pd.DataFrame

    @property
    def outcomes(self) -> "pd.Series[int]":
        """Nuclei by outcome, in the order of `CallOutcome`, those that occur."""
        counts = self.calls["outcome"].value_counts()
        return counts.reindex([word for word in CallOutcome.__args__ if word in counts.index])  # type: ignore[attr-defined]

    def nuclei(self, *outcomes: str) -> Ids:
        """The nuclei of some outcomes, sorted."""
        rows = self.calls["outcome"].isin(outcomes).to_numpy()
        return np.sort(self.calls.index.to_numpy()[rows])

    @property
    def preferences(self) -> dict[tuple[str, str], int]:
        """Nuclei for which a table was preferred to another, by both names."""
        found: dict[tuple[str, str], int] = {}
        for source, passed_over, nuclei, _ in self.orders.itertuples(index=False):
            for other in passed_over.split() if source else ():
                found[source, other] = found.get((source, other), 0) + int(nuclei)
        return found

    @property
    def both_ways(self) -> list[tuple[str, str, int, int]]:
        """Two tables each of which was preferred to the other for some nuclei, with these counts."""
        found = self.preferences
        return [
            (first, second, n, found[second, first])
            for (first, second), n in found.items()
            if first < second and (second, first) in found
        ]


def audit_calls(loaded: LabelTable, tables: Mapping[str, LabelTable]) -> tuple[CallAudit, ...]:
    """Audit the calls of a table against the tables that its rows name.

    A nucleus of several rows counts by the first. What names no table is unknown, and so is what the named
    table says where it is not at hand: neither is inferred.

    Parameters
    ----------
    loaded : LabelTable
        With `repeats` in its catalogue entry; calls whose columns its rows lack are left out.
    tables : mapping of str to LabelTable
        The tables at hand, by name.
    """
    rows = loaded.frame.drop_duplicates("nucleus_id").set_index("nucleus_id")
    return tuple(
        _audit(repeated, rows, tables)
        for repeated in loaded.table.repeats
        if {repeated.column, repeated.source} <= {*rows.columns}
    )


def _audit(repeated: Repeated, rows: pd.DataFrame, tables: Mapping[str, LabelTable]) -> CallAudit:
    calls, sources = _texts(rows[repeated.column]), _texts(rows[repeated.source])
    nuclei = rows.index.to_numpy()
    written = {*sources}
    named = [name for name, loaded in tables.items() if name in written and loaded.table.level]
    outcome = np.full(len(nuclei), UNKNOWN, dtype=object)
    outcome[np.isin(sources, named, invert=True) & (sources != NONE)] = AWAY
    passed_over, dissent = np.full(len(nuclei), "", dtype=object), np.full(len(nuclei), "", dtype=object)
    for name in named:
        compared = _compared(calls, nuclei, tables[name], repeated.level)
        own = sources == name
        outcome[own] = compared[own]
        others = ~own & (compared != ABSENT)
        passed_over[others] += f"{name} "
        dissent[others & (compared == UNLIKE)] += f"{name} "
    outcome[calls == NONE] = NO_CALL
    frame = pd.DataFrame(
        {
            "call": pd.Categorical(calls),
            "source": pd.Categorical(np.where(calls == NONE, NONE, sources)),
            "outcome": pd.Categorical(outcome),
            "passed_over": pd.Categorical(np.char.strip(passed_over.astype(str))),
            "dissent": pd.Categorical(np.char.strip(dissent.astype(str))),
        },
        index=rows.index,
    )
    return CallAudit(repeated, frame, _orders(frame))


def _orders(calls: pd.DataFrame) -> pd.DataFrame:
    """Count each order of tables that occurs; a nucleus that no table labels is in none."""
    asked = calls[(calls["source"] != NONE) | (calls["passed_over"] != "")]
    by = asked.assign(dissent=asked["dissent"] != "").groupby(["source", "passed_over"], observed=True)
    counted = by["dissent"].agg(["size", "sum"]).reset_index()
    counted.columns = pd.Index(["source", "passed_over", "nuclei", "dissent"])
    counted = counted.astype({"source": str, "passed_over": str})
    return counted.sort_values(
        ["nuclei", "source", "passed_over"], ascending=[False, True, True], ignore_index=True
    )


def _texts(column: pd.Series) -> NDArray[np.object_]:
    """Words, stripped; "" where missing."""
    words = column.astype(object).where(column.notna(), "")
    return words.astype(str).str.strip().to_numpy(dtype=object)


def _compared(
    calls: NDArray[np.object_], nuclei: Ids, loaded: LabelTable, level: Level
) -> NDArray[np.object_]:
    """How each nucleus's call compares with a table's label; without a call, whether the table has one."""
    reading = read_once(loaded.frame)
    outcome_of = np.full(len(nuclei), ABSENT, dtype=object)
    places = np.searchsorted(reading.nuclei, nuclei)
    places[places == len(reading.nuclei)] = 0
    known = np.flatnonzero(reading.nuclei[places] == nuclei) if len(reading.nuclei) else np.array([], np.intp)
    codes = reading.codes[places[known]]
    words, called = np.unique(calls[known].astype(str), return_inverse=True)
    pairs, pair = np.unique(called * len(reading.words) + codes, return_inverse=True)
    verdicts = [
        _verdict(
            str(words[number // len(reading.words)]), loaded, reading, int(number % len(reading.words)), level
        )
        for number in pairs
    ]
    outcome_of[known] = np.array(verdicts, dtype=object)[pair]
    conflicting = np.flatnonzero(np.isin(nuclei, reading.conflicting))
    own = loaded.frame[["nucleus_id", "cell_type"]].dropna().set_index("nucleus_id")["cell_type"].astype(str)
    for row in conflicting:
        both = own.loc[[nuclei[row]]]
        said_of_both = {_same(str(calls[row]), _bare(word, loaded), None, level) for word in both}
        outcome_of[row] = SAME if said_of_both == {SAME} else ONE_OF_TWO if SAME in said_of_both else UNLIKE
    return outcome_of


def _verdict(call: str, loaded: LabelTable, reading: Reading, code: int, level: Level) -> str:
    word = reading.words[code]
    return ABSENT if word is None else _same(call, _bare(word, loaded), reading.systems[code], level)


def _same(call: str, word: str, system: str | None, level: Level) -> str:
    """Compare two words at a level, or at the finest coarser one at which both mean something."""
    if call == NONE:
        return INCOMPARABLE
    for coarser in reversed(LEVELS[: LEVELS.index(level) + 1]):
        first, second = at_level(call, coarser), at_level(word, coarser, system)
        if first and second:
            return SAME if first == second else UNLIKE
    return INCOMPARABLE


def _bare(word: str, loaded: LabelTable) -> str:
    """A label as its table wrote it, without the mark that tells its meaning from other tables'."""
    mark = loaded.table.mark
    return word.removesuffix(f" ({mark})") if mark else word
