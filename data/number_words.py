"""Numbers in words: a count with its noun."""


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
