"""Errors shown to the reader: each says what is wrong and what to do."""


class DataError(Exception):
    """The rows, their source or the request for them is faulty.

    Parameters
    ----------
    problem : str
        What is wrong and where: the table, the release, the source.
    remedy : str
        What the reader can do about it.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy


class SettingsError(DataError):
    """A setting names a source, release or folder that does not exist."""


class HostUnreachable(DataError):
    """The source's host cannot be reached: no name, no route, or no answer in time."""


class TableAbsent(DataError):
    """The source answers, but does not hold this table.

    Parameters
    ----------
    problem, remedy : str
        As of every such error.
    lasting : bool
        Whether the source will not gain the table, so that it need not be asked again.
    """

    def __init__(self, problem: str, remedy: str, *, lasting: bool = False) -> None:
        super().__init__(problem, remedy)
        self.lasting = lasting


class BadTable(DataError):
    """The source's rows are damaged or do not fit the table's columns."""
