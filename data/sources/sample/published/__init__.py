"""The figures that the sample stands on, and the counts and depths that follow from them."""
