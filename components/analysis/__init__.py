"""Numbers: tidy frames in, labelled frames out."""
