"""The facts of a volume as types, which a file such as `minnie65` fills."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from math import hypot
from typing import Literal

CORTICAL_LAYERS = ("L1", "L2/3", "L4", "L5", "L6", "WM")
"""From the pia down; WM is the white matter."""


@dataclass(frozen=True, kw_only=True)
class LayerPreset:
    """One author's layer boundaries, as depths in µm.

    Attributes
    ----------
    name : str
        Stable and unique, because it appears in links.
    boundaries : tuple of (float or None)
        Borders between adjacent `layers`. The first or last is None where the source draws no such line: L1
        then counts as L2/3, the white matter as L6.
    source : str
        Their author.
    note : str
        Caveats.
    layers : tuple of str
        From the pia down.
    """

    name: str
    boundaries: tuple[float | None, ...]
    source: str
    note: str
    layers: tuple[str, ...] = CORTICAL_LAYERS

    @property
    def drawn(self) -> list[float]:
        """The boundaries that the source draws, in µm."""
        return [bound for bound in self.boundaries if bound is not None]


Archived = Literal["whole", "part", "none"]

UNLAYERED = LayerPreset(
    name="unknown", boundaries=(), source="no layers of this volume are known", note="", layers=("unknown",)
)
"""Stands for the layers of a volume of which none are known: one, through all depths."""


@dataclass(frozen=True, kw_only=True)
class Border:
    """One side of a vertical plane: where `axis` is below or above `at_um` + `slope` × the other axis, µm."""

    axis: Literal["x", "z"]
    side: Literal["<", ">"]
    at_um: float
    slope: float = 0


@dataclass(frozen=True, kw_only=True)
class ColumnSection:
    """A horizontal section of the hand-labelled column: a rectangle at one depth, in oriented µm."""

    depth_um: float
    x_um: tuple[float, float]
    z_um: tuple[float, float]

    @property
    def corners(self) -> tuple[tuple[float, float, float], ...]:
        """The 4 corners (x, depth, z), in order around the rectangle."""
        (x0, x1), (z0, z1), depth = self.x_um, self.z_um, self.depth_um
        return ((x0, depth, z0), (x1, depth, z0), (x1, depth, z1), (x0, depth, z1))


@dataclass(frozen=True, kw_only=True)
class Release:
    """A public materialization version.

    Attributes
    ----------
    number : int
        The materialization version.
    timestamp : datetime or None
        When it was frozen, in UTC; None for a release outside the catalogue of which no source states it.
    live : bool
        Whether CAVE still answered queries for it in 2026.
    archived : Archived
        Whether the archive holds its tables of labels as static files: all, a part of the release without
        them, or none as far as any source says.
    note : str
        Remarks; may be "".
    tables : tuple of str
        Tables and views that its server lists, for a release outside the catalogue.
    listed : bool
        Whether a catalogue or server lists its tables; if not, any table may be there.
    """

    number: int
    timestamp: datetime | None
    live: bool
    archived: Archived = "none"
    note: str = ""
    tables: tuple[str, ...] = ()
    listed: bool = True

    @property
    def iso(self) -> str:
        """`timestamp` in ISO 8601; "" where it is unknown."""
        return self.timestamp.isoformat() if self.timestamp else ""

    @property
    def day(self) -> str:
        """The day of the freeze in words."""
        return (
            f"{self.timestamp.day} {self.timestamp:%B %Y}" if self.timestamp else "on a day that is not known"
        )

    @property
    def moment(self) -> str:
        """The minute of the freeze in words."""
        return f"{self.day}, {self.timestamp:%H:%M} UTC" if self.timestamp else self.day


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A statement of the manual on a table, and what the rows or other documents show."""

    about: str
    says: str
    found: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A release page as data.

    Attributes
    ----------
    release, frozen_on : int, date
        Its number, and the day of the snapshot.
    page_title : str
        Title of the page.
    rank : str
        What the page calls the release, such as “the first of its year”.
    pages : dict of str to str
        Addresses of the page and of the manual's chapter on tables, by their titles.
    added : tuple of str
        Tables new in this release.
    included : dict of str to int
        Tables kept from earlier releases, with the first release of each.
    removed : dict of str to (str or None)
        Tables dropped since the release before, with their replacements.
    removed_still_in : int or None
        The release in which the page says that they still are.
    views : tuple of str
        Views of the release (not on the page; from the archive's own list).
    corrections : tuple of Correction
        Where the page or the manual is wrong about this release.
    """

    release: int
    frozen_on: date
    page_title: str
    added: tuple[str, ...]
    included: dict[str, int]
    removed: dict[str, str | None]
    views: tuple[str, ...]
    corrections: tuple[Correction, ...]
    rank: str = ""
    pages: Mapping[str, str] = field(default_factory=dict)
    removed_still_in: int | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Volume:
    """The facts of one volume; those with a default may be unknown.

    Attributes
    ----------
    name : str
        Its common name, and that of its modules in `data.labels` and `data.catalog`.
    project, site : str
        Who made it, and the address to which the terms of its release ask every copy of the rows to link.
    datastack : str
        Its name in CAVE.
    detections : str
        The table of all detected nuclei: the reference table of most others, and the denominator of coverage.
    orientation : str
        The dataset of the package standard_transform that gives its orientation.
    voxel_nm : tuple of int
        Edge lengths in x, y and z of the voxels of CAVE's positions.
    em_box_voxels : tuple of (int, int)
        Lowest and highest x, y and z of the imaged box.
    layer_presets : tuple of LayerPreset
        The first is the default.
    areas : tuple of str
        Visual areas in display order; empty where none are delineated.
    area_borders : dict of str to tuple of Border
        On which sides of which planes an area lies. A place belongs to the first area that fits, so an area
        without borders takes the rest.
    area_note : str
        How accurate these borders are.
    area_table : str
        The table that gives the area of each nucleus in releases that hold it; "" without one.
    deepest_um : float
        Lower end of the deepest layer in figures: below the deepest classified nucleus.
    column : tuple of ColumnSection
        The hand-labelled column, as two or more sections of a prism, from the pia down; empty without one.
    column_name, column_note : str
        What it is called, and how it was drawn.
    column_nuclei : int
        How many of its nuclei experts looked at; 0 where that was not published.
    archive : str
        Address of the static files, which has a folder for each release.
    cave : str
        Address of the CAVE server.
    imagery, nuclei, segmentation : str
        Neuroglancer sources: the microscopy, the nuclei by nucleus ID, the live segmentation by root ID.
    cache_folder : str
        Folder of its tables in the cache.
    example_nuclei, example_root, example_place : tuple of int, int, tuple of int
        Nuclei that several tables label, a root ID, and a position in voxels, for hints and example code.
    nucleus_digits : str
        Number of digits of nucleus IDs, in words.
    smallest_um3 : float
        Volume above which nuclei were kept, in µm³.
    neurons_apart_um : float
        Least distance known between the centres of two neurons' nuclei, in µm; 0 where none was measured.
    scans : tuple of (int, int)
        Sessions and scans of the two-photon recordings whose units were matched by hand.
    root_digits : str
        Number of digits of root IDs, in words.
    nucleus_ids_from, nucleus_ids_below, root_ids_from : int
        Every nucleus ID, real or synthetic, is below the first; every root ID is at least the second.
    releases_source : str
        The source of `releases` and of the releases that tables are in.
    release : int
        The default release, which `TABLES` describes.
    releases : dict of int to Release
        Every public release by number, oldest first.
    archived_beside : dict of int to str
        Folders of the archive that are not public releases, each with what is known about it.
    manifest : Manifest
        The manifest of `release`; None where its page is not kept as data.
    out_of_scope : dict of str to str
        Tables of that release that are not shown, with the reason.
    imagery_nm : tuple of (int, int, int)
        Edge lengths of the voxels of the imagery's scales, in which positions are sometimes exported.
    """

    name: str
    project: str
    site: str
    datastack: str
    detections: str
    orientation: str
    voxel_nm: tuple[int, int, int]
    em_box_voxels: tuple[tuple[int, int], ...]
    deepest_um: float
    archive: str
    cave: str
    imagery: str
    nuclei: str
    segmentation: str
    cache_folder: str
    example_nuclei: tuple[int, ...]
    example_root: int
    example_place: tuple[int, int, int]
    nucleus_digits: str
    root_digits: str
    nucleus_ids_from: int
    nucleus_ids_below: int
    root_ids_from: int
    release: int
    releases_source: str
    releases: Mapping[int, Release]
    layer_presets: tuple[LayerPreset, ...] = (UNLAYERED,)
    areas: tuple[str, ...] = ()
    area_borders: Mapping[str, tuple[Border, ...]] = field(default_factory=dict)
    area_note: str = "No areas of this volume are known."
    area_table: str = ""
    column: tuple[ColumnSection, ...] = ()
    column_name: str = ""
    column_note: str = ""
    column_nuclei: int = 0
    archived_beside: Mapping[int, str] = field(default_factory=dict)
    manifest: Manifest | None = None
    out_of_scope: Mapping[str, str] = field(default_factory=dict)
    imagery_nm: tuple[tuple[int, int, int], ...] = ()
    smallest_um3: float = 0
    neurons_apart_um: float = 0
    scans: tuple[tuple[int, int], ...] = ()

    @property
    def next_release(self) -> int | None:
        """The first public release after the default one; None where that is the last."""
        return min((number for number in self.releases if number > self.release), default=None)

    @property
    def site_name(self) -> str:
        """`site` without its scheme, as text of a link."""
        return self.site.removeprefix("https://")

    @property
    def voxel_words(self) -> str:
        """Voxel size, such as 4 × 4 × 40 nm."""
        return f"{' × '.join(map(str, self.voxel_nm))} nm"

    @property
    def box_words(self) -> str:
        """The imaged box in voxels: x 52,770–437,618, y …."""
        sides = zip("xyz", self.em_box_voxels, strict=True)
        return ", ".join(f"{axis} {low:,}–{high:,}" for axis, (low, high) in sides)

    @property
    def example_place_words(self) -> str:
        """`example_place` as typed by a reader."""
        return ", ".join(map(str, self.example_place))

    @property
    def diagonal_um(self) -> float:
        """Diagonal of the imaged box: the longest distance within it."""
        sides = zip(self.em_box_voxels, self.voxel_nm, strict=True)
        return hypot(*((high - low) * nm / 1000 for (low, high), nm in sides))
