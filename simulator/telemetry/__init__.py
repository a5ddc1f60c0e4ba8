"""Pure: what the gateway saw, as the rows that Azure Monitor would have written."""
