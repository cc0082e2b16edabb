"""Numbers in words: a count with its noun, and how many more there are than are named."""

from collections.abc import Iterable


def plural(n: int, singular: str, several: str = "") -> str:
    """Write a number with its noun, or with what follows it: `1 row`, `2 rows`; `1 row has`, `2 rows have`.

    Parameters
    ----------
    n : int
    singular : str
        What follows a 1.
    several : str
        What follows every other number; by default the same with an s.
    """
    return f"{n:,} {singular if n == 1 else several or f'{singular}s'}"


def of_nuclei(n: int) -> str:
    """Write a number of nuclei."""
    return plural(n, "nucleus", "nuclei")


def first_of(words: Iterable[str], most: int) -> str:
    """Write the first words of many, and how many are left out: `a, b and 3 more`.

    Parameters
    ----------
    words : iterable of str
    most : int
        How many are named.
    """
    every = list(words)
    more = len(every) - most
    return ", ".join(every[:most]) + (f" and {more:,} more" if more > 0 else "")
