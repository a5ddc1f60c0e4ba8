"""DATA-06: Azure SQL is encrypted, audited, watched, Entra-only and off the public network."""
