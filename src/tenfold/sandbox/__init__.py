"""An AWS on a free port of 127.0.0.1, to try tenfold on and to test it against."""
