"""A section as a picture: contrast, the nucleus's outline, a scale bar."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from data.imagery.section import PixelMask, Section

CONTRAST = (86, 172)
"""Grey values that become black and white."""
OUTLINE = (255, 200, 40)
_BARS_UM = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_LONGEST_BAR = 0.3
"""Part of the picture's width."""


def section_webp(
    section: Section,
    contrast: tuple[int, int] = CONTRAST,
    *,
    outline: bool = True,
    scale_bar: bool = True,
    quality: int = 80,
) -> bytes:
    """Draw a section as WebP.

    Parameters
    ----------
    section : Section
    contrast : (int, int)
        Grey values that become black and white.
    outline : bool
        Whether the nucleus is outlined, where the segmentation is known.
    scale_bar : bool
        Whether a bar of a round number of µm is drawn.
    quality : int
        Of the compression, 1–100.

    Returns
    -------
    bytes
        Transparent where the section knows nothing.
    """
    low, high = contrast
    grey = (section.grey.astype(np.float32) - low) * (255 / max(1, high - low))
    colours = np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    if outline and section.nucleus is not None:
        colours[mask_edge(section.nucleus)] = OUTLINE
    if section.known.all():
        picture = Image.fromarray(colours)
    else:
        alpha = np.where(section.known, 255, 0).astype(np.uint8)[..., None]
        picture = Image.fromarray(np.concatenate([colours, alpha], axis=2))
    if scale_bar:
        _draw_bar(picture, section.nm_per_pixel[1])
    file = BytesIO()
    picture.save(file, "WEBP", quality=quality, method=1)
    return file.getvalue()


def mask_edge(mask: PixelMask) -> PixelMask:
    """The pixels of a mask beside pixels that are not its own; the picture's border is not an edge."""
    padded = np.pad(mask, 1, mode="edge")
    inner = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    edge: NDArray[np.bool_] = mask & ~inner
    return edge


def bar_um(width_um: float) -> float:
    """The length of a scale bar: the largest round number that fits into a picture of this width."""
    return max([bar for bar in _BARS_UM if bar <= _LONGEST_BAR * width_um], default=_BARS_UM[0])


def _draw_bar(picture: Image.Image, nm_per_pixel: float) -> None:
    """Draw the bar and its length on black, legible in a tile of half the picture's size."""
    width, height = picture.size
    length_um = bar_um(width * nm_per_pixel / 1000)
    length = round(length_um * 1000 / nm_per_pixel)
    size, margin, thick = max(22, height // 20), max(4, width // 32), max(3, height // 100)
    font, draw = ImageFont.load_default(size), ImageDraw.Draw(picture)
    left, bottom, number = margin, height - margin, f"{length_um:g} "
    right, baseline = left + max(length, round(font.getlength(f"{number}um"))), bottom - thick - size // 3
    draw.rectangle((left - 3, baseline - size, right + 2, bottom + 1), fill="black")
    draw.rectangle((left, bottom - thick, left + length - 1, bottom - 1), fill="white")
    draw.text((left, baseline), f"{number}um", fill="white", anchor="ls", font=font)
    # Pillow's font has no µ: a stroke makes one of the u.
    stem = round(left + font.getlength(number) + font.getbbox("u", anchor="ls")[0])
    draw.rectangle(
        (stem, baseline - size // 4, stem + max(1, size // 12), baseline + size // 4), fill="white"
    )
