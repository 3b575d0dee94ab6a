"""Questions about one resource: `<risk>/<bad_thing>.py`, found by walking; each answers open, clean or unknown."""
