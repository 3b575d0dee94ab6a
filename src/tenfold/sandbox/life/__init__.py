"""The life of a company: people and pipelines at work, so that trails, access logs, flow logs and histories fill."""
