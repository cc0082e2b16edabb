"""What *is*: the catalogue, the labels, space, and the road from a source to a tidy frame."""

import os

# Before Arrow is imported: with its own allocator a process takes longer to write its first tables, and half
# as much memory again.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
