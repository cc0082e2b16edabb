"""The page “Your labels”: a file read, matched and understood, then a table of this session."""
