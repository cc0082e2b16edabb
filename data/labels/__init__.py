"""Labels as data: each label's class, subclass, meaning and synonyms, and the crosswalk between levels."""
