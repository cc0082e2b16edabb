"""The clouds that any browser may fetch from this server, and the one that a page is expected to ask for.

The server knows this before any page has run, so nothing heavy is imported.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Protocol
from weakref import WeakValueDictionary


class Sent(Protocol):
    """A cloud, as far as it is sent."""

    @property
    def version(self) -> str:
        """A hash of the content."""

    @property
    def compressed(self) -> bytes:
        """The content as gzip."""


@dataclass
class Published:
    """What the routes of the server give.

    Attributes
    ----------
    routed : bool
        Whether this server has such routes.
    clouds : mapping of str to Sent
        By version, for as long as others keep them.
    expected : dict of tuple of str to str
        The version of the cloud that was shown last, by page and by the release in the link.
    code : str
        The carrier's scripts; empty before a page has imported them.
    """

    routed: bool = False
    clouds: MutableMapping[str, Sent] = field(default_factory=WeakValueDictionary)
    expected: dict[tuple[str, str], str] = field(default_factory=dict)
    code: str = ""

    def address(self, cloud: Sent) -> str | None:
        """Give out a cloud: its address from now on, None where the server has no route for it."""
        if not self.routed:
            return None
        self.clouds[cloud.version] = cloud
        return f"nuclei/{cloud.version}"

    @property
    def code_name(self) -> str:
        """The file that has the scripts, by their checksum."""
        return f"nuclei-{blake2b(self.code.encode(), digest_size=8).hexdigest()}.js"


PUBLISHED = Published()
"""Of this process."""
