"""The sample's tables, each a noisy reader of the same world."""
