"""The checks of a release as a page: how many findings, each with its nuclei, and what was not checked."""

import json
from shlex import quote

import pandas as pd
import streamlit as st

from components.analysis.checks.entry import EVERY_CHECK, Check, Finding, Got, Severity
from components.analysis.checks.registry import CHECKS, CheckReport, run_checks
from components.analysis.output.results import MOST_IDS, checks_record, finding_record, release_record
from components.analysis.selection.listed import listed
from components.ui.selection.selection import choose
from components.ui.session.cached import cached
from components.ui.session.charts import show_numbers
from components.ui.session.exports import marked, show_csv_download, show_json_download
from components.ui.session.notices import plain, show_nothing, show_problem
from components.ui.session.release import current_release, load_held, table_title
from data.errors import BadTable, DataError, TableAbsent
from data.loader import OpenRelease
from data.number_words import of_nuclei, plural
from data.tables.raw import UnreadFile

MOST_OPEN = 4
COLUMNS = ["id", "severity", "table", "n", "of", "message", "expected", "nucleus_ids"]
ANY, ALL_TABLES = "All", "All tables"
LOOKS: dict[Severity, tuple[str, str, str]] = {
    "error": ("Errors", ":red[:material/dangerous:]", "cannot be true of a sound release"),
    "warning": ("Warnings", ":orange[:material/warning:]", "worth knowing before using the rows"),
    "info": ("Infos", ":blue[:material/info:]", "a known property of the release"),
}
"""Of each severity its title, its sign (a shape of its own, not a colour alone) and what it means."""


def checked_release() -> CheckReport:
    """Check the tables that cost no download, and the detections, once for all sessions."""
    opened, outcomes = current_release(), load_held()
    for name, outcome in outcomes.items():
        if isinstance(outcome, DataError) and not isinstance(outcome, TableAbsent | BadTable):
            show_problem(outcome, opened.tables[name])
    return _report(opened, outcomes, opened.unread_files)


@cached(show_spinner="Checking the release …")
def _report(opened: OpenRelease, outcomes: Got, unread: tuple[UnreadFile, ...]) -> CheckReport:
    return run_checks(outcomes, opened.tables, opened.source, unread)


def show_checks_headline(report: CheckReport) -> None:
    """Count the findings by severity, the checks and the tables."""
    titles = ", ".join(table_title(name) for name in report.tables) or "no table"
    known = len(current_release().tables.held)
    looked = (
        f"{len(CHECKS)} checks looked at {len(report.tables)} of {plural(known, 'table')}: {plain(titles)}."
    )
    numbers = {
        title: (f"{report.count(severity):,}", f"{title}: {meaning}.")
        for severity, (title, _, meaning) in LOOKS.items()
    }
    clean = f"{len(report.clean)} of {len(CHECKS)}"
    show_numbers(
        numbers | {"Found nothing": (clean, f"They looked everywhere and found nothing odd. {looked}")}
    )


def pick_findings(report: CheckReport) -> list[Finding]:
    """Let the reader filter the findings by severity and table."""
    titles = {title: severity for severity, (title, _, _) in LOOKS.items()}
    chosen = st.segmented_control(
        "Severity", [ANY, *titles], default=ANY, required=True, key="severity", bind="query-params",
        help="  \n".join(f"{sign} **{title}**: {meaning}." for title, sign, meaning in LOOKS.values()),
    )  # fmt: skip
    names = {table_title(finding.table) for finding in report.findings}
    ordered = [table.title for table in current_release().tables.values() if table.title in names]
    title = st.selectbox("Table", [ALL_TABLES, *ordered], key="table", bind="query-params", width=260)
    return [
        finding
        for finding in report.findings
        if chosen in (ANY, LOOKS[finding.severity][0]) and title in (ALL_TABLES, table_title(finding.table))
    ]


def show_findings(findings: list[Finding], report: CheckReport) -> None:
    """Show the findings, grouped by check and severity, the worst first."""
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
    of = "" if len(members) == 1 else f" · {len(members)} {_noun(members)}"
    expected = _expected_words(_expected_of_all(members))
    about = check.question + (f"  \n{expected}" if expected else "")
    st.markdown(f"{sign} **{check.title}** · {title[:-1]}{of}", help=about)


