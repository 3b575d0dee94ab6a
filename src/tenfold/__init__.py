"""tenfold: ten risks of AWS, watched and taken care of."""

__version__ = "0.1.0"
