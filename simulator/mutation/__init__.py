"""Whether the controls see harm: an estate that passes, broken in one place at a time."""
