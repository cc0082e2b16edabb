"""What the cloud shows now: its colours, what is chosen, what is selected, and the lines around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Preset = Literal["front", "side", "pia", "oblique"]
Mode = Literal["new", "add", "subtract", "both"]
Act = Literal["click", "lasso", "box", "legend", "depth", "clear"]


@dataclass(frozen=True)
class LegendEntry:
    """One line of the legend: a title, a colour, and the codes of the column that it stands for."""

    title: str
    colour: str
    codes: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ByLabel:
    """Colour by a label column, at whatever level the entries group its codes.

    Codes that no entry names, and nuclei that the table does not hold, are grey context.

    Attributes
    ----------
    column : str
        A label column of the cloud.
    title : str
        Over the legend: the table and the level.
    entries : tuple of LegendEntry
        In the order of the legend.
    """

    column: str
    title: str
    entries: tuple[LegendEntry, ...]


@dataclass(frozen=True, kw_only=True)
class ByNumber:
    """Colour by a number column, or by `x_um`, `depth_um` or `z_um`.

    Attributes
    ----------
    column : str
    title : str
        Over the colour bar.
    unit : str
    colours : tuple of str
        The colour map's stops as `#rrggbb`, evenly spaced from `low` to `high`.
    low, high : float
        Values beyond them take the end colours.
    """

    column: str
    title: str
    unit: str
    colours: tuple[str, ...]
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class ByAgreement:
    """Colour by whether two label columns agree at a level.

    Attributes
    ----------
    rows, columns : str
        Two label columns of the cloud.
    title : str
        Over the legend.
    row_words, column_words : tuple of int
        For each code, the number of its word at the level; -1 where it has none and is not compared.
    colours : mapping of str to str
        For `agree`, `differ`, `rows` (only the first table holds it) and `columns` (only the second).
    titles : mapping of str to str
        The legend's words for the same four.
    """

    rows: str
    columns: str
    title: str
    row_words: tuple[int, ...]
    column_words: tuple[int, ...]
    colours: Mapping[str, str]
    titles: Mapping[str, str]


CloudColours = ByLabel | ByNumber | ByAgreement


@dataclass(frozen=True)
class Outline:
    """A named figure of lines in oriented µm (x, depth, z), such as the V1 column.

    `lines` are polylines, each a sequence of points; `title` is written beside it.
    """

    title: str
    lines: tuple[tuple[tuple[float, float, float], ...], ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """What the cloud shows now.

    Attributes
    ----------
    colour : CloudColours
        What the colours mean.
    filter_ids : array of nucleus IDs, optional
        Only these are chosen; the rest is grey context. None chooses all.
    selected_ids : array of nucleus IDs, optional
        These are lit and the rest is grey context. None or empty: nothing is selected.
    lit : str
        What is lit where that is not a selection, so that it cannot be cleared.
    mode : Mode
        What a pick without Shift or Alt does to the selection; lit at once, before Python has answered.
    preset : Preset, optional
        Turn the camera to this view, once. All views share one camera, across pages.
    layers : sequence of (name, top, bottom)
        Depths in µm below the pia.
    em_corners : array, shape (8, 3), optional
        Corners of the EM volume in oriented µm (x, depth, z); two corners share an edge when their
        numbers differ in one binary digit.
    outlines : tuple of Outline
        Such as the V1 column.
    caption : str
        Written under the exported picture, and part of the text alternative.
    source : str
        The nuclei in words, such as "minnie65, release v661".
    file_name : str
        Of the exported picture, without ending.
    synthetic : bool
        Marks the view, its text alternative and its pictures as made up.
    """

    colour: CloudColours
    filter_ids: ArrayLike | None = None
    selected_ids: ArrayLike | None = None
    lit: str = ""
    mode: Mode = "new"
    preset: Preset | None = None
    layers: Sequence[tuple[str, float, float]] = ()
    em_corners: NDArray[np.float64] | None = None
    outlines: tuple[Outline, ...] = ()
    caption: str = ""
    source: str = ""
    file_name: str = "nuclei"
    synthetic: bool = False


@dataclass(frozen=True, eq=False)
class Picked:
    """What the reader picked in the cloud.

    Attributes
    ----------
    act : Act
        How; `clear` asks for an empty selection.
    mode : Mode
        Whether Shift (`add`) or Alt (`subtract`) was held; else `new`, and the view's own mode holds.
    nucleus_ids : int64 array
        Sorted.
    title : str, optional
        The legend entry, where `act` is `legend`.
    depths : tuple of (low, high), optional
        Ends of the range in µm, both included, where `act` is `depth`.
    """

    act: Act
    mode: Mode
    nucleus_ids: NDArray[np.int64] = field(repr=False)
    title: str | None = None
    depths: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class TourStep:
    """A view to present.

    Attributes
    ----------
    words : str
        The sentence over it.
    view : View
        Its preset is the side from which the volume is seen.
    near : bool
        Go near the selected nuclei instead.
    """

    words: str
    view: View
    near: bool = False
