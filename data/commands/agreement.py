"""The command `agreement`: two tables, or every two."""

import argparse
from collections.abc import Mapping
from contextlib import suppress
from typing import cast

from components.analysis.comparison.agreement import (
    FINEST,
    LevelOrFinest,
    all_agreements,
    measure_agreement,
    pair_labels,
    pair_table,
)
from components.analysis.comparison.axes import AxisTable, axis_tables, without_labels
from components.analysis.comparison.circular import circular_agreement
from components.analysis.labels.counts import find_denominator
from components.analysis.labels.levels import finest_common_level
from components.analysis.output.frozen.answer import Loaded, frozen_answer
from components.analysis.output.frozen.question import Question
from components.analysis.output.raters import raters_record, raters_text
from components.analysis.output.results import agreement_record, agreement_text, pairs_text, release_record
from components.analysis.raters.dawid_skene import NotIdentifiable, rate_nuclei
from components.analysis.raters.files import posterior_rows
from components.analysis.raters.ratings import lineage_ratings
from components.analysis.selection.filters import Filters
from data.catalog.entry import Table
from data.commands.options import Commands
from data.commands.terminal import (
    NONE_AT_HAND,
    check_matched,
    file_to_write,
    heading,
    load_tables,
    print_json,
    report_each,
    say,
    say_outcomes,
    write_csv,
)
from data.errors import DataError, TableAbsent
from data.labels.crosswalk import LEVELS
from data.labels.entry import Level
from data.loader import LabelTable, OpenRelease, loaded_tables
from data.volume import VOLUME


def add_agreement(commands: Commands, common: argparse.ArgumentParser, own: argparse.ArgumentParser) -> None:
    """Add `agreement`."""
    agreement = commands.add_parser("agreement", parents=[common, own], help="compare two tables' labels")
    agreement.add_argument("rows", nargs="?", help="table on the rows: a name or a title")
    agreement.add_argument("columns", nargs="?", help="table on the columns")
    agreement.add_argument("--all", action="store_true", help="compare every two tables")
    raters = "compare all lineages at once, and estimate a consensus with probabilities"
    agreement.add_argument("--raters", action="store_true", help=raters)
    agreement.add_argument(
        "--level", choices=(*LEVELS, FINEST), help="default: class; with --all the finest common one"
    )
    csv = (
        "write the matrix, with --all the list, with --raters the consensus, as CSV; of synthetic rows its "
        "first cell says so"
    )
    agreement.add_argument("--csv", metavar="PATH", help=csv)
    save = "write the answer as a file that “verify” can check later, with its script and citations"
    agreement.add_argument("--save", metavar="PATH", help=save)
    agreement.set_defaults(run=_agreement)


def _agreement(opened: OpenRelease, given: argparse.Namespace) -> int:
    _check_asked(given)
    if given.all:
        return _all_agreements(opened, given)
    if given.raters:
        return _all_raters(opened, given)
    rows, columns = (opened.tables.find(name) for name in (given.rows, given.columns))
    loaded = load_tables(opened, (rows.name, columns.name))
    say_outcomes(opened, loaded)
    check_matched(opened, loaded)
    axes: dict[str, AxisTable] = {name: labels.as_axis for name, labels in loaded.items()}
    at_hand = {**loaded, **_detections(opened, loaded)}
    axes |= axis_tables(at_hand)
    denominator = find_denominator({name: labels.frame for name, labels in at_hand.items()})
    level = finest_common_level(rows, columns) if given.level == FINEST else given.level or "class"
    result = measure_agreement(pair_labels(axes[rows.name], axes[columns.name], level))
    circle = circular_agreement(pair_labels(axes[rows.name], axes[columns.name], "type"), level)
    if result.pairs.frame.empty:
        for table in without_labels((axes[rows.name], axes[columns.name]), level):
            say(
                f"{table.name}: No label is known at the level of {level}. --level type compares raw labels, "
                "--with-mapping says what they mean."
            )
    if given.save:
        _save_answer(opened, (rows, columns), level, at_hand, given.save)
    if given.csv:
        write_csv(opened, result.matrix.reset_index(), given.csv)
    if given.json:
        record = agreement_record(result, loaded[rows.name].provenance, denominator)
        print_json(record | ({"circular": circle.words} if circle else {}))
    else:
        print(f"{heading(opened)}\n{agreement_text(result, denominator)}")
        if circle:
            print(circle.words)
    return 0


