"""Tidy frames: how a raw frame is read, checked and recorded."""
