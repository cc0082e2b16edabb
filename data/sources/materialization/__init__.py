"""Queries to a CAVE materialization server, and the meaning of its answers and refusals."""
