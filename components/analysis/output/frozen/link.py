"""A frozen answer in a link: all that is compared, without what names single rows, scripts and citations."""

import base64
import json
import zlib
from typing import Any

from components.analysis.output.frozen.answer import CHECKSUMS, with_checksums
from components.analysis.output.frozen.file import read_answer
from components.analysis.output.frozen.question import refuse_answer
from components.analysis.output.frozen.verdict import OF_LINK, tables_in_link

ANSWER_PARAMETER = "answer"
"""The link parameter that holds it."""
LONGEST_ANSWER = 6_000
"""Characters of an answer in a link, which holds the page's choices too."""
_MOST_BYTES = 1_000_000


def packed_answer(text: str) -> str:
    """Write the file of an answer for a link, however long.

    A table keeps its checksum, so that a link says whether its rows are the same, but not which differ.
    """
    record: dict[str, Any] = json.loads(text)
    saved = {name: record["saved"][name] for name in ("at", "source", "page", "parameters")}
    record |= {
        OF_LINK: True,
        "tables": tables_in_link(record["tables"]),
        "script": [],
        "citation": [],
        "saved": saved,
    }
    del record[CHECKSUMS]
    content = json.dumps(with_checksums(record), separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(content.encode(), 9)).decode().rstrip("=")


def unpacked_answer(packed: str) -> dict[str, Any]:
    """Read an answer from a link; raises `DataError` where the link holds none, or not all of it."""
    try:
        padded = packed + "=" * (-len(packed) % 4)
        content = base64.b64decode(padded.encode(), altchars=b"-_", validate=True)
        reader = zlib.decompressobj()
        text = reader.decompress(content, _MOST_BYTES)
    except (ValueError, zlib.error):
        refuse_answer("its link is cut short or misspelled")
    if not reader.eof:
        refuse_answer("its link is cut short, or too long")
    return read_answer(text)
