"""RESP-11: a data map knows the stores of personal information, and scans them."""
