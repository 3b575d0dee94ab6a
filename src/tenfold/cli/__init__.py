"""Argument parsing, progress and exit codes; no decisions."""
