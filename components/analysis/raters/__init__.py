"""All lineages at once: how far they agree, where they differ, and a consensus with probabilities."""
