"""Log files into the lake, once each: sources, decoding, ledger, dead letters, following."""
