"""Pictures of nuclei in a grid, or several beside each other: drawn by the browser, walked by keys."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from components.ui.assets import texts_beside
from components.ui.session.links import NUCLEUS, go_to_page
from components.ui.session.release_choice import release_in_link


@dataclass(frozen=True)
class Chip:
    """A label and how many lineages give it, its colour, and their tables."""

    label: str
    colour: str
    title: str


@dataclass(frozen=True)
class Tile:
    """One nucleus.

    Attributes
    ----------
    nucleus : str
        Its ID.
    place : str
        Its depth, in words.
    chips : tuple of Chip
    link : str
        Relative URL of where a click leads; "" for nowhere.
    address, state, title, alt : str
        Of its picture: where the browser finds it, the words in its place or over it, what it shows.
    pending : bool
        Whether the picture may still come.
    current : bool
        Whether it is the nucleus in review.
    verdict : str
        The reader's, in words.
    """

    nucleus: str
    place: str
    link: str = ""
    chips: tuple[Chip, ...] = ()
    address: str = ""
    state: str = ""
    title: str = ""
    alt: str = ""
    pending: bool = False
    current: bool = False
    verdict: str = ""


@dataclass(frozen=True)
class TileSheet:
    """Tiles below a title and a caption."""

    title: str
    words: str
    tiles: tuple[Tile, ...]


_text = texts_beside(__file__)
# In the page's own document: the cloud's link hears the pointer on a tile.
_code = st.components.v2.component(
    "nuclei_tiles_code", css=_text("tiles.css"), js=_text("tiles.js"), isolate_styles=False
)
_tiles = st.components.v2.component("nuclei_tiles", js=_text("tiles_stub.js"), isolate_styles=False)


def bring_tiles() -> None:
    """Bring what draws tiles to the browser, once; call it outside the part that shows them."""
    _code(key="carrier-tiles")


def show_tiles(
    sheets: Sequence[TileSheet],
    *,
    key: str,
    width: str = "8.5rem",
    on_open: Callable[[int], None] | None = None,
) -> None:
    """Draw sheets beside each other; call it inside a fragment, which runs again while pictures may come.

    Above that fragment, `bring_tiles` has been called.

    Parameters
    ----------
    sheets : sequence of TileSheet
    key : str
        Unique on the page.
    width : str
        Of a tile at least, in CSS.
    on_open : callable, optional
        Called with the nucleus that the reader clicked, before the run that the click causes. By default its
        page opens.
    """
    message = {
        "sheets": [asdict(sheet) for sheet in sheets],
        "pending": sum(tile.pending for sheet in sheets for tile in sheet.tiles),
        "tile": width,
        "judged": on_open is not None,
    }

    def opened() -> None:
        if on_open and (clicked := (st.session_state.get(key) or {}).get("opened")):
            on_open(int(clicked["nucleus"]))

    # Asking runs the fragment again, and that is all.
    result = _tiles(data=message, key=key, on_asked_change=lambda: None, on_opened_change=opened)
    if (clicked := result["opened"]) and on_open is None:
        open_nucleus_page(str(clicked["nucleus"]))


def open_nucleus_page(nucleus: str) -> None:
    """Open the page of a nucleus, in this session."""
    go_to_page("nucleus", {NUCLEUS: nucleus, **release_in_link()})
