"""Labels and root IDs carried from one release to another, against a reading nucleus by nucleus."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.analysis.output.carried_lists import written_roots
from components.analysis.releases import carried
from components.analysis.releases.carried import (
    BECAME,
    DIVIDED,
    GONE,
    GRAFT_OUTCOMES,
    JOINED,
    KEPT,
    MERGED,
    MISSING,
    MOVED,
    PARTED,
    REDUCED,
    ROOT_OUTCOMES,
    ROOTED,
    ROOTLESS,
    UNPLACED,
    UNROOTED,
    WHOLE,
    graft,
    graft_counts,
    root_fates,
)
from data.errors import DataError

BIG = 864691135568539372
Roots = dict[int, int]


def nuclei(roots: Roots) -> pd.DataFrame:
    """The nuclei of a made release: a small number stands for a root ID, 0 for none."""
    return pd.DataFrame(
        {"nucleus_id": list(roots), "root_id": [BIG + root if root else 0 for root in roots.values()]}
    ).astype("int64")


def labelled(ids: list[int], roots: Roots) -> pd.DataFrame:
    words = pd.Categorical(np.array(["BC", "MC"])[np.array(ids, dtype=int) % 2])
    return nuclei({one: roots[one] for one in ids}).reset_index(drop=True).assign(cell_type=words)


def by_hand(nucleus: int, before: Roots, after: Roots) -> str:
    if nucleus not in after:
        return MISSING
    old, new = before[nucleus], after[nucleus]
    if not new:
        return UNROOTED if old else ROOTLESS
    with_before = {other for other in before if old and before[other] == old and after.get(other)} | {nucleus}
    with_after = {other for other in after if after[other] == new}
    if with_after - with_before:
        return MERGED
    if with_before - with_after:
        return PARTED
    if not old:
        return ROOTED
    return KEPT if old == new else MOVED


def root_by_hand(root: int, before: Roots, after: Roots) -> str:
    on_it = {nucleus for nucleus in before if before[nucleus] == root}
    now = {after[nucleus] for nucleus in on_it if after.get(nucleus)}
    if not on_it:
        return UNPLACED
    if not now:
        return GONE
    if len(now) > 1:
        return DIVIDED
    if not all(after.get(nucleus) for nucleus in on_it):
        return REDUCED
    if any(by_hand(nucleus, before, after) == MERGED for nucleus in on_it if after.get(nucleus)):
        return JOINED
    return WHOLE if now == {root} else BECAME


releases = st.dictionaries(st.integers(1, 9), st.integers(0, 5), min_size=1)
"""Made releases: few nuclei on few root IDs, so that they merge, split, move and go."""


@settings(max_examples=25)
@given(before=releases, after=releases, data=st.data())
def test_the_counts_of_a_graft_add_up_for_any_two_releases(
    before: Roots, after: Roots, data: st.DataObject
) -> None:
    ids = data.draw(st.lists(st.sampled_from(sorted(before)), unique=True, min_size=1))
    labels = labelled(ids, before)
    grafted = graft(labels, nuclei(before), nuclei(after))
    assert grafted["outcome"].tolist() == [by_hand(one, before, after) for one in ids]
    assert int(graft_counts(grafted).sum()) == len(ids)
    assert list(graft_counts(grafted).index) == list(GRAFT_OUTCOMES)
    assert grafted["root_id"].tolist() == nuclei({one: after.get(one, 0) for one in ids})["root_id"].tolist()
    pd.testing.assert_frame_equal(grafted[["nucleus_id", "cell_type"]], labels[["nucleus_id", "cell_type"]])
    assert grafted["earlier_root_id"].tolist() == labels["root_id"].tolist()


@settings(max_examples=25)
@given(releases)
def test_a_graft_on_the_same_release_is_the_identity(roots: Roots) -> None:
    labels = labelled(sorted(roots), roots)
    grafted = graft(labels, nuclei(roots), nuclei(roots))
    assert grafted["outcome"].tolist() == [KEPT if roots[one] else ROOTLESS for one in sorted(roots)]
    pd.testing.assert_frame_equal(grafted[list(labels)], labels)


@settings(max_examples=25)
@given(before=releases, after=releases)
def test_every_root_has_one_fate(before: Roots, after: Roots) -> None:
    roots = [*sorted(set(before.values()) - {0}), 77]
    fates = root_fates([BIG + root for root in roots], nuclei(before), nuclei(after))
    assert fates["outcome"].tolist() == [root_by_hand(root, before, after) for root in roots]
    assert list(fates["outcome"].cat.categories) == list(ROOT_OUTCOMES)
    counted = Counter(root for root in before.values() if root)
    assert fates["n_nuclei"].tolist() == [counted[root] for root in roots]
    gone = Counter(root for nucleus, root in before.items() if not after.get(nucleus))
    assert fates["n_gone"].tolist() == [gone[root] for root in roots]


@settings(max_examples=25)
@given(releases)
def test_every_root_of_the_same_release_is_whole(roots: Roots) -> None:
    given_roots = nuclei(roots)["root_id"].tolist()
    known = [root for root in given_roots if root]
    assert set(root_fates(known, nuclei(roots), nuclei(roots))["outcome"]) <= {WHOLE}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({1: 1}, {1: 1}, KEPT),
        ({1: 0}, {1: 0}, ROOTLESS),
        ({1: 1}, {1: 2}, MOVED),
        ({1: 0}, {1: 2}, ROOTED),
        ({1: 0, 2: 2}, {1: 2, 2: 2}, MERGED),
        ({1: 1, 2: 2}, {1: 3, 2: 3}, MERGED),
        ({1: 1}, {1: 1, 2: 1}, MERGED),  # the other one was not detected before
        ({1: 1, 2: 1}, {1: 1, 2: 2}, PARTED),
        ({1: 1, 2: 1}, {1: 3, 2: 3}, MOVED),  # both moved together
        ({1: 1, 2: 1}, {1: 1, 2: 0}, KEPT),  # the other one lost its root ID, and is on no other one
        ({1: 1, 2: 1, 3: 2}, {1: 4, 2: 3, 3: 4}, MERGED),  # and split: merged counts
        ({1: 1}, {1: 0}, UNROOTED),
        ({1: 1}, {2: 1}, MISSING),
    ],
)
def test_what_becomes_of_a_labelled_nucleus(before: Roots, after: Roots, expected: str) -> None:
    assert graft(labelled([1], before), nuclei(before), nuclei(after))["outcome"].tolist() == [expected]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({1: 1}, {1: 1}, WHOLE),
        ({1: 1}, {1: 2}, BECAME),
        ({1: 1, 2: 1}, {1: 1}, REDUCED),  # the same root ID, but a nucleus is gone
        ({1: 1, 2: 1}, {1: 2, 2: 0}, REDUCED),
        ({1: 1, 2: 1}, {1: 2, 3: 2}, REDUCED),  # and a further one joined
        ({1: 1}, {1: 1, 2: 1}, JOINED),
        ({1: 1, 2: 0}, {1: 1, 2: 1}, JOINED),
        ({1: 1, 2: 1, 3: 1}, {1: 1, 2: 2}, DIVIDED),
        ({1: 1, 2: 1}, {1: 0}, GONE),
        ({1: 2}, {1: 1}, UNPLACED),
    ],
)
def test_what_becomes_of_a_root(before: Roots, after: Roots, expected: str) -> None:
    assert root_fates([BIG + 1], nuclei(before), nuclei(after))["outcome"].tolist() == [expected]


IDS = [BIG, BIG + 1, BIG + 7, BIG + 101]
PASTED = {
    "a header": "pt_root_id\n{}",
    "a header of words": "Root IDs of v661\n{}",
    "a quoted header": '"pt_root_id"\n{}',
    "a comment": "# my roots\n{}",
    "a byte order mark": "\ufeffroot_id\n{}",
}
ONE_LINE = {
    "a header before them": "pt_root_id, {}",
    "a lead": "root ids: {}",
    "a lead without a mark": "pt_root_id {}",
    "brackets": "[{}]",
    "an assignment": "ids <- c({})",
    "a layer of Neuroglancer": '"segments": [{}]',
    "an array": "array([{}])",
    "a vector of R": "[1] {}",
}
WRITTEN = ["{}", '"{}"', "'{}'", "{}L", "{}n", '="{}"', "`{}`"]


@pytest.mark.parametrize("written", WRITTEN)
def test_root_ids_are_read_in_the_forms_that_people_paste(written: str, subtests: pytest.Subtests) -> None:
    words = [written.format(root) for root in IDS]
    texts = {name: form.format("\n".join(words)) for name, form in PASTED.items()}
    lines = ONE_LINE if written in WRITTEN[:4] else {}
    texts |= {name: form.format(", ".join(words)) for name, form in lines.items()}
    texts |= {f"parted by {mark!r}": mark.join(words) for mark in ("\n", "\t", ", ", ";", " ", ",\n", "\t\n")}
    for name, text in texts.items():
        with subtests.test(name):
            assert written_roots(text) == (IDS, 0)


@pytest.mark.parametrize(
    ("text", "why"), [("root_id\n864691135568539372.0", "a decimal"), ("8.6e17", "written short"), ("no", "")]
)
def test_a_list_without_a_root_id_says_why(text: str, why: str) -> None:
    with pytest.raises(DataError, match=f"holds no root ID.*{why}"):
        written_roots(text)


def test_no_column_of_root_ids_is_passed_over_in_silence() -> None:
    table = "pre_pt_root_id,post_pt_root_id\n" + "\n".join(f"{root},{root + 1}" for root in IDS)
    with pytest.raises(DataError, match="pre_pt_root_id and post_pt_root_id hold different root IDs"):
        written_roots(table)


def test_no_root_given_has_no_fate() -> None:
    fates = root_fates([], nuclei({1: 1}), nuclei({1: 1}))
    assert fates.empty
    assert fates["root_id"].dtype == np.int64


def test_a_label_on_a_nucleus_that_the_release_lacks_keeps_its_own_root() -> None:
    grafted = graft(labelled([1], {1: 1}), nuclei({2: 2}), nuclei({1: 1, 2: 2}))
    assert grafted["outcome"].tolist() == [KEPT]


def test_a_nucleus_that_stands_twice_is_counted_once_and_keeps_both_rows() -> None:
    labels = pd.concat([labelled([1], {1: 1}), labelled([1], {1: 1})], ignore_index=True)
    grafted = graft(labels, nuclei({1: 1}), nuclei({1: 2}))
    assert len(grafted) == 2
    assert graft_counts(grafted)[carried.MOVED] == 1


def test_labels_without_root_ids_leave_those_of_the_nuclei_exact() -> None:
    release = nuclei({1: 1, 2: 2})
    grafted = graft(labelled([1, 2], {1: 1, 2: 2}).drop(columns="root_id"), release, release)
    assert grafted["earlier_root_id"].tolist() == grafted["root_id"].tolist() == [BIG + 1, BIG + 2]
    assert grafted["outcome"].tolist() == [KEPT, KEPT]
    alone = graft(pd.DataFrame({"nucleus_id": [3]}), release, release)
    assert (alone["earlier_root_id"].item(), alone["outcome"].item()) == (0, MISSING)
