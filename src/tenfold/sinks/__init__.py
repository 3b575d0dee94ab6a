"""Where incidents go: one module a target."""
