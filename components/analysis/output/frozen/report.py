"""A verdict on a frozen answer as JSON and in words."""

from dataclasses import asdict
from typing import Any

from components.analysis.output.frozen.verdict import AnswerVerdict, ChangedNumber, ChangedTable
from data.number_words import plural

MOST_LINES = 20
"""The most nuclei of a table, and other values, that are listed in words; JSON lists all."""


def verdict_record(verdict: AnswerVerdict) -> dict[str, Any]:
    """A verdict with all that differs; `path` leads to a value in the answer's file."""
    numbers = [
        {"path": [*number.path], "in_file": number.in_file, "now": number.now} for number in verdict.numbers
    ]
    return {
        "same": verdict.same,
        "release": verdict.release,
        "saved_at": verdict.saved_at,
        "synthetic": verdict.synthetic,
        "verified": verdict.verified,
        "tables": [asdict(table) for table in verdict.tables],
        "numbers": numbers,
        "sections_edited": [*verdict.sections],
    }


def verdict_headline(verdict: AnswerVerdict) -> str:
    """The verdict in one sentence, with what was compared."""
    n = verdict.verified
    of = (
        f"{plural(n['tables'], 'table')} of {plural(n['rows'], 'row')} and {plural(n['values'], 'value')} of "
        f"the answer saved on {verdict.saved_at[:10]}"
    )
    return f"The same: {of}." if verdict.same else f"Changed. Compared were {of}."


def verdict_lines(verdict: AnswerVerdict) -> list[str]:
    """What differs, a line each: tables with their rows, then numbers, then what was edited in the file."""
    lines = [line for table in verdict.tables for line in _table_lines(table)]
    lines += [_number_words(number) for number in verdict.numbers[:MOST_LINES]]
    if (more := len(verdict.numbers) - MOST_LINES) > 0:
        lines.append(f"… and {plural(more, 'more value')} (--json lists all).")
    lines += [f"The file's section “{name}” was edited after it was saved." for name in verdict.sections]
    return lines


def _table_lines(table: ChangedTable) -> list[str]:
    columns = f" Columns that differ: {', '.join(table.columns)}." if table.columns else ""
    if not table.told and not table.columns:
        return [f"{table.title}: rows differ. A link does not say which; the saved file does."]
    if not table.told:
        return [f"{table.title}: more rows differ than can be named.{columns}"]
    if not (table.changed or table.gone or table.new):
        return [f"{table.title}: its checksums are other ones, though no row differs.{columns}"]
    changed = plural(len(table.changed), "row")
    counts = f"{changed} changed, {len(table.gone):,} gone, {len(table.new):,} new"
    lines = [f"{table.title}: {counts}.{columns}"]
    for row in table.changed[:MOST_LINES]:
        was, now = row.was or "no label", row.now or "no label"
        words = f"still {now}" if was == now else f"{was} → {now}"
        lines.append(f"  nucleus {row.nucleus_id}: {words}")
    lines += [f"  nucleus {nucleus}: gone" for nucleus in table.gone[:MOST_LINES]]
    lines += [f"  nucleus {nucleus}: new" for nucleus in table.new[:MOST_LINES]]
    lists = (table.changed, table.gone, table.new)
    if hidden := sum(max(0, len(one) - MOST_LINES) for one in lists):
        lines.append(f"  … and {plural(hidden, 'more nucleus', 'more nuclei')} (--json lists all)")
    return lines


def _number_words(number: ChangedNumber) -> str:
    section, *rest = number.path
    if section == "comparison" and rest[:1] == ["matrix"] and len(rest) == 3:
        where = f"matrix cell {rest[1]} × {rest[2]}"
        before, now = (0 if value is None else value for value in (number.in_file, number.now))
        return f"{where}: {_shown(before)} → {_shown(now)}"
    if section == "tables":  # a table's own name stays as it is
        section, rest = rest[0] if rest else section, rest[1:]
    where = ", ".join([section, *(word.replace("_", " ") for word in rest)])
    return f"{where}: {_shown(number.in_file)} → {_shown(number.now)}"


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return repr(value) if isinstance(value, float) else str(value)
