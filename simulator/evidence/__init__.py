"""The Ledger of a run and the reports rendered from it."""
