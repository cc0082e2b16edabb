"""What a frozen answer was asked: tables, level, filters, comparison and selection, as JSON and back."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn
from urllib.parse import quote

from components.analysis.labels.ranges import MEASURES, Range
from components.analysis.selection.filter_rows import FILTERS, Choice, Span
from components.analysis.selection.filters import Filters
from components.analysis.selection.named_sets import LONGEST_RECIPE
from components.analysis.selection.selection import Selection
from components.analysis.selection.text import from_text, to_text
from data.errors import DataError
from data.labels.crosswalk import LEVELS
from data.labels.entry import Level
from data.volume import VOLUME
from data.volume.volume import LayerPreset

REMEDY = "Ask whoever saved the answer for the file, unchanged, or save it again from the app."


@dataclass(frozen=True, kw_only=True)
class Question:
    """A view: all that its numbers follow from, besides the rows.

    Attributes
    ----------
    table : str
        Whose rows are shown.
    as_axis : bool
        Whether a table of functional units labels every nucleus of `at_hand`, as coregistered or not.
    label_source : str or None
        The table of their labels.
    level : Level
    filters : Filters
    layers : str
        Name of the layer preset.
    partner : str or None
        The table that they are compared with.
    compared_at : Level
    ambiguous : bool
        Whether labels with an ambiguous mapping are compared.
    at_hand : tuple of str
        The tables whose nuclei are asked whether they are coregistered; empty without units on an axis.
    selection : Selection or None
    areas : str
        The table that gives areas, where they are asked for and the release has one; "": fitted planes do.
    """

    table: str
    as_axis: bool = False
    label_source: str | None
    level: Level = "type"
    filters: Filters
    layers: str = VOLUME.layer_presets[0].name
    partner: str | None = None
    compared_at: Level = "type"
    ambiguous: bool = True
    at_hand: tuple[str, ...] = ()
    selection: Selection | None = None
    areas: str = ""

    @property
    def preset(self) -> LayerPreset:
        """The layer preset."""
        return next(preset for preset in VOLUME.layer_presets if preset.name == self.layers)

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table that it needs."""
        shown = (self.table, self.label_source, self.partner, *self.at_hand)
        selecting = sorted(self.selection.tables()) if self.selection else []
        return tuple(dict.fromkeys(name for name in (*shown, *selecting, self.areas) if name))

    def record(self) -> dict[str, Any]:
        """Write it as JSON."""
        return {
            "table": self.table,
            "as_axis": self.as_axis,
            "label_source": self.label_source,
            "level": self.level,
            "filters": {key: _choice_record(choice) for key, choice in self.filters.items()},
            "layers": self.layers,
            "partner": self.partner,
            "compared_at": self.compared_at,
            "ambiguous": self.ambiguous,
            "at_hand": list(self.at_hand),
            "selection": to_text(self.selection, longest=None) if self.selection else None,
            **({"areas": self.areas} if self.areas else {}),
        }


def read_question(record: object, known_as: Mapping[str, str]) -> Question:
    """Read a question, in which tables of a reader's own may have other names than here.

    Parameters
    ----------
    record : object
        As `Question.record` writes it.
    known_as : mapping of str to str
        Names of the reader's own tables here, by those in the record.

    Raises
    ------
    DataError
        If it is anything else.
    """
    if not isinstance(record, dict):
        refuse_answer("“question” is not an object")
    try:
        texts = {key: record[key] for key in ("table", "level", "layers", "compared_at")}
        texts |= {"areas": record.get("areas", "")}
        optional = {key: record[key] for key in ("label_source", "partner", "selection")}
        at_hand, filters = record["at_hand"], record["filters"]
        flags = {"as_axis": record["as_axis"], "ambiguous": record["ambiguous"]}
    except KeyError as error:
        refuse_answer(f"its question lacks {error}")
    good = all(isinstance(text, str) for text in texts.values()) and all(
        text is None or isinstance(text, str) for text in optional.values()
    )
    good = good and all(isinstance(flag, bool) for flag in flags.values())
    good = good and isinstance(at_hand, list) and all(isinstance(name, str) for name in at_hand)
    if not good or {texts["level"], texts["compared_at"]} - {*LEVELS}:
        refuse_answer("its question is not as the app writes it")
    if texts["areas"] not in ("", VOLUME.area_table):
        refuse_answer(f"this volume has no table of areas “{texts['areas'][:40]}”")
    if texts["layers"] not in {preset.name for preset in VOLUME.layer_presets}:
        refuse_answer(f"this volume has no layers “{texts['layers'][:40]}”")
    recipe = optional.pop("selection")
    selection = from_text(_renamed(recipe, known_as), longest=LONGEST_RECIPE) if recipe else None
    question = Question(
        **texts, **optional, **flags, at_hand=tuple(at_hand), filters=_filters(filters), selection=selection
    )  # fmt: skip
    return replace(
        question,
        table=known_as.get(question.table, question.table),
        label_source=question.label_source and known_as.get(question.label_source, question.label_source),
        partner=question.partner and known_as.get(question.partner, question.partner),
    )


def refuse_answer(why: str) -> NoReturn:
    """Raise the error of a file that is not a frozen answer."""
    raise DataError(f"The file is not a frozen answer that can be read: {why}.", REMEDY)


def _choice_record(choice: Choice) -> object:
    if isinstance(choice, Range):
        ends = (None if math.isinf(end) else float(end) for end in (choice.low, choice.high))
        return {"column": choice.column, **dict(zip(("low", "high"), ends, strict=True))}
    return choice if isinstance(choice, str) else list(choice)


def _filters(record: object) -> Filters:
    if not isinstance(record, dict) or not record.keys() <= FILTERS.keys():
        refuse_answer(f"its filters are not among {', '.join(FILTERS)}")
    return Filters({key: _choice(key, choice) for key, choice in record.items()})


def _choice(key: str, record: object) -> Choice:
    row = FILTERS[key]
    if isinstance(row, Span) and isinstance(record, dict) and record.get("column") in MEASURES:
        low, high = record.get("low"), record.get("high")
        if all(end is None or isinstance(end, int | float) for end in (low, high)):
            return Range(row.column, -math.inf if low is None else low, math.inf if high is None else high)
    elif isinstance(record, list) and all(isinstance(word, str) for word in record):
        return tuple(record)
    elif isinstance(record, str):
        return record
    refuse_answer(f"its filter “{key}” is not as the app writes it")


def _renamed(recipe: str, known_as: Mapping[str, str]) -> str:
    """A recipe with other names of the reader's own tables."""
    names = {quote(old, safe=""): quote(new, safe="") for old, new in known_as.items()}
    return re.sub(r"[^:,=() ]+", lambda word: names.get(word[0], word[0]), recipe)
