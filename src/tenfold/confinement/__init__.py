"""Child processes without credentials, network or files, for text and code that is not ours."""
