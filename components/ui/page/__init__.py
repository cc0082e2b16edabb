"""What every page begins with: its frame and the search box."""
