"""The event lake: Iceberg tables, and the one committer that adds to them."""
