"""Checks of risk 4, no least privilege."""
