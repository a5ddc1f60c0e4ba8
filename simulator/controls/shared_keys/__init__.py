"""DATA-02: account keys are off, and what is signed with them is short-lived."""
