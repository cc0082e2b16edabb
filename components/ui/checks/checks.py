"""The checks of a release as a page: how many findings, each with its nuclei, and what was not checked."""

import json
from shlex import quote

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.checks.entry import EVERY_CHECK, Check, Finding, Got, Severity
from components.analysis.checks.registry import CHECKS, CheckReport, run_checks
from components.analysis.output.results import MOST_IDS, checks_record, release_record
from components.analysis.selection.listed import listed
from components.ui.selection.selection import choose
from components.ui.session.cached import cached
from components.ui.session.exports import marked, show_csv_download, show_json_download
from components.ui.session.notices import plain, show_nothing, show_problem
from components.ui.session.release import current_release, load_labels, table_title
from data.errors import BadTable, DataError, TableAbsent
from data.loader import LabelTable, OpenRelease
from data.tables.raw import UnreadFile
from data.volume import VOLUME

MOST_OPEN = 4
ANY, ALL_TABLES = "All", "All tables"
LOOKS: dict[Severity, tuple[str, str, str]] = {
    "error": ("Errors", ":red[:material/dangerous:]", "cannot be true of a sound release"),
    "warning": ("Warnings", ":orange[:material/warning:]", "to be known before the rows are used"),
    "info": ("Infos", ":blue[:material/info:]", "how this release is"),
}
"""Of each severity its title, its sign (a shape of its own, not a colour alone) and what it means."""


def checked_release() -> CheckReport:
    """Check the tables that cost no download, and the detections, once for all sessions."""
    opened = current_release()
    got: dict[str, LabelTable | DataError | None] = {}
    for name in opened.tables.held:
        here = opened.source.local or name == VOLUME.detections or opened.provenance(name)
        one = got[name] = load_labels(name) if here else None
        if isinstance(one, DataError) and not isinstance(one, TableAbsent | BadTable):
            show_problem(one, opened.tables[name])
    return _report(opened, got, opened.unread_files)


@cached(show_spinner="Checking the release …", max_entries=8)
def _report(opened: OpenRelease, got: Got, unread: tuple[UnreadFile, ...]) -> CheckReport:
    return run_checks(got, opened.tables, opened.source, unread)


def _title(name: str) -> str:
    """A table's title; of a file that no table takes, its name."""
    return table_title(name) if name in current_release().tables else name


def show_checks_headline(report: CheckReport) -> None:
    """How many findings of each severity, by how many checks, on which tables."""
    columns = st.columns(4)
    for column, (severity, (title, _, meaning)) in zip(columns, LOOKS.items(), strict=False):
        column.metric(title, f"{report.count(severity):,}", help=f"Findings of what is {meaning}.")
    columns[3].metric(
        "Checks that found nothing", f"{len(report.clean)} of {len(CHECKS)}",
        help="They could look everywhere and found nothing odd.",
    )  # fmt: skip
    titles = ", ".join(table_title(name) for name in report.tables) or "no table"
    n = len(report.tables)
    known = len(current_release().tables.held)
    st.caption(f"{len(CHECKS)} checks looked at {n} of {known} tables: {plain(titles)}.")


