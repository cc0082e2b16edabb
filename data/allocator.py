"""Which allocator Arrow takes; imported before whatever imports Arrow, such as pandas."""

import os

# With its own allocator a process takes longer to write its first tables, and half as much memory again.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
