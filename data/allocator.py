"""Sets Arrow's memory allocator; import it before anything that imports Arrow, such as pandas."""

import os

# Arrow's own allocator is slower to write the first tables and takes half as much memory again.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
