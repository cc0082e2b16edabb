"""The consensus with probabilities as rows, for files and pages."""

import numpy as np
import pandas as pd

from components.analysis.raters.dawid_skene import UNRESOLVED, Posteriors
from components.analysis.raters.voices import majority


def consensus_rows(rated: Posteriors) -> pd.DataFrame:
    """The consensus of each rated nucleus.

    Returns
    -------
    DataFrame
        Index `nucleus_id`. `consensus`: its label or `UNRESOLVED`; `likeliest` and its `posterior`;
        `raters` that label it; `majority`: the label that more than half of these give, missing without one.
    """
    voices = rated.voices
    words, won = np.array([*voices.labels, UNRESOLVED], dtype=object), majority(voices.votes)
    no_word = np.array([*voices.labels, None], dtype=object)
    return pd.DataFrame(
        {
            "consensus": words[rated.answers],
            "likeliest": words[rated.posterior.argmax(axis=1)],
            "posterior": rated.posterior.max(axis=1),
            "raters": voices.n_voices,
            "majority": no_word[won],
        },
        index=pd.Index(voices.nuclei, name="nucleus_id"),
    )


def posterior_rows(rated: Posteriors) -> pd.DataFrame:
    """Each rated nucleus with its consensus, each rater's label, and the posterior of every label."""
    voices, rows = rated.voices, consensus_rows(rated)
    words = np.array([*voices.labels, None], dtype=object)
    given = {title: words[voices.codes[:, place]] for place, title in enumerate(voices.lineages)}
    posteriors = {
        f"posterior_{label}": rated.posterior[:, place] for place, label in enumerate(voices.labels)
    }
    return rows.assign(level=voices.level, **given, **posteriors).reset_index()


def confusion_rows(rated: Posteriors) -> pd.DataFrame:
    """Each rater's confusion matrix, a row a cell: of a `type`, the `share` to which it gives a `label`."""
    voices = rated.voices
    cells = pd.MultiIndex.from_product(
        [voices.lineages, voices.labels, voices.labels], names=["rater", "type", "label"]
    )
    shares = pd.Series(rated.confusion.ravel(), index=cells, name="share")
    return shares.reset_index().assign(level=voices.level)
