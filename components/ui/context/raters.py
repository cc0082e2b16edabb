"""All lineages of the tables at hand: their voices, and the consensus with probabilities, kept by level."""

import numpy as np
import pandas as pd

from components.analysis.raters.dawid_skene import UNRESOLVED, NotIdentifiable, Posteriors, rate_nuclei
from components.analysis.raters.files import consensus_rows
from components.analysis.raters.voices import Voices, lineage_voices
from components.ui.session.cached import cached
from components.ui.session.release import load_at_hand
from data.labels.entry import Level
from data.loader import LabelTable

PROBABLE: tuple[Level, ...] = ("class", "subclass")
"""Levels of the consensus in files."""


def voices_at_hand(level: Level) -> Voices:
    """What each lineage at hand calls each nucleus."""
    return _voices(_with_voice(load_at_hand()), level)


def posteriors_at_hand(level: Level) -> Posteriors | NotIdentifiable:
    """The consensus with probabilities over the lineages at hand, or why there is none."""
    return _posteriors(_with_voice(load_at_hand()), level)


def consensus_columns(loaded: dict[str, LabelTable], level: Level, nuclei: "pd.Index[int]") -> pd.DataFrame:
    """The consensus of each of some nuclei (categorical) and its posterior; missing where none is rated."""
    rated = _posteriors(_with_voice(loaded), level)
    if not isinstance(rated, Posteriors):
        return pd.DataFrame({"consensus": pd.Categorical([None] * len(nuclei)), "posterior": np.nan}, nuclei)
    rows = consensus_rows(rated)[["consensus", "posterior"]].reindex(nuclei)
    words = [word for word in [*rated.voices.labels, UNRESOLVED] if (rows["consensus"] == word).any()]
    return rows.astype({"consensus": pd.CategoricalDtype(words)})


def with_consensus(rows: pd.DataFrame, loaded: dict[str, LabelTable]) -> pd.DataFrame:
    """Add to rows by nucleus ID the consensus of the tables at hand, at the levels that have one."""
    for level in PROBABLE:
        rated = _posteriors(_with_voice(loaded), level)
        if isinstance(rated, Posteriors):
            known = consensus_rows(rated)[["consensus", "likeliest", "posterior"]].reindex(rows.index)
            rows = rows.assign(**{f"{name}_{level}": known[name].to_numpy() for name in known})
    return rows


def posterior_words(nucleus: int, level: Level, n_voices: int) -> str:
    """What the model says of a nucleus at a level, beside the majority; or why it says nothing."""
    rated = posteriors_at_hand(level)
    place = np.searchsorted(rated.voices.nuclei, nucleus) if isinstance(rated, Posteriors) else 0
    if not isinstance(rated, Posteriors) or nucleus not in rated.voices.nuclei[place : place + 1]:
        few = ("no voice", "one voice", "two voices")
        return f"no posterior: {few[n_voices] if n_voices < len(few) else 'not identifiable'}"
    shares = rated.posterior[place]
    likeliest = [f"{rated.voices.labels[k]} {shares[k]:.2f}" for k in np.argsort(-shares, kind="stable")[:2]]
    resolved = rated.answers[place] >= 0
    return f"posterior {likeliest[0]}" if resolved else f"posterior unresolved: {', '.join(likeliest)}"


def _with_voice(loaded: dict[str, LabelTable]) -> dict[str, LabelTable]:
    """Tables but a reader's own, which have no voice: all sessions share what is found of the others."""
    return {name: one for name, one in loaded.items() if not one.table.own}


@cached()
def _voices(loaded: dict[str, LabelTable], level: Level) -> Voices:
    return lineage_voices(loaded, level)


@cached(show_spinner="Asking all lineages …")
def _posteriors(loaded: dict[str, LabelTable], level: Level) -> Posteriors | NotIdentifiable:
    return rate_nuclei(_voices(loaded, level))
