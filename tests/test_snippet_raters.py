"""The code of all raters: run against the archive's stand-in, it gives the ratings, α and posteriors."""

import numpy as np
import pandas as pd
import pytest

from components.analysis.code_export.raters import raters_snippet
from components.analysis.raters import dawid_skene
from components.analysis.raters.alpha import alpha_at
from components.analysis.raters.dawid_skene import Posteriors, rate_nuclei
from components.analysis.raters.files import consensus_rows
from components.analysis.raters.ratings import lineage_ratings
from data.labels.entry import Level
from tests.made_release import MadeRelease, run


@pytest.mark.parametrize("level", ["class", "subclass"])
def test_code_of_all_raters(made: MadeRelease, level: Level, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dawid_skene, "FEWEST_NUCLEI", 2)
    ratings = lineage_ratings(made.loaded, level)
    rated = rate_nuclei(ratings)
    assert isinstance(rated, Posteriors)
    axes = {name: one.as_axis for name, one in made.loaded.items() if one.table.level}
    got = run(raters_snippet(made.origin, ratings, axes, rated))
    words = np.array([*ratings.labels, None], dtype=object)[ratings.codes]
    wanted = pd.DataFrame(words, index=ratings.nuclei, columns=ratings.lineages)
    assert got["ratings"].index.tolist() == wanted.index.tolist()
    assert [*got["ratings"].columns] == [*wanted.columns]
    assert got["ratings"].fillna("").to_numpy().tolist() == wanted.fillna("").to_numpy().tolist()
    assert got["alpha"] == pytest.approx(alpha_at(ratings).value, abs=1e-12)
    rows = consensus_rows(rated)
    assert got["posterior"].index.tolist() == rows.index.tolist()
    assert got["posterior"][rated.ratings.labels].to_numpy() == pytest.approx(rated.posterior, abs=1e-6)
    assert got["consensus"].tolist() == rows["consensus"].tolist()


def test_code_without_a_consensus_ends_in_alpha(made: MadeRelease) -> None:
    ratings = lineage_ratings(made.loaded, "neuron")
    axes = {name: one.as_axis for name, one in made.loaded.items() if one.table.level}
    got = run(raters_snippet(made.origin, ratings, axes, None))
    assert got["alpha"] == pytest.approx(alpha_at(ratings).value, abs=1e-12)
    assert "posterior" not in got
