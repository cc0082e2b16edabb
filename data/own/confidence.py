"""Which column of a reader's own file says how sure its labels are."""

import re
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.labels.spellings import offer
from data.number_words import plural
from data.own.file import OwnFile, text_array
from data.own.points import numbers_of
from data.tables.values import MISSING, decoded

CONFIDENCE_WORDS = {"confidence", "conf", "probability", "prob", "certainty", "score"}


def confidences(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """The confidences of a column, NaN where a value is no number; 57% is 0.57."""
    values = decoded(column)
    if not pa.types.is_string(values.type):
        return numbers_of(column)
    is_share = pc.match_substring_regex(values, r"%\s*$").fill_null(False)
    numbers = numbers_of(pc.replace_substring_regex(values, r"\s*%\s*$", ""))
    return np.where(is_share.to_numpy(zero_copy_only=False), numbers / 100, numbers)


def has_percent(column: pa.ChunkedArray) -> bool:
    """Whether some values of a column are written in percent."""
    values = decoded(column)
    return pa.types.is_string(values.type) and bool(pc.any(pc.match_substring(values, "%")).as_py())


def has_infinite(column: pa.ChunkedArray) -> bool:
    """Whether some values of a column are infinite, as pandas reads them."""
    return any(word.lstrip("+-").lower() in ("inf", "infinity") for word in _odd_words(column))


def confidence_column(file: OwnFile, names: Iterable[str], labels: tuple[str, ...]) -> str:
    """The one of some columns that says how sure the labels are; "" where none is, or several may be."""
    found, _ = _candidates(file, names, labels)
    return found[0] if len(found) == 1 else ""


def confidence_doubt(file: OwnFile, names: Iterable[str], labels: tuple[str, ...], chosen: str) -> str:
    """Say what is not read as a confidence, of the chosen column or where none is; "" where all is."""
    found, no_numbers = _candidates(file, names, labels)
    if chosen:
        odd = _odd_words(file.rows[chosen])
        n, example = len(odd), odd[0] if odd else ""
        values = plural(n, "value is not a number", "values are not numbers")
        return f"{chosen}: {values}, such as “{example[:40]}”: no confidence is read there." if n else ""
    if len(found) > 1:
        return f"No confidence is read: {' and '.join(found)} may be it. Keep one of them in the file."
    if no_numbers:
        example = _odd_words(file.rows[no_numbers[0]])[0]
        return f"No confidence is read: {no_numbers[0]} holds no numbers, but words such as “{example[:40]}”."
    return ""


def _candidates(file: OwnFile, names: Iterable[str], labels: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The columns of numbers that may be the confidence, and those named for one that hold no number.

    One that is named for a class holds the probability of that class, whatever the label of the row.
    """
    words = {word for name in labels for word in text_array(file.rows[name]).unique().drop_null().to_pylist()}
    classes = {" ".join(_parts(word)) for word in words}
    plain, named, no_numbers = list[str](), list[str](), list[str]()
    for name in names:
        of_what = " ".join(part for part in _parts(name) if part not in CONFIDENCE_WORDS)
        if of_what == " ".join(_parts(name)):
            continue
        if np.isnan(confidences(file.rows[name])).all():
            no_numbers += [name] if _odd_words(file.rows[name]) else []
        elif not of_what:
            plain.append(name)
        elif of_what not in classes and not offer(of_what).certain:
            named.append(name)
    return plain or (named if len(labels) < 2 else []), no_numbers


def _odd_words(column: pa.ChunkedArray) -> list[str]:
    """What a column holds that is neither a number nor missing."""
    words = text_array(column).filter(pa.array(np.isnan(confidences(column)))).drop_null().to_pylist()
    return [word.strip() for word in words if word.strip() and word.strip() not in MISSING]


def _parts(name: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return [part for part in re.split(r"[\W_]+", spaced.casefold()) if part]
