"""The selection: how nuclei are picked, what is picked, and what can be done with it."""
