"""Answers from a file: one entry an operation, over objects that were planted, made by calls, or are moto's."""
