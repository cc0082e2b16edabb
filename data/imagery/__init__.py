"""Microscopy beside the labels: sections through nuclei, read from precomputed volumes."""
