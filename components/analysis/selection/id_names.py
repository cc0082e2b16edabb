"""Which names of columns are those of IDs, and how surely."""

import re
from collections.abc import Iterable
from functools import lru_cache

EXACT_NAMES = {
    "nucleusid": 0,
    "targetid": 1,
    "rootid": 2,
    "ptrootid": 2,
    "segid": 3,
    "segmentid": 3,
    "id": 4,
    "idref": 4,
}
PARTS_OF_NAMES = {"nucleusid": 1, "rootid": 2}
NO_ID_WORD = re.compile("n|num|number|counts?|n?unique|total|sum|mean|min|max|is|has|ok|valid|flag")
"""In a name such as `nucleus_id_count` or `has_root_id`, such a word tells of counts or flags."""
BARE_ID = 4
"""Rank of `id` and `id_ref`, which are nuclei in one kind of table and rows or annotations in another."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def bare_name(name: str) -> str:
    """The letters and digits of a column's name, in small letters and in the singular."""
    return re.sub(r"[\W_]+", "", name).casefold().removesuffix("s")


def is_counted(name: str) -> bool:
    """Whether a column's name is that of counts or flags."""
    return any(map(NO_ID_WORD.fullmatch, re.findall(r"[^\W\d_]+", _CAMEL.sub(" ", name).casefold())))


@lru_cache(maxsize=4096)
def id_rank(name: str) -> int | None:
    """Rank the name of a column of IDs, the surest 0; None where the name is no such name.

    Case, spaces, underscores and quotes do not matter. Names of counts and flags are none.
    """
    if is_counted(name):
        return None
    bare = bare_name(name)
    ranks = (rank for part, rank in PARTS_OF_NAMES.items() if part in bare)
    return EXACT_NAMES.get(bare, next(ranks, None))


def has_id_name(names: Iterable[str]) -> bool:
    """Whether one of some names is that of a column of IDs."""
    return any(id_rank(name) is not None for name in names)
