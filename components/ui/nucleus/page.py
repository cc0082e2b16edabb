"""The nucleus page's frame: the profile of one nucleus, its headline, and the ways on from it."""

from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.analysis.nucleus.consensus import JUDGED, RULE, Consensus, Headline, consensus, headline
from components.analysis.nucleus.index import (
    NucleusPosition,
    ReleaseIndex,
    Root,
    index_release,
    nucleus_position,
    root_of,
)
from components.analysis.nucleus.table_labels import TableAnswer, table_answers
from components.analysis.raters.dawid_skene import FEWEST_LINEAGES, RESOLVED
from components.analysis.selection.listed import listed
from components.ui.context.denominator import side_by_side, wide_table
from components.ui.context.raters import posterior_words
from components.ui.nucleus.cave import look_up_of
from components.ui.nucleus.choice import pick_nucleus, pick_texts, step
from components.ui.selection.selected import show_selection
from components.ui.selection.selection import choose, current_selection, keep_in_link, selected_nuclei
from components.ui.selection.viewer import show_viewer_link
from components.ui.session.cached import cached
from components.ui.session.colours import chip
from components.ui.session.followers import follows_selection
from components.ui.session.notices import plain, show_doubts, show_nothing
from components.ui.session.release import current_release, no_nuclei, official_areas
from components.ui.workbench.layout import Workbench
from data.labels.entry import Level
from data.loader import LabelTable
from data.number_words import plural
from data.volume import VOLUME

POSTERIOR = (
    f"Posterior: of the model of Dawid and Skene, where {FEWEST_LINEAGES} lineages label the nucleus; "
    f"unresolved below {RESOLVED}. “All raters” on Agreement says what the model assumes."
)


@dataclass(frozen=True, eq=False)
class Profile:
    """One nucleus, and what the tables at hand and those looked up say of it.

    Attributes
    ----------
    nucleus_id : int
    index : ReleaseIndex
        With the rows looked up.
    position : NucleusPosition
    root : Root
    answers : tuple of TableAnswer
        Every table's.
    consensus : dict of Level to Consensus
    headline : Headline
        What the tables together call it.
    """

    nucleus_id: int
    index: ReleaseIndex
    position: NucleusPosition
    root: Root
    answers: tuple[TableAnswer, ...]
    consensus: dict[Level, Consensus]
    headline: Headline


def open_nucleus(bench: Workbench) -> Profile:
    """Let the reader find a nucleus, and ask all tables about it; without one the page ends here."""
    with bench.choices:
        texts = pick_texts()
    index = open_index(bench)
    with bench.left:
        nucleus = pick_nucleus(index, texts, lambda: show_selection(bench, None))
    return nucleus_profile(index, nucleus)


def open_index(bench: Workbench) -> ReleaseIndex:
    """Index the tables at hand by nucleus; without any the page ends here."""
    loaded, _ = wide_table()
    with bench.notices:
        if not loaded:
            show_nothing(no_nuclei())
            st.stop()
        show_doubts(loaded)
    return _release_index(loaded)


def nucleus_profile(index: ReleaseIndex, nucleus: int) -> Profile:
    """Ask all tables about a nucleus of the index."""
    opened, look_up = current_release(), look_up_of(nucleus)
    looked_up = {name: rows for name, rows in look_up.answers.items() if name not in index.loaded}
    index = index.with_rows({name: rows for name, rows in looked_up.items() if rows is not None})
    answers = table_answers(index, nucleus, opened.tables.on_pages, looked_up, look_up.unlisted)
    by_level = {level: consensus(answers, level) for level in JUDGED}
    position, root = nucleus_position(index, nucleus), root_of(index, nucleus)
    return Profile(nucleus, index, position, root, answers, by_level, headline(by_level))


@cached(show_spinner="Laying out the nuclei …")
def _release_index(loaded: dict[str, LabelTable]) -> ReleaseIndex:
    return index_release(loaded, side_by_side(loaded))


