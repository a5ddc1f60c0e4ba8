"""A change takes no protection away: what protected data in the estate before it, and after it."""
