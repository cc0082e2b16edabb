"""How the rows of a release are cited."""

from data.catalog import CATALOG
from data.volume import VOLUME
from data.volume.volume import Release


def citation_text(release: Release, *, synthetic: bool) -> str:
    """A paragraph and the references, to be copied into a paper or a page."""
    frozen = release.day
    first = (
        f"Cell-type labels of the {VOLUME.project} {VOLUME.name} volume, materialization version "
        f"{release.number} (frozen {frozen}), {VOLUME.site}"
    )
    mark = ["SYNTHETIC ROWS: what is shown now was made up and must not be cited as data.", ""]
    papers = [f"{paper.full} {paper.url}" for paper in CATALOG.papers(release.number).values()]
    return "\n".join([*(mark if synthetic else []), first, "", *papers])
