"""Raw columns as IDs, numbers, words or truth values; what cannot be read is named by column and row."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from data.catalog.entry import Table
from data.errors import BadTable
from data.tables.odd_rows import COUNTED, ROW, is_missing
from data.volume import VOLUME

REMEDY = "Export the table again with caveclient's query_table, and do not rename its columns."
LEAVE_OUT = f"Correct these rows of the file or leave them out, or export the table again. {COUNTED}"
FLOATING_REMEDY = (
    "Export the table again with IDs as integers or text. pandas turns integers with missing values into "
    "floats (Int64 does not), and R, JavaScript and Excel keep 15 to 17 digits."
)
FAULTS = (pa.ArrowException, ValueError, TypeError, OverflowError, NotImplementedError)
"""Raised by Arrow where a value does not convert."""
MISSING = [*pacsv.ConvertOptions().null_values, r"\N", "<NA>", "None", "NaT"]
"""Spellings of a missing value in text: Arrow's own, PostgreSQL's, and those of pandas and Python."""
MISSING_WORDS = pa.array(sorted({word.lower() for word in MISSING}))
TRUE_WORDS = {"t", "true", "y", "yes"}
FALSE_WORDS = {"f", "false", "n", "no"}
FOR_EXCEL = r"""^(?:="|')'?([+-]?\d[\d.]*)["']?$"""
"""A number that is kept from Excel as ``="8646"`` or ``'8646``."""
NUMBER = r"[+-]?[.,]?\d[\d.,]*(?:[eE][+-]?\d+)?"
"""A cell that is a number, in whatever notation, and so names no column."""
THOUSANDS = re.compile(r"\s*[+-]?\d{1,3}(?:([,.'’ \u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d*)?\s*")
LONGEST_VALUE = 60
SUPERVOXEL_LAYER = 1
"""The top byte of an ID of the segmentation is its layer in the graph; roots are in a higher one."""
EXACT_BELOW = {"halffloat": 2**11, "float": 2**24, "double": 2**53}
"""Whole numbers below these are exact in a floating-point type."""


def is_text(kind: pa.DataType) -> bool:
    """Whether a type holds text or its bytes."""
    return pa.types.is_string(kind) or pa.types.is_binary(kind)


def is_number(kind: pa.DataType) -> bool:
    """Whether a type holds numbers, or nothing but missing values."""
    types = pa.types
    return types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind) or types.is_null(kind)


def is_list(kind: pa.DataType) -> bool:
    """Whether a type holds lists of any length."""
    return pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)


