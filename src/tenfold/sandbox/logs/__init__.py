"""Logs that other services than CloudTrail write: S3's access logs and the flow logs of networks."""
