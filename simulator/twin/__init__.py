"""The running copy of the estate's storage: Azurite behind a gateway that enforces the rest."""