def _check_asked(given: argparse.Namespace) -> None:
    """Raise `DataError` if one answer cannot hold all that was asked for."""
    if given.all and given.raters:
        raise DataError("--all and --raters ask for two answers.", "Ask for one of them.")
    if given.save and (given.all or given.raters):
        raise DataError("--save writes the answer of two tables.", "Name two, or write a list by --csv.")
    if given.all and given.rows:
        raise DataError("With --all every two tables are compared.", "Name no table, or leave out --all.")
    if given.raters and (given.rows or given.level in (FINEST, "type")):
        raise DataError(
            "With --raters all lineages are compared, at a level that they share.",
            "Name no table, and --level neuron, class or subclass.",
        )
    if not (given.all or given.raters or given.columns):
        raise DataError("The command “agreement” compares two tables.", "Name two, or ask for --all.")


def _all_agreements(opened: OpenRelease, given: argparse.Namespace) -> int:
    loaded, code = _load_every(opened)
    level = cast("LevelOrFinest", given.level or FINEST)
    results = list(all_agreements(axis_tables(loaded), level))
    if not results:
        raise DataError("There are no two tables to compare.", NONE_AT_HAND)
    if given.csv:
        write_csv(opened, pair_table(results).drop(columns="undefined"), given.csv)
    if given.json:
        denominator = find_denominator({name: labels.frame for name, labels in loaded.items()})
        provenances = [loaded[result.pairs.rows.name].provenance for result in results]
        records = [agreement_record(*one, denominator) for one in zip(results, provenances, strict=True)]
        print_json([{key: value for key, value in record.items() if key != "matrix"} for record in records])
    else:
        print(f"{heading(opened)}\n{pairs_text(results)}")
    return code


def _all_raters(opened: OpenRelease, given: argparse.Namespace) -> int:
    loaded, code = _load_every(opened)
    ratings = lineage_ratings(loaded, given.level or "class")
    rated = rate_nuclei(ratings)
    if given.csv:
        if isinstance(rated, NotIdentifiable):
            raise DataError(rated.reason, "Ask for another level, or fetch more tables.")
        write_csv(opened, posterior_rows(rated), given.csv)
    record = raters_record(ratings, rated)
    if given.json:
        print_json(release_record(opened) | record)
    else:
        print(f"{heading(opened)}\n{raters_text(record)}")
    return code


def _load_every(opened: OpenRelease) -> tuple[dict[str, LabelTable], int]:
    """Load all tables that can be compared; give the exit code too."""
    names = [table.name for table in opened.tables.held.values() if table.level or table.kind == "units"]
    outcomes = opened.load_release((*names, VOLUME.detections), report_each(opened))
    errors = say_outcomes(opened, outcomes, absent=True)
    check_matched(opened, outcomes)
    return loaded_tables(outcomes), 2 if any(not isinstance(error, TableAbsent) for error in errors) else 0


def _detections(opened: OpenRelease, loaded: Mapping[str, LabelTable]) -> dict[str, LabelTable]:
    """The detection table, if a coregistration table is compared and it need not be downloaded."""
    has_units = any(labels.table.kind == "units" for labels in loaded.values())
    if has_units and opened.is_at_hand(VOLUME.detections):
        with suppress(TableAbsent):
            return {VOLUME.detections: opened.load_labels(VOLUME.detections)}
    return {}


def _save_answer(
    opened: OpenRelease,
    axes: tuple[Table, Table],
    level: Level,
    at_hand: Mapping[str, LabelTable],
    path: str,
) -> None:
    """Write the comparison of two tables as a frozen answer."""
    rows, columns = axes
    has_units = any(table.kind == "units" for table in axes)
    question = Question(
        table=rows.name,
        as_axis=rows.kind == "units",
        label_source=rows.name,
        filters=Filters(),
        partner=columns.name,
        compared_at=level,
        at_hand=tuple(at_hand) if has_units else (),
    )
    shown = "Raw labels" if level == "type" else level.capitalize()
    parameters = {"rows": [rows.title], "with": [columns.title], "compared-at": [shown]}
    text = frozen_answer(question, Loaded(opened, at_hand), page="agreement", parameters=parameters)
    try:
        file_to_write(path, opened).write_text(text, "utf-8")
    except OSError as error:
        raise DataError(
            f"{path} cannot be written: {error.strerror or error}.", "Name another file."
        ) from error
