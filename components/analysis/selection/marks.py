"""The marks of a chart: the words by which each stands for some of the nuclei that the chart counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.labels.ids import Ids, each_once

MarkWords = dict[str, str]
"""Where a mark is: its word on each axis."""


@dataclass(frozen=True, eq=False)
class Axis:
    """What tells a chart's marks apart.

    Attributes
    ----------
    words : Categorical, length n
        The word of each nucleus: a label on an axis of the figure, or the name of a trace.
    columns : tuple of str
        The cloud's columns from which the browser can tell the word; none: it is sent the nuclei.
    title : str
        What a screen reader says with a word: the table whose word it is, where the chart shows several, or a
        phrase with “{}” in its place.
    absent : str
        The word for nuclei that this table does not hold, where the chart shows them.
    """

    words: pd.Categorical
    columns: tuple[str, ...]
    title: str = ""
    absent: str = ""


@dataclass(frozen=True, eq=False)
class Marks:
    """The nuclei that a chart counts, and which mark each belongs to.

    Attributes
    ----------
    nuclei : int64 array, shape (n,)
        Each once, or once for each of the marks that share it.
    axes : mapping of str to Axis
        `x`, `y`: by the mark's position; `name`: by its trace; `y x`: by both in one word, where marks share
        nuclei. A mark's nuclei have its word on each.
    depths : array, shape (n,), optional
        Depth of each nucleus in µm, where a range of depth can be picked in the chart.
    """

    nuclei: Ids
    axes: Mapping[str, Axis]
    depths: NDArray[Any] | None = None

    def words_at(self, point: Mapping[str, Any]) -> MarkWords:
        """Read the position of a point that was clicked.

        The browser's link names the words itself, not those of all axes where the pick was a row of a matrix
        or an entry of a legend. Without it a trace is known by its number, and no words are given where the
        chart no longer has it: the click was on the chart before.
        """
        if "words" in point:
            return {axis: str(word) for axis, word in point["words"].items()}
        own = dict(point)
        if "name" in self.axes and "name" not in point:
            words = self.axes["name"].words
            names = words.categories[np.unique(words.codes[words.codes >= 0])]
            if point["curve_number"] >= len(names):
                return {}
            own["name"] = names[point["curve_number"]]
        return {axis: word_at(own, axis) for axis in self.axes}

    def nuclei_at(self, words: MarkWords, *, differ: bool = False) -> Ids:
        """Find the nuclei of the marks at some words, sorted; at any word of an axis that is not named.

        With `differ`, of a row or column: but those with the same word on the other axis, or absent there.
        """
        at_marks = [np.asarray(self.axes[axis].words == word) for axis, word in words.items()]
        others = [axis for name, axis in self.axes.items() if differ and name not in words]
        at_marks += [~axis.words.isin([*words.values(), axis.absent]) for axis in others]
        return np.sort(self.nuclei[np.all(at_marks, axis=0)])

    def selected(
        self, nucleus_ids: Ids, quantiles: Mapping[str, tuple[float, ...]] | None = None
    ) -> "SelectedCounts":
        """Count the selected nuclei of each mark."""
        rows = np.isin(self.nuclei, nucleus_ids)
        for axis in self.axes.values():
            rows &= axis.words.codes >= 0
        words = {name: [str(word) for word in axis.words.categories] for name, axis in self.axes.items()}
        sizes = [len(named) for named in words.values()]
        codes = [axis.words.codes[rows].astype(np.intp) for axis in self.axes.values()]
        places, counts = np.unique(np.ravel_multi_index(codes, sizes), return_counts=True)
        found = np.array(np.unravel_index(places, sizes))
        n = len(each_once(self.nuclei[rows]))
        return SelectedCounts(n, words, found, counts, quantiles or {})


@dataclass(frozen=True, eq=False)
class SelectedCounts:
    """What is selected in a chart.

    Attributes
    ----------
    n : int
        Nuclei that the chart counts and that are selected.
    words : mapping of str to list of str
        By axis.
    codes : int array, shape (axes, marks)
        The words of each mark that has selected nuclei, as places in `words`.
    counts : int array, shape (marks,)
        How many these are.
    quantiles : mapping of str to tuple
        Of boxes: by label the five numbers that a box is drawn from, over the selected nuclei.
    """

    n: int
    words: Mapping[str, list[str]]
    codes: NDArray[np.intp]
    counts: NDArray[np.intp]
    quantiles: Mapping[str, tuple[float, ...]]

    def of(self, words: MarkWords) -> int | None:
        """Count the selected at some words, at any word of an axis not named; None if no mark has these."""
        told = {axis: word_at(words, axis) for axis in self.words if {*axis.split()} <= words.keys()}
        if any(word not in self.words[axis] for axis, word in told.items()):
            return None
        at_words = [
            self.codes[place] == named.index(told[axis])
            for place, (axis, named) in enumerate(self.words.items())
            if axis in told
        ]
        return int(self.counts[np.all(at_words, axis=0)].sum())


def mark_word(value: object) -> str:
    """Write a place on an axis as marks name it: as the browser writes numbers, markup as it came."""
    return f"{value:.15g}" if isinstance(value, float) else str(value).replace("&lt;", "<")


def word_at(point: Mapping[str, Any], axis: str) -> str:
    """Write the position of a point on an axis, or on both of `y x`."""
    return ", ".join(mark_word(point.get(name)) for name in axis.split())


def coded_words(codes: NDArray[Any], words: Iterable[object]) -> pd.Categorical:
    """Words by their codes; -1 is none, and a word may have several codes."""
    named = [str(word) for word in words]
    unique = list(dict.fromkeys(named))
    numbers = np.array([*map(unique.index, named), -1])
    return pd.Categorical.from_codes(numbers[codes], pd.Index(unique))


def exact_tenths(values: NDArray[Any]) -> NDArray[np.float64]:
    """Code numbers so that whole codes tell how they compare with tenths.

    Returns
    -------
    float array
        2·t for t tenths and 2·t + 1 for more: a number is at least t tenths if its code is 2·t or more, and
        at most t tenths if it is 2·t or less, as in the numbers' own precision. NaN stays.
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return np.full(len(values), np.nan)
    first, last = int(np.floor(known.min() * 10)) - 1, int(np.ceil(known.max() * 10)) + 1
    tenths = (np.arange(first, last + 1) / 10).astype(values.dtype)
    place = np.searchsorted(tenths, values, side="right") - 1
    codes = 2.0 * (first + place) + (tenths[place] != values)
    return np.where(np.isfinite(values), codes, np.nan)
