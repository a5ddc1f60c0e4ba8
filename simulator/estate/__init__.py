"""What is declared: the Estate model, its readers, and pure readings of it."""
