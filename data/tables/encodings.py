"""Text whose encoding nothing states: UTF-8, or the one-byte encoding of older spreadsheets."""

import re

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_WORDS = re.compile(r"[^,;|\"\s][^,;|\"\r\n\t]*")
LONGEST_EXAMPLE = 40
NAMES = {"cp1252": "Windows-1252", "latin-1": "Latin-1"}
"""The one-byte encodings by Python's names."""


def encoding_of(content: bytes) -> str:
    """UTF-8, though bytes be damaged, or else a key of `NAMES`."""
    try:
        content.decode()
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
        # What is mostly UTF-8 is damaged or cut; one-byte letters hardly ever look like UTF-8.
        if 2 * text.count("\ufffd") < len(_NOT_ASCII.findall(text)):
            return "utf-8"
        try:
            content.decode("cp1252")
        except UnicodeDecodeError:
            return "latin-1"
        return "cp1252"
    return "utf-8"


def as_text(content: bytes, name: str) -> tuple[str, str]:
    """Decode a text; give it with what was assumed of it, "" where nothing was.

    Parameters
    ----------
    content : bytes
    name : str
        The file's, for that sentence.
    """
    encoding = encoding_of(content)
    text = content.decode(encoding, "replace")
    if encoding in NAMES:
        odd = (words[0] for words in _WORDS.finditer(text) if _NOT_ASCII.search(words[0]))
        example = "".join(filter(str.isprintable, next(odd, "")))[:LONGEST_EXAMPLE]
        return text, (
            f"{name} is not in UTF-8 and was read as {NAMES[encoding]}, with words such as “{example}”. "
            "If they look wrong, save it again as UTF-8."
        )
    try:
        content.decode()
    except UnicodeDecodeError as error:
        n = text.count("\ufffd")
        line = len(re.findall(rb"\r\n|\r|\n", content[: error.start])) + 1
        return text, (
            f"{name} has {n:,} damaged {'letter' if n == 1 else 'letters'} (not UTF-8), shown as \ufffd; "
            f"the first is in line {line:,}. Save it again as UTF-8."
        )
    return text, ""
