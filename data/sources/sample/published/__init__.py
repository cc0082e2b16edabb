"""The figures that the sample is drawn from, and the counts and depths that follow from them."""
