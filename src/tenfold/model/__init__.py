"""The nouns of tenfold: frozen values that every room shares; functions stand between them."""
