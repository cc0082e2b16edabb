"""The profile of a nucleus: the tables asked about it, and what they say together."""

from dataclasses import dataclass

import streamlit as st

from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.analysis.nucleus.consensus import JUDGED, RULE, Consensus, consensus
from components.analysis.nucleus.headline import Headline, headline
from components.analysis.nucleus.index import ReleaseIndex
from components.analysis.nucleus.profile import NucleusPlace, Root, nucleus_place, root_of
from components.analysis.nucleus.table_labels import TableWord, words_with
from components.ui.nucleus.cave import look_up_of
from components.ui.nucleus.choice import pick_nucleus
from components.ui.nucleus.index import release_index
from components.ui.session.notices import plain
from components.ui.session.release import current_release
from data.labels.crosswalk import colour_of
from data.labels.entry import Level


@dataclass(frozen=True, eq=False)
class Profile:
    """One nucleus and what is said of it by the tables at hand and by those looked up for it.

    Attributes
    ----------
    nucleus_id : int
    index : ReleaseIndex
        With the rows looked up.
    place : NucleusPlace
    root : Root
    words : tuple of TableWord
        Every table's.
    together : dict of Level to Consensus
    """

    nucleus_id: int
    index: ReleaseIndex
    place: NucleusPlace
    root: Root
    words: tuple[TableWord, ...]
    together: dict[Level, Consensus]

    @property
    def headline(self) -> Headline:
        """What the tables together call it."""
        return headline(self.together)


def open_nucleus() -> Profile:
    """Let the reader find a nucleus, and ask all tables about it; without one the page ends here."""
    index = release_index()
    nucleus = pick_nucleus(index)
    found = look_up_of(nucleus)
    looked_up = {name: one for name, one in found.answers.items() if name not in index.loaded}
    index = index.with_rows({name: one for name, one in looked_up.items() if one is not None})
    words = words_with(index, nucleus, current_release().tables.on_pages, looked_up, found.unlisted)
    return Profile(
        nucleus,
        index,
        nucleus_place(index, nucleus),
        root_of(index, nucleus),
        words,
        {level: consensus(words, level) for level in JUDGED},
    )


def show_headline(profile: Profile) -> None:
    """The nucleus, what it is taken for, how that was reached, and where it lies."""
    together = profile.together
    with st.container(border=True, key="passport"):
        left, right = st.columns([2, 3], gap="large")
        with left:
            head = profile.headline
            st.header(f"{_chip(head.label)} {plain(head.words)}", anchor=False)
            for note in head.notes:
                st.caption(plain(note))
            release = current_release().release.number
            st.markdown(f"nucleus **{profile.nucleus_id}** · v{release}")
            speakers = sum(word.state in ("labelled", "conflicting") for word in profile.words)
            hand = sum(
                word.table.kind == "labels" and word.state != "table not at hand" for word in profile.words
            )
            how = "at hand or looked up" if any(word.looked_up for word in profile.words) else "at hand"
            st.caption(f"{_where(profile.place)}. Named by {speakers} of {hand} label tables {how}.")
        with right:
            for level in JUDGED:
                one = together[level]
                st.markdown(f"{_chip(one.label)} **{level.capitalize()}** — {plain(one.words)}")
            for text in _reservations(list(together.values())):
                st.caption(text)
    st.caption(f"**How it was reached.** {RULE}")


def _where(place: NucleusPlace) -> str:
    layer = next(iter(place.layers.values()))
    column = ", in the V1 column" if place.in_column else ""
    return f"{layer}, {place.area} (approximately), {place.um[1]:,.0f} µm deep{column}"


def _reservations(together: list[Consensus]) -> list[str]:
    """What to keep in mind of the voices counted: teachers, and ambiguous mappings."""
    aside = {name: teacher for one in together for name, teacher in one.set_aside.items()}
    titles = {name: title for one in together for name, title in one.titles.items()}
    said = [f"{titles[name]} (trained on {titles[teacher]})" for name, teacher in aside.items()]
    vague = dict.fromkeys(titles[name] for one in together for name in one.ambiguous)
    notes = [f"Without a voice beside their teacher: {', '.join(said)}."] if said else []
    return notes + ([f"Counted by an ambiguous mapping: {', '.join(vague)}."] if vague else [])


def _chip(label: str | None) -> str:
    """A square in a label's colour, which Streamlit's Markdown can draw as a formula."""
    colour = colour_of(label) if label else NO_LABEL_COLOUR
    return rf"$\color{{{colour}}}\rule{{0.85em}}{{0.85em}}$"