def decoded(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece, without the encodings that leave its values as they are.

    Dictionaries and runs are decoded, views and large types become the plain ones, extension types their
    storage.
    """
    types = pa.types
    if types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    values = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(values, pa.ChunkedArray):
        values = pa.concat_arrays(values.chunks)
    kind = values.type
    if isinstance(kind, pa.BaseExtensionType):
        return decoded(values.storage)
    if types.is_dictionary(kind):
        return decoded(values.dictionary_decode())
    if types.is_run_end_encoded(kind):
        return decoded(pc.run_end_decode(values))
    if types.is_large_string(kind) or types.is_string_view(kind):
        kind = pa.string()
    elif types.is_large_binary(kind) or types.is_binary_view(kind) or types.is_fixed_size_binary(kind):
        kind = pa.binary()
    elif types.is_list_view(kind) or types.is_large_list_view(kind):
        kind = pa.large_list(kind.value_type)
    return values if kind == values.type else values.cast(kind)


def refusal(raw: pa.Table, name: str, row: int, table: Table, reason: str, remedy: str = REMEDY) -> BadTable:
    """The error for a value of a column: names table, column, row and value.

    Parameters
    ----------
    raw : pyarrow.Table
        The rows.
    name : str
        The column.
    row : int
        Position of the row among `raw`.
    table : Table
        Named in the error.
    reason : str
        What the column is not, such as ``is not a number``.
    remedy : str
        What to do.
    """
    number = raw[ROW][row].as_py() if ROW in raw.column_names else row + 1
    problem = f"{table.name}: the column {name} {reason}: row {number} holds {shown_value(raw[name][row])}."
    return BadTable(problem, f"{remedy} {COUNTED}")


def shown_value(value: pa.Scalar) -> str:
    """A value for an error, cut where it is long."""
    try:
        text = str(value.as_py())
    except (*FAULTS, LookupError):  # a date out of Python's range, an unknown time zone
        return f"a value of the type {value.type}"
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def first_filled(raw: pa.Table, name: str) -> int:
    """Position of the first row with a value; 0 where there is none."""
    try:
        return int(np.argmin(is_missing(raw[name])))
    except FAULTS:
        return 0


def first_fault(values: pa.Array, convert: Callable[[pa.Array], object]) -> int:
    """Position of the first value that does not convert; at least one does not."""
    good, bad = 0, len(values)
    while bad - good > 1:
        middle = (good + bad) // 2
        try:
            convert(values.slice(0, middle))
            good = middle
        except FAULTS:
            bad = middle
    return good


def can_be_roots(ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which IDs are as long as the volume's root IDs, and no supervoxels."""
    return (ids >= VOLUME.root_ids_from) & (ids >> 56 > SUPERVOXEL_LAYER)


def read_id_column(raw: pa.Table, name: str, table: Table) -> pa.Array:
    """An ID column as exact int64; missing values stay missing.

    Whole floating-point numbers are read where they are exact, as in the column of nucleus IDs that a merge
    in pandas leaves. Root IDs are too long for that.
    """
    values = decoded(raw[name])
    kind = values.type
    if pa.types.is_floating(kind):
        values = _without_nan(values)
        most = EXACT_BELOW[str(kind)] if name == table.id_column else 0
        numbers = values.fill_null(0).to_numpy(zero_copy_only=False).astype(np.float64)
        inexact = (np.abs(numbers) > most) | (numbers != np.floor(numbers))
        if inexact.any():
            raise _floating(raw, name, int(inexact.argmax()), table)
    elif is_text(kind):
        values = _id_digits(raw, values, name, table)
    try:
        return values.cast(pa.int64())
    except FAULTS as error:
        row = first_fault(values, lambda part: part.cast(pa.int64()))
        fault = _fault_of_id(values[row])
        raise refusal(raw, name, row, table, fault) from error


def _fault_of_id(value: pa.Scalar) -> str:
    try:
        is_whole = Decimal(str(value.as_py())) % 1 == 0
    except InvalidOperation:
        is_whole = True
    return "has an ID that is too large (IDs are below 2^63)" if is_whole else "has an ID that is not whole"


def _floating(raw: pa.Table, name: str, row: int, table: Table) -> BadTable:
    reason = "holds floating-point numbers, which cannot keep an ID's digits"
    return refusal(raw, name, row, table, reason, FLOATING_REMEDY)


def _id_digits(raw: pa.Table, values: pa.Array, name: str, table: Table) -> pa.Array:
    """IDs written as text, as digits; whole nucleus IDs such as 200101.0 lose their zero."""
    words = _filled_words(raw, values, name, table)
    if name == table.id_column:
        words = pc.replace_substring_regex(words, r"^([+-]?\d{1,15})\.0*$", r"\1")
    odd = pc.invert(pc.match_substring_regex(words, r"^[+-]?\d+$")).fill_null(False)
    rows = np.flatnonzero(odd.to_numpy(zero_copy_only=False))
    if len(rows):
        row = int(rows[0])
        if pc.match_substring_regex(words.slice(row, 1), r"^[+-]?\d*\.?\d+([eE][+-]?\d+)?$|^\d+\.$")[
            0
        ].as_py():
            raise _floating(raw, name, row, table)
        fault = _fault_of_text(name, words[row].as_py(), "holds text that is not an ID")
        raise refusal(raw, name, row, table, *fault)
    return pc.replace_substring_regex(words, r"^\+", "")


def _fault_of_text(name: str, word: str, otherwise: str) -> tuple[str, str]:
    """Why a word is not a number, and the remedy."""
    if THOUSANDS.fullmatch(word):
        return "holds separators of thousands", "Export the table again without separators of thousands."
    if word == name:
        return "holds its own name, as if the header were repeated there", "Delete that row."
    return otherwise, REMEDY


def _filled_words(raw: pa.Table, values: pa.Array, name: str, table: Table) -> pa.Array:
    """Text without surrounding white space, where it says something."""
    try:
        text = values.cast(pa.string())
    except FAULTS as error:  # bytes that are not UTF-8
        row = first_fault(values, lambda part: part.cast(pa.string()))
        raise refusal(raw, name, row, table, "holds bytes that are not text") from error
    trimmed = pc.replace_substring_regex(pc.utf8_trim_whitespace(text), FOR_EXCEL, r"\1")
    missing = pc.is_in(pc.utf8_lower(trimmed), value_set=MISSING_WORDS)
    return pc.if_else(missing, pa.scalar(None, pa.string()), trimmed)


def read_numbers(raw: pa.Table, name: str, table: Table, kind: pa.DataType) -> pa.Array:
    """A column of numbers, or of text that says numbers; missing and NaN become missing."""
    values = decoded(raw[name])
    if is_text(values.type):
        words = _filled_words(raw, values, name, table)
        values = _converted(raw, words, name, table, pa.float64())
    return _converted(raw, _without_nan(values), name, table, kind)


def _converted(raw: pa.Table, values: pa.Array, name: str, table: Table, kind: pa.DataType) -> pa.Array:
    # A number too long for a float loses digits, as measurements may; a counter may lose nothing.
    safe = not pa.types.is_floating(kind)
    try:
        return values.cast(kind, safe=safe)
    except FAULTS as error:
        row = first_fault(values, lambda part: part.cast(kind, safe=safe))
        fault = (f"does not fit into {kind}", REMEDY)
        if pa.types.is_string(values.type):
            fault = _fault_of_text(name, values[row].as_py(), "is not a number")
        raise refusal(raw, name, row, table, *fault) from error


def _without_nan(values: pa.Array) -> pa.Array:
    if not pa.types.is_floating(values.type):
        return values
    return pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)


