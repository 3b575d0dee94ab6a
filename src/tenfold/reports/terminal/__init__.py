"""The sections of the text report: each a function from the report to what Rich prints."""
