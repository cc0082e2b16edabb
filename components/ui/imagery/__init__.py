"""Panels of electron microscopy: contact sheets of nuclei, and the sections through one."""
