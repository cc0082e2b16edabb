"""A page as lines of text: its words in their order, its figures, tables, clouds and downloads.

What two runs never have in common is left out or replaced: identifiers of elements, paths of this machine,
times of this day. Long lists are named by two checksums, one of the words and one of the numbers in them.
"""

import base64
import gzip
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Widget

LONGEST = 40
"""Values of a list that are written out."""
ROWS = 5
"""Rows of a table that are written out."""
NUMBER = re.compile(r"numbers:\w+|(?<![\w#.])[-−+]?\d+(?:,\d{3})*(?:\.\d+)?(?:[eE][-+]?\d+)?(?!\w)")
LAID_OUT = re.compile(r"\s*layout\.(margin|height|annotations\.\d+\.yshift)")
"""Lines whose numbers follow the lengths of words."""
MOMENT = re.compile(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|\+00:00)?")
MODIFIED = re.compile(r"(?<= )1\d{18}$")
"""When a file was written, in ns, at the end of what tells it from others."""
RENAMED_PAGE = re.compile(r"(?<![\w-])cell(?=\?|\.py)|^cell$")
MAIN = ("label", "body", "code_text", "text", "title", "name")
"""Fields of an element of which the first stands in its first line."""
UNSEEN = {
    *("id", "form_id", "deferred_file_id", "query_param_key", "element_type", "theme", "label_visibility"),
    *("width_config", "height_config", "gap_config", "hide_anchor", "wrap", "arrow_data", "lazy_data"),
    *("spec", "config", "columns", "component_name", "js_content", "css_content", "html_content", "json"),
    *("bytes", "mixed", "isolate_styles", "selection_mode", "set_value", "value", "raw_value"),
    *("ignore_rerun", "raw_values", "page_script_hash"),
}  # fmt: skip
"""Fields that no reader of the page sees, or that are read apart."""

GZIP = b"\x1f\x8b"
"""How compressed content begins."""
File = tuple[str, bytes | str]
"""A download: its name and what is in it."""


def numbers(text: str) -> list[str]:
    """The numbers in a line, in the order of their text; names such as `v2` and `5P-IT` hold none."""
    return [] if LAID_OUT.match(text) else sorted(NUMBER.findall(text))


