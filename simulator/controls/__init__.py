"""Controls: pure functions from an Estate to a Verdict, one module per family."""
