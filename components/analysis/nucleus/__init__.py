"""One nucleus: where it lies, what every table says of it, and what they say together."""
