"""Numbers in words: a count with its noun."""


def plural(n: int, singular: str, several: str) -> str:
    """Write a number with its noun, or with what follows it: `1 row has`, `2 rows have`."""
    return f"{n:,} {singular if n == 1 else several}"


def of_nuclei(n: int) -> str:
    """Write a number of nuclei."""
    return plural(n, "nucleus", "nuclei")
