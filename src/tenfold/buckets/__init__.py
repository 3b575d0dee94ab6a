"""Build 1, the S3 bucket policy monitor: who can reach each bucket."""
