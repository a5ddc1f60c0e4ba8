"""RESP-13: the configuration is checked continuously, and what is wrong is refused or repaired."""
