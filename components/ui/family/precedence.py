"""The audit of a view that repeats labels: whether each is its named table's, and which table goes first."""

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.checks.audit import ABSENT, CHECKED, SAME, UNLIKE, CallAudit, audit_calls
from components.analysis.checks.precedence import why_not_audited
from components.analysis.selection.listed import Listed, listed
from components.ui.family.page import OpenFamily
from components.ui.selection.rows import show_ticked_rows
from components.ui.selection.selection import choose
from components.ui.session.cached import cached
from components.ui.session.exports import show_csv_download
from components.ui.session.notices import plain, show_nothing
from components.ui.session.release import current_release, load_at_hand, table_title
from data.catalog.whereabouts import spans
from data.loader import LabelTable
from data.number_words import of_nuclei

HELP = (
    "A call is compared with the label that the named table gives the nucleus, synonyms aside; a "
    "call of the class with its class. An order is a table and those passed over for it: the other named "
    "tables at hand that label the nucleus. Contradicted: one of these says otherwise. A call that names no "
    "table stays unknown."
)


def show_precedence(family: OpenFamily) -> None:
    """The audit of the family's view that repeats labels, one call at a time; a row selects its nuclei."""
    tables = current_release().tables
    repeating = next((table for table in family.tables if table.repeats), None)
    loaded = family.load(repeating.name) if repeating else None
    if loaded is None:
        known = [table for table in tables.values() if table.repeats and table.family == family.name]
        where = "; ".join(f"{table.title} of {spans(table.releases)} does" for table in known)
        show_nothing(
            f"Nothing was audited: no table of v{tables.release.number} at hand names the tables that its "
            f"labels are from. {where}."
        )
        return
    audits = _audits(loaded, load_at_hand())
    if why := why_not_audited(audits):
        show_nothing(plain(f"{why} ({loaded.table.title})"))
        return
    by_title = {audit.repeated.title: audit for audit in audits}
    default = next(title for title, audit in by_title.items() if len(audit.nuclei(*CHECKED)))
    chosen = st.segmented_control(
        "Call", list(by_title), default=default, required=True, key="call", bind="query-params",
        help=HELP,
    )  # fmt: skip
    audit = by_title[chosen]
    _show_outcomes(audit, loaded)
    _show_orders(audit)
    show_csv_download("Every call as CSV", lambda: _calls(audit), f"calls-{chosen.replace(' ', '-')}")


def _show_outcomes(audit: CallAudit, loaded: LabelTable) -> None:
    compared = len(audit.nuclei(*CHECKED))
    same, wrong = len(audit.nuclei(SAME)), audit.nuclei(UNLIKE, ABSENT)
    others = [f"{n:,} {word}" for word, n in audit.outcomes.items() if word not in CHECKED]
    st.markdown(
        f"**{same:,} of {compared:,}** calls of the {audit.repeated.title} are those of the table that their "
        f"row names. Of the {of_nuclei(len(audit.calls))} of {plain(loaded.table.title)} the others are: "
        f"{', '.join(others) or 'none'}."
    )
    if len(wrong):
        st.button(
            f"Select {of_nuclei(len(wrong))} called differently in the named table", key="select-unlike",
            on_click=choose, args=(listed(wrong),), icon=":material/ads_click:",
        )  # fmt: skip


def _show_orders(audit: CallAudit) -> None:
    orders = audit.orders
    if orders.empty:
        return
    shown = pd.DataFrame(
        {
            "Decided by": [_titles(source) or "no table" for source in orders["source"]],
            "Passed over": [_titles(others) or "–" for others in orders["passed_over"]],
            "Nuclei": orders["nuclei"],
            "Contradicted": orders["dissent"],
        }
    )
    both = "; ".join(
        f"{_titles(first)} goes before {_titles(second)} for {of_nuclei(n)} and after it for {m:,}"
        for first, second, n, m in audit.both_ways
    )
    st.caption(
        f"{len(orders)} orders of tables occur. Tick one to select its nuclei. "
        + (plain(f"The order is not consistent: {both}.") if both else "No two tables occur in both orders.")
    )
    show_ticked_rows(
        shown,
        lambda place: _selection_of_order(place, audit),
        key=f"orders-{audit.repeated.title}",
        columns={
            name: st.column_config.NumberColumn(format="localized") for name in ("Nuclei", "Contradicted")
        },
    )


def _selection_of_order(place: int, audit: CallAudit) -> Listed:
    order = audit.orders.iloc[place]
    inside = (audit.calls["source"] == order["source"]) & (audit.calls["passed_over"] == order["passed_over"])
    return listed(np.sort(audit.calls.index.to_numpy()[inside.to_numpy()]))


def _calls(audit: CallAudit) -> pd.DataFrame:
    """Every nucleus with its call, the table that decided, and who dissents."""
    return audit.calls.reset_index().astype({"passed_over": str, "dissent": str})


def _titles(names: str) -> str:
    return ", ".join(map(table_title, names.split()))


@cached()
def _audits(loaded: LabelTable, tables: dict[str, LabelTable]) -> tuple[CallAudit, ...]:
    return audit_calls(loaded, tables)
