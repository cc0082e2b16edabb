"""JSON that a reader hands in: read strictly, and refused with the reason."""

import json
from collections.abc import Callable
from typing import Any, NoReturn


def read_record(
    content: bytes, form: str, refuse: Callable[[str], NoReturn], *, largest: int
) -> dict[str, Any]:
    """Read a file with one JSON object whose `format` is `form`.

    Parameters
    ----------
    content : bytes
        UTF-8. A name that occurs twice in an object, and NaN and infinity, are refused.
    form : str
    refuse : callable
        Raises the error, told what is wrong.
    largest : int
        Bytes.
    """
    if len(content) > largest:
        refuse(f"it is larger than {largest // 10**6} MB")
    try:
        record = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError:
        refuse("it is not UTF-8 text")
    except (ValueError, RecursionError) as error:
        refuse(f"it is not JSON ({str(error)[:100]})")
    if not isinstance(record, dict) or record.get("format") != form:
        refuse(f"it does not say “format”: “{form}”")
    return record


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name occurs twice in one object")
    return dict(pairs)


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")
