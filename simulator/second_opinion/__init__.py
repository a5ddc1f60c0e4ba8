"""What checkov says of the same estate, beside the controls; it never changes a verdict."""
