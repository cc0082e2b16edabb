"""The audit of a view that repeats labels: made tables follow the rule that is written here, with faults."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from components.analysis.checks.audit import (
    ABSENT,
    AWAY,
    NO_CALL,
    ONE_OF_TWO,
    SAME,
    UNKNOWN,
    UNLIKE,
    CallAudit,
    audit_calls,
)
from components.analysis.checks.entry import Finding, Inspected, NotRun
from components.analysis.checks.precedence import NO_COLUMN, NO_TABLE
from components.analysis.checks.registry import CHECKS
from data.catalog import EVERY_TABLE
from data.catalog.tables import release_tables
from data.labels.crosswalk import at_level
from data.loader import LabelTable
from data.sources.archive import ArchiveSource
from data.volume import VOLUME
from tests.made_release import FINE
from tests.made_release import NEURONS as MANUAL
from tests.test_all_pairs import loaded

INFO, LATER = "aibs_cell_info", "aibs_metamodel_celltypes_v661"
RULE = (MANUAL, LATER, FINE)
"""The first of these that labels a nucleus decides; of two labels of one nucleus in it, the first row's."""
ROWS = {
    MANUAL: [(1, "BC"), (2, "5P-PT"), (3, "MC"), (4, "23P")],
    LATER: [(1, "BC"), (2, "5P-ET"), (5, "4P"), (6, "oligo"), (7, "BC"), (7, "MC"), (8, "MC")],
    FINE: [(1, "MC"), (3, "MC"), (5, "23P"), (8, "MC"), (9, "NGC")],
}
NUCLEI = range(1, 12)


def table(name: str, rows: list[tuple[int, str]]) -> LabelTable:
    nuclei, words = zip(*rows, strict=True)
    frame = {"nucleus_id": np.array(nuclei, np.int64), "cell_type": pd.Categorical(words)}
    return replace(loaded(FINE, pd.DataFrame(frame)), table=EVERY_TABLE[name])


TABLES = {name: table(name, rows) for name, rows in ROWS.items()}


def made_by_the_rule() -> dict[int, tuple[str, str]]:
    """By nucleus, the call and the table that it is from; ("", "") where no table labels it."""
    return {
        nucleus: next(
            ((word, name) for name in RULE for other, word in ROWS[name] if other == nucleus), ("", "")
        )
        for nucleus in NUCLEI
    }


def view(calls: dict[int, tuple[str, str]], *, with_source: bool = True) -> LabelTable:
    words, sources = zip(*calls.values(), strict=True)
    columns = {"cell_type": words, **({"cell_type_source": sources} if with_source else {})}
    categories = {name: pd.Categorical([word or None for word in given]) for name, given in columns.items()}
    rows = pd.DataFrame({"nucleus_id": np.array([*calls], np.int64), **categories})
    return replace(loaded(FINE, rows), table=EVERY_TABLE[INFO])


def audited(calls: dict[int, tuple[str, str]], *without: str) -> CallAudit:
    at_hand = {name: one for name, one in TABLES.items() if name not in without}
    (audit,) = audit_calls(view(calls), at_hand)
    return audit


def test_a_view_made_by_the_rule_repeats_every_table_and_has_one_order() -> None:
    calls = made_by_the_rule()
    audit = audited(calls)
    outcomes = audit.calls["outcome"].to_dict()
    assert outcomes == {**dict.fromkeys(NUCLEI, SAME), 7: ONE_OF_TWO, 10: NO_CALL, 11: NO_CALL}
    assert audit.both_ways == []
    expected: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for nucleus, (_, source) in calls.items():
        others = {name for name in RULE if name != source and any(n == nucleus for n, _ in ROWS[name])}
        if source:
            expected[source, tuple(sorted(others))] += 1
    found = {
        (source, tuple(sorted(others.split()))): n
        for source, others, n in audit.orders[["source", "passed_over", "nuclei"]].itertuples(index=False)
    }
    assert found == dict(expected)
    for first, second in audit.preferences:
        assert RULE.index(first) < RULE.index(second)


def test_who_dissents_is_named_for_each_nucleus_and_a_synonym_does_not() -> None:
    dissent = audited(made_by_the_rule()).calls["dissent"]
    assert {nucleus: words for nucleus, words in dissent.items() if words} == {1: FINE, 5: FINE}
    assert at_level("5P-PT", "type") == "5P-ET", "so nucleus 2 is no dissent"


