"""Answers that take a rule, not only a file: one module a service, each with its `RULES` by operation."""