class PageText:
    """Writes down what a page shows.

    Parameters
    ----------
    names : mapping of str
        What is written for each path of this machine.
    files : mapping of str to File
        The downloads that the page offers, by their identifiers, and what the browser fetches, by address.
    """

    def __init__(self, names: Mapping[str, str], files: Mapping[str, File]) -> None:
        self.names = names
        self.files = files
        self.today = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"
        self.keys: set[str] = set()

    def lines(self, app: AppTest) -> Iterator[str]:
        """All that a page shows, then the names that its choices have in links."""
        for block in (app.main, app.sidebar):
            yield from self.block(block)
        yield from (f"toast: {self.plain(toast.value)}" for toast in app.toast)
        yield f"link keys: {', '.join(sorted(self.keys))}"

    def block(self, block: Block) -> Iterator[str]:
        """What stands in a container, below its label where it has one."""
        for _, node in sorted(block.children.items()):
            if not isinstance(node, Block):
                yield from self.element(node) if node.type != "empty" else ()
                continue
            label = getattr(node.proto, "label", "")
            if label:
                yield f"{node.type}: {self.plain(label)}"
            yield from (f"  {line}" if label else line for line in self.block(node))

    def element(self, node: Any) -> Iterator[str]:  # noqa: ANN401  # any of Streamlit's
        """One element: its kind and main words, its other fields, what it holds."""
        fields = MessageToDict(node.proto, preserving_proto_field_name=True)
        if fields.get("query_param_key"):
            self.keys.add(fields["query_param_key"])
        main = next((name for name in MAIN if name in fields), "")
        first, *others = self.plain(str(fields.get(main, ""))).splitlines() or [""]
        yield f"{node.type}: {first}".rstrip()
        shown = {name: value for name, value in fields.items() if name not in {*UNSEEN, main}}
        if isinstance(node, Widget) and not hasattr(node.proto, "deferred_file_id"):
            shown["now"] = getattr(node, "value", None)
        more = [others, self.tree(shown), self.content(node, node.proto)]
        yield from (f"  {line}" for part in more for line in part)

    def content(self, node: Any, proto: Any) -> Iterator[str]:  # noqa: ANN401
        """What an element holds besides words."""
        if node.type == "plotly_chart":
            yield from self.tree({"saved as": json.loads(proto.config or "{}").get("toImageButtonOptions")})
            yield from self.tree(decoded(json.loads(proto.spec)))
        elif node.type in {"dataframe", "table"}:
            if node.type == "dataframe":
                yield from self.tree({"columns": json.loads(proto.columns or "{}")})
            yield from self.frame(node.value)
        elif node.type == "bidi_component":
            yield from self.component(proto)
        elif node.type == "deck_gl_json_chart":
            yield from self.scene(json.loads(proto.json))
        elif node.type == "download_button":
            yield from self.file(*self.files[proto.deferred_file_id or proto.url])

    def tree(self, value: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401  # JSON
        """One line for each leaf of a tree; a list of leaves is one leaf, and of a long list the whole."""
        branches = isinstance(value, list | tuple) and any(isinstance(part, dict | list) for part in value)
        if branches and len(value) > LONGEST:
            yield f"{path}: {self.listed([json.dumps(part) for part in value])}"
            value = value[:ROWS]
        if isinstance(value, dict) or branches:
            for name, part in value.items() if isinstance(value, dict) else enumerate(value):
                yield from self.tree(part, f"{path}.{name}".removeprefix("."))
        elif isinstance(value, list | tuple):
            yield f"{path}: {self.listed(value)}"
        else:
            yield from (f"{path}: {line}" for line in self.plain(str(value)).splitlines())

    def listed(self, values: Sequence[object]) -> str:
        """A list on one line."""
        words = [self.plain(str(value)).replace("\n", " ⏎ ") for value in values]
        return " | ".join(words) if len(words) <= LONGEST else f"{len(words)} of them, {checksums(words)}"

    def frame(self, frame: pd.DataFrame) -> Iterator[str]:
        """A table: its size, the checksums of each column, its first rows."""
        if frame.index.names != [None]:
            frame = frame.reset_index()
        yield f"rows: {len(frame)}"
        columns = {str(name): self.settled(column) for name, column in frame.items()}
        yield from (f"column {name}: {checksums(column)}" for name, column in columns.items())
        for row in zip(*(column.head(ROWS) for column in columns.values()), strict=True):
            yield f"row: {self.listed(row)}"

    def settled(self, column: pd.Series) -> pd.Series:
        """A column whose words are as `plain` leaves them."""
        if pd.api.types.is_numeric_dtype(column):
            return column
        words = column.astype(object).map(str)
        return words.map({word: self.plain(word) for word in words.unique()})

    def component(self, proto: Any) -> Iterator[str]:  # noqa: ANN401
        """The nuclei of a cloud or what it shows; other components show nothing of the release."""
        if proto.component_name.endswith("carrier"):
            yield from self.carrier(proto.bytes or self.fetched(json.loads(proto.json)["address"]))
        elif proto.component_name.endswith("view"):
            yield from self.view(proto)

    def fetched(self, address: str) -> bytes:
        """What the browser fetches from an address, unpacked."""
        _, content = self.files[address]
        assert isinstance(content, bytes)
        return gzip.decompress(content) if content.startswith(GZIP) else content

    def carrier(self, content: bytes) -> Iterator[str]:
        """The nuclei of a cloud: each packed column by its checksum."""
        end = 8 + int.from_bytes(content[4:8], "little")
        header = json.loads(content[8:end])
        for section in header.pop("sections"):
            start = end + section.pop("start")
            told = {**section, "holds": f"numbers:{checksum(content[start : start + section['bytes']])}"}
            yield f"nuclei {', '.join(f'{name} {value}' for name, value in told.items())}"
        yield from self.tree(header, "nuclei")

    def scene(self, scene: dict[str, Any]) -> Iterator[str]:
        """A small scene, with the rows that the browser fetches."""
        for layer in scene["layers"]:
            if isinstance(layer["data"], str):
                layer["data"] = json.loads(self.fetched(layer["data"]))
        yield from self.tree(scene)

    def view(self, proto: Any) -> Iterator[str]:  # noqa: ANN401
        """What a cloud shows, as the browser is told; the names of its parts are replaced by the parts."""
        length = int.from_bytes(proto.bytes[:4], "little")
        message = json.loads(proto.bytes[4 : 4 + length] if proto.bytes else proto.json)
        parts, _ = message.pop("parts", {}), message.pop("sets", None)
        named = {name: parts.get(message[name]) for name in ("colour", "scene")}
        rows = {name: message[name] and f"numbers:{message[name]}" for name in ("filter", "selected")}
        yield from self.tree({**message, **rows, **named}, "cloud")

    def file(self, name: str, made: bytes | str) -> Iterator[str]:
        """A download: its name, and what is in it."""
        yield f"file: {name}"
        content = made.encode() if isinstance(made, str) else made
        if name.endswith(".csv"):
            yield from self.frame(pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False))
        elif name.endswith(".parquet"):
            rows = parquet.read_table(io.BytesIO(content))
            told = {key.decode(): json.loads(text) for key, text in (rows.schema.metadata or {}).items()}
            yield from self.tree({key: value for key, value in told.items() if key != "pandas"})
            yield from self.frame(rows.to_pandas())
        else:
            yield from (
                self.tree(json.loads(content)) if name.endswith(".json") else content.decode().splitlines()
            )

    def plain(self, text: str) -> str:
        """Words without this machine's paths and this day's times; the page of a nucleus has one name."""
        for path, name in self.names.items():
            text = text.replace(path, name)
        text = MODIFIED.sub(
            "NOW", MOMENT.sub(lambda found: "NOW" if found[0] >= self.today else found[0], text)
        )
        return RENAMED_PAGE.sub("nucleus", text)


def checksums(values: Sequence[str] | pd.Series) -> str:
    """Name the words of a list, and the numbers in them, by a checksum each."""
    column = pd.Series(values)
    words = column
    if not pd.api.types.is_numeric_dtype(column):
        words = column.map({word: " ".join(numbers(word)) for word in column.unique()})
    named = [
        checksum(pd.util.hash_pandas_object(one, index=False).to_numpy().tobytes()) for one in (column, words)
    ]
    return "words:{} numbers:{}".format(*named)


def checksum(content: bytes) -> str:
    """Name bytes by twelve characters."""
    return hashlib.sha256(content).hexdigest()[:12]


def decoded(spec: Any) -> Any:  # noqa: ANN401  # JSON
    """Turn the arrays that plotly writes as bytes into lists; the template, the same for all, is left out."""
    if isinstance(spec, dict) and "bdata" in spec:
        flat = np.frombuffer(base64.b64decode(spec["bdata"]), spec["dtype"])
        return flat.reshape([int(n) for n in str(spec.get("shape", len(flat))).split(",")]).tolist()
    if isinstance(spec, dict):
        return {name: decoded(part) for name, part in spec.items() if name != "template"}
    return [decoded(part) for part in spec] if isinstance(spec, list) else spec
