"""What there is in AWS: lists and facets, read into a Snapshot."""
