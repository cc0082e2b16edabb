"""Pictures: labelled frames in, plotly figures out."""
