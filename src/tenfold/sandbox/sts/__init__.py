"""The token service: whom it gives a session, and what the session carries."""
