"""Resource policies as formulas over requests: who may do what, with a request that shows it, or that nobody can."""
