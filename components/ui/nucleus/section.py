"""The panel “Section”: the microscopy of a nucleus, section by section, near or far; its picture to keep."""

import streamlit as st

from components.analysis.imagery.caption import captioned_png
from components.analysis.imagery.section_picture import CONTRAST
from components.analysis.imagery.sheet import centres_nm
from components.ui.imagery.pictures import PictureLook, ask_picture, imagery_address
from components.ui.imagery.sheet import PLANES, pick_option
from components.ui.imagery.tiles import Tile, TileSheet, bring_tiles, show_tiles
from components.ui.nucleus.page import Profile
from components.ui.session.exports import show_picture_download
from components.ui.session.notices import show_nothing
from components.ui.session.release import current_release
from components.ui.workbench.panels import Panel
from data.catalog import CATALOG
from data.imagery.section import AXES, Section, SectionWanted, no_tissue
from data.tables.schema import POSITION
from data.volume import VOLUME

ZOOMS = {"8 nm": 8, "16 nm": 16, "32 nm": 32, "64 nm": 64}
PIXELS = 512
WIDTH = "max(14rem, 100dvh - 36rem)"
"""Of the picture: all of it is in sight."""
REACH = 150
"""Sections on either side of the centre."""
SECTION_NM = VOLUME.voxel_nm[2]


def section_panel(profile: Profile) -> Panel:
    """The panel of a nucleus's microscopy."""

    def show() -> None:
        bring_tiles()
        _show_section(profile)

    return Panel("Section", show)


@st.fragment(key="section")
def _show_section(profile: Profile) -> None:
    opened, row = current_release(), profile.index.wide.loc[[profile.nucleus_id]]
    if opened.source.synthetic:
        show_nothing(f"{no_tissue().problem} {no_tissue().remedy}")
        return
    if row.reindex(columns=[*POSITION]).isna().to_numpy().any():
        show_nothing("No table at hand says where this nucleus lies.")
        return
    picture_column, choices = st.columns([5, 4])
    with choices:
        pixel_nm = ZOOMS[pick_option("Pixel", list(ZOOMS), "section-zoom", "32 nm")]
        plane = PLANES[pick_option("Plane", list(PLANES), "section-plane", "XY")]
        axis = AXES[plane][2]
        away = st.slider(
            f"Sections along {'xyz'[axis]}", -REACH, REACH, 0, key="section-away", bind="query-params",
            help=f"Steps of {SECTION_NM} nm from the centre of the nucleus.",
        )  # fmt: skip
        contrast = st.slider(
            "Contrast", 0, 255, CONTRAST, key="section-contrast", bind="query-params",
            help="Grey values of black and white.",
        )  # fmt: skip
        outline = st.toggle("Outline", value=True, key="section-outline", bind="query-params")
    centre = centres_nm(row)[0]
    centre[axis] += away * SECTION_NM
    x, y, z = centre.tolist()
    wanted = SectionWanted(profile.nucleus_id, (x, y, z), plane, PIXELS * pixel_nm, pixel_nm)
    look = PictureLook(contrast, outline)
    picture = ask_picture(wanted, look, "one")
    tile = Tile(
        nucleus=str(profile.nucleus_id),
        place=f"{away * SECTION_NM / 1000:+.2f} µm along {'xyz'[axis]}" if away else "at its centre",
        address=picture.address,
        state=picture.short,
        title=picture.account,
        alt=f"{plane.upper()} section through nucleus {profile.nucleus_id}, {pixel_nm} nm per pixel",
        pending=picture.pending,
    )
    words = _words(wanted, picture.section) if picture.section else picture.account
    with picture_column:
        show_tiles([TileSheet("", words, (tile,))], key="section-picture", width=WIDTH)
    if picture.section:
        with choices:
            _show_download(wanted, picture.section, look, words)


def _words(wanted: SectionWanted, section: Section) -> str:
    """What the picture shows: plane, place, scale, thickness, and what it lacks."""
    at = ", ".join(f"{nm / edge:,.0f}" for nm, edge in zip(wanted.centre_nm, VOLUME.voxel_nm, strict=True))
    thick = f", {section.thickness_nm:g} nm thick" if section.thickness_nm > SECTION_NM else ""
    what = f"{wanted.plane.upper()} section at voxel {at}; {wanted.pixel_nm:g} nm per pixel{thick}."
    return " ".join([what, *section.notes])


def _show_download(wanted: SectionWanted, section: Section, look: PictureLook, words: str) -> None:
    """Offer the picture with its caption: the nucleus, the release, the source, and what to cite."""
    paper = next(iter(CATALOG.citations.values()))
    release = f"{VOLUME.project} {VOLUME.name}, release v{current_release().release.number}"
    lines = [
        f"Nucleus {wanted.nucleus_id}, {release}. {words}",
        f"Voxels of {VOLUME.voxel_words}. Microscopy: {imagery_address()}",
        f"Cite: {paper.full} {paper.url}",
    ]
    show_picture_download(
        "Picture with caption",
        lambda: captioned_png(section, lines, look.contrast, outline=look.outline),
        f"nucleus-{wanted.nucleus_id}-{wanted.plane}-{wanted.pixel_nm:g}nm",
    )
