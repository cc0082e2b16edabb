"""The panel “Sections”: a contact sheet of a fair sample of nuclei, or two beside each other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.imagery.sheet import (
    LineageLabel,
    SheetNuclei,
    agreed_shares,
    centres_nm,
    drawn_sheet,
    lineage_labels,
    ranked_sheet,
)
from components.analysis.labels.ids import Ids
from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.ui.context.denominator import wide_table
from components.ui.context.raters import ratings_at_hand
from components.ui.context.table_view import TableView
from components.ui.imagery.pictures import Picture, PictureLook, ask_picture, failed_picture
from components.ui.imagery.tiles import Chip, Tile, TileSheet, bring_tiles, show_tiles
from components.ui.selection.selection import current_selection, selected_nuclei
from components.ui.session.colours import ODD, quality_measures
from components.ui.session.followers import part_here, show_part
from components.ui.session.history import is_history_step
from components.ui.session.links import begin_choice, nucleus_link
from components.ui.session.notices import show_nothing
from components.ui.session.release import current_release
from components.ui.workbench.panels import Panel
from data.imagery.imagery import CUT
from data.imagery.section import Plane, Section, SectionWanted, no_tissue
from data.labels.crosswalk import colour_of
from data.labels.entry import Level
from data.tables.schema import POSITION
from data.tables.typed import shortened
from data.volume import VOLUME

TITLE, SELECTED, NOTHING = "Sections", "Selection", "Nothing"
PLANES: dict[str, Plane] = {"XY": "xy", "XZ": "xz", "YZ": "yz"}
SCALES = {"16 nm": 16, "32 nm": 32, "64 nm": 64}
WIDTHS_UM = {16: 4.096, 32: 8.192, 64: 12.288}
"""Of a tile: at 64 nm a nucleus fills most of it."""
LOOK = {
    "sections-most": ("Nuclei", ["12", "24", "48"], "12"),
    "sections-plane": ("Plane", list(PLANES), "XY"),
    "sections-pixel": ("Pixel", list(SCALES), "64 nm"),
}
"""Choices by their keys: title, options, what they begin with."""
RANK, DEPTH, CONTESTED = "Rank", "Depth", "Contested"
LONGEST_TITLE = 70
CONTESTED_AT: Level = "subclass"
ORDER_HELP = (
    "Orders the nuclei of the sheet. Depth: from the pia down. Contested: the smaller the share of lineages "
    f"behind the commonest {CONTESTED_AT}, the earlier. Confidence, score, residual: the least first."
)


@dataclass(frozen=True, eq=False)
class SheetOffer:
    """Nuclei that a sheet can show.

    Attributes
    ----------
    find : callable
        Finds them.
    words : str
        Which they are.
    ranked : bool
        Whether the first ones are shown instead of a random sample.
    """

    find: Callable[[], Ids]
    words: str
    ranked: bool = False


@dataclass(frozen=True)
class SheetLook:
    """What the reader chose for all sheets: tiles, plane, nm per pixel, the title of the order."""

    most: int
    plane: Plane
    pixel_nm: int
    order: str


def sheets_panel(offers: Callable[[], Mapping[str, SheetOffer]], beside: str = NOTHING) -> Panel:
    """The panel of what a page offers, besides the selection.

    Parameters
    ----------
    offers : callable
        Gives them by titles, which are part of links.
    beside : str
        Title of the second sheet, until the reader chooses another.
    """

    def offered() -> dict[str, SheetOffer]:
        selection = current_selection()
        words = shortened(selection.words(), LONGEST_TITLE) if selection else ""
        return {**({SELECTED: SheetOffer(selected_nuclei, words)} if selection else {}), **offers()}

    def show() -> None:
        known = offered()
        with st.container(horizontal=True, vertical_alignment="center", key="sections-choices"):
            shown = _pick_offers(known, beside)
            ranked = [RANK] if any(known[title].ranked for title in shown) else []
            look = pick_look([*ranked, DEPTH, CONTESTED, *_measures()])

        def show_sheets() -> None:
            known = offered()
            _show_sheets([known[title] for title in shown if title in known], look)

        bring_tiles()
        show_part(f"{part_here()}, sheets", show_sheets, follows=True)

    return Panel(TITLE, show, follows=True, of=lambda: [*offered()])


def view_sheets(view: TableView) -> Panel:
    """The panel of the nuclei that a table view shows, besides the selection."""
    return sheets_panel(lambda: {"All shown": SheetOffer(lambda: view.nuclei, view.title)})


def _pick_offers(offers: Mapping[str, SheetOffer], beside: str) -> list[str]:
    """The title of the first sheet, and of the one beside it where the reader wants two."""
    first, seconds = next(iter(offers)), [NOTHING, *offers]
    if len(offers) == 1:
        return [first]
    begin_choice("sections-of", offers, first)
    shown = st.selectbox("Show", list(offers), key="sections-of", bind="query-params", width=200)
    second = beside if beside in offers and beside != shown else NOTHING
    begin_choice("sections-beside", seconds, second)
    other = st.selectbox(
        "beside", seconds, index=seconds.index(second), key="sections-beside", bind="query-params", width=210
    )
    return [title for title in dict.fromkeys([shown, other]) if title in offers]


def _measures() -> dict[str, str]:
    return quality_measures(wide_table()[1], current_release().tables)


def pick_look(orders: Sequence[str] = (RANK,)) -> SheetLook:
    """Let the reader choose how many tiles, of which plane and scale, in which order; the button says it."""
    if len(orders) > 1:
        begin_choice("sections-order", orders, orders[0])
    choices = {**LOOK, "sections-order": ("Order", list(orders), orders[0])}
    chosen = [_chosen(key, options, default) for key, (_, options, default) in choices.items()]
    with st.popover(" · ".join(chosen), icon=":material/tune:", key="sections-look"):
        most, plane, scale = (
            pick_option(title, options, key, default) for key, (title, options, default) in LOOK.items()
        )
        order = orders[0]
        if len(orders) > 1:
            order = st.selectbox(
                "Order", list(orders), key="sections-order", bind="query-params", help=ORDER_HELP
            )
    return SheetLook(int(most), PLANES[plane], SCALES[scale], order)


def _chosen(key: str, options: Sequence[str], default: str) -> str:
    """A choice before its widget is drawn; after Back and Forward the link alone counts."""
    in_link = st.query_params.get(key)
    words = (in_link,) if is_history_step() else (st.session_state.get(key), in_link)
    return next((str(word) for word in words if word in options), default)


def pick_option(title: str, options: list[str], key: str, default: str) -> str:
    """Let the reader choose one of a few options, side by side; the link holds the choice."""
    chosen: str = st.segmented_control(
        title, options, default=default, required=True, key=key, bind="query-params",
    )  # fmt: skip
    return chosen


def _show_sheets(offers: Sequence[SheetOffer], look: SheetLook) -> None:
    sheets = [
        tile_sheet(_nuclei(offer, look), look, offer.words, key=f"{place}")
        for place, offer in enumerate(offers)
    ]
    if any(sheet.tiles for sheet in sheets):
        show_tiles(sheets, key="section-tiles", width="8.5rem" if len(sheets) == 1 else "6.2rem")
    else:
        show_nothing(f"There is no nucleus to show: {', '.join(offer.words for offer in offers)}.")


def _nuclei(offer: SheetOffer, look: SheetLook) -> SheetNuclei:
    found, (_, wide) = offer.find(), wide_table()
    known = np.isin(found, wide.index)
    sheet = _ordered(found[known], offer, look)
    absent = len(found) - int(known.sum())
    return replace(sheet, words=f"{sheet.words}; {absent:,} more in no table at hand") if absent else sheet


def _ordered(found: Ids, offer: SheetOffer, look: SheetLook) -> SheetNuclei:
    wide = wide_table()[1]
    if offer.ranked and look.order == RANK:
        return ranked_sheet(found, look.most)
    if look.order == CONTESTED:
        return drawn_sheet(found, look.most, agreed_shares(ratings_at_hand(CONTESTED_AT)))
    column = _measures().get(look.order, "depth_um")
    return drawn_sheet(found, look.most, wide.get(column))


def tile_sheet(
    nuclei: SheetNuclei,
    look: SheetLook,
    title: str,
    *,
    key: str,
    link: Callable[[int], str] = nucleus_link,
    current: int | None = None,
    verdicts: Mapping[int, str] | None = None,
) -> TileSheet:
    """Ask for the pictures of some nuclei, and lay out those that are there.

    Parameters
    ----------
    nuclei : SheetNuclei
        All at hand.
    look : SheetLook
    title : str
        Above the tiles; "" for none.
    key : str
        Of the sheet, unique on the page.
    link : callable
        Relative URL of where a click on a nucleus leads.
    current : int, optional
        The nucleus in review.
    verdicts : mapping of int to str, optional
        The reader's, by nucleus.
    """
    opened, (_, wide) = current_release(), wide_table()
    rows = wide.reindex(nuclei.nucleus_ids)
    pictures = _pictures(rows, look, key)
    labels = lineage_labels(rows, opened.tables.labelling.values())
    depths = rows["depth_um"] if "depth_um" in rows else pd.Series(np.nan, rows.index)
    tiles = tuple(
        Tile(
            nucleus=str(nucleus),
            place=("no position" if np.isnan(depth) else f"{depth:,.0f} µm deep") + _lack(picture.section),
            link=link(int(nucleus)),
            chips=merged_chips(lineages),
            address=picture.address,
            state=picture.short,
            title=picture.account,
            alt=f"{look.plane.upper()} section through nucleus {nucleus}",
            pending=picture.pending,
            current=nucleus == current,
            verdict=(verdicts or {}).get(int(nucleus), ""),
        )
        for nucleus, depth, picture, lineages in zip(rows.index, depths, pictures, labels, strict=True)
    )
    shown = [picture.section for picture in pictures if picture.section]
    thick = max((section.thickness_nm for section in shown), default=0.0)
    words = [f"{nuclei.words[0].upper()}{nuclei.words[1:]}"]
    if shown:
        averaged = f", {thick:g} nm thick" if thick > VOLUME.voxel_nm[2] else ""
        across = WIDTHS_UM[look.pixel_nm]
        words.append(f"{look.plane.upper()}, {across:.1f} µm across, {look.pixel_nm} nm/pixel{averaged}")
    return TileSheet(title, " · ".join(words), tiles)


def merged_chips(labels: Sequence[LineageLabel]) -> tuple[Chip, ...]:
    """A chip for each label: how many lineages give it, and which."""
    by_label: dict[str, list[str]] = {}
    for given in labels:
        source = f"{given.lineage}: {given.label} ({given.table.title})"
        by_label.setdefault(given.label, []).append(source)
    return tuple(
        Chip(f"{label} ×{len(sources)}" if sources[1:] else label, _colour(label), "\n".join(sources))
        for label, sources in by_label.items()
    )


def _lack(section: Section | None) -> str:
    """What a picture lacks, in a word or three."""
    if section is None or not section.notes:
        return ""
    if section.nucleus is None or not section.nucleus.any():
        return " · no outline"
    return " · outline may be cut" if CUT in section.notes else " · in part"


def _pictures(rows: pd.DataFrame, look: SheetLook, key: str) -> list[Picture]:
    if current_release().source.synthetic:
        return [failed_picture(no_tissue())] * len(rows)
    pictures = [Picture(short="No position", account="No table at hand says where it lies.")] * len(rows)
    placed = np.flatnonzero(rows.reindex(columns=[*POSITION]).notna().all(axis=1)).tolist()
    for place, (x, y, z) in zip(placed, centres_nm(rows.iloc[placed]).tolist(), strict=True):
        wanted = SectionWanted(
            int(rows.index[place]), (x, y, z), look.plane, 1000 * WIDTHS_UM[look.pixel_nm], look.pixel_nm
        )
        pictures[place] = ask_picture(wanted, PictureLook(), f"{key}-{place}")
    return pictures


def _colour(label: str) -> str:
    return NO_LABEL_COLOUR if label in ODD else colour_of(label)
