"""The parts of the overview: numbers, coverage, the list of tables, the release page as data."""

import pandas as pd
import streamlit as st

from components.analysis.counts import Universe
from components.analysis.status import TableStatus, release_status
from components.figures.coverage import coverage_figure
from components.ui.exports import marked, plot_config
from components.ui.notices import show_problem
from components.ui.release import current_release, load_labels
from components.ui.sample_notes import show_made_from
from data.catalog import FAMILIES, TABLES
from data.catalog.citations import CITATIONS
from data.catalog.releases import MANIFEST_661, OUT_OF_SCOPE
from data.errors import DataError
from data.loader import LabelTable

FAMILY_COLOURS = dict(
    zip(FAMILIES, ("#c4622d", "#8a6fb0", "#2f7f8f", "#3f6fb0", "#b5861c", "#6c7580"), strict=True)
)


def tables_at_hand() -> tuple[list[TableStatus], Universe, dict[str, LabelTable]]:
    """Load what costs no download, and the detections; say of every entry how it stands."""
    opened = current_release()
    got: dict[str, LabelTable | DataError | None] = {}
    for name in TABLES:
        here = opened.source.local or name == "nucleus_detection_v0" or opened.provenance(name)
        got[name] = load_labels(name) if here else None
    statuses, universe = release_status(got)
    return statuses, universe, {name: one for name, one in got.items() if isinstance(one, LabelTable)}


def show_absent(statuses: list[TableStatus]) -> None:
    """Name the tables that the source does not hold, and those that failed."""
    absent = [status for status in statuses if status.state == "absent"]
    if absent:
        names = ", ".join(status.table.title for status in absent)
        st.info(
            f"**{len(absent)} of {len(statuses)} tables are not in this source:** {names}. "
            "Everything else works without them.",
            icon=":material/inventory_2:",
        )
    for status in statuses:
        if status.problem and status.state == "failed":
            show_problem(status.problem, status.table)


def show_headline(statuses: list[TableStatus], universe: Universe) -> None:
    """Four numbers for a demo."""
    loaded = [status for status in statuses if status.state == "loaded"]
    labelling = [status for status in loaded if status.table.kind == "labels"]
    units = sum(status.rows or 0 for status in loaded if status.table.kind == "units")
    first, second, third, fourth = st.columns(4)
    first.metric("Nuclei", f"{len(universe.nuclei):,}", help=f"These are {universe.name}.")
    second.metric(
        "Tables at hand", f"{len(loaded)} of {len(statuses)}", help="Thirteen tables and the lookup view."
    )
    labels = sum(status.nuclei or 0 for status in labelling)
    third.metric(
        "Labels given", f"{labels:,}", help=f"Nuclei labelled, added over {len(labelling)} tables of labels."
    )
    fourth.metric("Functional units matched", f"{units:,}", help="Rows of the coregistration tables at hand.")


def show_coverage(statuses: list[TableStatus], universe: Universe) -> None:
    """How much each table labels."""
    st.subheader("How much each table labels", anchor=False)
    loaded = [status for status in statuses if status.coverage is not None]
    rows = [
        (status.table.title, status.nuclei or 0, status.coverage or 0.0, FAMILY_COLOURS[status.table.family])
        for status in loaded
    ]
    opened = current_release()
    made_up = "SYNTHETIC ROWS · " if opened.source.synthetic else ""
    caption = f"{made_up}v{opened.release.number} · share of {len(universe.nuclei):,} {universe.name}"
    figure = coverage_figure(rows, caption)
    st.plotly_chart(figure, key="coverage", config=plot_config("coverage"), alt="Coverage by table")


def show_tables(statuses: list[TableStatus], universe: Universe) -> None:
    """Every entry of the catalogue, a line each."""
    st.subheader("The tables", anchor=False)
    st.caption(f"Coverage is nuclei labelled out of {len(universe.nuclei):,} {universe.name}.")
    st.dataframe(
        marked(pd.DataFrame([_line(status) for status in statuses])),
        hide_index=True,
        height=35 * len(statuses) + 40,
        key="tables",
        placeholder="",
        column_config={
            **{name: st.column_config.NumberColumn(format="localized") for name in ("Rows", "Nuclei")},
            "Coverage": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
            "Cite": st.column_config.LinkColumn(display_text=r"#(.*)"),
            "Labels": st.column_config.TextColumn(width="medium"),
        },
    )
    outside = "; ".join(f"`{name}`: {reason}" for name, reason in OUT_OF_SCOPE.items())
    st.caption(f"Also in the release, but not label tables and out of scope here — {outside}")


def show_whole_release_button(statuses: list[TableStatus]) -> None:
    """Fetch everything that is not here yet, on one click."""
    missing = [status.table.name for status in statuses if status.state == "not fetched"]
    if missing and st.button(
        f"Get the whole release ({len(missing)} more tables)",
        type="primary",
        icon=":material/cloud_download:",
    ):
        for name in missing:
            load_labels(name)
        st.rerun()


def show_manifest() -> None:
    """The release page as data: what was added, what was kept, what was removed, and what it gets wrong."""
    show_made_from()
    page = MANIFEST_661
    with st.expander(f"Release v{page.release}: what it added, kept and removed"):
        added, included, removed = st.columns(3, gap="large")
        added.markdown(_listed(f"Added ({len(page.added)})", [f"`{name}`" for name in page.added]))
        kept = [f"`{name}`, since v{first}" for name, first in page.included.items()]
        included.markdown(_listed(f"Kept from before ({len(kept)})", kept))
        gone = [f"`{name}`" + (f" → `{after}`" if after else "") for name, after in page.removed.items()]
        removed.markdown(_listed(f"Removed ({len(gone)})", gone))
        st.markdown(
            f"The page is titled “{page.page_title}”; the snapshot was frozen on {page.frozen_on:%d %B %Y}."
        )
        wrong = [f"**{one.about}**: {one.says} In fact: {one.found}" for one in page.corrections]
        st.markdown(_listed("Corrections to the manual", wrong))


def _listed(title: str, lines: list[str]) -> str:
    return f"**{title}**\n" + "".join(f"\n- {line}" for line in lines)


def _line(status: TableStatus) -> dict[str, object]:
    table = status.table
    paper = CITATIONS[table.citations[0]]
    return {
        "Table": table.title,
        "Here": status.state,
        "Rows": status.rows,
        "Published rows": str(table.expected_rows or "unknown"),
        "Nuclei": status.nuclei,
        "Coverage": status.coverage,
        "Family": FAMILIES[table.family].title,
        "Method": table.method,
        "Labels": table.labels_what,
        "In CAVE": f"deprecated → {table.deprecated_by}" if table.deprecated_by else "current",
        "Cite": f"{paper.url}#{paper.short}",
        "Name in CAVE": table.name,
    }
