"""A selection in words for the reader."""

from components.analysis.labels.number_words import of_nuclei
from components.analysis.labels.ranges import range_words
from components.analysis.selection.kinds import Combined, Covered, Filtered, How, Lasso, MatrixCell, Selection
from data.catalog import EVERY_TABLE

JOINED: dict[How, str] = {"plus": " plus ", "minus": " minus ", "and": "; of these only "}


def described(selection: Selection) -> str:
    """Say a selection in words."""
    if isinstance(selection, Combined):
        rest = "".join(JOINED[how] + described(recipe) for how, recipe in selection.steps)
        return described(selection.first) + rest
    if isinstance(selection, Filtered):
        limits = ", ".join(map(range_words, selection.ranges))
        labels = ", ".join(selection.labels) or ("" if limits else "all labels")
        return f"{', '.join(filter(None, [labels, limits]))} in {_title(selection.table)}"
    if isinstance(selection, MatrixCell):
        row, column = _title(selection.rows), _title(selection.columns)
        return f"{selection.row} in {row} and {selection.column} in {column}"
    if isinstance(selection, Covered):
        inside, outside = (", ".join(map(_title, names)) for names in (selection.inside, selection.outside))
        return f"nuclei in {inside}" + (f", and in none of {outside}" if outside else "")
    ids = selection.nucleus_ids
    if len(ids) == 1:
        return f"nucleus {ids[0]}"
    return f"{'a lasso' if isinstance(selection, Lasso) else 'a list'} of {of_nuclei(len(ids))}"


def _title(name: str) -> str:
    return EVERY_TABLE[name].title if name in EVERY_TABLE else name
