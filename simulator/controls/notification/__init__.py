"""RESP-06: people are told of a leak by itself, by more than one channel."""
