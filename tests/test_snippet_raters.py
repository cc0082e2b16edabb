"""The code of all raters: run against the archive's stand-in, it gives the voices, α and posteriors."""

import numpy as np
import pandas as pd
import pytest

from components.analysis.code_export.raters import raters_snippet
from components.analysis.raters import dawid_skene
from components.analysis.raters.alpha import alpha_at
from components.analysis.raters.dawid_skene import Posteriors, rate_nuclei
from components.analysis.raters.files import consensus_rows
from components.analysis.raters.voices import lineage_voices
from data.labels.entry import Level
from tests.made_release import MadeRelease, run


@pytest.mark.parametrize("level", ["class", "subclass"])
def test_code_of_all_raters(made: MadeRelease, level: Level, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dawid_skene, "FEWEST_NUCLEI", 2)
    voices = lineage_voices(made.loaded, level)
    rated = rate_nuclei(voices)
    assert isinstance(rated, Posteriors)
    axes = {name: one.as_axis for name, one in made.loaded.items() if one.table.level}
    got = run(raters_snippet(made.origin, voices, axes, rated))
    words = np.array([*voices.labels, None], dtype=object)[voices.codes]
    wanted = pd.DataFrame(words, index=voices.nuclei, columns=voices.lineages)
    assert got["voices"].index.tolist() == wanted.index.tolist()
    assert [*got["voices"].columns] == [*wanted.columns]
    assert got["voices"].fillna("").to_numpy().tolist() == wanted.fillna("").to_numpy().tolist()
    assert got["alpha"] == pytest.approx(alpha_at(voices).value, abs=1e-12)
    rows = consensus_rows(rated)
    assert got["posterior"].index.tolist() == rows.index.tolist()
    assert got["posterior"][rated.voices.labels].to_numpy() == pytest.approx(rated.posterior, abs=1e-6)
    assert got["consensus"].tolist() == rows["consensus"].tolist()


def test_code_without_a_consensus_ends_in_alpha(made: MadeRelease) -> None:
    voices = lineage_voices(made.loaded, "neuron")
    axes = {name: one.as_axis for name, one in made.loaded.items() if one.table.level}
    got = run(raters_snippet(made.origin, voices, axes, None))
    assert got["alpha"] == pytest.approx(alpha_at(voices).value, abs=1e-12)
    assert "posterior" not in got
