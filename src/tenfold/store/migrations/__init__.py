"""How the layout came to be, step by step; Alembic runs them."""
