"""What every page stands on: the open release, notices, exports, charts and links."""
