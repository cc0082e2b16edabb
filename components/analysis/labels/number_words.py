"""Numbers in words: a count with its noun."""


def plural(n: int, one: str, many: str) -> str:
    """Write a number with its noun."""
    return f"{n:,} {one if n == 1 else many}"


def of_nuclei(n: int) -> str:
    """Write a number of nuclei."""
    return plural(n, "nucleus", "nuclei")
