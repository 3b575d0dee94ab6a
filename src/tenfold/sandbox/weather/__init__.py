"""AWS's habits: what a client of the real one meets, and what moto does not do by itself."""
