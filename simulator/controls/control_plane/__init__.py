"""RESP-14: the record of who changed what is exported, copied and protected."""
