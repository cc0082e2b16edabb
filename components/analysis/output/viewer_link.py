"""Links that open nuclei in Neuroglancer: the microscopy, the nuclei as segments, and a point at each.

Writing a link needs no network: the viewer fetches what it names. The only module that imports nglui.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.labels.palette import NO_LABEL_COLOUR
from data.labels.crosswalk import colour_of
from data.tables.schema import POSITION
from data.volume import VOLUME
from data.volume.space import voxels

if TYPE_CHECKING:
    from nglui.statebuilder import AnnotationLayer, ViewerState

VIEWER = "https://spelunker.cave-explorer.org/"
"""CAVE's own Neuroglancer, and nglui's default.

A login is asked for by a source, never by the page: this one opens static sources for everybody, and of the
public viewers it is the one made for the live segmentation, so that both kinds of link open alike.
"""

MOST_NUCLEI = 500
"""The most points in one link, as many as a reader can look through."""
MOST_LIVE = 50
"""The same where each nucleus comes with its whole cell, megabytes to download."""
MOST_CHARACTERS = 250_000
"""Length of a link at most. Chromium takes two million characters, Firefox one; the part after the # goes to
no server."""
SEED = 661

_POINTS, _SEGMENTS, _CELLS = "points", "nuclei", "cells (login)"
_SCALE_NM = (40_000, 1_600_000)
"""The smallest and largest span of the 3D view."""


@dataclass(frozen=True)
class ViewerLink:
    """A link, and what it opens.

    Attributes
    ----------
    url : str
        The whole address, with all IDs as text.
    nucleus_ids : tuple of int
        The nuclei shown, sorted.
    of : int
        Number of nuclei asked for; where larger, those shown are a reproducible random sample.
    live : bool
        Whether it opens the live segmentation, with a login.
    rootless : int
        Nuclei shown without a segment (root ID 0), which have no cell in the live segmentation.
    """

    url: str
    nucleus_ids: tuple[int, ...]
    of: int
    live: bool = False
    rootless: int = 0

    @property
    def shown(self) -> int:
        """Number of nuclei it opens."""
        return len(self.nucleus_ids)

    @property
    def sampled(self) -> bool:
        """Whether it opens fewer than were asked for."""
        return self.shown < self.of


def viewer_link(
    nuclei: pd.DataFrame,
    labels: pd.Series,
    *,
    release: int,
    title: str,
    live: bool = False,
    most: int = MOST_NUCLEI,
) -> ViewerLink:
    """The link that opens nuclei of the real volume.

    Parameters
    ----------
    nuclei : DataFrame
        Index the nucleus IDs, each once and one at least; `x_um`, `depth_um`, `z_um`, oriented µm, and
        `root_id`, exact, 0 = no segment. Never synthetic ones: these places would show other nuclei.
    labels : Series
        The label of each, same index, missing where unlabelled. Each label becomes a tag of its points.
    release : int
        Of the labels and root IDs.
    title : str
        Of the browser's tab.
    live : bool
        Open the live segmentation too, with the cell that each nucleus's root ID names.
    most : int
        Nuclei at most, a random sample of more.
    """
    most = min(most, MOST_LIVE if live else MOST_NUCLEI)
    while True:
        shown = nuclei.loc[drawn_nuclei(nuclei.index.to_numpy(dtype=np.int64), most)]
        url = _url(shown, labels.reindex(shown.index), release, title, live)
        if len(url) <= MOST_CHARACTERS or len(shown) == 1:
            break
        most = max(1, len(shown) * MOST_CHARACTERS // len(url) - 1)
    ids, rootless = tuple(shown.index.tolist()), int((shown["root_id"] == 0).sum())
    return ViewerLink(url, ids, len(nuclei), live, rootless)


def drawn_nuclei(nucleus_ids: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """All nuclei, or a reproducible random sample of `most`, sorted; smaller samples nest in larger ones."""
    ids = np.sort(nucleus_ids)
    if len(ids) <= most:
        return ids
    return np.sort(np.random.default_rng(SEED).permutation(ids)[:most])


def voxel_positions(nuclei: pd.DataFrame) -> NDArray[np.int64]:
    """Positions of nuclei in voxels: exactly their `pt_position`.

    The tidy frame's float32 is off by less than a twentieth of a voxel everywhere in the volume, and CAVE
    gives whole voxels.
    """
    um = nuclei[[*POSITION]].to_numpy(dtype=np.float64)
    return np.rint(voxels(um)).astype(np.int64)


def tag_ids(labels: Sequence[str]) -> dict[str, str]:
    """A tag ID for each label that Neuroglancer accepts: a lower-case letter, then letters and digits.

    `type_BC` keeps the case that nglui's own `bc` loses. Labels that differ only in other characters are
    numbered.
    """
    given: dict[str, str] = {}
    for label in labels:
        name = f"type_{re.sub('[^A-Za-z0-9]+', '_', label).strip('_')}".rstrip("_")
        number, taken = 1, set(given.values())
        while (numbered := name if number == 1 else f"{name}_{number}") in taken:
            number += 1
        given[label] = numbered
    return given


def _url(shown: pd.DataFrame, labels: pd.Series, release: int, title: str, live: bool) -> str:
    places = voxel_positions(shown)
    words = ["" if pd.isna(label) else str(label) for label in labels]
    ids = [str(nucleus) for nucleus in shown.index]
    labelled = list(zip(ids, words, strict=True))
    colours = {nucleus: colour_of(word) if word else NO_LABEL_COLOUR for nucleus, word in labelled}
    state = _state(places, title)
    state.add_image_layer(source=VOLUME.imagery, name="em")
    state.add_segmentation_layer(source=VOLUME.nuclei, name=_SEGMENTS, segments=ids, segment_colors=colours)
    roots = [str(root) if root and live else "" for root in shown["root_id"].tolist()]
    if live:
        cells = sorted({root for root in roots if root})
        state.add_segmentation_layer(source=VOLUME.segmentation, name=_CELLS, segments=cells)
    descriptions = [f"nucleus {nucleus} · {word or 'no label'} · v{release}" for nucleus, word in labelled]
    points = pd.DataFrame({"id": ids, "word": words, "description": descriptions, "root": roots})
    state.add_layer(_points(points, places, linked=_CELLS if live else None))
    return str(state.to_url())


def _state(places: NDArray[np.int64], title: str) -> "ViewerState":
    """A view without layers that holds all places."""
    from nglui.statebuilder import ViewerState  # noqa: PLC0415  # takes more than a second
    from nglui.statebuilder.capabilities import Capabilities  # noqa: PLC0415

    return ViewerState(
        target_url=VIEWER,
        dimensions=list(VOLUME.voxel_nm),
        position=_middle(places),
        scale_3d=_span(places),
        layout="xy-3d",
        title=title,
        selected_layer=_POINTS,  # its list names the nuclei
        infer_coordinates=False,
        # Stated, so that nglui does not ask the viewer's host: show tags, without keys that change them.
        capabilities=Capabilities.from_names(["annotation_bool_properties"]),
    )


def _points(points: pd.DataFrame, places: NDArray[np.int64], linked: str | None) -> "AnnotationLayer":
    """The layer of points, from columns `id`, `word` (the tag), `description`, `root` (a linked segment)."""
    from nglui.statebuilder import AnnotationLayer, PointAnnotation  # noqa: PLC0415

    tags = sorted({word for word in points["word"] if word})
    layer = AnnotationLayer(
        name=_POINTS,
        resolution=list(VOLUME.voxel_nm),
        tags=tags,
        tag_ids=tag_ids(tags),
        linked_segmentation=linked,
        set_position=False,
    )
    layer.add_annotations(
        [
            PointAnnotation(
                id=row.id,
                point=place,
                description=row.description,
                tags=[row.word] if row.word else [],
                segments=[row.root] if row.root else None,
            )
            for row, place in zip(points.itertuples(), places.tolist(), strict=True)
        ]
    )
    return layer


def _middle(places: NDArray[np.int64]) -> list[int]:
    """The nucleus nearest to the middle of all, on which the view opens."""
    distances = np.abs((places - np.median(places, axis=0)) * VOLUME.voxel_nm).sum(axis=1)
    middle: list[int] = places[int(np.argmin(distances))].tolist()
    return middle


def _span(places: NDArray[np.int64]) -> float:
    """The span of the 3D view that holds all nuclei, in voxels of its first axis."""
    across = float((np.ptp(places, axis=0) * VOLUME.voxel_nm).max()) * 1.2
    return float(np.clip(across, *_SCALE_NM)) / VOLUME.voxel_nm[0]
