"""What each table calls its nuclei, how many there are of each type, and where."""
