"""RESP-07: rights are narrow in role and in scope."""
