"""Search: from a few typed words to what they may mean."""
