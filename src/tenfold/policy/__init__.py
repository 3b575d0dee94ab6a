"""The IAM policy language, pure: parse, evaluate, and who can reach a bucket."""