def show_headline(profile: Profile) -> None:
    """The nucleus, its label, the grounds of that, and where it lies."""
    with st.container(border=True, key="nucleus-headline"):
        left, right = st.columns([2, 3], gap="medium")
        with left, st.container(gap="xsmall"):
            st.header(f"{chip(profile.headline.label)} {plain(profile.headline.words)}", anchor=False)
            for note in profile.headline.notes:
                st.caption(plain(note))
            st.markdown(f"nucleus **{profile.nucleus_id}** · v{current_release().release.number}")
            labelling = [answer for answer in profile.answers if answer.table.kind == "labels"]
            n_named = sum(answer.state in ("labelled", "conflicting") for answer in profile.answers)
            n_asked = sum(answer.state != "table not at hand" for answer in labelling)
            how = "at hand or looked up" if any(answer.looked_up for answer in profile.answers) else "at hand"
            where = _position_words(profile.position, profile.nucleus_id)
            st.caption(f"{where}. Named by {n_named} of {plural(n_asked, 'label table')} {how}.")
        lines = [
            f"{chip(of_level.label)} **{level.capitalize()}** — {plain(of_level.words)} "
            f":gray[· {plain(posterior_words(profile.nucleus_id, level, of_level.n))}]"
            for level, of_level in profile.consensus.items()
        ]
        notes = " ".join(_reservations(list(profile.consensus.values())))
        right.markdown("  \n".join(lines), help=f"**How it was reached.** {RULE} {notes} {POSTERIOR}")


def _position_words(position: NucleusPosition, nucleus_id: int) -> str:
    layer = next(iter(position.layers.values())) if VOLUME.layer_presets[0].boundaries else ""
    area = f"{position.area} (approximately)" if position.area else ""
    if official := official_areas():
        area = str(official.of(np.array([nucleus_id]))[0])
    column = f"in the {VOLUME.column_name}" if position.in_column else ""
    return ", ".join(filter(None, [layer, area, f"{position.um[1]:,.0f} µm deep", column]))


def _reservations(by_level: list[Consensus]) -> list[str]:
    """Which tables share another's vote, learned from the same labels, or count by ambiguous mappings."""
    titles = {name: title for of_level in by_level for name, title in of_level.titles.items()}
    aside = {name: other for of_level in by_level for name, other in of_level.set_aside.items()}
    silent = [f"{titles[name]} (that of {titles[other]})" for name, other in aside.items()]
    ambiguous = dict.fromkeys(titles[name] for of_level in by_level for name in of_level.ambiguous)
    notes = (
        [f"Without a vote of their own, as their lineage votes already: {', '.join(silent)}."]
        if silent
        else []
    )
    taught = [title for name, title in titles.items() if _learned_by_hand(name)]
    if len(taught) > 1:
        notes.append(
            f"Trained on the same manual labels, but counted as separate lineages: {', '.join(taught)}."
        )
    return notes + ([f"Counted by an ambiguous mapping: {', '.join(ambiguous)}."] if ambiguous else [])


def _learned_by_hand(name: str) -> bool:
    tables = current_release().tables
    training = tables[name].trained_on
    if training is None or training.standing == "unknown":
        return False
    return any(tables[teacher].method == "manual" for teacher in training.tables)


@follows_selection("nucleus-ways", of=current_selection)
def show_ways(profile: Profile) -> None:
    """Buttons: select the nucleus, and step through what is selected."""
    keep_in_link()
    nucleus, selected = profile.nucleus_id, selected_nuclei()
    steps = selected[np.isin(selected, profile.index.wide.index)]
    has_others = bool((steps != nucleus).any())
    with st.container(horizontal=True, vertical_alignment="center") if has_others else nullcontext():
        st.button(
            "Select this nucleus", key="choose", on_click=choose, args=(listed([nucleus]),),
            icon=":material/ads_click:", disabled=len(selected) == 1 and nucleus in selected,
            help="Makes it the selection of all pages, or joins it in the way that is set there.",
        )  # fmt: skip
        if has_others:
            _show_steps(steps, nucleus)


@st.fragment
def show_nucleus_viewer(profile: Profile) -> None:
    """The nucleus in Neuroglancer."""
    show_viewer_link(np.array([profile.nucleus_id], dtype=np.int64), key="viewer-nucleus")


def _show_steps(selected: np.ndarray, nucleus: int) -> None:
    """Previous and next of the selection, by ID; and the position of the nucleus in it."""
    first, after = (int(np.searchsorted(selected, nucleus, side=side)) for side in ("left", "right"))
    for title, icon, by, others in (
        ("Previous", ":material/chevron_left:", -1, selected[:first][-1:]),
        ("Next", ":material/chevron_right:", 1, selected[after:][:1]),
    ):
        st.button(
            title, key=title.casefold(), icon=icon, on_click=step, args=(selected, by),
            disabled=not len(others),
            help=f"Nucleus {others[0]} of the selection, in the order of IDs." if len(others) else None,
        )  # fmt: skip
    inside = f"**{first + 1:,} of {len(selected):,}** selected"
    st.markdown(inside if after > first else f"not among the {len(selected):,} selected", width="content")
