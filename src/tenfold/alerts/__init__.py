"""What people are told, by whom it is answered for, what is meant to be so, and how it reaches them."""
