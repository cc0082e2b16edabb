"""The point cloud beside `st.pydeck_chart` and plotly's `Scatter3d`, in a real browser, on the same nuclei.

Usage: `python -m benchmarks.cloud [--quick] [--rounds N] [--shared]`. Three rounds take an hour or less; the
tables go into the section “The point cloud” of `benchmarks/README.md`. `--quick` is one round with 10,000
nuclei, a few minutes, and only prints; `--shared` notes that other programs ran at the same time.
"""

from benchmarks.cloud_rounds import main

if __name__ == "__main__":
    main()
