"""What is awkward or dangerous in a policy: one file a construct in `rules`, found by walking."""
