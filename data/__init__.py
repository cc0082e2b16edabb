"""What *is*: the catalogue, the labels, space, and the origin from a source to a tidy frame."""

import data.allocator  # noqa: F401  # before Arrow
