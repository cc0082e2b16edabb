"""Which column of a reader's own file says how sure its labels are."""

import re
from collections.abc import Iterable

import numpy as np

from data.labels.spellings import offer
from data.own.file import OwnFile, text_array
from data.own.points import numbers_of

CONFIDENCE_WORDS = {"confidence", "conf", "probability", "prob", "certainty", "score"}


def confidence_column(file: OwnFile, names: Iterable[str], labels: tuple[str, ...]) -> str:
    """The one of some columns that says how sure the labels are; "" where none is, or several may be.

    One that is named for a class holds the probability of that class, whatever the label of the row.
    """
    words = {word for name in labels for word in text_array(file.rows[name]).unique().drop_null().to_pylist()}
    classes = {" ".join(_parts(word)) for word in words}
    plain, named = list[str](), list[str]()
    for name in names:
        of_what = " ".join(part for part in _parts(name) if part not in CONFIDENCE_WORDS)
        if of_what == " ".join(_parts(name)) or np.isnan(numbers_of(file.rows[name])).all():
            continue
        if not of_what:
            plain.append(name)
        elif of_what not in classes and not offer(of_what).certain:
            named.append(name)
    found = plain or (named if len(labels) < 2 else [])
    return found[0] if len(found) == 1 else ""


def _parts(name: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return [part for part in re.split(r"[\W_]+", spaced.casefold()) if part]
