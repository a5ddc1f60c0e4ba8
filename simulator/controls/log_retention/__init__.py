"""RESP-02: security logs are kept for 90 days or more, with a copy that nobody can change."""
