"""Checks of risk 3, default configurations."""
