"""What is computed and shown: analysis, figures, the point cloud, and the Streamlit shelf above them."""

import data.allocator  # noqa: F401  # before a page imports pandas, and that Arrow
