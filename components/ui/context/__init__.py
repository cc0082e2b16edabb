"""What the reader looks at: a table view, and what it is compared with."""
