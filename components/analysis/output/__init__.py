"""Results in the forms in which they leave the app: links, files, records, text."""
