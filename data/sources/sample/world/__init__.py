"""The one synthetic world: its nuclei, where they lie and what they truly are."""
