"""Whether Boolean combinations of patterns, ranges and presence can hold: by which values, or that there are none."""
