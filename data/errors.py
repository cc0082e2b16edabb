"""The errors a reader can meet: each says what is wrong and what to do."""


class DataError(Exception):
    """Something is wrong with the rows, their source or the request for them.

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
    """A setting has a value that no source, release or folder answers to."""


class HostUnreachable(DataError):
    """The source's host cannot be reached at all: no name, no route, no answer in time."""


class TableAbsent(DataError):
    """The source answers, but does not hold this table."""


class BadTable(DataError):
    """The source's rows are damaged or are not what the table's columns should be."""
