"""Nuclei looked at one after another: which, in which order, and the verdicts on them."""
