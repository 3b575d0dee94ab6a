"""The ten-risk scan: which accounts, what to read, what the checks say, how it all scores."""