@pytest.mark.parametrize(
    ("planted", "outcome"),
    [
        ({1: ("MC", MANUAL)}, UNLIKE),
        ({6: ("oligo", MANUAL)}, ABSENT),
        ({2: ("5P-ET", MANUAL)}, SAME),
        ({7: ("MC", LATER)}, ONE_OF_TWO),
        ({7: ("NGC", LATER)}, UNLIKE),
        ({4: ("23P", "")}, UNKNOWN),
        ({4: ("23P", "no_table_of_the_catalogue")}, AWAY),
        ({10: ("BC", FINE)}, ABSENT),
    ],
)
def test_a_planted_call_has_its_outcome_and_no_other_changes(
    planted: dict[int, tuple[str, str]], outcome: str
) -> None:
    before, after = audited(made_by_the_rule()).calls, audited({**made_by_the_rule(), **planted}).calls
    ((nucleus, _),) = planted.items()
    assert after.loc[nucleus, "outcome"] == outcome
    others = [other for other in NUCLEI if other != nucleus]
    assert after.loc[others, "outcome"].tolist() == before.loc[others, "outcome"].tolist()


def test_a_table_that_is_preferred_both_ways_is_named_with_both_counts() -> None:
    audit = audited({**made_by_the_rule(), 1: ("MC", FINE), 5: ("23P", FINE)})
    assert {*audit.both_ways} == {(LATER, FINE, 1, 2), (MANUAL, FINE, 1, 1)}


def test_what_is_not_at_hand_is_not_inferred() -> None:
    audit = audited(made_by_the_rule(), MANUAL)
    assert audit.calls.loc[[1, 2, 3, 4], "outcome"].tolist() == [AWAY] * 4
    assert MANUAL not in " ".join(audit.orders["passed_over"])


def test_a_class_is_compared_with_the_class_of_the_named_tables_label() -> None:
    frame = view(made_by_the_rule()).frame.assign(
        classification_system=pd.Categorical(["inhibitory"] * 8 + ["excitatory"] * 3),
        broad_type_source=pd.Categorical([MANUAL] * 4 + [LATER] * 4 + [FINE] * 3),
    )
    audit, _ = audit_calls(replace(view(made_by_the_rule()), frame=frame), TABLES)
    outcomes = audit.calls["outcome"].to_dict()
    wrong = {2: UNLIKE, 4: UNLIKE, 5: UNLIKE, 6: UNLIKE, 9: UNLIKE, 10: ABSENT, 11: ABSENT}
    assert outcomes == {**dict.fromkeys(NUCLEI, SAME), **wrong}
    words = frame.assign(classification_system=pd.Categorical(["neuron"] * len(frame)))
    audit, _ = audit_calls(replace(view(made_by_the_rule()), frame=words), TABLES)
    assert audit.calls.loc[[1, 6], "outcome"].tolist() == [SAME, UNLIKE], "at the level that both have"


def findings(info: LabelTable, at_hand: dict[str, LabelTable]) -> tuple[dict[str, Finding], dict[str, str]]:
    tables = release_tables(VOLUME.releases[1507])
    source = ArchiveSource(VOLUME.archive, 1507, Path())
    inspected = Inspected({INFO: info, **at_hand}, tables, source)
    ids = {"call-unlike-its-table", "makers-precedence"}
    outcomes = [one for check in CHECKS if check.id in ids for one in check.outcomes(inspected)]
    found = {outcome.id: outcome for outcome in outcomes if isinstance(outcome, Finding)}
    return found, {outcome.check: outcome.reason for outcome in outcomes if isinstance(outcome, NotRun)}


def test_the_checks_count_wrong_calls_and_name_the_orders() -> None:
    found, _ = findings(view({**made_by_the_rule(), 1: ("MC", MANUAL)}), TABLES)
    wrong, order = found["call-unlike-its-table"], found["makers-precedence"]
    assert (wrong.severity, wrong.n, wrong.nucleus_ids.tolist()) == ("warning", 1, [1])
    assert "cell type 1 of 9" in wrong.message
    assert (order.severity, order.n) == ("info", 9)
    assert EVERY_TABLE[MANUAL].title in order.message
    found, _ = findings(view(made_by_the_rule()), TABLES)
    assert "call-unlike-its-table" not in found


def test_without_a_source_column_or_a_named_table_nothing_was_audited() -> None:
    for info, at_hand, why in (
        (view(made_by_the_rule(), with_source=False), TABLES, NO_COLUMN),
        (view(made_by_the_rule()), {}, NO_TABLE),
    ):
        found, skipped = findings(info, at_hand)
        assert found == {}
        assert skipped == dict.fromkeys(("call-unlike-its-table", "makers-precedence"), why)
