"""What is computed and shown: analysis, figures, the point cloud, and the parts of the pages above them."""

import data.allocator  # noqa: F401  # before a page imports pandas, and that Arrow
