"""The picture of a section to keep: with its caption written below it."""

import unicodedata
from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from components.analysis.imagery.section_picture import section_webp
from data.imagery.section import Section

FONT_SIZE, MARGIN = 13, 10
"""In pixels."""
ABSENT = str.maketrans(
    {"µ": "u", "×": "x", "–": "-", "—": "-", "’": "'", "“": '"', "”": '"', "…": "...", "κ": "k"}
)
"""What is drawn for some characters that Pillow's own font lacks; the file's `Description` has them."""


def captioned_png(
    section: Section, lines: Sequence[str], contrast: tuple[int, int], *, outline: bool = True
) -> bytes:
    """Draw a section as PNG, with lines of text below it and, for programs, in the file's `Description`.

    Parameters
    ----------
    section : Section
    lines : sequence of str
        Each begins a line; long ones are wrapped.
    contrast : (int, int)
        Grey values of black and white.
    outline : bool
        Whether the nucleus is outlined.
    """
    drawn = section_webp(section, contrast, outline=outline, quality=100)
    picture = Image.open(BytesIO(drawn)).convert("RGBA")
    font = ImageFont.load_default(FONT_SIZE)
    text = "\n".join(
        part for line in lines for part in _wrapped(drawable(line), picture.width - 2 * MARGIN, font)
    )
    _, _, _, bottom = ImageDraw.Draw(picture).multiline_textbbox((0, 0), text, font=font)
    page = Image.new("RGB", (picture.width, picture.height + round(bottom) + 2 * MARGIN), "white")
    page.paste(picture, (0, 0), picture)
    ImageDraw.Draw(page).multiline_text((MARGIN, picture.height + MARGIN), text, fill="black", font=font)
    facts = PngInfo()
    facts.add_itxt("Description", "\n".join(lines))
    file = BytesIO()
    page.save(file, "PNG", pnginfo=facts)
    return file.getvalue()


def drawable(line: str) -> str:
    """A line in characters that Pillow's own font has: ASCII alone."""
    return unicodedata.normalize("NFKD", line.translate(ABSENT)).encode("ascii", "ignore").decode()


def _wrapped(line: str, width: float, font: ImageFont.ImageFont | ImageFont.FreeTypeFont) -> list[str]:
    parts = [""]
    for word in line.split():
        longer = f"{parts[-1]} {word}".strip()
        if parts[-1] and font.getlength(longer) > width:
            parts.append(word)
        else:
            parts[-1] = longer
    return parts
