"""Checks of risk 2, publicly accessible S3 buckets."""
