"""What differs between releases, and what is carried from one to another."""
