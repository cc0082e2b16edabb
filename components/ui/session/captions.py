"""The caption of a figure: what it shows of which release, how many of what, and from where."""

from components.ui.session.exports import synthetic_words
from components.ui.session.release import current_release


def figure_caption(what: str, of: str, *, gap: str = "<br>") -> str:
    """Write the caption that travels with a picture; made-up rows are marked first.

    Parameters
    ----------
    what : str
        Whose nuclei or what of them; "" where it is the whole release.
    of : str
        How many of what, such as "n = 1,204 nuclei".
    gap : str
        Stands between the two: another line, or " · " below a scene.
    """
    opened = current_release()
    release = f"v{opened.release.number}"
    head = f"{what} · {release}" if what else release
    return f"{synthetic_words()}{head}{gap}{of} · source: {opened.source.name}"
