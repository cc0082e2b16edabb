"""The release's story: when it was frozen, what it added and removed, what came after, how to cite it."""

from collections.abc import Collection, Sequence

import streamlit as st

from components.ui.overview.sample_notes import show_made_from
from components.ui.session.notices import plain
from components.ui.session.release import current_release
from data.catalog.citations import CITATIONS, EXPLORER_URL
from data.catalog.entry import Citation, Table
from data.loader import OpenRelease
from data.volume import VOLUME
from data.volume.volume import Release

ROLES = {
    "microns": "the volume and the release; cite it always",
    "cave": "the engine that versions and freezes the tables",
}


def show_successors() -> None:
    """Which tables later releases dropped, and what took their place."""
    tables = current_release().tables.shown
    gone = [table for table in tables.values() if max(table.releases) < max(VOLUME.releases)]
    st.subheader("Deprecated since then, and what took their place", anchor=False)
    st.caption(
        f"{len(gone)} of {len(tables)} tables are not in the newest release, v{max(VOLUME.releases)}; the "
        f"other {len(tables) - len(gone)} still are. Successors are not part of v661 and are not shown here."
    )
    lines = "\n".join(successor_line(table) for table in gone)
    st.markdown(
        f"| Table | Name in CAVE | Last release with it | Took its place |\n|---|---|---|---|\n{lines}"
    )


def successor_line(table: Table) -> str:
    """A line of the list: the table, where it was last seen, and its successor."""
    after = f"`{table.deprecated_by}`" if table.deprecated_by else "nothing: withdrawn without a successor"
    return f"| {plain(table.title)} | `{table.name}` | v{max(table.releases)} | {after} |"


def show_how_to_cite() -> None:
    """The papers, what each stands for, and a text to copy."""
    st.subheader("How to cite", anchor=False)
    opened = current_release()
    site, tables = EXPLORER_URL.removeprefix("https://"), opened.tables.shown.values()
    st.markdown(
        "Whoever shows or uses these rows cites the paper of the volume and the paper of each table, and "
        f"links to [{site}]({EXPLORER_URL})."
    )
    st.markdown(
        "\n".join(f"- [{one.short}]({one.url}): {cited_for(key, tables)}" for key, one in CITATIONS.items())
    )
    st.code(citation_text(opened.release, synthetic=opened.source.synthetic), language=None, wrap_lines=True)


def cited_for(key: str, tables: Collection[Table]) -> str:
    """What a paper is cited for: its part in the whole, or the tables it describes first."""
    if key in ROLES:
        return ROLES[key]
    first = [table.title for table in tables if key == table.citations[0]]
    also = [table.title for table in tables if key in table.citations[1:]]
    said = [", ".join(first)] if first else []
    return plain("; ".join([*said, f"also {', '.join(also)}"] if also else said))


def citation_text(release: Release, *, synthetic: bool) -> str:
    """A paragraph and the references, to be copied into a paper or onto a page."""
    frozen = f"{release.timestamp.day} {release.timestamp:%B %Y}"
    first = (
        f"Cell-type labels of the MICrONS {VOLUME.name} volume, materialization version {release.number} "
        f"(frozen {frozen}), {EXPLORER_URL}"
    )
    mark = ["SYNTHETIC ROWS: what is shown now was made up and must not be cited as data.", ""]
    return "\n".join([*(mark if synthetic else []), first, "", *map(_reference, CITATIONS.values())])


def _reference(paper: Citation) -> str:
    return f"{paper.full} {paper.url}"


def show_story() -> None:
    """When the release was frozen, what became of it, and where its rows came from here."""
    opened = current_release()
    records = [opened.provenance(name) for name in opened.tables.shown]
    st.markdown(story_text(opened, [record.fetched_at for record in records if record]))


def show_manifest() -> None:
    """The release page as data: what was added, what was kept, what was removed, and what it gets wrong."""
    page = VOLUME.manifest
    st.subheader(f"What release v{page.release} added, kept and removed", anchor=False)
    added, included, removed = st.columns(3, gap="large")
    added.markdown(_listed(f"Added ({len(page.added)})", [_named(name) for name in page.added]))
    kept = [f"{_named(name)}, since v{first}" for name, first in page.included.items()]
    included.markdown(_listed(f"Kept from before ({len(kept)})", kept))
    gone = [f"`{name}`" + (f" → {_named(after)}" if after else "") for name, after in page.removed.items()]
    removed.markdown(_listed(f"Removed ({len(gone)})", gone))
    with st.expander(f"{len(page.corrections)} corrections to the manual"):
        wrong = [
            f"**{plain(one.about)}**: {plain(one.says)} In fact: {plain(one.found)}"
            for one in page.corrections
        ]
        st.markdown(_listed("What the manual says, and what the rows and other documents show", wrong))
    show_made_from()


def story_text(opened: OpenRelease, fetched_at: Sequence[str]) -> str:
    """When the release was frozen, what became of it, and how its rows came here.

    Parameters
    ----------
    opened : OpenRelease
    fetched_at : sequence of str
        For each table at hand, ISO 8601.
    """
    page = VOLUME.manifest
    fate = (
        "It is live: CAVE answers queries for it."
        if VOLUME.releases[page.release].live
        else "It is **archived**: CAVE no longer answers queries for it, and its tables are now static files."
    )
    return (
        f"v{page.release} is a snapshot of `{VOLUME.datastack}`, **frozen on {page.frozen_on.day} "
        f"{page.frozen_on:%B %Y}**; its page in the manual is titled “{page.page_title}”. "
        f"{fate} {came_from(opened, fetched_at)}"
    )


def came_from(opened: OpenRelease, fetched_at: Sequence[str]) -> str:
    """Say how the rows came here, and when."""
    source = opened.source
    if source.synthetic:
        return "Here, **nothing came from it**: the rows on these pages are synthetic."
    days = sorted({moment[:10] for moment in fetched_at})
    when = f", read on {' to '.join(dict.fromkeys([days[0], days[-1]]))}" if days else ""
    n_tables = f"{len(fetched_at)} of {len(opened.tables.shown)} tables"
    return f"Here, {n_tables} came from {source.title}, `{source.place}`{when}."


def _named(name: str) -> str:
    tables = current_release().tables.shown
    return plain(tables[name].title) if name in tables else f"`{name}`"


def _listed(title: str, lines: list[str]) -> str:
    return f"**{title}**\n" + "".join(f"\n- {line}" for line in lines)
