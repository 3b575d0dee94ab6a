"""Questions about events: one bad thing a file, found by walking this folder."""
