"""Seeded fake consumers, and the truth of who is in which blob."""
