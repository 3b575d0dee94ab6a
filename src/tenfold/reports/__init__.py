"""How a Report is written for people and programs: one module a format, found by walking this package."""
