"""The rules: one construct a file."""
