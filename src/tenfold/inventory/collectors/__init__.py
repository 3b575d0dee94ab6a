"""One module a service: its lists (`@collector`) and the sides of its resources (`@facet`), found by walking."""
