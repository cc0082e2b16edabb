"""Frozen answers: files that hold a view with its numbers, and say later whether these still hold."""
