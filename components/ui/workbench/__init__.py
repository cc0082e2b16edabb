"""The frame of every page: bars, the cloud beside one panel, the selection, a drawer."""
