"""The facts: catalogue, labels and volume, and the path of rows from a source to a tidy frame."""

import data.allocator  # noqa: F401  # before Arrow
