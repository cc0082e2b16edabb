"""What every page is built on: the open release, notices, exports, charts and links."""
