"""How a reader's own table is read from its file: what its catalogue entry tells the scripts."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OwnReading:
    """How a script reads a reader's own table.

    Attributes
    ----------
    file : str
        The file's name.
    options : tuple of (str, value)
        Of `pandas.read_csv`; empty for Parquet and Feather.
    by : str
        Whether `id_column` holds IDs of a `nucleus` or a `root`; "" where a script cannot match the rows and
        reads the matched ones, which the command line writes.
    id_column, label_column, system_column, confidence_column : str
        Its columns; all but the first may be "".
    meanings : tuple of (str, str)
        Labels that count as another one.
    shared_roots : bool
        Whether a root ID labels each of several nuclei.
    in_percent : bool
        Whether confidences are written in percent.
    infinite : bool
        Whether some confidences are infinite, which is none.
    """

    file: str
    options: tuple[tuple[str, str | int | tuple[str, ...] | None], ...] = ()
    by: str = ""
    id_column: str = ""
    label_column: str = ""
    system_column: str = ""
    confidence_column: str = ""
    meanings: tuple[tuple[str, str], ...] = ()
    shared_roots: bool = False
    in_percent: bool = False
    infinite: bool = False