def read_words(raw: pa.Table, name: str, table: Table) -> pa.DictionaryArray:
    """A column of labels as a dictionary, without white space; spellings of a missing value are missing."""
    column = raw[name]
    if pa.types.is_dictionary(column.type) and pa.types.is_string(column.type.value_type):
        encoded = column.unify_dictionaries().combine_chunks()
    else:
        values = decoded(column)
        try:
            encoded = values.cast(pa.string()).dictionary_encode()
        except FAULTS as error:
            row = first_fault(values, lambda part: part.cast(pa.string()))
            raise refusal(raw, name, row, table, "is not text") from error
    missing = MISSING_WORDS.to_pylist()
    words = [word.strip() if word else None for word in encoded.dictionary.to_pylist()]
    words = [None if word is None or word.lower() in missing else word for word in words]
    if len({*words}) == len(words) and all(words):
        return pa.DictionaryArray.from_arrays(encoded.indices, pa.array(words, pa.string()))
    trimmed = pc.take(pa.array([word or None for word in words], pa.string()), encoded.indices)
    return trimmed.dictionary_encode()


def read_truth(raw: pa.Table, name: str) -> tuple[np.ndarray, np.ndarray]:
    """A column of truth values, in any spelling.

    Returns
    -------
    bool array, bool array
        Which rows are true or missing, and which have an unknown spelling.
    """
    column = raw[name]
    encoded = (
        column.unify_dictionaries().combine_chunks()
        if pa.types.is_dictionary(column.type)
        else decoded(column).dictionary_encode()
    )
    truths = [_truth(value) for value in encoded.dictionary.to_pylist()]
    codes = encoded.indices.fill_null(len(truths)).to_numpy(zero_copy_only=False)
    kept = np.array([truth is True for truth in truths] + [True])
    unknown = np.array([truth is None for truth in truths] + [False])
    return kept[codes], unknown[codes]


def says_truth(words: Iterable[str]) -> bool:
    """Whether words of a column are truth values and nothing else."""
    spellings = {word.strip().lower() for word in words}
    return bool(spellings) and spellings <= TRUE_WORDS | FALSE_WORDS


def _truth(value: object) -> bool | None:
    """Whether a value says true or false; None where it is unknown. Missing counts as true."""
    word = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    word = word.strip().lower()
    if word in TRUE_WORDS or word in MISSING_WORDS.to_pylist():
        return True
    if word in FALSE_WORDS:
        return False
    try:
        return {1.0: True, 0.0: False}.get(float(word.replace(",", ".")))
    except ValueError:
        return None
