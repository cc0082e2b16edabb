"""The audit of a view that repeats labels of other tables, as findings."""

import numpy as np

from components.analysis.checks.audit import ABSENT, CHECKED, UNLIKE, CallAudit
from components.analysis.checks.entry import Inspected, TableOutcome, nuclei_finding
from components.analysis.labels.ids import NO_IDS
from data.catalog.tables import ReleaseTables
from data.loader import LabelTable
from data.number_words import of_nuclei

NO_COLUMN = "Nothing was audited: its rows hold no column that names the table of a call."
NO_TABLE = "Nothing was audited: no table that its rows name is at hand."
MOST_ORDERS = 4


def call_unlike_its_table(release: Inspected, loaded: LabelTable) -> TableOutcome:
    """Calls that differ from the label of the table that their row names."""
    audits = release.audits[loaded.table.name]
    if why := why_not_audited(audits):
        return why
    wrong = [audit.nuclei(UNLIKE, ABSENT) for audit in audits]
    parts = [
        f"{audit.repeated.title} {len(nuclei):,} of {len(audit.nuclei(*CHECKED)):,}"
        for audit, nuclei in zip(audits, wrong, strict=True)
    ]
    return nuclei_finding(
        "warning", np.concatenate([NO_IDS, *wrong]),
        "Calls that differ from the label of the table that their row names, of those compared: "
        f"{', '.join(parts)}.",
        "None: the view repeats labels of tables of the same release.",
    )  # fmt: skip


def makers_precedence(release: Inspected, loaded: LabelTable) -> TableOutcome:
    """Which table the makers preferred to which, with the nuclei of each order."""
    audits = release.audits[loaded.table.name]
    if why := why_not_audited(audits):
        return why
    return nuclei_finding(
        "info", np.concatenate([NO_IDS, *(audit.nuclei(*CHECKED) for audit in audits)]),
        " ".join(order_words(audit, release.tables) for audit in audits if len(audit.orders)),
        "One order of tables for each call: no table is preferred to another for some nuclei and the other "
        "way round for others.",
    )  # fmt: skip


def why_not_audited(audits: tuple[CallAudit, ...]) -> str:
    """Say why no call could be compared; "" where some could."""
    if not audits:
        return NO_COLUMN
    return "" if any(len(audit.nuclei(*CHECKED)) for audit in audits) else NO_TABLE


def order_words(audit: CallAudit, tables: ReleaseTables) -> str:
    """The commonest orders of tables of a call in a sentence, and pairs of tables without one order."""

    def title(name: str) -> str:
        return tables[name].title if name in tables else name

    lines = []
    for source, passed_over, n, dissent in audit.orders.head(MOST_ORDERS).itertuples(index=False):
        over = ", ".join(map(title, passed_over.split()))
        first = title(source) if source else "none"
        words = f"{first} over {over}" if over else f"{first} alone"
        lines.append(f"{words} {n:,}" + (f" ({dissent:,} contradicted)" if dissent else ""))
    more = len(audit.orders) - len(lines)
    rest = f"; {more} more orders" if more else ""
    both = "; ".join(
        f"{title(first)} before {title(second)} for {of_nuclei(n)}, after it for {m:,}"
        for first, second, n, m in audit.both_ways
    )
    name = audit.repeated.title
    return f"{name[0].upper()}{name[1:]}: {'; '.join(lines)}{rest}.{f' Both ways: {both}.' if both else ''}"
