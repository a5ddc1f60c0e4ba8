"""DATA-09: stores are reached through private endpoints, with private DNS and no public door."""
