"""What can be reached, what is missing, and which versions are at work."""