def pick_findings(report: CheckReport) -> list[Finding]:
    """Let the reader choose which findings to see; the choice stands in the link."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    titles = {title: severity for severity, (title, _, _) in LOOKS.items()}
    chosen = left.segmented_control(
        "Severity", [ANY, *titles], default=ANY, required=True, key="severity", bind="query-params",
        help="  \n".join(f"{sign} **{title}**: {meaning}." for title, sign, meaning in LOOKS.values()),
    )  # fmt: skip
    names = {_title(one.table) for one in report.findings}
    ordered = [table.title for table in current_release().tables.values() if table.title in names]
    title = right.selectbox("Table", [ALL_TABLES, *ordered], key="table", bind="query-params")
    return [
        one
        for one in report.findings
        if chosen in (ANY, LOOKS[one.severity][0]) and title in (ALL_TABLES, _title(one.table))
    ]


def show_findings(findings: list[Finding], report: CheckReport) -> None:
    """The findings, those of one check and severity together, the worst first."""
    if not report.tables:
        show_nothing("No table of the release is at hand, so nothing of its rows was checked.")
    elif not report.findings:
        show_nothing("The checks found nothing odd.")
    elif not findings:
        show_nothing("No finding is of this severity and table: choose others above.")
    checks = {check.id: check for check in CHECKS}
    groups: dict[tuple[str, Severity], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.id, finding.severity), []).append(finding)
    for (check, severity), members in groups.items():
        with st.container(border=True, key=f"check-{check}-{severity}"):
            _show_check(checks[check], members)
            _show_members(members)


def _show_check(check: Check, members: list[Finding]) -> None:
    title, sign, _ = LOOKS[members[0].severity]
    of = "" if len(members) == 1 else f" · {len(members)} tables"
    words = f"{sign} **{check.title}** · {title[:-1]}{of}  \n:small[:gray[{check.question}]]"
    expected = _expected_of_all(members)
    st.markdown(words + (f"  \n:small[:gray[Expected: {plain(expected)}]]" if expected else ""))


def _expected_of_all(members: list[Finding]) -> str:
    """What is expected of several tables alike; "" where it differs, or there is one."""
    said = {one.expected for one in members}
    return said.pop() if len(members) > 1 and len(said) == 1 else ""


def _show_members(members: list[Finding]) -> None:
    """A row each; many of them about no nuclei are folded away."""
    nameless = not any(len(finding.nucleus_ids) for finding in members)
    folded = nameless and len(members) > MOST_OPEN
    with st.expander(f"Which {len(members)} tables") if folded else st.container():
        for finding in members:
            _show_finding(finding, alone=not _expected_of_all(members))


def _show_finding(finding: Finding, *, alone: bool) -> None:
    """Table, number, what is so, and a button for its nuclei; what is expected where it stands alone."""
    selectable = len(finding.nucleus_ids) > 0
    table, n, said, *action = st.columns([2.1, 1.4, 5.2, 2.6] if selectable else [2.1, 1.4, 7.8])
    table.markdown(plain(_title(finding.table)))
    n.markdown(f"**{finding.counted}**")
    expected = f"  \n:small[:gray[Expected: {plain(finding.expected)}]]" if alone else ""
    said.markdown(plain(finding.message) + expected)
    if selectable:
        many = len(finding.nucleus_ids)
        action[0].button(
            f"Select its {many:,} nuclei" if many > 1 else "Select its nucleus",
            key=f"select-{finding.id}-{finding.table}", on_click=_select, args=(finding,), width="stretch",
        )  # fmt: skip


def _select(finding: Finding) -> None:
    title = next(check.title for check in CHECKS if check.id == finding.id)
    choose(listed(finding.nucleus_ids), f"{title}, {_title(finding.table)}")


def show_not_checked(report: CheckReport) -> None:
    """What no check could look at, and why; and the checks that found nothing."""
    if report.clean:
        titles = " · ".join(f":green[:material/check:]\u00a0{check.title}" for check in report.clean)
        with st.expander(f"Nothing found by {len(report.clean)} checks", icon=":material/check_circle:"):
            st.markdown(titles)
    if not report.not_run:
        return
    checks = {check.id: check.title for check in CHECKS} | {EVERY_CHECK: "Every check"}
    lines = [
        (checks[one.check], table_title(one.table) if one.table else "all that it asks", one.reason)
        for one in report.not_run
    ]
    with st.expander(f"What could not be checked ({len(lines)})", icon=":material/visibility_off:"):
        rows = pd.DataFrame(lines, columns=["Check", "Table", "Why"])
        st.dataframe(marked(rows), hide_index=True, key="not-checked", height=min(400, 40 + 35 * len(rows)))


def show_findings_download(report: CheckReport) -> None:
    """All findings as files."""
    st.subheader("Take them with you", anchor=False)
    st.caption(
        f"All {len(report.findings)} findings, whatever is chosen above. Of each the first {MOST_IDS:,} "
        "nucleus IDs are named; the counts are of all."
    )
    with st.container(horizontal=True):
        show_csv_download("The findings as CSV", findings_frame(report), "checks")
        record = release_record(current_release()) | checks_record(report)
        show_json_download(
            "The findings as JSON",
            lambda: json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False),
            "checks",
        )


def findings_frame(report: CheckReport) -> pd.DataFrame:
    """A line per finding; nucleus IDs with spaces between them, the first `MOST_IDS`."""
    return pd.DataFrame(
        {
            "id": [one.id for one in report.findings],
            "severity": [one.severity for one in report.findings],
            "table": [one.table for one in report.findings],
            "n": np.array([one.n for one in report.findings], dtype=np.int64),
            "of": [one.of for one in report.findings],
            "message": [one.message for one in report.findings],
            "expected": [one.expected for one in report.findings],
            "nucleus_ids": [" ".join(map(str, one.nucleus_ids[:MOST_IDS])) for one in report.findings],
        }
    )


def show_checks_command() -> None:
    """The command that says the same without the dashboard."""
    opened = current_release()
    mark = "# Synthetic rows: name your own folder or the archive to check real ones.\n"
    with st.expander("Code", icon=":material/code:"):
        st.caption("Exits with 1 where there is an error, so that it can stand before an analysis.")
        st.code((mark if opened.source.synthetic else "") + checks_command(opened), language="bash")


def checks_command(opened: OpenRelease) -> str:
    """Write the command that checks the same release of the same source."""
    source = opened.source
    where = f" --{source.name} {quote(source.base)}" if source.base else ""
    return f"python -m data check --source {source.name}{where} --release {opened.release.number} --json"
