"""Checks of risk 1, insecure developer credentials."""
