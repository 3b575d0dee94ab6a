"""What people and pipelines do, one file a field of work; a file dropped in here is found."""