def _expected_words(expected: str) -> str | None:
    return f"Expected: {plain(expected)}" if expected else None


def _noun(members: list[Finding]) -> str:
    """What several findings are about: tables, or files that no table takes."""
    return "files" if members[0].of == "files" else "tables"


def _expected_of_all(members: list[Finding]) -> str:
    """What is expected of several tables alike; "" where it differs, or there is one."""
    expected = {finding.expected for finding in members}
    return expected.pop() if len(members) > 1 and len(expected) == 1 else ""


def _show_members(members: list[Finding]) -> None:
    """A row for each finding; many without nuclei are folded away."""
    nameless = not any(len(finding.nucleus_ids) for finding in members)
    folded = nameless and len(members) > MOST_OPEN
    with st.expander(f"Which {len(members)} {_noun(members)}") if folded else st.container():
        for finding in members:
            _show_finding(finding, alone=not _expected_of_all(members))


def _show_finding(finding: Finding, *, alone: bool) -> None:
    """Show table, count, message and a button that selects the nuclei; the expectation where `alone`."""
    selectable = len(finding.nucleus_ids) > 0
    words, *action = st.columns([8.2, 3.1] if selectable else 1, vertical_alignment="center")
    words.markdown(
        f"{plain(table_title(finding.table))} · **{finding.counted}**  \n{plain(finding.message)}",
        help=_expected_words(finding.expected) if alone else None,
    )
    if selectable:
        many = len(finding.nucleus_ids)
        action[0].button(
            f"Select {of_nuclei(many)}" if many > 1 else "Select its nucleus",
            key=f"select-{finding.id}-{finding.table}", on_click=_select, args=(finding,), width="stretch",
        )  # fmt: skip


def _select(finding: Finding) -> None:
    choose(listed(finding.nucleus_ids))


def show_not_checked(report: CheckReport) -> None:
    """List what could not be checked, and why, and the checks that found nothing."""
    if report.clean:
        titles = " · ".join(f":green[:material/check:]\u00a0{check.title}" for check in report.clean)
        clean = plural(len(report.clean), "check")
        with st.expander(f"Nothing found by {clean}", icon=":material/check_circle:"):
            st.markdown(titles)
    if not report.not_run:
        return
    checks = {check.id: check.title for check in CHECKS} | {EVERY_CHECK: "Every check"}
    lines = [
        (
            checks[missed.check],
            table_title(missed.table) if missed.table else "all that it needs",
            missed.reason,
        )
        for missed in report.not_run
    ]
    with st.expander(f"What could not be checked ({len(lines)})", icon=":material/visibility_off:"):
        rows = pd.DataFrame(lines, columns=["Check", "Table", "Why"])
        st.dataframe(marked(rows), hide_index=True, key="not-checked", height=min(400, 40 + 35 * len(rows)))


def show_findings_download(report: CheckReport) -> None:
    """Offer all findings as files."""
    st.subheader("Download the findings", anchor=False)
    st.caption(
        f"All {plural(len(report.findings), 'finding')}, whatever is chosen above. At most "
        f"{MOST_IDS:,} nucleus IDs are listed for each; the counts are complete."
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
    records = [
        finding_record(finding) | {"nucleus_ids": " ".join(map(str, finding.nucleus_ids[:MOST_IDS]))}
        for finding in report.findings
    ]
    return pd.DataFrame(records, columns=COLUMNS)


def show_checks_command() -> None:
    """Show the command that prints the same findings."""
    opened = current_release()
    mark = "# Synthetic rows: name your own folder or the archive to check real ones.\n"
    st.caption("Exits with 1 where there is an error, so that an analysis can stop there.")
    st.code((mark if opened.source.synthetic else "") + checks_command(opened), language="bash")


def checks_command(opened: OpenRelease) -> str:
    """Write the command that checks the same release of the same source."""
    source = opened.source
    where = f" --{source.name} {quote(source.base)}" if source.base else ""
    return f"python -m data check --source {source.name}{where} --release {opened.release.number} --json"
