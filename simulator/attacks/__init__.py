"""Attacks: one technique per module, each a record, an act and an undo."""
