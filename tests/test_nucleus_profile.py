"""The profile of a nucleus: what it says is what pandas finds by joining the raw rows itself."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as hs

from components.analysis.code_export.script import origins
from components.analysis.code_export.tables import nucleus_snippet
from components.analysis.labels.nucleus_table import nucleus_table
from components.analysis.nucleus.consensus import (
    JUDGED,
    Consensus,
    Headline,
    consensus,
    contradicting_tables,
    headline,
)
from components.analysis.nucleus.examples import examples
from components.analysis.nucleus.index import (
    AT_POINT,
    ReleaseIndex,
    index_release,
    neighbours,
    nuclei_around,
    nucleus_position,
    other_points,
    root_of,
    units_of,
)
from components.analysis.nucleus.table_labels import Label, TableAnswer, table_answers
from data.catalog import TABLES
from data.errors import DataError
from data.labels.crosswalk import LEVELS, at_level, is_ambiguous
from data.labels.entry import Level
from data.loader import LabelTable, OpenRelease
from data.opening import open_release
from data.settings import read_settings
from data.tables.typed import read_coordinates, read_nucleus_id, read_root_id
from data.volume import VOLUME
from data.volume.space import oriented_um
from tests.loopback_archive import running_archive, table_files, write_files
from tests.made_release import COARSE, FINE, GROUPS, METAMODEL, NEURONS, SVM, archive_files, run
from tests.nucleus_by_pandas import (
    DETECTIONS,
    LOOKUP,
    POINTS,
    Joined,
    raw_of_files,
    raw_of_folder,
    raw_of_release,
)

MTYPES, OTHERS = "allen_column_mtypes_v1", "aibs_column_nonneuronal_ref"
PREDICTED = "aibs_soma_nuc_exc_mtype_preds_v117"
RELEASE = VOLUME.releases[661]


def laid_out(opened: OpenRelease) -> ReleaseIndex:
    got = opened.load_release()
    loaded = {name: one for name, one in got.items() if isinstance(one, LabelTable)}
    return index_release(loaded, nucleus_table(loaded))


def of_files(files: dict[str, bytes], folder: Path) -> ReleaseIndex:
    write_files(folder / "rows", files)
    settings = read_settings({"source": "folder", "folder": folder / "rows", "cache": folder / "cache"})
    return laid_out(open_release(settings, sample_when_offline=False))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[ReleaseIndex, Joined]:
    """A release with everything odd that real ones hold."""
    files = archive_files()
    return of_files(files, tmp_path_factory.mktemp("made")), Joined(raw_of_files(files))


@pytest.fixture(scope="module")
def sample(sample_cache: Path) -> tuple[ReleaseIndex, Joined]:
    settings = read_settings({"source": "sample", "cache": sample_cache})
    opened = open_release(settings, sample_when_offline=False)
    return laid_out(opened), Joined(raw_of_release(opened))


# The profile is the join


def check_nucleus(index: ReleaseIndex, joined: Joined, nucleus: int) -> None:
    """Hold everything that the profile says of a nucleus against the join."""
    words = table_answers(index, nucleus, TABLES)
    assert {word.table.name for word in words} == set(TABLES)
    for word in words:
        check_word(word, joined, nucleus)
    for level in JUDGED:
        label, votes = joined.together(nucleus, level)
        found = consensus(words, level)
        assert found.label == label
        assert {word: len(tables) for word, tables in found.by_label.items()} == votes
        pairs = {
            frozenset((one.first.table.name, one.second.table.name))
            for one in contradicting_tables(words, level)
        }
        assert pairs == joined.differ(nucleus, level)
    check_place(index, joined, nucleus)
    units = units_of(index, nucleus)
    assert sorted(units[["table", "session", "scan_idx", "unit_id"]].itertuples(index=False, name=None)) == (
        joined.units(nucleus)
    )


def check_word(word: TableAnswer, joined: Joined, nucleus: int) -> None:
    name = word.table.name
    assert word.state == joined.state(name, nucleus)
    assert word.rows == (len(joined.rows(name, nucleus)) if name in joined.raw else 0)
    if word.state in ("labelled", "conflicting"):
        said = [
            (label.classification_system, label.cell_type) for label in word.labels for _ in range(label.rows)
        ]
        assert sorted(said, key=str) == sorted(joined.labels(name, nucleus), key=str)
    if word.state == "labelled":
        for level in LEVELS:
            assert word.labels[0].readings[level] == joined.reading(name, nucleus, level)


def check_place(index: ReleaseIndex, joined: Joined, nucleus: int) -> None:
    centre = joined.centres.loc[nucleus]
    place, root = nucleus_position(index, nucleus), root_of(index, nucleus)
    assert place.voxels == tuple(centre[["x", "y", "z"]])
    assert place.um == pytest.approx(tuple(centre[["x_um", "y_um", "z_um"]]), abs=1e-3)
    stated = joined.centre_roots(nucleus)
    assert root.root_id == (centre["root"] if centre["table"] not in (POINTS, LOOKUP) else root.root_id)
    assert {root.root_id, *root.others} == set(stated)
    assert {other: set(names) for other, names in root.others.items()} == {
        other: names for other, names in stated.items() if other != root.root_id
    }
    shared = joined.on_root(root.root_id) - {nucleus} if root.root_id else set()
    assert set(root.shared["nucleus_id"]) == shared


def some(joined: Joined, n: int) -> list[int]:
    """Nuclei of every table, some from each and some at random."""
    drawn = np.random.default_rng(8)
    ids = [rows["nucleus"].to_numpy() for rows in joined.still_valid.values()]
    each = [drawn.choice(known, max(n // len(ids), 1)) for known in ids]
    return list(dict.fromkeys(np.concatenate(each).tolist()))


@pytest.mark.slow
def test_the_profile_of_a_made_nucleus_is_the_join(made: tuple[ReleaseIndex, Joined]) -> None:
    index, joined = made
    states = set()
    for nucleus in joined.centres.index[::3]:
        check_nucleus(index, joined, nucleus)
        states |= {word.state for word in table_answers(index, nucleus, TABLES)}
    assert states == {"labelled", "conflicting", "held", "not in this table", "table not at hand"}


@pytest.mark.slow
def test_the_profile_of_a_nucleus_of_the_sample_is_the_join(
    sample: tuple[ReleaseIndex, Joined], subtests: pytest.Subtests
) -> None:
    index, joined = sample
    for nucleus in some(joined, 130)[:100]:
        with subtests.test(str(nucleus)):
            check_nucleus(index, joined, nucleus)


@pytest.mark.slow
def test_the_profile_of_real_nuclei_is_the_join(realdata: Path, tmp_path: Path) -> None:
    settings = read_settings({"source": "folder", "folder": realdata, "cache": tmp_path})
    index = laid_out(open_release(settings, sample_when_offline=False))
    joined = Joined(raw_of_folder(realdata))
    for nucleus in [260620, 582276, *some(joined, 90)]:
        check_nucleus(index, joined, nucleus)
    words = {word.table.name: word for word in table_answers(index, 260620, TABLES)}
    assert words[COARSE].at("class") == ("inhibitory", "exact")
    assert words[FINE].state == "not in this table"
    assert words[METAMODEL].state == "table not at hand"
    assert nucleus_position(index, 260620).voxels == (173584, 145120, 21127)
    assert root_of(index, 260620).root_id == 864691135919440816
    assert index.denominator == "nuclei in the loaded tables together"


# Neighbours


def test_neighbours_are_those_of_brute_force(made: tuple[ReleaseIndex, Joined]) -> None:
    index, joined = made
    for nucleus in joined.centres.index[::10]:
        far = joined.distances(nucleus)
        near = neighbours(index, nucleus, 10)
        assert near["nucleus_id"].tolist() == far.index[:10].tolist()
        assert near["distance_um"].tolist() == pytest.approx(far.iloc[:10].tolist(), abs=1e-3)
        radius = float(far.iloc[20:22].mean())
        assert nuclei_around(index, nucleus, radius).tolist() == sorted(far.index[:21])


def test_neighbours_in_the_sample_are_those_of_brute_force(sample: tuple[ReleaseIndex, Joined]) -> None:
    index, joined = sample
    for nucleus in some(joined, 14)[:5]:
        far = joined.distances(nucleus)
        assert neighbours(index, nucleus, 10)["nucleus_id"].tolist() == far.index[:10].tolist()
        around = nuclei_around(index, nucleus, 50.0)
        assert abs(len(around) - int((far <= 50).sum())) <= 1  # float32 in the tidy frame, at the very rim
        assert set(around) >= set(far.index[far < 49.999])


def test_the_nuclei_nearest_to_a_place_come_with_their_distance(made: tuple[ReleaseIndex, Joined]) -> None:
    index, joined = made
    nucleus = int(joined.centres.index[7])
    voxels = joined.centres[["x", "y", "z"]].loc[[nucleus]].to_numpy()[0]
    near = index.nearest(read_coordinates(", ".join(f"{place:.0f}" for place in voxels)).um, 5)
    assert near["nucleus_id"].iloc[0] == nucleus
    assert near["distance_um"].iloc[0] == pytest.approx(0, abs=1e-3)
    assert near["distance_um"].is_monotonic_increasing
    assert len(index.nearest([0, 0, 0], 10_000)) == len(index.wide)


# Worked examples of the consensus


def said(name: str, label: str, system: str | None = None) -> TableAnswer:
    """Let a table give one label."""
    table = TABLES[name]
    readings = {}
    for level in LEVELS:
        counts_as = at_level(label, level, system)
        how = "unmapped" if counts_as is None else "ambiguous" if is_ambiguous(label, level) else "exact"
        readings[level] = (counts_as, how)
    return TableAnswer(table, "labelled", (Label(system, label, readings, 1),), 1)  # type: ignore[arg-type]


def test_all_lineages_that_vote_agree() -> None:
    words = [said(COARSE, "inhibitory"), said(FINE, "BC"), said(METAMODEL, "BC"), said(SVM, "neuron")]
    assert consensus(words, "neuron").words == "neuron: 2 of 2 lineages"
    assert consensus(words, "class").words == "inhibitory: 3 of 3 lineages"
    assert consensus(words, "subclass").words == "BC: 2 of 2 lineages"


def test_more_than_half_is_needed() -> None:
    two = [said(FINE, "23P"), said(METAMODEL, "4P")]
    assert consensus(two, "subclass").words == "unresolved: 1 says 23P, 1 says 4P"
    three = [*two, said(NEURONS, "4P")]
    assert consensus(three, "subclass").words == "4P: 2 of 3 lineages; 1 says 23P"


def test_predicted_m_types_and_the_metamodel_have_one_vote() -> None:
    words = [said(METAMODEL, "23P"), said(PREDICTED, "L4a"), said(COARSE, "inhibitory")]
    found = consensus(words, "subclass")
    assert (found.label, found.by_label, found.set_aside) == (
        None,
        {"23P": (METAMODEL,)},
        {PREDICTED: METAMODEL},
    )
    # A nucleus without a fine label: excitatory twice by one lineage, and inhibitory once by another.
    assert consensus(words, "class").words == "unresolved: 1 says excitatory, 1 says inhibitory"
    assert head_of(*words) == Headline(None, "Unresolved class")


@pytest.mark.parametrize(
    ("level", "words"),
    [
        ("neuron", [(COARSE, "excitatory"), (FINE, "23P"), (NEURONS, "23P"), (MTYPES, "L2a")]),
        ("neuron", [(OTHERS, "oligo"), (GROUPS, "3", "connectivity_group"), (PREDICTED, "L2a")]),
        ("class", [(PREDICTED, "L2a"), (GROUPS, "3", "connectivity_group"), (OTHERS, "oligo")]),
    ],
)
def test_a_table_that_can_say_one_thing_only_has_no_vote(level: Level, words: list[tuple[str, ...]]) -> None:
    assert consensus([said(*word) for word in words], level).outcome == "silent"


def test_a_pupil_votes_beside_its_teacher_and_contradicts_it() -> None:
    words = [
        said(NEURONS, "5P-PT"),
        said(METAMODEL, "5P-IT"),
        said(FINE, "5P-IT"),
        said(COARSE, "excitatory"),
    ]
    found = consensus(words, "subclass")
    assert (found.label, found.outcome) == ("5P-IT", "most")
    assert found.words == "5P-IT: 2 of 3 lineages; 1 says 5P-ET"
    assert found.set_aside == {}
    assert [one.words for one in contradicting_tables(words, "subclass")] == [
        "Manual neurons says 5P-PT, which counts as 5P-ET, Soma-nucleus metamodel says 5P-IT",
        "Manual neurons says 5P-PT, which counts as 5P-ET, Baylor fine says 5P-IT",
    ]
    assert contradicting_tables(words, "class") == ()


def test_a_table_that_abstains_takes_nothing_from_the_others() -> None:
    abstaining = said(NEURONS, "6P-U", "aibs_coarse_excitatory")
    words = [said(METAMODEL, "6P-IT"), said(FINE, "6P-IT")]
    assert consensus([abstaining, *words], "subclass").words == consensus(words, "subclass").words
    # A metamodel of two minds leaves the lineage's vote to the M-types predicted from it.
    undecided = TableAnswer(TABLES[METAMODEL], "conflicting")
    words = [undecided, said(PREDICTED, "L2a"), said(FINE, "23P")]
    assert consensus(words, "subclass").words == "23P: 2 of 2 lineages"


def test_labels_of_ones_own_have_no_vote() -> None:
    alone = said(COARSE, "inhibitory")
    own = replace(alone, table=replace(alone.table, name="copy", title="yours: copy.csv", method="own"))
    assert consensus([alone, own], "class").words == "unresolved: only Baylor coarse votes, for inhibitory"


def test_a_lone_vote_is_unresolved() -> None:
    words = [said(GROUPS, "BC", "connectivity_group"), said(METAMODEL, "MC")]
    assert consensus(words, "class").words == "unresolved: only Soma-nucleus metamodel votes, for inhibitory"
    assert consensus(words, "subclass").words == "unresolved: only Soma-nucleus metamodel votes, for MC"
    assert head_of(*words) == Headline(
        None, "Unresolved", ("unresolved: only Soma-nucleus metamodel votes, for MC",)
    )


def test_coarse_and_fine_contradict_each_other_in_plain_words() -> None:
    words = [said(COARSE, "inhibitory"), said(FINE, "5P-PT")]
    assert [one.words for one in contradicting_tables(words, "class")] == [
        "Baylor coarse says inhibitory, Baylor fine says 5P-PT, which counts as excitatory"
    ]
    assert contradicting_tables(words, "neuron") == contradicting_tables(words, "subclass") == ()


def test_nobody_speaks() -> None:
    assert consensus([], "class").words == "no table votes at this level"
    assert consensus([said(FINE, "Martian")], "subclass").outcome == "silent"


@given(hs.lists(hs.sampled_from(["23P", "4P", "BC"]), max_size=6))
def test_a_strict_majority_and_nothing_less(labels: list[str]) -> None:
    lineages = [SVM, FINE, METAMODEL, COARSE, GROUPS, MTYPES]
    found = consensus([said(name, label) for name, label in zip(lineages, labels, strict=False)], "subclass")
    assert found.n == len(labels)
    most = [label for label in set(labels) if labels.count(label) > max(len(labels) / 2, 1)]
    assert ([found.label] if found.label else []) == most


# Worked examples of the headline


def head_of(*words: TableAnswer) -> Headline:
    return headline({level: consensus(words, level) for level in JUDGED})


def test_the_headline_is_the_finest_consensus() -> None:
    head = head_of(said(COARSE, "inhibitory"), said(FINE, "BC"), said(METAMODEL, "BC"))
    assert head == Headline("BC", "BC")


def test_a_contested_class_heads_the_profile_in_words_and_no_subclass_does() -> None:
    words = [said(COARSE, "inhibitory"), said(FINE, "5P-PT")]
    assert head_of(*words) == Headline(None, "Unresolved class")


def test_a_subclass_of_another_class_than_the_consensus_is_left_out() -> None:
    words = [said(COARSE, "inhibitory"), said(NEURONS, "Unsure I"), said(MTYPES, "PTC")]
    words += [said(FINE, "5P-PT"), said(METAMODEL, "5P-ET")]
    assert consensus(words, "class").words == "inhibitory: 3 of 5 lineages; 2 say excitatory"
    left_out = "5P-ET, the subclass, is left out: it counts as excitatory"
    assert head_of(*words) == Headline("inhibitory", "inhibitory", (left_out,))


def test_a_lone_finer_label_does_not_head_the_profile() -> None:
    words = [said(COARSE, "excitatory"), said(FINE, "5P-PT")]
    assert head_of(*words) == Headline("excitatory", "excitatory")


def test_a_finer_consensus_heads_the_profile_beside_a_lone_coarser_vote() -> None:
    words = [said(OTHERS, "oligo"), said(METAMODEL, "oligo")]
    assert consensus(words, "class").outcome == "one"
    assert head_of(*words) == Headline("oligo", "oligo")


def test_a_contested_subclass_leaves_the_class() -> None:
    assert head_of(said(FINE, "23P"), said(METAMODEL, "4P")) == Headline("excitatory", "excitatory")


def test_whether_it_is_a_neuron_comes_before_its_class() -> None:
    head = head_of(said(SVM, "not-neuron"), said(METAMODEL, "23P"), said(FINE, "23P"))
    assert head == Headline(None, "Unresolved: neuron or not")


def test_nobody_speaks_and_nothing_heads_the_profile() -> None:
    assert head_of() == Headline(None, "No label")


@given(hs.lists(hs.sampled_from(["23P", "4P", "BC", "excitatory", "inhibitory", "OPC"]), max_size=6))
def test_the_headline_never_gainsays_a_coarser_consensus(labels: list[str]) -> None:
    untaught = [SVM, FINE, METAMODEL, COARSE, GROUPS, MTYPES]
    words = [said(name, label) for name, label in zip(untaught, labels, strict=False)]
    head = head_of(*words)
    for level in JUDGED[:2]:
        found = consensus(words, level)
        assert head.label is None or found.outcome != "none"
        counts_as = at_level(head.label, level) if head.label else None
        assert found.label is None or counts_as in (None, found.label)


# Odd nuclei and short folders

POSITION = (175760, 126480, 15504)
ROOT = 864691135568539372
HEAD = (
    "id,int64\r\ntarget_id,int64\r\nclassification_system,object\r\ncell_type,object\r\npt_root_id,int64\r\n"
    "pt_position_x,int64\r\npt_position_y,int64\r\npt_position_z,int64\r\n"
)
DETECTED = (
    "id,int64\r\npt_root_id,int64\r\npt_position_x,int64\r\npt_position_y,int64\r\npt_position_z,int64\r\n"
)


def odd_files() -> dict[str, bytes]:
    """Nucleus 101 with conflicting rows, 102 twice the same, 103 in no label table with root 0."""
    fine = [
        (1, 101, "fine", "23P", ROOT, *POSITION),
        (2, 101, "fine", "4P", ROOT, *POSITION),
        (3, 102, "fine", "BC", ROOT, 176000, 190000, 20000),
        (4, 102, "fine", "BC", ROOT, 176000, 190000, 20000),
    ]
    detected = [(101, ROOT, *POSITION), (102, ROOT, 176000, 190000, 20000), (103, 0, 177000, 200000, 21000)]
    return table_files(FINE, fine, HEAD) | table_files(DETECTIONS, detected, DETECTED)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> ReleaseIndex:
    return of_files(odd_files(), tmp_path_factory.mktemp("odd"))


def word_of(index: ReleaseIndex, nucleus: int, name: str) -> TableAnswer:
    return next(word for word in table_answers(index, nucleus, TABLES) if word.table.name == name)


def together(index: ReleaseIndex, nucleus: int) -> list[Consensus]:
    words = table_answers(index, nucleus, TABLES)
    return [consensus(words, level) for level in JUDGED]


def test_conflicting_duplicates_are_all_listed_and_have_no_vote(odd: ReleaseIndex) -> None:
    word = word_of(odd, 101, FINE)
    assert (word.state, word.rows) == ("conflicting", 2)
    assert [label.cell_type for label in word.labels] == ["23P", "4P"]
    assert {one.outcome for one in together(odd, 101)} == {"silent"}


def test_a_label_that_stands_twice_is_one_vote(odd: ReleaseIndex) -> None:
    word = word_of(odd, 102, FINE)
    assert (word.state, word.rows, len(word.labels), word.labels[0].rows) == ("labelled", 2, 1, 2)
    assert together(odd, 102)[2].words == "unresolved: only Baylor fine votes, for BC"


def test_a_nucleus_in_no_label_table_without_a_segment(odd: ReleaseIndex) -> None:
    root = root_of(odd, 103)
    assert (root.root_id, len(root.shared)) == (0, 0)
    assert {one.words for one in together(odd, 103)} == {"no table votes at this level"}
    assert units_of(odd, 103).empty
    assert other_points(odd, 103).empty
    assert nucleus_position(odd, 103).volume_um3 is None
    assert neighbours(odd, 103, 10)["nucleus_id"].tolist() == [102, 101]


def test_a_shared_root_names_the_other_nucleus(odd: ReleaseIndex) -> None:
    assert root_of(odd, 101).shared["nucleus_id"].tolist() == [102]
    assert odd.nuclei_of_root(ROOT)["nucleus_id"].tolist() == [101, 102]
    assert odd.nuclei_of_root(0).empty
    assert odd.nuclei_of_root(ROOT + 1).empty


def test_without_the_detections_the_denominator_is_the_tables_together(tmp_path: Path) -> None:
    files = {path: content for path, content in odd_files().items() if DETECTIONS not in path}
    index = of_files(files, tmp_path)
    assert index.denominator == "nuclei in the loaded tables together"
    assert list(index.wide.index) == [101, 102]
    assert 103 not in index
    assert word_of(index, 101, DETECTIONS).state == "table not at hand"
    assert root_of(index, 101).source == FINE


def test_examples_are_what_they_say(made: tuple[ReleaseIndex, Joined]) -> None:
    index, joined = made
    found = {one.why: one.nucleus_id for one in examples(index)}
    assert len(found) >= 5
    contradicted = found["Baylor coarse and fine contradict each other"]
    assert frozenset((COARSE, FINE)) in joined.differ(contradicted, "class")
    assert not root_of(index, found["without a segment"]).root_id
    most = max(len(joined.units(nucleus)) for nucleus in joined.centres.index)
    assert len(joined.units(found["recorded most often"])) == most


def test_an_alternative_point_comes_with_its_distance_and_the_root_it_finds(
    made: tuple[ReleaseIndex, Joined],
) -> None:
    index, joined = made
    nucleus = int(joined.still_valid[POINTS]["nucleus"].iloc[0])
    (row,) = joined.rows(POINTS, nucleus).to_dict("records")
    points = other_points(index, nucleus)
    point = points[points["table"] == POINTS].iloc[0]
    assert [point[axis] for axis in "xyz"] == [int(row[f"pt_position_{axis}"]) for axis in "xyz"]
    assert point["root_id"] == row["pt_root_id"]
    here, there = (
        oriented_um([[float(row[f"{stem}_{axis}"]) for axis in "xyz"]])[0]
        for stem in ("pt_position_ref", "pt_position")
    )
    assert point["length_um"] == pytest.approx(np.linalg.norm(here - there), abs=2e-3)


def test_a_root_found_only_at_a_lookup_point_is_said_so(made: tuple[ReleaseIndex, Joined]) -> None:
    index, joined = made
    lookup = joined.still_valid[LOOKUP].set_index("nucleus")["pt_root_id"]
    centre = joined.centres["root"].reindex(lookup.index)
    moved = lookup[(lookup != centre) & (lookup != 0)]
    points = joined.still_valid[POINTS].set_index("nucleus")["pt_root_id"]
    both = pd.concat([moved, points[points != 0]])
    for nucleus, root in zip(both.index.tolist(), both.tolist(), strict=True):
        found = index.nuclei_of_root(root).set_index("nucleus_id")["found"]
        expected = AT_POINT if joined.centres.loc[nucleus, "root"] != root else "at its centre"
        assert found[nucleus] == expected


# What a reader types


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (read_nucleus_id, "260620", 260620),
        (read_nucleus_id, " 4074\n", 4074),
        (read_root_id, "864691135919440816", 864691135919440816),
        (read_root_id, "9223372036854775807", 2**63 - 1),
    ],
)
def test_ids_are_read_exactly(read: Callable[[str], int], text: str, value: int) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "problem"),
    [
        (read_nucleus_id, "", "is not a nucleus ID"),
        (read_nucleus_id, "26062O", "is not a nucleus ID"),
        (read_nucleus_id, "-5", "is not a nucleus ID"),
        (read_nucleus_id, "²", "is not a nucleus ID"),
        (read_nucleus_id, "1e5", "is not a nucleus ID"),
        (read_nucleus_id, "0", "“0” is not a nucleus ID: 0 stands for “no segment”"),
        (read_nucleus_id, "10000000", "too long for a nucleus ID"),
        (read_nucleus_id, "864691135919440816", "too long for a nucleus ID"),
        (read_root_id, "0", "“0” is not a root ID: 0 stands for “no segment”"),
        (read_root_id, "260620", "too short for a root ID"),
        (read_root_id, "9223372036854775808", "too large for an ID"),
        (read_root_id, "864691135919440816.0", "is not a root ID: a decimal"),
        (read_root_id, "8.64E17", "is not a root ID: written short"),
        (read_coordinates, "1, 2", "is not a place"),
        (read_coordinates, "1, 2, 3, 4", "is not a place"),
        (read_coordinates, "nan, 1, 2", "is not a place"),
        (read_coordinates, "1e999, 1, 2", "is not a place"),
        (read_coordinates, "9" * 30 + ", 1, 2", "far outside"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_remedy(
    read: Callable[[str], object], text: str, problem: str
) -> None:
    with pytest.raises(DataError, match=problem) as refused:
        read(text)
    assert refused.value.remedy


@pytest.mark.parametrize(
    "text", ["173584, 145120, 21127", "[173584 145120 21127]", "(173584;145120;21127.0)"]
)
def test_a_place_is_read_in_voxels(text: str) -> None:
    place = read_coordinates(text)
    assert place.voxels.tolist() == [173584, 145120, 21127]
    assert place.um == pytest.approx(oriented_um([173584, 145120, 21127])[0])


@pytest.mark.parametrize("unit", ["um", "µm", "μm", " UM "])
def test_a_place_with_its_unit_is_read_in_oriented_micrometres(unit: str) -> None:
    place = read_coordinates(f"641.1, 242.1, -3{unit}")
    assert place.um.tolist() == [641.1, 242.1, -3.0]
    assert oriented_um([place.voxels])[0] == pytest.approx(place.um)


@given(hs.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (read_nucleus_id, read_root_id, lambda typed: read_coordinates(typed).um):
        try:
            value = read(text)
        except DataError:
            continue
        assert np.isfinite(value).all()


# Code to take away


def test_the_code_gives_the_rows_of_the_profile(
    odd: ReleaseIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = [TABLES[FINE], TABLES[DETECTIONS]]
    with running_archive() as archive:
        archive.files |= odd_files()
        (origin,) = origins(RELEASE, archive=archive.url)
        snippet = nucleus_snippet(101, origin, tables)
        rows = run(snippet)["rows"]
    assert f"{FINE}: 2 rows" in capsys.readouterr().out
    assert rows.keys() == {FINE, DETECTIONS}
    for name, found in rows.items():
        here = odd.rows(name, 101)
        assert found["nucleus_id"].tolist() == here["nucleus_id"].tolist()
        assert found["root_id"].tolist() == here["root_id"].tolist()
    assert rows[FINE]["cell_type"].tolist() == ["23P", "4P"]


@pytest.mark.parametrize("release", [661, 1300, 1822])
def test_the_code_asks_only_for_tables_that_the_release_holds(release: int) -> None:
    for origin in origins(VOLUME.releases[release]):
        text = nucleus_snippet(260620, origin, TABLES.values()).text
        compile(text, "snippet", "exec")
        for name, table in TABLES.items():
            assert (f'"{name}"' in text) == (release in table.releases)
