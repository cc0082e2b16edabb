"""The tissue: where things are in it, and the moments at which its tables were frozen."""
