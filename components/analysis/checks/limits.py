"""The limits beyond which labels and places are an error, each with its reason; facts are the volume's."""

from math import log

CHANCE = 16.0
"""Strength of evidence, in natural logarithms: chance alone shows it less than once in e¹⁶, nine million,
draws. A release asks a few thousand such questions, so chance fails fewer than one release in 1,000."""
WHOLE = 0.01
"""Share of its documented rows by which a copy may differ and still be whole: one without root 0 and repeated
nuclei lacks 0.3 % of Baylor coarse."""
MOST_RELABELLED = 1 / 5000
FEWEST_RELABELLED = 5
"""Rows whose label may differ from the documented one: a share of a whole table, and a number in any. Lost or
added rows move none between labels, so a copy of frozen rows has 0; these allow for corrections by hand."""
MOST_CONTRADICTING = 0.05
"""Share of contradicted classes in any part of the volume. Of Baylor fine and coarse it is 1.0 % in all, and
3.7 % at most in a layer (L1)."""
MOST_UNDOCUMENTED = 0.10
"""The same for two tables whose contradictions were never counted: ten times what is known for others."""
EXCHANGED = 1 / 3
"""Least share of the nuclei of each of two labels that must fit the other one. The label of a sound pair that
is doubted most, 5P-PT, fits inhibitory ones for 12 % of its nuclei."""
HIDDEN = 1 / 2
"""The same of a label without a counterpart, of which no nucleus fits its own: of any such label of the
sample less than half fits another by itself."""
TIED = 0.99
"""Share of the best explanation's gain from which another explains as much."""
ONE_PLACE_UM = 0.5
"""Nearer than this, two rows are one nucleus: the smallest that was kept, 25 µm³, is 3.6 µm wide."""
NEURONS_APART_UM = 3.0
"""Two neurons cannot lie nearer than this: their nuclei are 6 µm wide or more. It leaves a third of the
smallest distance measured for nuclei detected a little off their centres."""


def exceeds_chance(n: int, of: int, expected: float) -> bool:
    """Whether `n` of `of` differs from the expected share beyond `CHANCE` (Chernoff's bound on either tail).

    The bound holds for rows drawn with or without replacement, and for small numbers.
    """
    if not 0 < expected < 1:
        return of > 0 and n != of * expected
    share = n / of if of else expected
    parts = ((share, expected), (1 - share, 1 - expected))
    evidence = of * sum(part * log(part / known) for part, known in parts if part)
    return evidence > CHANCE
