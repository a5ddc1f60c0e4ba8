"""RESP-10: consumers' requests are taken in, worked and answered in time."""
