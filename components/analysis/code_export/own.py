"""The function by which a script reads a reader's own file and joins its rows to the detected nuclei."""

from components.analysis.code_export.text import literal, mapped, variable
from data.catalog.entry import Table
from data.catalog.own_reading import OwnReading
from data.volume import VOLUME

_FUNCTION = '''\
def {name}():
    """Read your file, beside this script, and the nuclei that its rows name."""
    nuclei = read_table({detections})
    rows = {read}
{lines}
    columns = {columns}
    return rows[columns].merge(nuclei, on={key})
'''
_IDS = '''\
    ids = rows[{column}].astype("string").str.strip()
    ids = ids.str.replace(r"""^="?'?|^'|["']$""", "", regex=True)  # of spreadsheets
{whole}    is_id = ids.str.fullmatch("[0-9]+").fillna(False)
    rows[{key}] = [int(i) if whole else -1 for i, whole in zip(ids, is_id)]'''
_WHOLE = """\
    ids = ids.str.replace(r"^[+]?([0-9]{1,15})([.]0*|,00?)?$", r"\\1", regex=True)
"""
_ALONE = """\
    # A root with several nuclei labels none.
    nuclei = nuclei[~nuclei["root_id"].duplicated(keep=False)]"""
_LABELLED = """\
    # A row without a label counts only where no other row labels its nucleus.
    labelled = rows.loc[rows["cell_type"].notna(), {key}]
    rows = rows[rows["cell_type"].notna() | ~rows[{key}].isin(labelled)]"""
_FINITE = """\
    is_finite = rows["confidence"].abs() < float("inf")
    rows["confidence"] = rows["confidence"].where(is_finite)"""
_MATCHED = """\
    # Written by: python -m data status --with FILE --write-matches PATH
    rows = rows[rows["outcome"].eq("matched") & rows["table"].eq({table})]
    rows["cell_type"] = rows["counts_as"].astype("string")"""

_MATCHES = """\
pd.read_csv(
        {file},
        dtype={{"table": "string"}},
        keep_default_na=False,
        na_values=[""],
    )"""
"""A table may be called 2023 or NA."""


def own_call(table: Table) -> str:
    """Write the call that reads a reader's own table."""
    return f"read_{variable(table.name) or 'own'}()"


def own_function(table: Table, own: OwnReading) -> str:
    """Write the function of `own_call`."""
    key, columns = "nucleus_id", ["cell_type"]
    if own.by:
        key = "root_id" if own.by == "root" else "nucleus_id"
        whole = _WHOLE if own.by == "nucleus" else ""  # decimals of root IDs may have lost digits
        ids = _IDS.format(column=literal(own.id_column), key=literal(key), whole=whole)
        lines = [ids, *_label_lines(own)]
        if own.by == "root" and not own.shared_roots:
            lines.append(_ALONE)
        read = _read_call(own)
    else:
        matches = f"{table.name}_matches.csv"
        lines, read = [_MATCHED.format(table=literal(table.name))], _MATCHES.format(file=literal(matches))
    if own.system_column:
        columns.append("classification_system")
        if own.by:
            lines.append(f'    rows["classification_system"] = rows[{literal(own.system_column)}]')
    if own.confidence_column:
        columns.append("confidence")
        lines += _confidence_lines(own) if own.by else []
        lines += [_FINITE] if own.by and own.infinite else []
    lines += [_LABELLED.format(key=literal(key))] if own.label_column else []
    return _FUNCTION.format(
        name=own_call(table).removesuffix("()"),
        detections=literal(VOLUME.detections),
        read=read,
        lines="\n".join(lines),
        columns=f"[{', '.join(map(literal, [key, *columns]))}]",
        key=literal(key),
    )


def _read_call(own: OwnReading) -> str:
    file = literal(own.file)
    for ending in ("parquet", "feather"):
        if own.file.lower().endswith(f".{ending}"):
            return f"pd.read_{ending}({file})"
    if own.file.lower().endswith(".json"):
        given = "".join(f", {name}={literal(value)}" for name, value in (("dtype", False), *own.options))
        return f"pd.read_json({file}{given})"
    options = "".join(f",\n        {name}={literal(value)}" for name, value in own.options)
    return f"pd.read_csv(\n        {file}{options},\n    )"


def _label_lines(own: OwnReading) -> list[str]:
    if not own.label_column:
        return ['    rows["cell_type"] = "listed"']
    label = f'rows[{literal(own.label_column)}].astype("string").str.strip()'
    lines = [f"    labels = {label}"]
    if own.meanings:
        words = mapped(dict(own.meanings), 20).replace("\n", "\n    ")
        lines += [f"    means = {words}", "    labels = labels.replace(means)"]
    return [*lines, '    rows["cell_type"] = labels.replace("", pd.NA)']


def _confidence_lines(own: OwnReading) -> list[str]:
    column = f"rows[{literal(own.confidence_column)}]"
    if not own.in_percent:
        numbers = f'{column}.replace(",", ".", regex=True)'
        return [f"    numbers = {numbers}", '    rows["confidence"] = pd.to_numeric(numbers, "coerce")']
    return [
        f'    numbers = {column}.astype("string").str.replace(",", ".").str.strip()',
        '    per = numbers.str.endswith("%").map({True: 100, False: 1})',
        '    rows["confidence"] = pd.to_numeric(numbers.str.rstrip("% "), "coerce") / per',
    ]
