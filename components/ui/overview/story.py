"""The release's story: when it was frozen, what it added and removed, what came after, how to cite it."""

from collections.abc import Collection, Sequence

import pandas as pd
import streamlit as st

from components.analysis.output.citation import citation_text
from components.ui.family.about import as_list, correction_words
from components.ui.session.notices import plain
from components.ui.session.release import current_release
from data.catalog import CATALOG
from data.catalog.entry import Table
from data.loader import OpenRelease
from data.number_words import plural
from data.volume import VOLUME


def show_story() -> None:
    """When the release was frozen, whether it is live, and where its rows came from."""
    opened = current_release()
    records = [opened.provenance(name) for name in opened.tables.on_pages]
    st.markdown(story_text(opened, [record.fetched_at for record in records if record]))


def story_text(opened: OpenRelease, fetched_at: Sequence[str]) -> str:
    """The release in a few sentences; `fetched_at` is ISO 8601, of each table at hand."""
    release = opened.release
    page = VOLUME.manifest if VOLUME.manifest and VOLUME.manifest.release == release.number else None
    frozen = f"{page.frozen_on.day} {page.frozen_on:%B %Y}" if page else release.day.removeprefix("on ")
    rank = f", {page.rank}," if page and page.rank else ""
    titled = f"; its page in the manual is titled “{page.page_title}”" if page else ""
    fate = (
        "It is live: CAVE answers queries for it."
        if release.live
        else "It is **archived**: CAVE no longer answers queries for it, and its tables are now static files."
    )
    return (
        f"v{release.number}{rank} is a snapshot of `{VOLUME.datastack}`, **frozen on {frozen}**{titled}. "
        f"{fate} {came_from(opened, fetched_at)}"
    )


def came_from(opened: OpenRelease, fetched_at: Sequence[str]) -> str:
    """Where the rows came from, and when."""
    source = opened.source
    if source.synthetic:
        return "Here, **nothing came from it**: the rows on these pages are synthetic."
    days = sorted({moment[:10] for moment in fetched_at})
    when = f", read on {' to '.join(dict.fromkeys([days[0], days[-1]]))}" if days else ""
    n_tables = f"{len(fetched_at)} of {plural(len(opened.tables.on_pages), 'table')}"
    return f"Here, {n_tables} came from {source.title}, `{source.location}`{when}."


def show_successors() -> None:
    """Which tables later releases dropped, and what replaced them."""
    opened, newest = current_release(), max(VOLUME.releases)
    tables = {name: opened.tables[name] for name in opened.tables.held}
    gone = [table for table in tables.values() if table.gone]
    if not gone:
        return
    st.subheader("Deprecated since then, and what took their place", anchor=False)
    st.caption(
        f"{len(gone)} of {plural(len(tables), 'table')} are not in the newest release, v{newest}; of the "
        f"other {len(tables) - len(gone)} no page says so. These pages show "
        f"the tables that v{opened.release.number} holds."
    )
    head = "| Table | Name in CAVE | Last release with it | Took its place |\n|---|---|---|---|\n"
    st.markdown(head + "\n".join(map(successor_line, gone)))


def successor_line(table: Table) -> str:
    """A line of the list: the table, its last release, and its successor."""
    after = f"`{table.deprecated_by}`" if table.deprecated_by else "nothing: withdrawn without a successor"
    return f"| {plain(table.title)} | `{table.name}` | v{max(table.releases)} | {after} |"


def show_manifest() -> None:
    """The release page as data: what was added, kept and removed, and what it gets wrong."""
    page = VOLUME.manifest
    if page is None or page.release != current_release().release.number:
        return
    st.subheader(f"What release v{page.release} added, kept and removed", anchor=False)
    lists = {
        f"Added ({len(page.added)})": map(_named, page.added),
        f"Kept from before ({len(page.included)})": [
            f"{_named(name)}, since v{first}" for name, first in page.included.items()
        ],
        f"Removed ({len(page.removed)})"
        + (f", still in v{still}" if (still := page.removed_still_in) else ""): [
            f"`{name}`" + (f" → {_named(after)}" if after else "") for name, after in page.removed.items()
        ],
    }
    for column, (title, lines) in zip(st.columns(3, gap="large"), lists.items(), strict=True):
        column.markdown(f"**{title}**\n\n{as_list(lines)}")
    with st.expander("The exact time stamp, and the manual’s own pages"):
        timestamp = VOLUME.releases[page.release].timestamp
        st.markdown(
            f"`client.materialize.get_version_metadata({page.release})['time_stamp']`: "
            f"{timestamp:%Y-%m-%d %H:%M:%S.%f} UTC"
        )
        links = [f"[{title}]({address})" for title, address in page.pages.items()]
        if links:
            st.markdown(f"In the manual: {' and '.join(links)}.")
    with st.expander(f"{len(page.corrections)} corrections to the manual"):
        lead = "**What the manual says, and what the rows and other documents show**"
        st.markdown(f"{lead}\n\n{as_list(map(correction_words, page.corrections))}")
    _show_made_from()


def _named(name: str) -> str:
    tables = current_release().tables.on_pages
    return plain(tables[name].title) if name in tables else f"`{name}`"


def _show_made_from() -> None:
    """The figures and assumptions from which synthetic rows were drawn; nothing for measured rows."""
    opened = current_release()
    records = [opened.provenance(name) for name in opened.tables.on_pages] if opened.source.synthetic else []
    grounds = dict.fromkeys(ground for record in records if record for ground in record.made_from)
    if not grounds:
        return
    kinds = {
        ("Figure", "Source"): [ground for ground in grounds if ground.kind == "figure"],
        ("Assumption", "Reason"): [ground for ground in grounds if ground.kind == "assumption"],
    }
    figures, assumed = map(len, kinds.values())
    counted = f"{figures} published or measured figures, {assumed} assumptions"
    with st.expander(f"What the synthetic rows are made from: {counted}"):
        st.markdown(
            "No row was taken from real rows: each number below shaped the drawing. Both lists are also in "
            "the record of every cached table."
        )
        for (what, why), ground_list in kinds.items():
            st.markdown(f"**{what}s ({len(ground_list)})**")
            lines = [(ground.what, ground.value, ground.why) for ground in ground_list]
            with st.container(height=420):
                # A table, not a dataframe: its cells wrap, and these numbers are not marked as synthetic.
                columns = [what, "Value", why]
                st.table(pd.DataFrame(lines, columns=columns), hide_index=True, border="horizontal")


def show_how_to_cite() -> None:
    """The papers, what each is cited for, and a text to copy."""
    opened = current_release()
    tables = opened.tables.on_pages.values()
    st.subheader("How to cite", anchor=False)
    st.markdown(
        "Whoever shows or uses these rows cites the paper of the volume and the paper of each table, and "
        f"links to [{VOLUME.site_name}]({VOLUME.site})."
    )
    papers = CATALOG.papers(opened.release.number).items()
    st.markdown(as_list(f"[{paper.short}]({paper.url}): {cited_for(key, tables)}" for key, paper in papers))
    st.code(citation_text(opened.release, synthetic=opened.source.synthetic), language=None, wrap_lines=True)


def cited_for(key: str, tables: Collection[Table]) -> str:
    """What a paper is cited for: its role, or the tables it describes."""
    if role := CATALOG.citations[key].cited_for:
        return role
    first = ", ".join(table.title for table in tables if key in table.citations[:1])
    also = ", ".join(table.title for table in tables if key in table.citations[1:])
    return plain("; ".join(filter(None, [first, also and f"also {also}"])))
