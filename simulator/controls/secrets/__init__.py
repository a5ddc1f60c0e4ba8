"""DATA-07: secrets live in a protected vault and are rotated; applications hold references."""
