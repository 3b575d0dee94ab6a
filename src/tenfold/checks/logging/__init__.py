"""Checks of risk 6, logging and monitoring."""
