"""Typical and contested nuclei of a type, each a way to its page."""

import numpy as np
import streamlit as st

from components.analysis.selection.listed import listed
from components.analysis.types.counts import TypeName
from components.analysis.types.examples import Examples, TypeExamples, type_examples
from components.ui.context.denominator import side_by_side
from components.ui.imagery.sheet import SheetOffer
from components.ui.selection.selection import choose
from components.ui.session.cached import cached
from components.ui.session.charts import show_numbers
from components.ui.session.links import NUCLEUS, show_page_link
from components.ui.session.notices import plain, show_nothing
from components.ui.session.release_choice import release_in_link
from components.ui.type.choice import OpenType
from data.loader import LabelTable
from data.number_words import of_nuclei

SHOWN = 10
"""Typical and contested nuclei that are listed."""
TYPICAL, CONTESTED = "Typical", "Contested"
"""Titles of the lists, and of sheets, which are part of links."""


def show_examples(open_type: OpenType) -> None:
    """Ten typical and ten contested nuclei, each a way to its page."""
    found = examples_of(open_type)
    named = open_type.named
    if not found.label:
        show_nothing(
            f"No label of another table corresponds to {plain(named.label)}: no lineage votes on it."
        )
        return
    asked = "" if found.label == named.label else f" on {found.label}, as which it counts"
    of = f"Of the {of_nuclei(found.n)} that any table at hand calls {named.label}, those on which"
    median = "" if np.isnan(found.median_um) else f", {found.median_um:.0f} µm"
    agreed = (
        f"{of} all lineages that vote, two or more, agree{asked}: most lineages first, then nearest to their "
        f"median depth{median}."
    )
    differing = f"{of} lineages differ{asked}: the most evenly divided first."
    st.caption("Nucleus, depth, and how many lineages give each label. A nucleus opens its page.")
    typical, contested = st.columns(2, gap="medium")
    with typical:
        _show_list(TYPICAL, agreed, found.typical, open_type)
    with contested:
        _show_list(CONTESTED, differing, found.contested, open_type)


def _show_list(title: str, meaning: str, found: Examples, open_type: OpenType) -> None:
    n = len(found.nucleus_ids)
    st.markdown(f"**{title}** · {of_nuclei(n)}", help=plain(meaning))
    if not n:
        st.caption("None.")
        return
    depths = side_by_side(open_type.loaded)["depth_um"]
    with st.container(gap=None, key=f"type-{title.casefold()}"):
        for nucleus, votes in zip(found.nucleus_ids[:SHOWN].tolist(), found.votes, strict=True):
            depth = "no position" if np.isnan(depths[nucleus]) else f"{depths[nucleus]:.0f} µm"
            words = f"{nucleus} · {depth} · {votes}"
            choices = {NUCLEUS: str(nucleus), **release_in_link()}
            show_page_link("nucleus", plain(words), choices, icon=":material/fingerprint:")
    with st.container(horizontal=True):
        few = found.nucleus_ids[:SHOWN]
        if n > len(few):
            st.button(
                f"Select these {len(few)}", key=f"select-few-{title}", on_click=choose, args=(listed(few),)
            )
        st.button(
            f"Select all {n:,}", key=f"select-all-{title}", on_click=choose, args=(listed(found.nucleus_ids),)
        )


def example_sheets(open_type: OpenType) -> dict[str, SheetOffer]:
    """The sheets of a type: those on which all lineages agree, those on which lineages differ, and any."""
    found, view, label = examples_of(open_type), open_type.view, open_type.named.label
    ranked = {
        TYPICAL: (found.typical.nucleus_ids, f"{label}, all lineages agree"),
        CONTESTED: (found.contested.nucleus_ids, f"{label}, lineages differ"),
    }
    sheets = {
        title: SheetOffer(lambda ids=ids: ids, words, ranked=True)  # type: ignore[misc]
        for title, (ids, words) in ranked.items()
        if len(ids)
    }
    return {**sheets, "All": SheetOffer(lambda: view.nuclei, f"{label} in {view.table.title}")}


def examples_of(open_type: OpenType) -> TypeExamples:
    """Typical and contested nuclei, computed once for all sessions."""
    return _examples(open_type.named, open_type.loaded)


@cached()
def _examples(named: TypeName, loaded: dict[str, LabelTable]) -> TypeExamples:
    return type_examples(named, loaded, side_by_side(loaded)["depth_um"], SHOWN)


def show_type_numbers(open_type: OpenType) -> None:
    """Nuclei of the type in the chosen table and in any, and on how many lineages agree or differ."""
    found, view = examples_of(open_type), open_type.view
    label = open_type.named.label
    numbers = {
        "Nuclei": (f"{open_type.n:,}", f"Nuclei that {view.table.title} calls {label}."),
        "In any table": (f"{found.n:,}", f"Nuclei that at least one table at hand calls {label}."),
    }
    if found.label:
        typical, contested = len(found.typical.nucleus_ids), len(found.contested.nucleus_ids)
        of = f"Of the {found.n:,} that any table at hand calls {label}: those on which"
        numbers["Agreed"] = (f"{typical:,}", f"{of} all lineages that vote, two or more, agree.")
        numbers["Contested"] = (f"{contested:,}", f"{of} lineages differ.")
    show_numbers(numbers)
