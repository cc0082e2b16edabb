"""No text says “1 nuclei”: a number that may be 1 has its noun from `data.number_words`."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.test_house_rules import ROOT, program

NOUNS = """
bars cells changes checks columns comparisons copies disagreements entries faults fields files findings groups
IDs items labels lineages lines lists matches minutes names neighbours neurons nuclei others pairs pictures
places points positions queries raters releases roots rows seconds sections sets sources steps tables tiles
types units values verdicts votes words
"""
SEVERAL = (
    r" (?:(?:compared|different|equally old|label|manual|more|named|other|root|selected) )?"
    rf"(?:{'|'.join(NOUNS.split())})\b"
)
IN_TEMPLATE = re.compile(rf"%\{{[^}}]*\}}(?:</b>)?{SEVERAL}")
"""Where plotly writes the number, no code can choose the noun: “nuclei: 1” is right of any number."""
IN_SCRIPT = re.compile(rf"\$\{{[^}}]*\}}{SEVERAL}")
AFTER = re.compile(rf"(?:\*\*)?{SEVERAL}")


def is_constant(value: ast.expr) -> bool:
    """Whether an expression is made of constants: `MOST_ROWS`, `len(CHECKS)`, `VOLUME.column_nuclei`."""
    names = [ast.unparse(node) for node in ast.walk(value) if isinstance(node, ast.Name | ast.Attribute)]
    return all(name == "len" or name.partition(".")[0].isupper() for name in names)


def is_number(part: ast.FormattedValue) -> bool:
    written = re.match(r"(len|sum|int)\(|(.*\.)?n(_\w+)?$", ast.unparse(part.value))
    return bool(written) or (part.format_spec is not None and "," in ast.unparse(part.format_spec))


def offenders(code: str) -> Iterator[str]:
    """Numbers in f-strings and in plotly's templates that a plural follows, unless the code asks for 1."""
    nodes = [*ast.walk(ast.parse(code))]
    choices = [
        node for node in nodes if isinstance(node, ast.IfExp) and re.search(r" [12]$", ast.unparse(node.test))
    ]
    asked = {id(node) for choice in choices for node in ast.walk(choice)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (found[0] for found in IN_TEMPLATE.finditer(node.value))
        for part, words in (
            zip(node.values, node.values[1:], strict=False) if isinstance(node, ast.JoinedStr) else ()
        ):
            if (
                id(node) in asked
                or not isinstance(part, ast.FormattedValue)
                or not isinstance(words, ast.Constant)
            ):
                continue
            if AFTER.match(str(words.value)) and is_number(part) and not is_constant(part.value):
                yield f"{{{ast.unparse(part.value)}}}{words.value!s}"


def test_one_is_never_followed_by_a_plural():
    texts = {name: (ROOT / name).read_text("utf-8") for name in program(".py", ".js")}
    found = {
        name: [*offenders(text)] if name.endswith(".py") else IN_SCRIPT.findall(text)
        for name, text in texts.items()
        if not name.startswith("benchmarks/")
    }
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('f"{n:,} nuclei"', ["{n} nuclei"]),
        ('f"**{len(rows)}** more rows"', ["{len(rows)}** more rows"]),
        ('f"<b>{name}</b>: %{{x:,}} nuclei"', ["%{x:,} nuclei"]),
        ('"%{customdata[0]:,}</b> units<br>"', ["%{customdata[0]:,}</b> units"]),
        ('"nuclei: %{x:,}<br>of all"', []),
        ('f"{MOST_ROWS:,} rows, {len(CHECKS)} checks, {name} names"', []),
        ('f"{n:,} rows" if n > 1 else "a row"', []),
        ('f"{of_nuclei(n)} in {table}"', []),
    ],
)
def test_what_a_plural_after_one_looks_like(code, found):
    assert [*offenders(code)] == found
