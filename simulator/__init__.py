"""Read what Terraform declares, prove controls on it, breach a running copy, and account for the leak."""
