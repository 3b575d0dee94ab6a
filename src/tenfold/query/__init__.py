"""Questions in SQL over the lake and the store: one SELECT, answered by a confined child process."""
