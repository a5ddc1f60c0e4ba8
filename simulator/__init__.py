"""Read what Terraform declares, prove controls on it, breach a copy, account for the leak."""

VERSION = "0.1.0"
