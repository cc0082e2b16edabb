"""Tables of the reader's own: a file as columns, their meaning, the nuclei of its rows, and its labels."""
