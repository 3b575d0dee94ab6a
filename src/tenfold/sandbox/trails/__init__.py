"""What CloudTrail does with the records: trails, their files, notices, digests, and the ways to look them up."""
