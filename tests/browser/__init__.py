"""Journeys in a real browser: a package, so that browser and servers end with its last test."""
