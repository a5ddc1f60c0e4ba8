"""RESP-08: people reach production data by just-in-time activation alone."""
